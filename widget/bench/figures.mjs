/** Sums up many values in few. */
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

/**
 * The value below which a share of the values lies, between neighbours in a straight line.
 *
 * @param {number[]} values - at least one
 * @param {number} share - 0 to 1
 */
export function quantile(values, share) {
  const sorted = [...values].sort((one, other) => one - other);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)];
  return below + (sorted[Math.ceil(place)] - below) * (place % 1);
}

/**
 * @param {number[]} values - at least one
 * @returns {{median: number, min: number, max: number}}
 */
export function spread(values) {
  return { median: quantile(values, 0.5), min: Math.min(...values), max: Math.max(...values) };
}

/**
 * Bytes of a text plain, by gzip -9 and by brotli 11, each file packed by itself.
 *
 * @param {Buffer[]} files
 */
export function sizes(files) {
  const sum = (size) => files.reduce((bytes, content) => bytes + size(content), 0);
  const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };
  return {
    raw: sum((content) => content.length),
    gzip: sum((content) => gzipSync(content, { level: 9 }).length),
    brotli: sum((content) => brotliCompressSync(content, brotli).length),
  };
}
