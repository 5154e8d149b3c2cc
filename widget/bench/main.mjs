/**
 * `make bench-widget`: our widget beside others, in one run.
 *
 * Writes evaluation/widget/results.json, README.md and widget.png. Exit status 1: our widget missed
 * a bar. Options: --rounds N (7).
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { access } from './access.mjs';
import { startAssistant } from './assistant.mjs';
import { bars } from './bars.mjs';
import { launch } from './browser.mjs';
import { draw } from './chart.mjs';
import { contenders as all } from './contenders.mjs';
import { sizes } from './figures.mjs';
import { load } from './load.mjs';
import { columns, ratios, readme, table } from './report.mjs';
import { roundTrips } from './roundtrip.mjs';
import { serve } from './site.mjs';
import { answer, machine, widget } from './summary.mjs';

const REPORT = fileURLToPath(new URL('../../evaluation/widget/', import.meta.url));
const { values: { rounds } } = parseArgs({ options: { rounds: { type: 'string', default: '7' } } });

/** Everything that is measured of the contenders: rounds in turn, the first one not counted. */
async function measureAll(browser, site, contenders) {
  const measured = new Map(contenders.map(({ id }) => [id, { loadings: [], phone: [] }]));
  for (let round = 0; round <= Number(rounds); round += 1) {
    for (const contender of contenders) {
      const { loadings, phone } = measured.get(contender.id);
      const loading = await load(browser, site, contender, { slowNetwork: false });
      const slow = await load(browser, site, contender, { slowNetwork: true });
      if (round === 0) continue; // the browser is still warming up
      loadings.push(loading);
      phone.push(slow);
      const [script, blocking] = [loading.script, loading.blocking].map(Math.round);
      console.log(`round ${round}/${rounds}  ${contender.name}: scripts ${script} ms, blocking ${blocking} ms`);
    }
  }
  for (const contender of contenders) {
    console.log(`axe and keyboard  ${contender.name}`);
    const found = measured.get(contender.id);
    found.access = await access(browser, site, contender);
    const scripts = found.loadings[0].scripts.filter((url) => url.startsWith(site.origin));
    found.sizes = sizes(scripts.map(site.source));
  }
  return contenders.map((contender) => widget(contender, measured.get(contender.id)));
}

/** The answers' times of our widget, from the real assistant. */
async function measureAnswers(browser, ours) {
  console.log('starting the assistant ...');
  const assistant = await startAssistant();
  try {
    return answer(await roundTrips(browser, assistant.address, ours, (done, of) => {
      if (done % 10 === 0) console.log(`answers ${done}/${of}`);
    }));
  } finally {
    await assistant.stop();
  }
}

async function run() {
  const { contenders, leftOut } = all();
  const [busy] = loadavg();
  if (busy > 1) console.log(`The machine is busy (load ${busy.toFixed(1)}): times will be noisy.`);
  const site = await serve(contenders);
  const browser = await launch();
  try {
    const results = {
      date: new Date().toISOString().slice(0, 10),
      machine: machine(browser),
      rounds: Number(rounds),
      widgets: await measureAll(browser, site, contenders),
      leftOut,
      answer: await measureAnswers(browser, contenders[0]),
    };
    const judged = bars(results);
    mkdirSync(REPORT, { recursive: true });
    writeFileSync(`${REPORT}results.json`, `${JSON.stringify(results, null, 2)}\n`);
    writeFileSync(`${REPORT}README.md`, readme(results, judged));
    await draw(browser, results, `${REPORT}widget.png`);
    console.log(`\n${columns(table(results))}\n\nHow many times ours:\n${columns(ratios(results))}\n`);
    for (const { bar, measured, cleared } of judged) {
      console.log(`${cleared ? 'cleared' : 'MISSED '}  ${bar}: ${measured}`);
    }
    for (const { name, reason } of leftOut) console.log(`left out ${name}: ${reason}`);
    return judged.every(({ cleared }) => cleared) ? 0 : 1;
  } finally {
    await browser.close();
    await site.close();
  }
}

process.exitCode = await run();
