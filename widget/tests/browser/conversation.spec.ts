/** Asking, quick replies, what typed words can and cannot do, and how answers look. */
import { answerWith, hang } from './support/faults';
import { expect, test } from './support/test';
import { watchMessages } from './support/visitor';
import { choices, contacts, filled, plain, response, words } from './support/words';

const UUID4 = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;

test.describe('quick replies', { tag: '@14' }, () => {
  test('one shows its title, sends its payload, and vanishes with its neighbours',
    async ({ page, visitor }) => {
      const sent = watchMessages(page);
      await visitor.startChat();
      await visitor.ask(words.startDefinition);
      const offered = choices('utter_ask_definition');
      await expect(visitor.quickReplies).toHaveText(offered.map(({ title }) => title));
      const { title, payload } = offered[0]!;
      await visitor.choose(title);
      await expect(visitor.said.last().locator('.text')).toHaveText(title);
      expect(sent[1]).toEqual({ conversation: sent[0]!.conversation, id: expect.stringMatching(UUID4), payload });
      expect(plain(await visitor.lastAnswer())).toBe(plain(response('utter_ask_causes')));
      await expect(visitor.quickReplies).toHaveText(
        choices('utter_ask_causes').map((choice) => choice.title));
    });

  test('while the answer is awaited, the used ones are gone', async ({ page, visitor }) => {
    await visitor.startChat();
    await visitor.ask(words.startDefinition);
    await hang(page);
    await visitor.quickReply(choices('utter_ask_definition')[0]!.title).click();
    await expect(visitor.typing).toBeVisible();
    await expect(visitor.quickReplies).toHaveCount(0);
  });

  test('those not used survive a reload and still work', async ({ page, visitor }) => {
    await visitor.startChat();
    await visitor.ask(words.startDefinition);
    const offered = choices('utter_ask_definition');
    await visitor.reload();
    await expect(visitor.quickReplies).toHaveText(offered.map(({ title }) => title));
    const sent = watchMessages(page);
    await visitor.choose(offered[2]!.title);
    expect(sent[0]?.payload).toBe(offered[2]!.payload);
    expect(plain(await visitor.lastAnswer())).toBe(plain(response('utter_ask_treatment')));
  });

  test('a used one shows its title after a reload, and is not offered again', async ({ visitor }) => {
    await visitor.startChat();
    await visitor.ask(words.startDefinition);
    const { title } = choices('utter_ask_definition')[0]!;
    await visitor.choose(title);
    await visitor.reload();
    await expect(visitor.said.locator('.text')).toHaveText([words.startDefinition, title]);
    await expect(visitor.quickReplies).toHaveText(
      choices('utter_ask_causes').map((choice) => choice.title));
  });

  test('typing instead of choosing makes them vanish', async ({ visitor }) => {
    await visitor.startChat();
    await visitor.ask(words.startDefinition);
    await visitor.ask('goodbye');
    await expect(visitor.quickReplies).toHaveCount(0);
  });
});

test('an empty chat greets and offers ways to begin', async ({ visitor }) => {
  await visitor.startChat();
  expect(plain(await visitor.log.innerText())).toContain(plain(filled(words.welcome)));
  const ways = [words.startSigns, words.startDefinition, words.startSymptoms, words.startContact];
  await expect(visitor.quickReplies).toHaveText(ways);
  await visitor.choose(words.startSymptoms);
  expect(plain(await visitor.lastAnswer())).toBe(plain(response('utter_ask_symptoms')));
});

test('the first way to begin leads to the urgent message', async ({ visitor }) => {
  await visitor.startChat();
  await visitor.choose(words.startSigns);
  expect(plain((await visitor.urgent.first().locator('.text').innerText())))
    .toBe(plain(response('utter_urgent_advice')));
});

test.describe('typed words are words', { tag: '@15' }, () => {
  for (const command of ['/report_red_flag', '  /report_red_flag', '/restart', '/session_start',
    '/affirm{"clinic_phone": "000"}']) {
    test(`${command.trim()} from ${command.search(/\S/)} spaces`, async ({ visitor }) => {
      await visitor.startChat();
      await visitor.ask(command);
      await expect(visitor.said.last().locator('.text')).toHaveText(command.trim());
      await expect(visitor.urgent).toHaveCount(0);
      await visitor.ask(words.startContact);
      await expect(visitor.answers.last()).toContainText(contacts.phone);
    });
  }

  test('/restart does not take back a report', async ({ visitor }) => {
    await visitor.startChat();
    await visitor.ask('I suddenly cannot move my legs');
    await visitor.ask('/restart');
    await visitor.ask('stop');
    await visitor.ask(words.startSymptoms);
    expect(plain(await visitor.lastAnswer())).toBe(plain(response('utter_urgent_reminder')));
  });
});

test.describe('the length of a message', { tag: '@25' }, () => {
  test('ends at 1,000 characters', async ({ page, visitor }) => {
    const sent = watchMessages(page);
    await visitor.startChat();
    await visitor.input.focus();
    await page.keyboard.insertText('a'.repeat(990));
    await page.keyboard.type('b'.repeat(30));
    await expect(visitor.input).toHaveValue('a'.repeat(990) + 'b'.repeat(10));
    await expect(visitor.panel).toContainText(filled(words.left, { count: '0' }));
    await page.keyboard.press('Enter');
    await expect.poll(() => sent[0]?.text).toHaveLength(1000);
  });

  test('how much is left is not shown to who writes little', async ({ visitor }) => {
    await visitor.startChat();
    await visitor.input.fill('hello');
    await expect(visitor.panel.locator('.left-over')).toHaveCount(0);
  });
});

test('bullets, bold words and links are drawn as such', async ({ page, visitor }) => {
  await answerWith(page, [{
    text: 'Before\n• first **strong** point\n• see https://example.org/a?b=1 there\nAfter' }]);
  await visitor.startChat();
  await visitor.ask('hello');
  const text = visitor.answers.last().locator('.text');
  await expect(text.getByRole('listitem')).toHaveText(
    ['first strong point', 'see https://example.org/a?b=1 there']);
  await expect(text.locator('strong')).toHaveText('strong');
  await expect(text.getByRole('link')).toHaveAttribute('href', 'https://example.org/a?b=1');
  await expect(text.locator('p')).toHaveText(['Before', 'After']);
});

test('several replies come one below the other, in order', async ({ page, visitor }) => {
  await answerWith(page, [{ text: 'one' }, { text: 'two', buttons: [{ title: 'A', payload: 'a' }] },
    { text: 'three', buttons: [{ title: 'B', payload: 'b' }] }]);
  await visitor.startChat();
  await visitor.ask('hello');
  expect((await visitor.allAnswers()).slice(-3)).toEqual(['one', 'two', 'three']);
  await expect(visitor.quickReplies).toHaveText(['B']);
});

test('messages that come while the panel is closed are there when it opens', async ({ page, visitor }) => {
  await visitor.startChat();
  const answered = page.waitForResponse(/\/messages$/);
  await visitor.say(words.startDefinition);
  await visitor.close.click();
  await answered;
  await visitor.openChat();
  await expect.poll(async () => plain(await visitor.lastAnswer()))
    .toBe(plain(response('utter_ask_definition')));
});
