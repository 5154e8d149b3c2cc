/** Whether everyone can use a widget: axe's rules, the keyboard, the live log. */
import { createRequire } from 'node:module';
import { freshPage, until } from './browser.mjs';
import { openChat, settle, watchTraffic } from './load.mjs';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const MOST_TABS = 30;

/**
 * @typedef {object} Access
 * @property {string[]} closed - names of the rules that the page breaks before the chat is opened
 * @property {string[]} open - the same with the open chat
 * @property {boolean | null} keyboard - whether Tab and Enter alone lead to the field
 * @property {boolean | null} log - whether the messages are a `role=log`
 */

/**
 * Looks at one widget, without slowing anything down.
 *
 * @param {import('@playwright/test').Browser} browser
 * @param {{origin: string, address: (id: string) => string}} site
 * @param {import('./contenders.mjs').Contender} contender
 * @returns {Promise<Access>}
 */
export async function access(browser, site, contender) {
  const visit = async (look) => {
    const opened = await freshPage(browser, contender);
    try {
      const traffic = await watchTraffic(opened.devtools, site.origin);
      await opened.page.goto(site.address(contender.id), { waitUntil: 'commit' });
      await settle(contender, opened, traffic);
      return await look(opened, traffic);
    } finally {
      await opened.close();
    }
  };
  const rules = await visit(async (opened, traffic) => {
    await opened.page.addScriptTag({ path: AXE });
    const closed = await broken(opened);
    await openChat(contender, opened, traffic);
    return {
      closed,
      open: await broken(opened),
      log: contender.chat ? await opened.evaluate('bench.all("[role=log]").length > 0') : null,
    };
  });
  const keyboard = contender.chat ? await visit((opened) => byKeyboard(contender, opened)) : null;
  return { ...rules, keyboard };
}

/** Names of the rules broken on the page as it stands, of all rules that axe runs of itself. */
function broken({ evaluate }) {
  return evaluate(`axe.run(document, { resultTypes: ['violations'] })
    .then(({ violations }) => violations.map(({ id }) => id))`);
}

/** Tab until the launcher, or the field, has the focus; Enter must then bring the field. */
async function byKeyboard({ chat }, { page, evaluate }) {
  const path = JSON.stringify(chat.launcher ?? chat.field);
  for (let pressed = 0; pressed < MOST_TABS; pressed += 1) {
    await page.keyboard.press('Tab');
    if (!await evaluate(`bench.focused(${path})`)) continue;
    if (!chat.launcher) return true;
    await page.keyboard.press('Enter');
    const field = JSON.stringify(chat.field);
    return until('the field', () => evaluate(`bench.shown(${field})`)).catch(() => false);
  }
  return false;
}
