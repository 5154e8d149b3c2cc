/** Contrast as it is drawn, light and dark. */
import { type Contrast, contrasts } from './support/contrast';
import { cut, heal } from './support/faults';
import { expect, test } from './support/test';
import type { Visitor } from './support/visitor';
import { words } from './support/words';

const TEXT = 4.5;
const SHAPE = 3;

/** One of each thing that can be on the screen: urgent answer, summary, failure, quick replies. */
async function fullChat(visitor: Visitor): Promise<void> {
  await visitor.startChat();
  await visitor.ask('I suddenly cannot move my legs');
  await visitor.ask('stop');
  await cut(visitor.page);
  await visitor.say('hello');
  await expect(visitor.failure).toBeVisible();
  await heal(visitor.page);
  await visitor.ask(words.startSymptoms);
  await visitor.page.context().setOffline(true);
  await visitor.input.fill('x'.repeat(990));
  await expect(visitor.notice).not.toBeEmpty();
}

const low = (found: Contrast[], least: number): Contrast[] => found.filter(({ ratio }) => ratio < least);

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`contrast, ${colorScheme}`, { tag: '@6' }, () => {
    test.use({ colorScheme });

    test('of every text', async ({ visitor }) => {
      await visitor.visit();
      const closed = await contrasts(visitor.root.locator('*'), 'text');
      expect(closed.length).toBeGreaterThan(4);
      expect(low(closed, TEXT)).toEqual([]);
      await fullChat(visitor);
      const open = await contrasts(visitor.panel.locator('*'), 'text');
      expect(open.length).toBeGreaterThan(30);
      expect(low(open, TEXT)).toEqual([]);
    });

    test('of the placeholder', async ({ visitor }) => {
      await visitor.startChat();
      const found = await contrasts(visitor.input, 'placeholder');
      expect(found).toHaveLength(1);
      expect(low(found, TEXT)).toEqual([]);
    });

    test('of the borders of what can be used', async ({ visitor }) => {
      await fullChat(visitor);
      const found = await contrasts(visitor.panel.locator('button, textarea, a'), 'border');
      expect(found.length).toBeGreaterThan(0);
      expect(low(found, SHAPE)).toEqual([]);
    });

    for (const pageColour of ['white', 'black']) {
      test(`of the focus ring on a ${pageColour} page`, async ({ page, visitor }) => {
        await visitor.visit();
        await page.addStyleTag({ content: `html { background: ${pageColour} }` });
        await page.keyboard.press('Tab'); // a ring is drawn for those who use the keyboard
        for (const target of await visitor.root.locator('button, a').filter({ visible: true }).all()) {
          await target.focus();
          expect(low(await contrasts(target, 'ring'), SHAPE)).toEqual([]);
        }
        await visitor.launcher.press('Enter');
        await visitor.ask(words.startSymptoms);
        const targets = visitor.panel.locator('button, a, textarea, .log').filter({ visible: true });
        expect(await targets.count()).toBeGreaterThan(8);
        for (const target of await targets.all()) {
          await target.focus();
          expect(low(await contrasts(target, 'ring'), SHAPE)).toEqual([]);
        }
      });
    }
  });
}
