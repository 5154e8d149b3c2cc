/** The way to a person: in sight always, with or without a network, a server or JavaScript. */
import { addresses, SCRIPT } from './support/addresses';
import { hang } from './support/faults';
import { hidden } from './support/sight';
import { expect, test } from './support/test';
import { Visitor } from './support/visitor';
import { pathOf } from './support/website';
import { contacts, digits, filled, words } from './support/words';

const LABELS = [filled(words.emergency), words.call, words.whatsapp, words.email];
const SCREENS = [
  { name: '320x640', viewport: { width: 320, height: 640 }, deviceScaleFactor: 2 },
  { name: '900x800', viewport: { width: 900, height: 800 }, deviceScaleFactor: 1 },
  // 1280x1024 at 400 % zoom
  { name: '400 % zoom', viewport: { width: 320, height: 256 }, deviceScaleFactor: 4 },
];

for (const { name, viewport, deviceScaleFactor } of SCREENS) {
  test.describe(`the banner at ${name}`, { tag: '@10' }, () => {
    test.use({ viewport, deviceScaleFactor });

    for (const page of ['plain', 'hostile'] as const) {
      test(`is in sight wherever the ${page} page is scrolled to`, async ({ visitor }) => {
        await visitor.visit({ page });
        const links = visitor.banner.getByRole('link');
        await expect(links).toHaveCount(LABELS.length);
        for (const share of [0, 0.5, 1]) {
          await visitor.page.evaluate(
            (part) => scrollTo(0, part * document.documentElement.scrollHeight), share);
          await expect.poll(() => hidden(links)).toEqual([]);
          expect(await hidden(visitor.launcher)).toEqual([]);
        }
      });
    }

    test('is in sight wherever the open chat is scrolled to', async ({ visitor }) => {
      await visitor.startChat();
      await visitor.ask('I suddenly cannot move my legs');
      await visitor.ask(words.startContact);
      const links = visitor.banner.getByRole('link');
      for (const share of [0, 0.5, 1]) {
        await visitor.log.evaluate((log, part) => log.scrollTo(0, part * log.scrollHeight), share);
        await expect.poll(() => hidden(links)).toEqual([]);
      }
      await visitor.input.focus();
      expect(await hidden(links)).toEqual([]);
      expect(await hidden(visitor.input)).toEqual([]);
      expect(await hidden(visitor.send)).toEqual([]);
      expect(await hidden(visitor.close)).toEqual([]);
    });
  });
}

test.describe('the banner needs no answer', { tag: '@11' }, () => {
  const all = async (visitor: Visitor): Promise<void> => {
    await expect(visitor.banner.getByRole('link')).toHaveText(LABELS);
    await visitor.openChat();
    await expect(visitor.banner.getByRole('link')).toHaveText(LABELS);
  };

  test('while the server says nothing', async ({ page, visitor }) => {
    await hang(page, '**/webhooks/**');
    await visitor.visit();
    await all(visitor);
  });

  test('while the server is down', async ({ visitor }) => {
    await visitor.visit({ options: { 'data-server': addresses.dead } });
    await all(visitor);
    await visitor.say(words.startSymptoms);
    await expect(visitor.failure).toBeVisible();
    await expect(visitor.banner.getByRole('link')).toHaveText(LABELS);
  });
});

test.describe('where the links lead', { tag: '@12' }, () => {
  for (const state of ['closed', 'open']) {
    test(`to exactly these addresses, ${state}`, async ({ visitor }) => {
      await visitor.visit({ options: { 'data-open': String(state === 'open') } });
      const link = (kind: string) => visitor.banner.locator(`a.${kind}`);
      await expect(link('emergency')).toHaveAttribute('href', `tel:${contacts.emergency}`);
      await expect(link('call')).toHaveAttribute('href', `tel:+${digits(contacts.phone)}`);
      await expect(link('whatsapp')).toHaveAttribute('href', `https://wa.me/${digits(contacts.phone)}`);
      await expect(link('email')).toHaveAttribute('href', `mailto:${contacts.email}`);
      for (const kind of ['emergency', 'call', 'email']) {
        expect(await link(kind).getAttribute('target')).toBeNull();
      }
      await expect(link('whatsapp')).toHaveAttribute('rel', /noopener/);
    });
  }

  test('to the contacts that the tag names', async ({ visitor }) => {
    await visitor.visit({ options: {
      'data-phone': '+91 22 5550 0100', 'data-whatsapp': '+91 98 5550 0199', 'data-email': 'desk@example.org' } });
    const hrefs = await visitor.banner.getByRole('link').evaluateAll(
      (links) => links.map((link) => link.getAttribute('href')));
    expect(hrefs).toEqual([`tel:${contacts.emergency}`, 'tel:+912255500100',
      'https://wa.me/919855500199', 'mailto:desk@example.org']);
  });

  for (const [option, kind] of [['data-phone', 'call'], ['data-whatsapp', 'whatsapp'],
    ['data-email', 'email']] as const) {
    test(`an empty ${option} hides its button only`, async ({ visitor }) => {
      const given = { 'data-phone': '+91 22 5550 0100', 'data-whatsapp': '+91 98 5550 0199',
        'data-email': 'desk@example.org' };
      await visitor.startChat({ options: { ...given, [option]: '' } });
      await expect(visitor.chat.locator(`a.${kind}`)).toHaveCount(0);
      await expect(visitor.banner.getByRole('link')).toHaveCount(LABELS.length - 1);
      await expect(visitor.banner.locator('a.emergency')).toBeVisible();
    });
  }
});

test('data-banner="open" shows the banner in the open chat only', async ({ visitor }) => {
  await visitor.visit({ options: { 'data-banner': 'open' } });
  await expect(visitor.launcher).toBeVisible();
  await expect(visitor.banner).toHaveCount(0);
  await visitor.openChat();
  await expect(visitor.banner.getByRole('link')).toHaveText(LABELS);
});

test.describe('the contacts written in the page', { tag: '@11' }, () => {
  const written = '[data-spinebot-fallback]';

  test('show where JavaScript is blocked', async ({ browser }) => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(addresses.host + pathOf({ page: 'fallback', script: SCRIPT }));
    await expect(page.locator(written)).toHaveText(filled(words.fallback));
    await expect(page.locator(written)).toBeVisible();
    await context.close();
  });

  for (const [trouble, script] of [['is missing', `${addresses.bot}/missing/spinebot.js`],
    ['cannot be reached', `${addresses.dead}/spinebot.js`]] as const) {
    test(`show where the script ${trouble}`, async ({ page, visitor }) => {
      await visitor.visit({ page: 'fallback', script });
      await expect(visitor.chat).toHaveCount(0);
      await expect(page.locator(written)).toBeVisible();
    });
  }

  test('are hidden once the chat stands', async ({ page, visitor }) => {
    await visitor.visit({ page: 'fallback' });
    await expect(visitor.banner.getByRole('link')).toHaveText(LABELS);
    await expect(page.locator(written)).toBeHidden();
  });
});
