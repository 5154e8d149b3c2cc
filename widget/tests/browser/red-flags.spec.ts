/** The promise, as a visitor of the website sees it. */
import type { APIRequestContext } from '@playwright/test';
import { addresses } from './support/addresses';
import { hidden } from './support/sight';
import { expect, test } from './support/test';
import { contacts, plain, response, words } from './support/words';

const REPORT = "my dad can't move his legs since the epidural this morning";
const URGENT = plain(response('utter_urgent_advice'));

/** The texts with which the same server answers the same messages over REST. */
async function overRest(request: APIRequestContext, messages: string[]): Promise<string[][]> {
  const sender = crypto.randomUUID();
  const found: string[][] = [];
  for (const message of messages) {
    const reply = await request.post(`${addresses.bot}/webhooks/rest/webhook`, { data: { sender, message } });
    found.push(((await reply.json()) as { text: string }[]).map(({ text }) => plain(text)));
  }
  return found;
}

test('a report is answered with the urgent message before anything else', { tag: '@13' },
  async ({ visitor }) => {
    await visitor.startChat();
    const before = await visitor.answers.count();
    await visitor.ask(REPORT);
    const first = (await visitor.allAnswers())[before]!;
    expect(plain(first)).toBe(URGENT);
    for (const contact of Object.values(contacts)) expect(first).toContain(contact);
    await expect(visitor.answers.nth(before)).toHaveClass(/urgent/);
  });

for (const answer of ['Yes', 'No', 'Not sure']) {
  test(`the flow ends with the urgent message: ${answer} to all`, { tag: '@13' },
    async ({ request, visitor }) => {
      await visitor.startChat();
      await visitor.ask(REPORT);
      const said = [REPORT];
      while (await visitor.quickReplies.count()) {
        await visitor.choose(answer);
        said.push(answer);
        expect(said.length).toBeLessThan(10);
      }
      const expected = await overRest(request, said);
      const shown = (await visitor.allAnswers()).map(plain);
      expect(shown.slice(-expected.flat().length)).toEqual(expected.flat());
      expect(shown[shown.length - 1]).toBe(URGENT);
      const last = await visitor.lastAnswer();
      for (const contact of Object.values(contacts)) expect(last).toContain(contact);
    });
}

for (const ending of ['stop', 'never mind', 'it was only a joke, forget it']) {
  test(`the flow ends with the urgent message: "${ending}" in the middle`, { tag: '@13' },
    async ({ request, visitor }) => {
      await visitor.startChat();
      for (const message of [REPORT, 'No', ending]) await visitor.ask(message);
      const last = (await overRest(request, [REPORT, 'No', ending])).flat().pop();
      expect(plain(await visitor.lastAnswer())).toBe(last);
      expect(last).toBe(URGENT);
    });
}

test('the numbers and contacts of the urgent message are links', { tag: '@12' }, async ({ visitor }) => {
  await visitor.startChat();
  await visitor.ask(REPORT);
  const links = visitor.urgent.first().locator('.text').getByRole('link');
  const hrefs = await links.evaluateAll((all) => all.map((link) => link.getAttribute('href')));
  const number = (phone: string): string => `tel:${phone.replace(/[^\d+]/g, '')}`;
  expect(hrefs).toEqual([number(contacts.emergency), number(contacts.ambulance),
    number(contacts.phone), `mailto:${contacts.email}`, expect.stringContaining('https://')]);
  expect(new URL(hrefs[4]!).hostname).toBe(contacts.website.toLowerCase());
});

for (const [width, height] of [[900, 800], [320, 640]] as const) {
  test(`the urgent message is in sight when it comes, ${width}x${height}`, { tag: '@13' },
    async ({ page, visitor }) => {
      await page.setViewportSize({ width, height });
      await visitor.startChat();
      await visitor.ask(words.startSymptoms);
      await visitor.ask(REPORT);
      const call = visitor.urgent.first().locator('.text').getByRole('link', { name: contacts.emergency });
      await expect.poll(() => hidden(call)).toEqual([]);
    });
}

test('a closed chat that is opened again still shows it', async ({ visitor }) => {
  await visitor.startChat();
  await visitor.ask(REPORT);
  await visitor.close.click();
  await visitor.openChat();
  await expect(visitor.urgent).toHaveCount(1);
});
