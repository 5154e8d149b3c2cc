/** When no answer comes: one clear text with the contacts, a way to try again, and no repetition. */
import type { Page } from '@playwright/test';
import { cut, failWith, hang, heal, loseAnswers } from './support/faults';
import { expect, test } from './support/test';
import { type Visitor, watchMessages } from './support/visitor';
import { contacts, filled, plain, response, words } from './support/words';

const LIMIT = 20_000; // ms
const LONG = 10 * 60_000; // ms

async function expectOneFailure(visitor: Visitor, text = filled(words.failed)): Promise<void> {
  await expect(visitor.failure).toHaveCount(1);
  await expect(visitor.failure).toHaveText(text);
  for (const contact of [contacts.emergency, contacts.phone]) {
    await expect(visitor.failure).toContainText(contact);
  }
  await expect(visitor.retry).toHaveCount(1);
  await expect(visitor.retry).toBeVisible();
  await expect(visitor.typing).toBeHidden();
}

const FAULTS: Record<string, (page: Page) => Promise<void>> = {
  'the connection is cut': cut,
  'the server answers 500': (page) => failWith(page, 500, 'Internal Server Error'),
  'the server answers []': (page) => failWith(page, 200, []),
  'the server answers with no replies': (page) => failWith(page, 200, { id: 'x', replies: [] }),
  'the server answers null': (page) => failWith(page, 200, 'null'),
  'the server answers a page of a proxy': (page) => failWith(page, 200, '<html>Sign in</html>'),
  'the server answers 502 with HTML': (page) => failWith(page, 502, '<html>Bad gateway</html>'),
  'the server answers 200 with nothing': (page) => failWith(page, 200, ''),
};

for (const [fault, cause] of Object.entries(FAULTS)) {
  test(`${fault}: one failure, and Retry brings the answer`, { tag: ['@11', '@21'] },
    async ({ page, visitor }) => {
      await page.clock.install();
      const sent = watchMessages(page);
      await cause(page);
      await visitor.startChat();
      await expect(visitor.banner.locator('a.emergency')).toBeVisible();
      await visitor.say(words.startDefinition);
      await expectOneFailure(visitor);
      await expect(visitor.banner.locator('a.emergency')).toBeVisible();
      await page.clock.fastForward(LONG);
      await page.evaluate(() => { dispatchEvent(new Event('online')); dispatchEvent(new Event('focus')); });
      await expectOneFailure(visitor);
      expect(sent).toHaveLength(1);

      await heal(page);
      await visitor.retry.click();
      await expect.poll(async () => plain(await visitor.lastAnswer()))
        .toBe(plain(response('utter_ask_definition')));
      await expect(visitor.failure).toHaveCount(0);
      await expect(visitor.said).toHaveCount(1);
      expect(sent).toHaveLength(2);
      expect(sent[1]).toEqual(sent[0]);
    });
}

test('no answer for 20 seconds is a failure, and not before', { tag: ['@11', '@21'] },
  async ({ page, visitor }) => {
    await page.clock.install();
    await visitor.startChat();
    await hang(page);
    const sent = watchMessages(page);
    await visitor.say(words.startDefinition);
    await expect.poll(() => sent.length).toBe(1);
    await expect(visitor.typing).toBeVisible();
    await page.clock.pauseAt(await page.evaluate(() => Date.now() + 1_000));
    await page.clock.fastForward(LIMIT - 5_000);
    await expect(visitor.typing).toBeVisible();
    await expect(visitor.failure).toHaveCount(0);
    await expect(visitor.banner.locator('a.emergency')).toBeVisible();
    await page.clock.fastForward(5_000);
    await expectOneFailure(visitor);
    await page.clock.fastForward(LONG);
    expect(sent).toHaveLength(1);
    await heal(page);
    await page.clock.resume();
    await visitor.retry.click();
    await expect.poll(async () => plain(await visitor.lastAnswer()))
      .toBe(plain(response('utter_ask_definition')));
  });

for (const status of [400, 403, 413, 429, 503]) {
  test(`what the server says with ${status} is what the visitor reads`, { tag: '@21' },
    async ({ page, visitor }) => {
      const text = `Busy just now. In an emergency, call ${contacts.emergency}. The clinic: ${contacts.phone}.`;
      await failWith(page, status, { error: 'for the developer', text });
      await visitor.startChat();
      await visitor.say(words.startDefinition);
      await expectOneFailure(visitor, text);
      await expect(visitor.panel).not.toContainText('for the developer');
    });
}

test('an answer lost on its way is shown by Retry, once', { tag: '@21' }, async ({ page, visitor }) => {
  await loseAnswers(page);
  await visitor.startChat();
  await visitor.say('I suddenly cannot move my legs');
  await expectOneFailure(visitor);
  await heal(page);
  await visitor.retry.click();
  await expect(visitor.urgent).toHaveCount(1);
  await expect(visitor.said).toHaveCount(1);
  const answers = (await visitor.allAnswers()).map(plain);
  await visitor.reload();
  await expect(visitor.said).toHaveCount(1);
  await expect(visitor.urgent).toHaveCount(1);
  const urgent = plain(response('utter_urgent_advice'));
  const shown = (await visitor.allAnswers()).map(plain);
  expect(shown.slice(shown.indexOf(urgent))).toEqual(answers.slice(answers.indexOf(urgent)));
});

test('a message that failed is still there after a reload, with Retry', { tag: '@21' },
  async ({ page, visitor }) => {
    const sent = watchMessages(page);
    await cut(page);
    await visitor.startChat();
    await visitor.say(words.startDefinition);
    await expectOneFailure(visitor);
    await visitor.reload();
    await expectOneFailure(visitor);
    expect(sent).toHaveLength(1);
    await heal(page);
    await visitor.retry.click();
    await expect.poll(async () => plain(await visitor.lastAnswer()))
      .toBe(plain(response('utter_ask_definition')));
    expect(sent[1]).toEqual(sent[0]);
  });

test('a failed message does not stop the next one', { tag: '@21' }, async ({ page, visitor }) => {
  await cut(page);
  await visitor.startChat();
  await visitor.say('hello');
  await expectOneFailure(visitor);
  await heal(page);
  await visitor.ask(words.startDefinition);
  expect(plain(await visitor.lastAnswer())).toBe(plain(response('utter_ask_definition')));
  await expectOneFailure(visitor);
});

test('a history that does not load says so with the contacts, and the chat works', { tag: '@21' },
  async ({ page, visitor }) => {
    await visitor.startChat();
    await visitor.ask(words.startDefinition);
    await page.route('**/webhooks/website/history', (route) => route.abort());
    await visitor.reload();
    await expect(visitor.panel).toContainText(filled(words.historyFailed));
    await visitor.ask(words.startSymptoms);
    expect(plain(await visitor.lastAnswer())).toBe(plain(response('utter_ask_symptoms')));
  });
