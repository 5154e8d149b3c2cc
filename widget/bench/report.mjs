/** The tables, for the terminal and for evaluation/widget/README.md. */
import { ANSWERS, ROWS } from './rows.mjs';
import { SLOW_CPU } from './load.mjs';

export const COMMAND = 'make bench-widget';

/**
 * The main table: a row for each thing measured, a column for each widget.
 *
 * @param {import('./summary.mjs').Results} results
 * @returns {string[][]} the first row holds the heads
 */
export function table({ widgets }) {
  return [
    ['', ...widgets.map(({ name, version }) => `${name} ${version}`.trim())],
    ...ROWS.map((row) => [
      row.unit ? `${row.label}, ${row.unit}` : row.label,
      ...widgets.map(({ figures }) => spreadText(figures[row.key], row))]),
    ...ANSWERS.map(({ key, label }) => [label, ...widgets.map(({ answers }) => yesNo(answers[key]))]),
  ];
}

/**
 * How many times ours the others need.
 *
 * @param {import('./summary.mjs').Results} results
 * @returns {string[][]}
 */
export function ratios({ widgets }) {
  const [ours, ...others] = widgets.filter(({ chat }) => chat);
  return [
    ['', ...others.map(({ name }) => name)],
    ...ROWS.filter(({ compared }) => compared).map(({ key, label }) => [
      label, ...others.map(({ figures }) => times(figures[key], ours.figures[key]))]),
  ];
}

/** @param {string[][]} rows @returns {string} for a terminal, in columns */
export function columns(rows) {
  const widths = rows[0].map((_, place) => Math.max(...rows.map((row) => row[place].length)));
  return rows.map((row) => row.map((cell, place) => (
    place ? cell.padStart(widths[place]) : cell.padEnd(widths[place]))).join('  ')).join('\n');
}

/**
 * @param {import('./summary.mjs').Results} results
 * @param {ReturnType<typeof import('./bars.mjs').bars>} cleared
 * @returns {string} the whole README.md
 */
export function readme(results, cleared) {
  const { date, machine, rounds, widgets, leftOut, answer } = results;
  const broken = widgets.filter(({ axe }) => axe.open.length || axe.closed.length).map(({ name, axe }) => (
    `- ${name}: ${[...new Set([...axe.closed, ...axe.open])].join(', ')}`));
  return `# The chat widget beside others

Made by \`${COMMAND}\` on ${date}: Chromium ${machine.chromium}, Node ${machine.node},
${machine.cores} cores (${machine.processor}), load average ${machine.busy.toFixed(1)} at the start.
${rounds} rounds, in each of them every widget once.

## How many times ours

Spinebot = 1; above 1, the other needs more.

${markdown(ratios(results))}

![sizes and blocking time](widget.png)

## Bars

${markdown([['bar', 'measured', ''], ...cleared.map(({ bar, measured, cleared: yes }) => (
    [bar, measured, yes ? 'cleared' : '**missed**']))])}

Answers of the real assistant, ${answer.messages} messages, nothing slowed down, ms:

${markdown([['', 'p50', 'p95'],
    ['from sending until the answer is on the screen', ...percentiles(answer.shown)],
    ['the server\'s own time', ...percentiles(answer.server)],
    ['the difference', ...percentiles(answer.beyond)]])}

## All figures

Median (least–most of the rounds).

${markdown(table(results))}

Broken rules of axe:

${broken.join('\n') || '- none'}

## How it is measured

- Each widget stands in the same page, embedded as its README says, served by one server with
  gzip -9 on this machine; caches and storage are empty each time. All times are at a CPU slowed
  down ${SLOW_CPU} times, the size of the window is 1280 × 800.
- Each page is loaded until it is quiet for a second, then the launcher is clicked. deep-chat has no
  launcher: it is part of the page and open at once. Sizes, requests, time in scripts, layout
  shift and heap include the opening.
- Total blocking time: what long tasks take beyond 50 ms each, from the first contentful paint
  until the page is quiet. The two rows below it also count what comes before the first paint,
  and what the opening takes.
- A socket is answered as Rasa's socket.io channel does, so that no widget waits for a connection.
- Other machines cannot be reached: a request to a third party fails at once, which costs those
  widgets less time than on the internet.
- A KB is 1,000 bytes.

## Left out

${leftOut.map(({ name, reason }) => `- ${name}: ${reason}.`).join('\n')}
`;
}

/** @param {string[][]} rows */
function markdown([heads, ...rows]) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const rule = line(heads.map((_, place) => (place ? '---:' : '---')));
  return [line(heads), rule, ...rows.map(line)].join('\n');
}

function spreadText(spread, { digits, scale }) {
  if (!spread) return '–';
  const [median, min, max] = [spread.median, spread.min, spread.max].map(
    (value) => (value * scale).toFixed(digits));
  return min === max ? median : `${median} (${min}–${max})`;
}

function times(theirs, ours) {
  if (!theirs || !ours) return '–';
  if (ours.median === 0) return theirs.median === 0 ? 'both 0' : 'ours 0';
  return `${(theirs.median / ours.median).toFixed(1)} ×`;
}

const percentiles = ({ p50, p95 }) => [p50.toFixed(1), p95.toFixed(1)];
const yesNo = (answered) => (answered === null ? '–' : answered ? 'yes' : 'no');
