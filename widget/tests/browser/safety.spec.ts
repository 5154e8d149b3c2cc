/** Nothing that is said can run, and a strict page has nothing to complain about. */
import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import { addresses } from './support/addresses';
import { ATTACKS, expectHarmless } from './support/attacks';
import { answerWith, historyIs } from './support/faults';
import { expect, test } from './support/test';
import { STORAGE_KEY, Visitor } from './support/visitor';
import { contacts, words } from './support/words';

test.describe('an attack is shown as its letters', { tag: '@16' }, () => {
  test('in replies', async ({ page, visitor }) => {
    await answerWith(page, [
      ...ATTACKS.map((text) => ({ text })),
      { text: ATTACKS.join('\n'), kind: 'urgent' }, { text: ATTACKS.join('\n'), kind: 'summary' }]);
    await visitor.startChat();
    await visitor.ask('hello');
    await expect(visitor.answers.last()).toContainText('<img src=x');
    await expectHarmless(page, visitor);
  });

  test('in the titles and payloads of quick replies', async ({ page, visitor }) => {
    await answerWith(page, [{
      text: 'choose', buttons: ATTACKS.map((attack) => ({ title: attack, payload: attack })) }]);
    await visitor.startChat();
    await visitor.ask('hello');
    await expect(visitor.quickReplies).toHaveCount(ATTACKS.length);
    await visitor.quickReplies.first().click();
    await expect(visitor.said.last()).toContainText(ATTACKS[0]!);
    await expectHarmless(page, visitor);
  });

  test('in stored history', async ({ page, visitor }) => {
    await page.addInitScript(([key, kept]) => localStorage.setItem(key!, kept!), [STORAGE_KEY,
      JSON.stringify({
        conversation: randomUUID(), used: Date.now(),
        outbox: ATTACKS.map((text) => ({ id: randomUUID(), text, time: Date.now(), state: 'failed' })),
      })]);
    await historyIs(page, ATTACKS.slice(0, 20).flatMap((text) => [
      { from: 'visitor', id: randomUUID(), text, time: Date.now() },
      { from: 'bot', text, time: Date.now(), kind: 'text', buttons: [{ title: text, payload: text }] }]));
    await visitor.startChat();
    await expect(visitor.answers).toHaveCount(20);
    await expect(visitor.said).toHaveCount(20 + ATTACKS.length);
    await expectHarmless(page, visitor);
  });

  test('in what the visitor types, also after a reload', async ({ page, visitor }) => {
    await visitor.startChat();
    for (const attack of ATTACKS.slice(0, 8)) await visitor.ask(attack);
    await expectHarmless(page, visitor);
    await visitor.reload();
    await expect(visitor.said).toHaveCount(8);
    await expect(visitor.said.first().locator('.text')).toHaveText(ATTACKS[0]!);
    await expectHarmless(page, visitor);
  });

  test('in the options of the tag', async ({ page, visitor }) => {
    const attack = ATTACKS[0]!;
    await visitor.startChat({ options: {
      'data-title': attack, 'data-phone': attack, 'data-whatsapp': attack, 'data-email': attack,
      'data-language': attack, 'data-theme': attack, 'data-position': attack } });
    await expect(visitor.panel).toContainText(attack);
    await expectHarmless(page, visitor);
  });

  test('a safe link in a message opens beside the page and tells nothing', async ({ page, visitor }) => {
    await answerWith(page, [{ text: `[page](https://example.org/) ${contacts.email} ${contacts.phone}` }]);
    await visitor.startChat();
    await visitor.ask('hello');
    const links = visitor.answers.last().getByRole('link');
    await expect(links).toHaveCount(3);
    await expect(links.first()).toHaveAttribute('target', '_blank');
    await expect(links.first()).toHaveAttribute('rel', /noopener/);
    for (const link of [links.nth(1), links.nth(2)]) expect(await link.getAttribute('target')).toBeNull();
  });

  test('odd answers of the right shape do not break the chat', async ({ page, visitor }) => {
    await answerWith(page, [{ text: 'fine', buttons: [
      { title: 'good', payload: 'good' }, { title: 7 } as never, null as never] },
    { text: null as never }, 'x' as never, { text: { a: 1 } as never }]);
    await visitor.startChat();
    await visitor.ask('hello');
    await expect(visitor.answers.last()).toContainText('fine');
    await expect(visitor.quickReplies).toHaveText(['good']);
  });
});

test.describe('a strict policy with Trusted Types', { tag: '@17' }, () => {
  /** Complaints of the browser, from the first moment of the next page. */
  async function complaints(page: Page): Promise<() => Promise<string[]>> {
    const printed: string[] = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) printed.push(message.text());
    });
    await page.addInitScript(() => {
      const refused: string[] = [];
      Object.assign(window, { refused });
      document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
        refused.push(`${violatedDirective} ${blockedURI}`);
      });
    });
    return async () => [...printed,
      ...await page.evaluate(() => (window as unknown as { refused: string[] }).refused)];
  }

  async function useEverything(visitor: Visitor): Promise<void> {
    await visitor.openChat();
    await visitor.ask(words.startSymptoms);
    await visitor.ask('I suddenly cannot move my legs');
    await visitor.ask('stop');
    await visitor.panel.locator('button.copy').click();
    await visitor.panel.locator('button.print').click();
    await visitor.restart.click();
    await visitor.close.click();
  }

  for (const where of ['another site', 'the demo page']) {
    test(`is never broken on ${where}`, async ({ context, page, visitor }) => {
      await context.grantPermissions(['clipboard-read', 'clipboard-write']);
      await page.addInitScript(() => { window.print = () => undefined; });
      const seen = await complaints(page);
      if (where === 'another site') await visitor.visit({ page: 'strict' });
      else {
        const response = await page.goto(`${addresses.bot}/`);
        const policy = response?.headers()['content-security-policy'] ?? '';
        expect(policy).toContain("require-trusted-types-for 'script'");
        expect(policy).not.toContain('unsafe');
      }
      await useEverything(visitor);
      expect(await seen()).toEqual([]);
    });
  }

  test('the test would see a complaint', async ({ page, visitor }) => {
    const seen = await complaints(page);
    await visitor.visit({ page: 'strict' });
    await page.evaluate(() => { document.body.append(Object.assign(new Image(), { src: '/x.png' })); });
    await expect.poll(async () => (await seen()).length).toBeGreaterThan(0);
  });
});
