/** A report and its answer survive whatever the visitor, the page and the server do meanwhile. */
import { failWith, hang, heal } from './support/faults';
import { expect, test } from './support/test';
import { ROUTES, watchMessages } from './support/visitor';
import { plain, response, words } from './support/words';

const REPORT = 'I suddenly cannot move my legs';
const URGENT = response('utter_urgent_advice');

test('an urgent answer opens the chat that was closed while it was awaited', async ({ page, visitor }) => {
  let release = (): void => {};
  const released = new Promise<void>((resolve) => { release = resolve; });
  await page.route(ROUTES.messages, async (route) => {
    await released;
    await route.continue();
  });
  await visitor.startChat();
  await visitor.say(REPORT);
  await visitor.close.click();
  await expect(visitor.panel).toBeHidden();
  release();
  await expect(visitor.urgent.first()).toBeVisible();
});

test('what was said before a fault is shown, and the message can be sent again', async ({ page, visitor }) => {
  await failWith(page, 503, {
    error: 'late', text: response('utter_fault'), replies: [{ text: URGENT, kind: 'urgent', time: 1 }] });
  await visitor.startChat();
  const sent = watchMessages(page);
  await visitor.say(REPORT);
  await expect(visitor.urgent).toBeVisible();
  await expect(visitor.alert).toContainText(URGENT.split('\n')[0]!);
  expect(plain(await visitor.failure.innerText())).toBe(plain(response('utter_fault')));
  await heal(page);
  await visitor.retry.click();
  await expect(visitor.said.last()).toHaveClass(/\bsent\b/);
  expect(sent[1]).toEqual(sent[0]);
});

test('a reload while an answer is awaited keeps the message', async ({ page, visitor }) => {
  await hang(page);
  await visitor.startChat();
  await visitor.say(REPORT);
  await expect(visitor.typing).not.toBeEmpty();
  await visitor.reload();
  await expect(visitor.said.locator('.text')).toHaveText(REPORT);
  await heal(page);
  await visitor.retry.click();
  await expect(visitor.urgent.first()).toBeVisible();
  await expect(visitor.retry).toHaveCount(0);
});

test('a page that navigates by itself keeps the chat and the conversation', async ({ page, visitor }) => {
  await visitor.startChat({ page: 'fallback' });
  await visitor.ask(words.startDefinition);
  await page.evaluate(() => {
    const body = document.createElement('body');
    body.innerHTML = '<p data-spinebot-fallback>contacts</p>';
    document.body = body;
  });
  await expect(visitor.said).toHaveCount(1);
  await expect(page.locator('[data-spinebot-fallback]')).toBeHidden();
});

test('a page brought back as a copy has its chat and contacts', async ({ page, visitor }) => {
  await visitor.visit();
  await page.evaluate(() => { document.body = document.body.cloneNode(true) as HTMLBodyElement; });
  await expect(visitor.banner).toBeVisible();
  await visitor.openChat();
  await visitor.ask(words.startDefinition);
  expect(plain(await visitor.lastAnswer())).toBe(plain(response('utter_ask_definition')));
});

for (const [width, height, size] of [[320, 256, 16], [320, 568, 32]] as const) {
  test(`offline at ${width}x${height} with text of ${size} px, everything can be reached`,
    async ({ context, page, visitor }) => {
      await page.setViewportSize({ width, height });
      await visitor.visit();
      await page.evaluate((px) => { document.documentElement.style.fontSize = `${px}px`; }, size);
      await visitor.openChat();
      await context.setOffline(true);
      await expect(visitor.notice).not.toBeEmpty();
      for (const part of [visitor.log, visitor.notice, visitor.input, visitor.send, visitor.close]) {
        await part.scrollIntoViewIfNeeded();
        await expect(part).toBeInViewport({ ratio: 0.5 });
        await expect(visitor.banner.locator('.emergency')).toBeInViewport({ ratio: 1 });
      }
      expect((await visitor.log.boundingBox())!.height).toBeGreaterThanOrEqual(size * 5);
    });
}
