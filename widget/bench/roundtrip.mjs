/** From sending to the answer on the screen, against the real assistant. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { freshPage } from './browser.mjs';
import { openChat, settle, watchTraffic } from './load.mjs';

const ASK = readFileSync(fileURLToPath(new URL('page/ask.js', import.meta.url)), 'utf8');
const QUESTIONS = fileURLToPath(new URL('../../evaluation/messages/info.jsonl', import.meta.url));
const MESSAGES = 40;
const A_CONVERSATION = 20; // the server lets a conversation send 30 a minute

/**
 * Asks 40 questions of the measuring set, 20 in each of two conversations.
 *
 * @param {import('@playwright/test').Browser} browser
 * @param {string} address - of the assistant, whose demo page is used
 * @param {import('./contenders.mjs').Contender} ours
 * @param {(done: number, of: number) => void} progress
 * @returns {Promise<{shown: number, turn: number}[]>} ms of each: until shown, and of the server
 */
export async function roundTrips(browser, address, ours, progress) {
  const questions = readFileSync(QUESTIONS, 'utf8').trim().split('\n').map((line) => JSON.parse(line).text);
  const step = Math.floor(questions.length / MESSAGES);
  const asked = questions.filter((_, place) => place % step === 0).slice(0, MESSAGES);
  const times = [];
  while (times.length < asked.length) {
    const opened = await freshPage(browser, ours);
    try {
      const traffic = await watchTraffic(opened.devtools, address);
      await opened.page.goto(`${address}/`);
      await settle(ours, opened, traffic);
      await openChat(ours, opened, traffic);
      for (const question of asked.slice(times.length, times.length + A_CONVERSATION)) {
        times.push(await opened.evaluate(`(${ASK})(${JSON.stringify(question)})`));
        progress(times.length, asked.length);
      }
    } finally {
      await opened.close();
    }
  }
  return times;
}
