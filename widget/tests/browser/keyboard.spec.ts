/** The whole chat without a mouse, by real key presses. */
import type { Page } from '@playwright/test';
import { expect, test } from './support/test';
import { choices, plain, response, words } from './support/words';

/** The names of the elements that Tab reaches one after the other, from the top of the page. */
async function tabStops(page: Page, most: number): Promise<string[]> {
  const found: string[] = [];
  for (let press = 0; press < most; press += 1) {
    await page.keyboard.press('Tab');
    const name = await page.evaluate(() => {
      let focused = document.activeElement;
      while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
      return focused === document.body ? '' : `${focused?.localName}.${focused?.className}`;
    });
    if (!name) break;
    found.push(name);
  }
  return found;
}

test('from Tab to an answer, a quick reply, and back out', { tag: '@7' }, async ({ page, visitor }) => {
  await visitor.visit();
  for (let press = 0; press < 10; press += 1) {
    await page.keyboard.press('Tab');
    if (await visitor.launcher.evaluate((launcher) => launcher.matches(':focus'))) break;
  }
  await expect(visitor.launcher).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(visitor.input).toBeFocused();

  await page.keyboard.type(words.startSymptoms);
  await page.keyboard.press('Enter');
  const offered = choices('utter_ask_symptoms');
  await expect(visitor.quickReplies).toHaveCount(offered.length);
  await expect(visitor.input).toBeFocused();

  await page.keyboard.press('Shift+Tab');
  const chosen = offered[offered.length - 1]!;
  await expect(visitor.quickReply(chosen.title)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(visitor.input).toBeFocused();
  await expect(visitor.said.last()).toContainText(chosen.title);
  await expect.poll(async () => plain(await visitor.lastAnswer()))
    .toBe(plain(response('utter_ask_treatment')));

  await page.keyboard.press('Escape');
  await expect(visitor.panel).toBeHidden();
  await expect(visitor.launcher).toBeFocused();
});

test('on a phone the same keys work', { tag: '@7' }, async ({ page, visitor }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await visitor.visit();
  await visitor.launcher.focus();
  await page.keyboard.press('Enter');
  await expect(visitor.input).toBeFocused();
  await page.keyboard.type(words.startSymptoms);
  await page.keyboard.press('Enter');
  await expect(visitor.quickReplies.first()).toBeVisible();
  await expect(visitor.input).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(visitor.panel).toBeHidden();
  await expect(visitor.launcher).toBeFocused();
});

test('while it is closed, Tab reaches the banner and the launcher only', { tag: '@7' },
  async ({ page, visitor }) => {
    await visitor.visit();
    await expect(visitor.launcher).toBeVisible();
    expect(await tabStops(page, 12)).toEqual([
      'a.emergency', 'a.call', 'a.whatsapp', 'a.email', 'button.launcher']);
    await visitor.openChat();
    await visitor.ask(words.startSymptoms);
    await page.keyboard.press('Escape');
    await expect(visitor.panel).toBeHidden();
    await page.reload();
    await expect(visitor.launcher).toBeVisible();
    expect(await tabStops(page, 12)).toEqual([
      'a.emergency', 'a.call', 'a.whatsapp', 'a.email', 'button.launcher']);
  });

test('every control of the open chat is reached by Tab, in reading order', { tag: '@7' },
  async ({ page, visitor }) => {
    await visitor.startChat();
    await visitor.ask('I suddenly cannot move my legs');
    await visitor.ask('stop');
    await visitor.restart.focus();
    const stops = ['button.restart', ...await tabStops(page, 30)];
    const wanted = ['button.restart', 'button.close', 'a.emergency', 'a.call', 'a.whatsapp', 'a.email',
      'div.log', 'button.copy', 'a.share', 'button.print', 'textarea.', 'button.send'];
    expect(stops.filter((stop) => wanted.includes(stop))).toEqual(wanted);
  });

test('the log scrolls by keys', { tag: '@7' }, async ({ page, visitor }) => {
  await visitor.startChat();
  await visitor.ask(words.startSymptoms);
  await visitor.ask(words.startContact);
  await visitor.ask(words.startDefinition);
  await visitor.log.focus();
  const top = () => visitor.log.evaluate((log) => log.scrollTop);
  await page.keyboard.press('Home');
  await expect.poll(top).toBe(0);
  await page.keyboard.press('End');
  await expect.poll(top).toBeGreaterThan(0);
});

test('Shift+Enter makes a line, Enter sends', async ({ page, visitor }) => {
  await visitor.startChat();
  await page.keyboard.type('hello');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('there');
  await expect(visitor.input).toHaveValue('hello\nthere');
  await page.keyboard.press('Enter');
  await expect(visitor.said.last().locator('.text')).toContainText('hello');
  await expect(visitor.input).toHaveValue('');
});

test('a blank message is not sent', async ({ page, visitor }) => {
  await visitor.startChat();
  await visitor.input.fill('   ');
  await page.keyboard.press('Enter');
  await expect(visitor.said).toHaveCount(0);
});

test('on a phone Tab stays in the chat that fills the screen', { tag: '@7' }, async ({ page, visitor }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await visitor.startChat();
  const stops = await tabStops(page, 20);
  expect(stops).toContain('button.send');
  expect(stops).not.toContain('button.launcher');
});
