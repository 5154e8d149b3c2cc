/** From what was measured to what is reported and kept in results.json. */
import { cpus, loadavg } from 'node:os';
import { quantile, spread } from './figures.mjs';
import { ANSWERS, ROWS } from './rows.mjs';

/**
 * @typedef {{median: number, min: number, max: number}} Spread
 *
 * @typedef {object} Widget
 * @property {string} id
 * @property {string} name
 * @property {string} version
 * @property {string} licence
 * @property {boolean} chat - false for the page alone
 * @property {Record<string, Spread | null>} figures - by the keys of `ROWS`, in the measured units
 * @property {Record<string, boolean | null>} answers - by the keys of `ANSWERS`
 * @property {{closed: string[], open: string[]}} axe - the rules that are broken
 *
 * @typedef {object} Results
 * @property {string} date
 * @property {{cores: number, processor: string, busy: number, chromium: string, node: string}} machine -
 * `busy` is how many processes wanted to run in the minute before
 * @property {number} rounds
 * @property {Widget[]} widgets - ours first, the page alone last
 * @property {{name: string, reason: string}[]} leftOut
 * @property {Answer} answer
 *
 * @typedef {object} Answer - of our widget, ms
 * @property {number} messages
 * @property {{p50: number, p95: number}} shown - from sending until the answer is on the screen
 * @property {{p50: number, p95: number}} server - the server's own time for it
 * @property {{p50: number, p95: number}} beyond - the difference, message by message
 */

/**
 * @param {import('./contenders.mjs').Contender} contender
 * @param {import('./rows.mjs').Measured} measured
 * @returns {Widget}
 */
export function widget({ id, name, version, licence, chat }, measured) {
  const figures = ROWS.map(({ key, values }) => {
    const found = values(measured).filter((value) => value !== null);
    return [key, found.length ? spread(found) : null];
  });
  const { closed, open } = measured.access;
  return {
    id, name, version, licence, chat: Boolean(chat),
    figures: Object.fromEntries(figures),
    answers: Object.fromEntries(ANSWERS.map(({ key }) => [key, measured.access[key]])),
    axe: { closed, open },
  };
}

/**
 * @param {{shown: number, turn: number}[]} times - at least one
 * @returns {Answer}
 */
export function answer(times) {
  const both = (values) => ({ p50: quantile(values, 0.5), p95: quantile(values, 0.95) });
  return {
    messages: times.length,
    shown: both(times.map(({ shown }) => shown)),
    server: both(times.map(({ turn }) => turn)),
    beyond: both(times.map(({ shown, turn }) => shown - turn)),
  };
}

/**
 * The machine before anything is measured.
 *
 * @param {import('@playwright/test').Browser} browser
 */
export function machine(browser) {
  return {
    cores: cpus().length, processor: cpus()[0].model, busy: loadavg()[0],
    chromium: browser.version(), node: process.version,
  };
}
