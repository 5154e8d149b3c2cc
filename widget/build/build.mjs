/** `npm run build`: dist/spinebot.js, and the demo page beside it. */
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { build, transform } from 'esbuild';
import { minify } from 'terser';
import { filledTexts, VIRTUAL } from './sources.mjs';

const WIDGET = fileURLToPath(new URL('..', import.meta.url));
const DIST = join(WIDGET, 'dist');
const SCRIPT = join(DIST, 'spinebot.js');
const TARGET = ['chrome99', 'firefox98', 'safari15.4']; // dialogs and layers: browsers since March 2022

const sources = {
  name: 'sources',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^virtual:/ }, ({ path }) => ({ path, namespace: 'virtual' }));
    onLoad({ filter: /.*/, namespace: 'virtual' }, ({ path }) => ({ contents: VIRTUAL[path]() }));
    onResolve({ filter: /\.css\?inline$/ }, ({ path, resolveDir }) => ({
      path: join(resolveDir, path.replace('?inline', '')), namespace: 'css' }));
    onLoad({ filter: /.*/, namespace: 'css' }, async ({ path }) => ({
      contents: (await transform(readFileSync(path, 'utf8'), { loader: 'css', minify: true })).code,
      loader: 'text' }));
  },
};

const escaped = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');

function page() {
  const texts = filledTexts();
  return readFileSync(join(WIDGET, 'demo', 'index.html'), 'utf8').replace(
    /\{\{(\w+)\}\}/g, (place, key) => (key === 'script' ? place : escaped(texts[key])));
}

rmSync(DIST, { recursive: true, force: true });
mkdirSync(DIST, { recursive: true });
await build({
  absWorkingDir: WIDGET, entryPoints: ['src/main.ts'], outfile: SCRIPT, bundle: true, minify: true,
  format: 'iife', target: TARGET, legalComments: 'none', plugins: [sources], logLevel: 'warning',
});
// 2 % smaller than esbuild alone makes it
const { code } = await minify(readFileSync(SCRIPT, 'utf8'), {
  ecma: 2021, toplevel: true, compress: { passes: 3 } });
writeFileSync(SCRIPT, code.replace(/\n {2,}/g, ' ')); // the indentation of the templates
writeFileSync(join(DIST, 'index.html'), page());
writeFileSync(join(DIST, 'demo.css'), readFileSync(join(WIDGET, 'demo', 'demo.css')));
const script = readFileSync(SCRIPT);
const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} KB`;
console.log(`widget/dist/spinebot.js: ${kilobytes(statSync(SCRIPT).size)}, gzip ${kilobytes(
  gzipSync(script, { level: 9 }).length)}, brotli ${kilobytes(brotliCompressSync(script).length)}`);
