/** One loading of a widget's page, from the address to the open chat. */
import { freshPage, until } from './browser.mjs';

const QUIET = 1_000; // ms without a long task or network traffic
const LONG = 50; // ms; what a task takes beyond this blocks the visitor
/** A phone of the middle class, as Lighthouse has it: CPU slowed down 4 times, slow 4G. */
export const SLOW_CPU = 4;
const SLOW_4G = {
  offline: false, latency: 150, downloadThroughput: 1_638_400 / 8, uploadThroughput: 750_000 / 8,
};

/**
 * Loads the page, opens the chat and measures both, with the CPU slowed down.
 *
 * @param {import('@playwright/test').Browser} browser
 * @param {{origin: string, address: (id: string) => string}} site
 * @param {import('./contenders.mjs').Contender} contender
 * @param {{slowNetwork: boolean}} how
 * @returns {Promise<Loading>}
 *
 * @typedef {object} Loading
 * @property {number} requests - beyond the page itself
 * @property {number} thirdParty - of them to other hosts than the page's
 * @property {number} transferred - bytes of their answers, compressed, with headers
 * @property {string[]} scripts - addresses of the scripts among them
 * @property {number} firstPaint - ms until the first contentful paint
 * @property {number | null} usable - ms until the launcher, or the field, is on the screen
 * @property {number | null} opening - ms from the click on the launcher until the field is there
 * @property {number} blocking - ms that long tasks block after the first paint, while loading
 * @property {number} blockingEarly - the same with those before the first paint
 * @property {number} blockingAll - the same with those while opening
 * @property {number} script - ms of the CPU in scripts, opening included
 * @property {number} shift - cumulative layout shift
 * @property {number} heap - bytes of the JavaScript heap after a collection of garbage
 */
export async function load(browser, site, contender, { slowNetwork }) {
  const opened = await freshPage(browser, contender);
  try {
    const { page, devtools } = opened;
    const traffic = await watchTraffic(devtools, site.origin);
    await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOW_CPU });
    if (slowNetwork) await devtools.send('Network.emulateNetworkConditions', SLOW_4G);
    await page.goto(site.address(contender.id), { waitUntil: 'commit' });
    const loaded = await settle(contender, opened, traffic);
    const shown = await openChat(contender, opened, traffic);
    const script = await metric(devtools, 'ScriptDuration');
    await devtools.send('HeapProfiler.collectGarbage');
    return {
      ...traffic.sums(),
      firstPaint: loaded.firstPaint,
      usable: loaded.usable ?? null,
      opening: shown.opening ?? null,
      blocking: blocked(loaded.tasks, loaded.firstPaint),
      blockingEarly: blocked(loaded.tasks, 0),
      blockingAll: blocked(shown.tasks, 0),
      script: script * 1000,
      shift: shown.shift,
      heap: await metric(devtools, 'JSHeapUsedSize'),
    };
  } finally {
    await opened.close();
  }
}

/**
 * Waits until the chat can be used and the page is quiet.
 *
 * @param {import('./contenders.mjs').Contender} contender
 * @param {{evaluate: (expression: string) => Promise<any>}} page
 * @param {{idle: () => number}} traffic - ms since the network was last used
 * @returns {Promise<object>} what page/watch.js has seen until then
 */
export function settle({ name, chat }, page, traffic) {
  return quiet(`${name}: its launcher or field`, page, traffic, (seen) => !chat || seen.usable);
}

/**
 * Opens the chat by a click on its launcher, where it has one, and waits as `settle` does.
 *
 * @param {import('./contenders.mjs').Contender} contender
 * @param {{evaluate: (expression: string) => Promise<any>, devtools: object}} page
 * @param {{idle: () => number}} traffic
 */
export async function openChat({ name, chat }, page, traffic) {
  if (!chat?.launcher) return page.evaluate('bench.state()');
  const place = await page.evaluate(`bench.middle(${JSON.stringify(chat.launcher)})`);
  for (const type of ['mousePressed', 'mouseReleased']) {
    await page.devtools.send('Input.dispatchMouseEvent', { type, ...place, button: 'left', clickCount: 1 });
  }
  return quiet(`${name}: its open chat`, page, traffic, (seen) => seen.opening !== undefined);
}

function quiet(what, { evaluate }, { idle }, ready) {
  return until(what, async () => {
    if (idle() < QUIET) return false;
    const seen = await evaluate('bench.state()');
    const last = seen.tasks.at(-1);
    const still = !last || seen.now - last.start - last.duration > QUIET;
    return seen.firstPaint && ready(seen) && still && seen;
  });
}

/** Long tasks beyond 50 ms each, as far as they lie after `from`. */
function blocked(tasks, from) {
  return tasks.reduce((sum, { start, duration }) => {
    const after = Math.max(0, start + duration - Math.max(start, from));
    return sum + Math.max(0, after - LONG);
  }, 0);
}

async function metric(devtools, name) {
  const { metrics } = await devtools.send('Performance.getMetrics');
  return metrics.find((each) => each.name === name).value;
}

/**
 * Counts what the page asks the network for.
 *
 * @param {import('@playwright/test').CDPSession} devtools
 * @param {string} origin - of the page itself
 */
export async function watchTraffic(devtools, origin) {
  const sums = { requests: 0, thirdParty: 0, transferred: 0, scripts: [] };
  let last = Date.now();
  const counted = new Set();
  const count = (url) => {
    last = Date.now();
    sums.requests += 1;
    if (new URL(url).host !== new URL(origin).host) sums.thirdParty += 1;
  };
  devtools.on('Network.requestWillBeSent', ({ requestId, request, type }) => {
    if (type === 'Document' || !/^https?:/.test(request.url)) return;
    counted.add(requestId);
    count(request.url);
    if (type === 'Script') sums.scripts.push(request.url);
  });
  devtools.on('Network.webSocketCreated', ({ url }) => count(url));
  devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    last = Date.now();
    if (counted.has(requestId)) sums.transferred += encodedDataLength;
  });
  await devtools.send('Network.enable');
  return { sums: () => sums, idle: () => Date.now() - last };
}
