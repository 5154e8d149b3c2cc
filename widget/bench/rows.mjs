/** What is measured of each widget: how it is called, where its values are, how they read. */

const kilobytes = { unit: 'KB', digits: 1, scale: 1 / 1000 };
const milliseconds = { unit: 'ms', digits: 0, scale: 1 };
const number = { unit: '', digits: 0, scale: 1 };

/**
 * @typedef {object} Row
 * @property {string} key - its name in results.json
 * @property {string} label
 * @property {string} unit
 * @property {number} digits - after the point
 * @property {number} scale - from the measured unit to that of the row
 * @property {boolean} [compared] - whether it stands in the table of ratios
 * @property {(measured: Measured) => (number | null)[]} values - one a round, null where it has none
 *
 * @typedef {object} Measured
 * @property {import('./load.mjs').Loading[]} loadings - on a fast network, one a round
 * @property {import('./load.mjs').Loading[]} phone - on a slow one
 * @property {import('./access.mjs').Access} access
 * @property {{raw: number, gzip: number, brotli: number}} sizes
 */

/** @type {Row[]} */
export const ROWS = [
  row('gzip', 'JavaScript, gzip -9', kilobytes, size, true),
  row('brotli', 'JavaScript, brotli 11', kilobytes, size, true),
  row('raw', 'JavaScript, unpacked', kilobytes, size, true),
  row('transferred', 'all bytes received beyond the page', kilobytes, loading),
  row('requests', 'requests beyond the page', number, loading),
  row('thirdParty', 'requests to third parties', number, loading),
  row('script', 'CPU time in scripts', milliseconds, loading, true),
  row('blocking', 'total blocking time', milliseconds, loading, true),
  row('blockingEarly', 'the same, before the first paint too', milliseconds, loading, true),
  row('blockingAll', 'the same, the opening of the chat too', milliseconds, loading, true),
  row('firstPaint', 'first contentful paint', milliseconds, loading),
  row('usable', 'until the chat can be used', milliseconds, loading, true),
  row('phone', 'until it can be used on slow 4G', milliseconds,
    () => ({ phone }) => phone.map(({ usable }) => usable), true),
  row('opening', 'from the click to the open chat', milliseconds, loading),
  row('shift', 'cumulative layout shift', { ...number, digits: 3 }, loading),
  row('heap', 'JavaScript heap', { ...kilobytes, digits: 0 }, loading, true),
  row('axeClosed', 'axe violations, chat closed', number, () => ({ access }) => [access.closed.length]),
  row('axeOpen', 'axe violations, chat open', number, () => ({ access }) => [access.open.length]),
];

/** What is answered by yes or no. */
export const ANSWERS = [
  { key: 'keyboard', label: 'opened by Tab and Enter' },
  { key: 'log', label: 'messages are a `role=log`' },
];

function row(key, label, reading, from, compared = false) {
  return { key, label, ...reading, compared, values: from(key) };
}

function size(key) {
  return ({ sizes }) => [sizes[key]];
}

function loading(key) {
  return ({ loadings }) => loadings.map((each) => each[key]);
}
