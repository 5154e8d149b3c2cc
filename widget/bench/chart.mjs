/** The picture of the report: sizes and blocking time as bars. */
const PANELS = [
  { key: 'gzip', title: 'JavaScript, KB (gzip)', scale: 1 / 1000 },
  { key: 'script', title: 'Time in scripts, ms', scale: 1 },
  { key: 'blocking', title: 'Total blocking time, ms', scale: 1 },
];
const WIDTH = 900;
const COLOURS = { ours: '#0b5563', others: '#9aa5ad' };

/**
 * Draws the bars and takes a picture of them.
 *
 * @param {import('@playwright/test').Browser} browser
 * @param {import('./summary.mjs').Results} results
 * @param {string} path - of the PNG
 */
export async function draw(browser, { widgets }, path) {
  const page = await browser.newPage({ viewport: { width: WIDTH, height: 100 }, deviceScaleFactor: 2 });
  await page.setContent(drawing(widgets.filter(({ chat }) => chat)));
  await page.screenshot({ path, fullPage: true });
  await page.close();
}

function drawing(widgets) {
  return `<!doctype html><style>
    body { margin: 24px; font: 15px sans-serif; color: #222; background: #fff }
    h2 { font-size: 16px; margin: 0 0 8px }
    section + section { margin-top: 22px }
    div { display: flex; align-items: center; margin: 5px 0 }
    span { flex: 0 0 190px }
    i { height: 22px; margin-right: 8px; border-radius: 2px }
  </style>${PANELS.map((panel) => panelOf(panel, widgets)).join('')}`;
}

function panelOf({ key, title, scale }, widgets) {
  const values = widgets.map(({ figures }) => figures[key].median * scale);
  const longest = Math.max(...values, 1);
  const bars = widgets.map(({ name }, place) => {
    const value = values[place];
    const width = Math.max(2, (value / longest) * (WIDTH - 330));
    const colour = place ? COLOURS.others : COLOURS.ours;
    return `<div><span>${name}</span><i style="width: ${width}px; background: ${colour}"></i>${
      value.toFixed(value < 100 ? 1 : 0)}</div>`;
  });
  return `<section><h2>${title}</h2>${bars.join('')}</section>`;
}
