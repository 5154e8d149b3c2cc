/** One script tag on a page, and what it brings with it. */
import { gzipSync } from 'node:zlib';
import { addresses, SCRIPT } from './support/addresses';
import { expect, test } from './support/test';
import { response, plain, words } from './support/words';

const LARGEST = 12_000; // bytes after gzip -9

test('one tag on a plain page gives a chat that answers', { tag: '@1' }, async ({ visitor }) => {
  await visitor.startChat();
  await visitor.ask(words.startDefinition);
  expect(plain(await visitor.lastAnswer())).toBe(plain(response('utter_ask_definition')));
});

test('the script is small and comes alone', { tag: '@2' }, async ({ page, visitor, request }) => {
  const scripts: string[] = [];
  page.on('request', (each) => {
    if (each.resourceType() === 'script') scripts.push(each.url());
  });
  await visitor.startChat();
  await visitor.ask(words.startSymptoms);
  expect(scripts).toEqual([SCRIPT]);
  const script = await (await request.get(SCRIPT)).body();
  expect(gzipSync(script, { level: 9 }).length).toBeLessThanOrEqual(LARGEST);
});

test('no third party is asked and no cookie is set', { tag: '@3' }, async ({ context, page, visitor }) => {
  const asked = new Set<string>();
  context.on('request', (request) => asked.add(new URL(request.url()).origin));
  await visitor.startChat();
  await visitor.ask(words.startContact);
  await visitor.reload();
  await visitor.restart.click();
  expect([...asked].sort()).toEqual([addresses.bot, addresses.host].sort());
  expect(await context.cookies([addresses.bot, addresses.host])).toEqual([]);
  expect(await page.evaluate(() => document.cookie)).toBe('');
});

test('nothing on the page moves', { tag: '@4' }, async ({ page, visitor }) => {
  await page.addInitScript(() => {
    const shifts: number[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
      const { value, hadRecentInput } = entry as PerformanceEntry & {
        value: number; hadRecentInput: boolean };
      if (!hadRecentInput) shifts.push(value);
    })).observe({ type: 'layout-shift', buffered: true });
  });
  await visitor.startChat();
  await visitor.ask(words.startSymptoms);
  await visitor.close.click();
  await visitor.reload();
  await expect(visitor.said).toHaveCount(1);
  // the observer hears of a shift after the frame that made it
  await page.evaluate(() => new Promise((done) => {
    requestAnimationFrame(() => requestAnimationFrame(done));
  }));
  expect(await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts)).toEqual([]);
});

test('a tag pasted twice gives one chat', async ({ visitor }) => {
  await visitor.startChat({ page: 'twice' });
  await expect(visitor.chat).toHaveCount(1);
});

test.describe('options of the tag', { tag: '@1' }, () => {
  test('data-open opens the chat at load', async ({ visitor }) => {
    await visitor.visit({ options: { 'data-open': 'true' } });
    await expect(visitor.panel).toBeVisible();
  });

  test('data-title names the chat', async ({ page, visitor }) => {
    await visitor.startChat({ options: { 'data-title': 'Ask our clinic' } });
    await expect(page.getByRole('dialog', { name: 'Ask our clinic' })).toBeVisible();
    await expect(page.getByRole('heading', { name: 'Ask our clinic' })).toBeVisible();
  });

  test('data-position puts the chat on a side', async ({ page, visitor }) => {
    const middle = page.viewportSize()!.width / 2;
    const box = async () => (await visitor.launcher.boundingBox())!;
    await visitor.visit({ options: { 'data-position': 'left' } });
    expect((await box()).x + (await box()).width).toBeLessThan(middle);
    await visitor.visit({ options: { 'data-position': 'right' } });
    expect((await box()).x).toBeGreaterThan(middle);
    await visitor.visit();
    expect((await box()).x).toBeGreaterThan(middle);
  });

  test('data-theme stands above the visitor’s own setting', async ({ page, visitor }) => {
    const background = () => visitor.panel.evaluate((panel) => getComputedStyle(panel).backgroundColor);
    const seen: Record<string, string> = {};
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      for (const theme of ['auto', 'light', 'dark']) {
        await visitor.startChat({ options: { 'data-theme': theme } });
        seen[`${theme} on ${colorScheme}`] = await background();
      }
    }
    const [light, dark] = [seen['auto on light']!, seen['auto on dark']!];
    expect(light).not.toBe(dark);
    expect(seen).toEqual({
      'auto on light': light, 'light on light': light, 'dark on light': dark,
      'auto on dark': dark, 'light on dark': light, 'dark on dark': dark,
    });
  });

  test('data-server names another address of the assistant', async ({ page, visitor }) => {
    const asked: string[] = [];
    page.on('request', (request) => {
      if (request.method() === 'POST') asked.push(new URL(request.url()).origin);
    });
    await visitor.startChat({ options: { 'data-server': addresses.dead } });
    await visitor.say(words.startSymptoms);
    await expect(visitor.failure).toBeVisible();
    expect(asked).toEqual([addresses.dead]);
  });

  test('an unknown language falls back to English', async ({ visitor }) => {
    await visitor.startChat({ options: { 'data-language': 'xx' } });
    await expect(visitor.root).toHaveAttribute('lang', words.lang);
    await expect(visitor.send).toHaveText(words.send);
  });
});
