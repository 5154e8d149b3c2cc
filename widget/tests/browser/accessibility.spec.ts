/** axe in every state, what a screen reader is told, names, and sizes. */
import { heard, listen } from './support/announcements';
import { violations } from './support/axe';
import { answerWith, cut, hang } from './support/faults';
import { tooSmall } from './support/sight';
import { expect, test } from './support/test';
import type { Visitor } from './support/visitor';
import { plain, response, words } from './support/words';

const REPORT = 'I suddenly cannot move my legs';

/** Each state: its name, and how a visitor comes there. */
const STATES: Record<string, (visitor: Visitor) => Promise<void>> = {
  closed: async (visitor) => visitor.visit(),
  open: async (visitor) => visitor.startChat(),
  typing: async (visitor) => {
    await hang(visitor.page);
    await visitor.startChat();
    await visitor.say(words.startSymptoms);
    await expect(visitor.typing).toBeVisible();
  },
  'quick replies': async (visitor) => {
    await visitor.startChat();
    await visitor.ask(words.startSymptoms);
    await expect(visitor.quickReplies.first()).toBeVisible();
  },
  error: async (visitor) => {
    await cut(visitor.page);
    await visitor.startChat();
    await visitor.say(words.startSymptoms);
    await expect(visitor.retry).toBeVisible();
  },
  offline: async (visitor) => {
    await visitor.startChat();
    await visitor.page.context().setOffline(true);
    await visitor.say(words.startSymptoms);
    await expect(visitor.notice).toBeVisible();
  },
  dark: async (visitor) => {
    await visitor.page.emulateMedia({ colorScheme: 'dark' });
    await visitor.startChat();
    await visitor.ask(REPORT);
  },
  'forced colours': async (visitor) => {
    await visitor.page.emulateMedia({ forcedColors: 'active' });
    await visitor.startChat();
    await visitor.ask(REPORT);
  },
  'summary': async (visitor) => {
    await visitor.startChat();
    await visitor.ask(REPORT);
    await visitor.ask('stop');
  },
};

for (const [state, arrive] of Object.entries(STATES)) {
  test(`axe finds nothing: ${state}`, { tag: '@5' }, async ({ page, visitor }) => {
    await arrive(visitor);
    expect(await violations(page)).toEqual([]);
  });

  test(`axe finds nothing on a phone: ${state}`, { tag: '@5' }, async ({ page, visitor }) => {
    await page.setViewportSize({ width: 320, height: 640 });
    await arrive(visitor);
    expect(await violations(page)).toEqual([]);
  });

  test(`every target is large enough: ${state}`, { tag: '@9' }, async ({ page, visitor }) => {
    await arrive(visitor);
    // a link inside a sentence is as tall as its line
    const targets = visitor.chat.locator('button, textarea, a:not(.text a, .failure a)');
    expect(await targets.filter({ visible: true }).count()).toBeGreaterThan(4);
    expect(await tooSmall(targets)).toEqual([]);
    await page.setViewportSize({ width: 320, height: 640 });
    expect(await tooSmall(targets)).toEqual([]);
  });
}

test('send, close, start over and launcher have names', { tag: '@9' }, async ({ page, visitor }) => {
  await visitor.visit();
  const launcher = page.getByRole('button', { name: words.open, exact: true });
  await expect(launcher).toHaveAttribute('aria-expanded', 'false');
  await launcher.click();
  for (const name of [words.send, words.close, words.restart]) {
    await expect(page.getByRole('button', { name, exact: true })).toBeVisible();
  }
  await expect(page.getByRole('dialog', { name: words.title })).toBeVisible();
  await expect(page.getByRole('textbox', { name: words.input })).toBeVisible();
});

test.describe('what a screen reader is told', { tag: '@8' }, () => {
  test('the log is there, polite, before the first message', async ({ page, visitor }) => {
    await hang(page);
    await visitor.startChat();
    await expect(page.getByRole('log', { name: words.log })).toHaveAttribute('aria-live', 'polite');
  });

  test('an answer is announced', async ({ page, visitor }) => {
    await listen(page);
    await visitor.startChat();
    await visitor.ask(words.startContact);
    const answer = plain(response('utter_ask_contact'));
    await expect.poll(async () => (await heard(page)).filter(
      ({ role, text }) => role === 'log' && plain(text).includes(answer.slice(0, 30)))).toHaveLength(1);
  });

  test('an urgent answer is announced at once, and once', async ({ page, visitor }) => {
    await listen(page);
    await visitor.startChat();
    await visitor.ask(REPORT);
    await visitor.ask('No');
    const alerts = (await heard(page)).filter(({ role }) => role === 'alert');
    expect(alerts.map(({ text }) => plain(text))).toEqual([plain(response('utter_urgent_advice'))]);
  });

  test('a second urgent answer is announced again', async ({ page, visitor }) => {
    await listen(page);
    await visitor.startChat();
    await visitor.ask(REPORT);
    await visitor.ask('stop');
    const alerts = (await heard(page)).filter(({ role }) => role === 'alert');
    expect(alerts).toHaveLength(2);
  });

  test('an answer without urgency is not in the alert', async ({ visitor }) => {
    await visitor.startChat();
    await visitor.ask(words.startSymptoms);
    await expect(visitor.alert).toBeEmpty();
  });

  test('a reload announces nothing of the history', async ({ page, visitor }) => {
    await listen(page);
    await visitor.startChat();
    await visitor.ask(REPORT);
    const before = await visitor.messages.count();
    await visitor.reload();
    await expect(visitor.messages).toHaveCount(before);
    expect(await heard(page)).toEqual([]);
    await expect(visitor.alert).toBeEmpty();
    await visitor.ask('stop');
    const spoken = (await heard(page)).filter(({ role }) => role === 'log').map(({ text }) => text).join();
    expect(plain(spoken)).toContain(plain(response('utter_urgent_advice')).slice(0, 40));
  });

  test('waiting for an answer is announced', async ({ page, visitor }) => {
    await hang(page);
    await listen(page);
    await visitor.startChat();
    await visitor.say(words.startSymptoms);
    await expect.poll(() => heard(page)).toContainEqual({ role: 'status', text: words.typing });
  });

  test('who said it and when is part of every message', async ({ visitor }) => {
    await answerWith(visitor.page, [{ text: 'An answer' }]);
    await visitor.startChat();
    await visitor.ask('A question');
    await expect(visitor.said.last()).toContainText(words.you);
    await expect(visitor.answers.last()).toContainText(words.title);
    for (const message of [visitor.said.last(), visitor.answers.last()]) {
      await expect(message.locator('time')).toHaveAttribute('datetime', /^\d{4}-\d\d-\d\dT/);
      await expect(message.locator('time')).toHaveText(/\d:\d\d/);
    }
  });
});
