/**
 * Measures the quality figures of many pictures, to choose and to check their thresholds:
 *   node test/imaging/survey-quality.ts <tar file, or folder of JPEG files> …
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { fieldOfView } from '../../src/imaging/field-of-view.ts';
import { lesionShare } from '../../src/imaging/lesion-size.ts';
import { judgeQuality, measureQuality } from '../../src/imaging/quality.ts';
import { rgbOf } from './pictures.ts';

const shares = [0, 0.01, 0.02, 0.05, 0.5, 0.95, 0.98, 0.99, 1];
const figures = {
  sharpness: [] as number[],
  exposure: [] as number[],
  clipped: [] as number[],
  skin: [] as number[],
};
const flagged = new Map<string, number>();
let count = 0;

for (const picture of process.argv.slice(2).flatMap((source) => [...picturesIn(source)])) {
  const image = await rgbOf(sharp(picture));
  const field = fieldOfView(image);
  const quality = measureQuality(image, field);
  const warnings = judgeQuality(quality, field, lesionShare(image, field));
  count++;
  figures.sharpness.push(quality.sharpness);
  figures.exposure.push(quality.exposure);
  figures.clipped.push(quality.clipped);
  figures.skin.push(quality.skin);
  for (const name of warnings.length > 0 ? ['any', ...warnings] : [])
    flagged.set(name, (flagged.get(name) ?? 0) + 1);
}

process.stdout.write(`${count} pictures; quantiles at ${shares.join(', ')}\n`);
for (const [name, values] of Object.entries(figures)) {
  values.sort((a, b) => a - b);
  const at = (share: number) => values[Math.min(count - 1, Math.floor(share * count))] ?? 0;
  const shown = shares.map((share) => at(share).toFixed(name === 'sharpness' ? 1 : 3));
  process.stdout.write(`${name.padEnd(10)} ${shown.join('  ')}\n`);
}
for (const [name, times] of flagged)
  process.stdout.write(`${name.padEnd(12)} ${((100 * times) / count).toFixed(2)} %\n`);

function* picturesIn(source: string): Generator<Buffer> {
  if (statSync(source).isDirectory()) {
    for (const name of readdirSync(source))
      if (name.endsWith('.jpg')) yield readFileSync(path.join(source, name));
    return;
  }
  const archive = readFileSync(source);
  for (let at = 0; at + 512 <= archive.length && archive[at] !== 0; ) {
    const name = archive.toString('latin1', at, at + 100);
    const size = Number.parseInt(archive.toString('latin1', at + 124, at + 136), 8);
    if (name.includes('.jpg')) yield archive.subarray(at + 512, at + 512 + size);
    at += 512 * (1 + Math.ceil(size / 512));
  }
}
