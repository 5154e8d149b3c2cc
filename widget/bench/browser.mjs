/** The browser that measures, and its pages. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';

const WATCH = readFileSync(fileURLToPath(new URL('page/watch.js', import.meta.url)), 'utf8');
const VIEWPORT = { width: 1280, height: 800 };
const POLL = 100; // ms between two looks at a page
const PATIENCE = 60_000; // ms

/**
 * Starts Debian's Chromium; it reaches no other machine than this one.
 *
 * @returns {Promise<import('@playwright/test').Browser>}
 */
export function launch() {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
  });
}

/**
 * A page with empty caches and storage, watched from its first moment.
 *
 * @param {import('@playwright/test').Browser} browser
 * @param {import('./contenders.mjs').Contender} contender
 * @returns {Promise<{page: import('@playwright/test').Page,
 *   devtools: import('@playwright/test').CDPSession,
 *   evaluate: (expression: string) => Promise<any>, close: () => Promise<void>}>} `evaluate` runs in
 *   the page without the helpers that Playwright's own would load into it
 */
export async function freshPage(browser, { chat }) {
  const context = await browser.newContext({ viewport: VIEWPORT });
  const page = await context.newPage();
  await page.addInitScript(WATCH.replace('= CHAT;', `= ${JSON.stringify(chat ?? null)};`));
  const devtools = await context.newCDPSession(page);
  const evaluate = async (expression) => {
    const { result, exceptionDetails } = await devtools.send('Runtime.evaluate', {
      expression, returnByValue: true, awaitPromise: true });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  };
  return { page, devtools, evaluate, close: () => context.close() };
}

/**
 * Looks at something again and again until it holds.
 *
 * @template T
 * @param {string} what - for the error
 * @param {() => Promise<T | undefined | false>} look
 * @returns {Promise<T>}
 * @throws {Error} it did not hold within a minute
 */
export async function until(what, look) {
  const end = Date.now() + PATIENCE;
  while (Date.now() < end) {
    const found = await look();
    if (found) return found;
    await new Promise((resolve) => { setTimeout(resolve, POLL); });
  }
  throw new Error(`Waited ${PATIENCE / 1000} s in vain for ${what}.`);
}
