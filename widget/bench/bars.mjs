/** The bars that our widget must clear. */

const LARGEST = 12_000; // bytes, gzip
const SLOWEST_ANSWER = 30; // ms beyond the server's own time
const RIVAL = 'rasahq';

/**
 * @param {import('./summary.mjs').Results} results
 * @returns {{bar: string, measured: string, cleared: boolean}[]}
 */
export function bars({ widgets, answer }) {
  const [ours, ...others] = widgets.filter(({ chat }) => chat);
  const [rival] = others.filter(({ id }) => id === RIVAL)
    .concat([...others].sort((one, other) => median(one, 'gzip') - median(other, 'gzip')));
  const most = (key, limit, words, unit = '') => ({
    bar: words,
    measured: `${rounded(median(ours, key))}${unit}`,
    cleared: median(ours, key) <= limit,
  });
  return [
    { ...most('gzip', LARGEST, `main file at most ${LARGEST / 1000} KB gzip`),
      measured: `${(median(ours, 'gzip') / 1000).toFixed(1)} KB` },
    most('axeOpen', 0, 'no axe violation with the chat open'),
    most('axeClosed', 0, 'no axe violation with the chat closed'),
    { bar: 'no layout shift in any round',
      measured: ours.figures.shift.max.toFixed(3),
      cleared: ours.figures.shift.max === 0 },
    most('blocking', median(rival, 'blocking'),
      `total blocking time at most that of ${rival.name}, ${rounded(median(rival, 'blocking'))} ms`, ' ms'),
    most('blockingEarly', median(rival, 'blockingEarly'), // else a script before the first paint is free
      `the same, before the first paint too, at most ${rounded(median(rival, 'blockingEarly'))} ms`, ' ms'),
    { bar: `the answer shown at most ${SLOWEST_ANSWER} ms after the server's own time (p50)`,
      measured: `${answer.beyond.p50.toFixed(1)} ms`,
      cleared: answer.beyond.p50 <= SLOWEST_ANSWER },
  ];
}

const median = (widget, key) => widget.figures[key].median;
const rounded = (value) => Math.round(value * 10) / 10;
