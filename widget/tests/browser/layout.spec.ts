/** How the chat looks under trying circumstances: themes, small screens, motion, language. */
import { chromium } from '@playwright/test';
import { SCRIPT } from './support/addresses';
import { appearance, differences, PARTS } from './support/appearance';
import { answerWith, hang } from './support/faults';
import { expect, test } from './support/test';
import { Visitor } from './support/visitor';
import { filled, words } from './support/words';

test.describe('a theme’s style sheet', { tag: '@18' }, () => {
  for (const [width, height] of [[900, 800], [320, 640]] as const) {
    test(`changes nothing of the chat, ${width}x${height}`, async ({ page, visitor }) => {
      await page.setViewportSize({ width, height });
      await page.clock.setFixedTime('2026-05-04T10:00:00');
      await answerWith(page, [{ text: 'An **answer**\n• with a point\nand https://example.org/',
        buttons: [{ title: 'More', payload: 'more' }] }]);
      const seen = [];
      for (const name of ['plain', 'hostile'] as const) {
        await visitor.visit({ page: name });
        const closed = await appearance(visitor, PARTS.closed);
        await visitor.openChat();
        await visitor.ask('hello');
        seen.push({ closed, open: await appearance(visitor, PARTS.open) });
        // nothing kept: the server, which never saw the made-up answer, is asked for no history
        await page.evaluate(() => localStorage.clear());
      }
      const [bare, themed] = seen as [typeof seen[0], typeof seen[0]];
      expect(differences(bare.open, themed.open)).toEqual([]);
      expect(differences(bare.closed, themed.closed)).toEqual([]);
    });
  }

  test('does not keep the chat from being used', async ({ visitor }) => {
    await visitor.startChat({ page: 'hostile' });
    await visitor.ask(words.startSymptoms);
    await visitor.close.click();
    await expect(visitor.launcher).toBeVisible();
  });
});

test.describe('320 px wide', { tag: '@24' }, () => {
  test.use({ viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true });

  test('the panel fills the screen and nothing scrolls sideways', async ({ page, visitor }) => {
    const sideways = () => visitor.chat.evaluate((chat) => [
      document.documentElement, ...chat.shadowRoot!.querySelectorAll('*')]
      .filter((each) => each.clientWidth > 0 && each.scrollWidth > each.clientWidth
        && getComputedStyle(each).overflowX !== 'visible' && !each.matches('.sr-only'))
      .map((each) => each.className));
    const outside = () => visitor.chat.evaluate((chat) => [...chat.shadowRoot!.querySelectorAll('*')]
      .filter((each) => each.checkVisibility() && !each.matches('.sr-only'))
      .filter((each) => each.getBoundingClientRect().right > 320 || each.getBoundingClientRect().left < 0)
      .map((each) => each.className));
    await visitor.visit();
    expect([...await sideways(), ...await outside()]).toEqual([]);
    await answerWith(page, [{ text: `${'long'.repeat(60)} https://example.org/${'x'.repeat(200)}`,
      buttons: [{ title: 'w'.repeat(100), payload: 'w' }] }, { text: 'urgent', kind: 'urgent' },
    { text: 'summary', kind: 'summary', buttons: [{ title: 'w'.repeat(100), payload: 'w' }] }]);
    await visitor.openChat();
    await visitor.ask('x'.repeat(300));
    expect(await visitor.panel.boundingBox()).toEqual({ x: 0, y: 0, width: 320, height: 640 });
    expect([...await sideways(), ...await outside()]).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
  });

  test('tapping works: open, choose, close', async ({ visitor }) => {
    await visitor.visit();
    await visitor.launcher.tap();
    await visitor.quickReply(words.startSymptoms).tap();
    await expect(visitor.answers.last()).toBeVisible();
    await visitor.close.tap();
    await expect(visitor.panel).toBeHidden();
  });
});

test('on a large screen the page beside the chat can still be used', async ({ page, visitor }) => {
  await visitor.startChat();
  await page.evaluate(() => document.querySelector('h1')!.addEventListener(
    'click', () => { document.title = 'clicked'; }));
  await page.getByRole('heading', { name: 'A clinic' }).click();
  await expect(page).toHaveTitle('clicked');
  await expect(visitor.panel).toBeVisible();
});

test.describe('motion', { tag: '@24' }, () => {
  const running = (visitor: Visitor): Promise<number> => visitor.chat.evaluate((chat) => [
    ...document.getAnimations(), ...chat.shadowRoot!.getAnimations()]
    .filter(({ playState }) => playState === 'running').length);

  for (const [reducedMotion, some] of [['reduce', false], ['no-preference', true]] as const) {
    test(`while waiting, with ${reducedMotion}`, async ({ page, visitor }) => {
      await page.emulateMedia({ reducedMotion });
      await hang(page);
      await visitor.visit();
      expect(await running(visitor)).toBe(0);
      await visitor.openChat();
      expect(await running(visitor)).toBe(0);
      await visitor.say('hello');
      await expect(visitor.typing).toBeVisible();
      expect(await running(visitor) > 0).toBe(some);
    });
  }
});

test('the text grows with the text of the page', async ({ visitor }) => {
  const size = () => visitor.log.evaluate((log) => parseFloat(getComputedStyle(log).fontSize));
  await visitor.startChat();
  const usual = await size();
  expect(usual).toBeGreaterThanOrEqual(16);
  await visitor.page.addStyleTag({ content: 'html { font-size: 150% }' });
  expect(await size()).toBe(usual * 1.5);
});

test('the text grows with the browser’s setting', async ({ }, { project }) => {
  const { launchOptions = {} } = project.use;
  const browser = await chromium.launch({ ...launchOptions,
    args: [...launchOptions.args ?? [], '--blink-settings=defaultFontSize=32'] });
  try {
    const visitor = new Visitor(await browser.newPage());
    await visitor.startChat({ script: SCRIPT });
    expect(await visitor.log.evaluate((log) => getComputedStyle(log).fontSize)).toBe('32px');
  } finally {
    await browser.close();
  }
});

test.describe('language', { tag: '@25' }, () => {
  test('and direction are set', async ({ visitor }) => {
    await visitor.visit({ page: 'hostile' });
    await expect(visitor.root).toHaveAttribute('lang', words.lang);
    await expect(visitor.root).toHaveAttribute('dir', words.dir);
    expect(await visitor.root.evaluate((root) => getComputedStyle(root).direction)).toBe(words.dir);
  });

  test('every word comes from the language file', async ({ page, visitor }) => {
    await hang(page);
    await visitor.startChat();
    await visitor.say('words');
    await page.context().setOffline(true);
    const shown = await visitor.chat.evaluate((chat) => {
      const found: string[] = [];
      for (const element of chat.shadowRoot!.querySelectorAll('*')) {
        for (const name of ['aria-label', 'placeholder', 'title', 'alt', 'aria-description']) {
          found.push(element.getAttribute(name) ?? '');
        }
        for (const node of element.childNodes) {
          const shownText = node.nodeType === Node.TEXT_NODE && !element.closest('time, article.visitor .text');
          if (shownText) found.push(node.textContent ?? '');
        }
      }
      return [...new Set(found.map((text) => text.replace(/\s+/g, ' ').trim()))].filter(Boolean);
    });
    expect(shown.length).toBeGreaterThan(15);
    const known = Object.values(words).map((text) => filled(text).replace(/\s+/g, ' '));
    const unknown = shown.filter((text) => /\p{L}/u.test(text)
      && !known.some((each) => each.includes(text.replace(/:$/, ''))));
    expect(unknown).toEqual([]);
  });
});
