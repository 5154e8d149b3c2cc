/** Without a network, and with more than one tab. */
import { expect, test } from './support/test';
import { Visitor, watchMessages } from './support/visitor';
import { filled, plain, response, words } from './support/words';

const DEFINITION = plain(response('utter_ask_definition'));

test.describe('offline', { tag: '@20' }, () => {
  test('a message waits, is sent once, and is answered once', async ({ context, page, visitor }) => {
    const sent = watchMessages(page);
    await visitor.startChat();
    const before = await visitor.answers.count();
    await context.setOffline(true);
    await expect(visitor.notice).toHaveText(filled(words.offline));
    await visitor.say(words.startDefinition);
    await expect(visitor.said.last().locator('.state')).toHaveText(words.queued);
    await expect(visitor.typing).toBeHidden();
    expect(sent).toEqual([]);

    await context.setOffline(false);
    await expect(visitor.said.last()).toHaveClass(/\bsent\b/);
    await expect(visitor.answers).toHaveCount(before + 1);
    expect(plain(await visitor.lastAnswer())).toBe(DEFINITION);
    await expect(visitor.log.locator('.state')).toHaveCount(0);
    await expect(visitor.notice).toBeEmpty();
    expect(sent).toHaveLength(1);
    await visitor.reload();
    await expect(visitor.said).toHaveCount(1);
    expect(sent).toHaveLength(1);
  });

  test('several messages keep their order', async ({ context, page, visitor }) => {
    const sent = watchMessages(page);
    await visitor.startChat();
    await context.setOffline(true);
    const said = ['I suddenly cannot move my legs', 'No', 'stop'];
    for (const text of said) await visitor.say(text);
    await expect(visitor.log.locator('.state')).toHaveCount(said.length);
    await context.setOffline(false);
    await expect(visitor.log.locator('.state')).toHaveCount(0);
    await expect(visitor.said.last()).toHaveClass(/\bsent\b/);
    expect(sent.map(({ text }) => text)).toEqual(said);
    expect(plain(await visitor.lastAnswer())).toBe(plain(response('utter_urgent_advice')));
  });

  test('a chosen quick reply waits as well, with its payload', async ({ context, page, visitor }) => {
    await visitor.startChat();
    await visitor.ask(words.startDefinition);
    const sent = watchMessages(page);
    await context.setOffline(true);
    const chosen = visitor.quickReplies.first();
    const title = await chosen.innerText();
    await chosen.click();
    await expect(visitor.said.last().locator('.state')).toHaveText(words.queued);
    await context.setOffline(false);
    await expect(visitor.said.last()).toHaveClass(/\bsent\b/);
    await expect(visitor.said.last().locator('.text')).toHaveText(title);
    expect(sent).toEqual([expect.objectContaining({ payload: expect.any(String) })]);
    expect(plain(await visitor.lastAnswer())).toBe(plain(response('utter_ask_causes')));
  });

  test('a message that waits survives the page and is sent by the next one',
    async ({ context, page, visitor }) => {
      await visitor.startChat();
      await context.setOffline(true);
      await visitor.say(words.startDefinition);
      await expect(visitor.said.last().locator('.state')).toHaveText(words.queued);
      await page.close();
      await context.setOffline(false);
      const next = new Visitor(await context.newPage());
      const sent = watchMessages(next.page);
      await next.startChat();
      await expect(next.said.last()).toHaveClass(/\bsent\b/);
      await expect(next.said).toHaveCount(1);
      expect(plain(await next.lastAnswer())).toBe(DEFINITION);
      expect(sent).toHaveLength(1);
    });

  test('a chat opened offline greets and shows the contacts', async ({ context, visitor }) => {
    await visitor.visit();
    await expect(visitor.launcher).toBeVisible();
    await context.setOffline(true);
    await visitor.openChat();
    await expect(visitor.notice).toHaveText(filled(words.offline));
    await expect(visitor.banner.locator('a.emergency')).toBeVisible();
    await visitor.say('hello');
    await expect(visitor.said.last().locator('.state')).toHaveText(words.queued);
  });
});

test.describe('two tabs', { tag: '@23' }, () => {
  /** A second tab of the same visitor with the chat open. */
  async function secondTab(visitor: Visitor): Promise<Visitor> {
    const second = new Visitor(await visitor.page.context().newPage());
    await second.startChat();
    return second;
  }

  const texts = async (visitor: Visitor): Promise<string[]> =>
    (await visitor.messages.locator('.text').allInnerTexts()).map(plain);

  test('what is said in one is shown in the other', async ({ visitor }) => {
    await visitor.startChat();
    await visitor.ask(words.startDefinition);
    const second = await secondTab(visitor);
    await expect(second.said).toHaveCount(1);
    expect(await second.conversationId()).toBe(await visitor.conversationId());
    await second.ask(words.startContact);
    await visitor.page.bringToFront();
    await expect(visitor.said).toHaveCount(2);
    await expect.poll(() => texts(visitor)).toEqual(await texts(second));
    await visitor.ask('I suddenly cannot move my legs');
    await expect(second.urgent).toHaveCount(1);
    await expect.poll(() => texts(second)).toEqual(await texts(visitor));
  });

  test('what both say at the same time is lost in neither', async ({ visitor }) => {
    await visitor.startChat();
    await visitor.ask('hello');
    const second = await secondTab(visitor);
    await expect(second.said).toHaveCount(1);
    await Promise.all([visitor.say(words.startDefinition), second.say(words.startContact)]);
    for (const tab of [visitor, second]) {
      await expect(tab.said).toHaveCount(3);
      await expect(tab.log).toContainText(DEFINITION.slice(0, 40));
      await expect.poll(async () => (await texts(tab)).includes(plain(response('utter_ask_contact'))))
        .toBe(true);
      await tab.reload();
      await expect(tab.said).toHaveCount(3);
    }
    expect(await texts(visitor)).toEqual(await texts(second));
  });

  test('both begin at the same time and share one conversation', async ({ visitor }) => {
    await visitor.startChat();
    const second = await secondTab(visitor);
    await visitor.ask('hello');
    await second.ask(words.startDefinition);
    expect(await second.conversationId()).toBe(await visitor.conversationId());
    for (const tab of [visitor, second]) {
      await tab.reload();
      await expect(tab.said.locator('.text')).toHaveText(['hello', words.startDefinition]);
    }
  });

  test('what waits in one is not lost when the other speaks', async ({ context, visitor }) => {
    await visitor.startChat();
    await visitor.ask('hello');
    const second = await secondTab(visitor);
    await context.setOffline(true);
    await visitor.say(words.startDefinition);
    await second.say(words.startContact);
    await context.setOffline(false);
    for (const tab of [visitor, second]) {
      await expect(tab.log.locator('.state')).toHaveCount(0);
      await expect(tab.said).toHaveCount(3);
    }
    await second.reload();
    await expect(second.said).toHaveCount(3);
    const shown = await texts(second);
    for (const answer of [DEFINITION, plain(response('utter_ask_contact'))]) {
      expect(shown.filter((text) => text === answer)).toHaveLength(1);
    }
  });

  test('starting over in one starts over in the other', async ({ visitor }) => {
    await visitor.startChat();
    await visitor.ask('hello');
    const second = await secondTab(visitor);
    await expect(second.said).toHaveCount(1);
    await second.restart.click();
    await expect(visitor.said).toHaveCount(0);
    expect(await visitor.conversationId()).toBe(await second.conversationId());
  });
});
