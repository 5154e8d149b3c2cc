/** What is kept from one page to the next, and for how long. */
import { expect, test } from './support/test';
import { historyIs } from './support/faults';
import { plain, response, words } from './support/words';

const HOUR = 60 * 60 * 1000;
const UUID4 = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;
const REPORT = 'I suddenly cannot move my legs';
const URGENT = plain(response('utter_urgent_advice'));

test.describe('a reload', { tag: '@19' }, () => {
  test('keeps the id, the messages and their look', async ({ visitor }) => {
    await visitor.startChat();
    await visitor.ask(REPORT);
    await visitor.ask('stop');
    const id = await visitor.conversationId();
    expect(id).toMatch(UUID4);
    const seen = async () => (await visitor.messages.evaluateAll((all) => all.map((each) => [
      each.className, (each.querySelector('.text') as HTMLElement).innerText]))).slice(-6);
    const before = await seen();
    await visitor.reload();
    await expect(visitor.said).toHaveCount(2);
    expect(await visitor.conversationId()).toBe(id);
    expect(await seen()).toEqual(before);
    await expect(visitor.panel.locator('.summary-actions')).toHaveCount(1);
  });

  test('goes on where the assistant was', async ({ visitor }) => {
    await visitor.startChat();
    await visitor.ask(REPORT);
    const question = plain(await visitor.lastAnswer());
    await visitor.reload();
    await expect(visitor.said).toHaveCount(1);
    expect(plain(await visitor.lastAnswer())).toBe(question);
    await visitor.choose('No');
    const next = plain(await visitor.lastAnswer());
    expect(next).not.toBe(question);
    expect(next).not.toBe(plain(response('utter_deny')));
    await visitor.ask('stop');
    expect(plain(await visitor.lastAnswer())).toBe(URGENT);
  });

  test('brings back the newest 50 messages of a long conversation', async ({ visitor }) => {
    await visitor.startChat();
    const said = Array.from({ length: 27 }, (_, place) => `goodbye ${place}`);
    for (const text of said) await visitor.ask(text);
    await visitor.reload();
    await expect(visitor.messages).toHaveCount(50);
    await expect(visitor.said.last().locator('.text')).toHaveText(said[26]!);
  });

  test('shows no more than 50 even where the server sends more', async ({ page, visitor }) => {
    await visitor.startChat();
    await visitor.ask('hello');
    await historyIs(page, Array.from({ length: 80 }, (_, place) => (
      { from: 'bot', text: `answer ${place}`, kind: 'text', time: Date.now() })));
    await visitor.reload();
    await expect(visitor.messages).toHaveCount(50);
    await expect(visitor.answers.last()).toContainText('answer 79');
    await expect(visitor.answers.first()).toContainText('answer 30');
  });
});

test('the conversation expires 24 hours after its last use', { tag: '@19' }, async ({ page, visitor }) => {
  const start = Date.now();
  await page.clock.install({ time: start });
  await visitor.startChat();
  await visitor.ask('hello');
  const id = await visitor.conversationId();

  await page.clock.setSystemTime(start + 23 * HOUR);
  await visitor.reload();
  await expect(visitor.said).toHaveCount(1);
  await visitor.ask('hello again');
  expect(await visitor.conversationId()).toBe(id);

  await page.clock.setSystemTime(start + 46 * HOUR);
  await visitor.reload();
  await expect(visitor.said).toHaveCount(2);

  await page.clock.setSystemTime(start + 71 * HOUR);
  await visitor.reload();
  await expect(visitor.log).toContainText(plain(words.welcome).slice(0, 20));
  await expect(visitor.said).toHaveCount(0);
  await visitor.ask('hello');
  expect(await visitor.conversationId()).toMatch(UUID4);
  expect(await visitor.conversationId()).not.toBe(id);
});

test.describe('Start over', { tag: '@19' }, () => {
  test('empties the chat and makes a new id', async ({ visitor }) => {
    await visitor.startChat();
    await visitor.ask(words.startDefinition);
    const id = await visitor.conversationId();
    await visitor.restart.click();
    await expect(visitor.said).toHaveCount(0);
    await expect(visitor.log).not.toContainText(plain(response('utter_ask_definition')).slice(0, 40));
    const next = await visitor.conversationId();
    expect(next).toMatch(UUID4);
    expect(next).not.toBe(id);
    await visitor.ask('hello');
    expect(await visitor.conversationId()).toBe(next);
    await visitor.reload();
    await expect(visitor.said).toHaveCount(1);
  });

  test('keeps an urgent message in sight', async ({ visitor }) => {
    await visitor.startChat();
    await visitor.ask(REPORT);
    await visitor.ask('stop');
    const id = await visitor.conversationId();
    await visitor.restart.click();
    await expect(visitor.said).toHaveCount(0);
    await expect(visitor.urgent).toHaveCount(1);
    expect(plain(await visitor.urgent.locator('.text').innerText())).toBe(URGENT);
    expect(await visitor.conversationId()).not.toBe(id);
    await visitor.ask(words.startDefinition);
    await expect(visitor.urgent).toHaveCount(1);
  });

  test('in the middle of the flow ends it: the next answer is a new conversation’s', async ({ visitor }) => {
    await visitor.startChat();
    await visitor.ask(REPORT);
    await visitor.restart.click();
    await visitor.ask(words.startDefinition);
    expect(plain(await visitor.lastAnswer())).toBe(plain(response('utter_ask_definition')));
  });
});

for (const [trouble, block] of [
  ['is forbidden', () => {
    Object.defineProperty(window, 'localStorage', {
      get: () => { throw new DOMException('The operation is insecure.', 'SecurityError'); } });
  }],
  ['is full', () => {
    Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };
  }],
  ['holds rubbish', () => { localStorage.setItem('spinebot', '{"conversation": 7, "outbox": "x"'); }],
  ['holds another shape', () => { localStorage.setItem('spinebot', '[null]'); }],
] as const) {
  test(`the chat works where storage ${trouble}`, { tag: '@19' }, async ({ page, visitor }) => {
    await page.addInitScript(block);
    await visitor.startChat();
    await visitor.ask(REPORT);
    await expect(visitor.urgent).toHaveCount(1);
    await visitor.ask('stop');
    expect(plain(await visitor.lastAnswer())).toBe(URGENT);
    await visitor.restart.click();
    await visitor.ask(words.startDefinition);
    expect(plain(await visitor.lastAnswer())).toBe(plain(response('utter_ask_definition')));
  });
}
