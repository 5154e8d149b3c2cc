/**
 * Pictures of a conversation for a developer to look at, in widget/results/screenshots; with
 * SPINEBOT_PICTURES=1 they replace those of the README, in docs/pictures.
 */
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { hidden } from './support/sight';
import { expect, test } from './support/test';
import { ROUTES } from './support/visitor';
import { contacts, words } from './support/words';

const FOLDER = fileURLToPath(new URL(process.env.SPINEBOT_PICTURES === '1'
  ? '../../../docs/pictures/' : '../../results/screenshots/', import.meta.url));
const SCREENS = {
  phone: { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true },
  desktop: { viewport: { width: 1100, height: 760 }, deviceScaleFactor: 1 },
};

/** Stops the visitor's clock, and the assistant's with it, so that pictures differ by their looks only. */
async function setTime(page: Page, time: string): Promise<void> {
  await page.clock.setFixedTime(time);
  await page.route(ROUTES.messages, async (route) => {
    const response = await route.fetch();
    const answer = (await response.json()) as { replies: { time: number }[] };
    for (const reply of answer.replies) reply.time = new Date(time).getTime();
    await route.fulfill({ response, json: answer });
  });
}

for (const [screen, device] of Object.entries(SCREENS)) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test.describe(`pictures, ${colorScheme}, ${screen}`, () => {
      test.use({ ...device, colorScheme });

      test('closed, answered, urgent', async ({ page, visitor }) => {
        const picture = async (name: string): Promise<void> => {
          await page.mouse.move(0, 0); // nothing is drawn as pointed at
          await page.screenshot({ path: `${FOLDER}widget-${name}${colorScheme}-${screen}.png`,
            animations: 'disabled', caret: 'hide' });
        };
        await setTime(page, '2026-05-04T10:00:00');
        await visitor.visit({ page: 'neat' });
        await expect(visitor.launcher).toBeVisible();
        await picture('closed-');
        await visitor.openChat();
        await visitor.ask(words.startDefinition);
        await expect(visitor.quickReplies.first()).toBeVisible();
        await picture('');
        await visitor.ask("my dad can't move his legs since the epidural this morning");
        const call = visitor.urgent.first().getByRole('link', { name: contacts.emergency }).first();
        await expect.poll(() => hidden(call)).toEqual([]);
        await picture('urgent-');
      });
    });
  }
}
