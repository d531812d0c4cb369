// How long the record's screens take in real Chromium over the real station, on this machine:
//   DERMASPIKE_BENCH_RECORD=1 npm test -- test/e2e/record-bench.test.ts
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { buildPatient, syntheticUser } from '../../src/cli/bench/large-clinic.ts';
import { loadNow } from '../../src/cli/bench/machine.ts';
import { quantile } from '../../src/cli/bench/statistics.ts';
import { drawTestImage } from '../station/harness.ts';
import { openWorkstation } from './browser.ts';
import { addLesion, createClinic, enrolPatient } from './steps.ts';

const isAsked = process.env.DERMASPIKE_BENCH_RECORD;
const rounds = 20;
/** A lesion's strip shows no more than its newest dozen. */
const photographs = 12;

function summary(name: string, times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => quantile(sorted, share).toFixed(0);
  return `${name}: median ${at(0.5)} ms, p95 ${at(0.95)} ms, longest ${at(1)} ms, of ${times.length}`;
}

/** A photograph's worth of pixels and grain. */
async function photograph(seed: number): Promise<Buffer> {
  const [width, height] = [4000, 3000];
  const grain = await sharp({
    create: {
      ...{ width, height, channels: 3, background: '#808080' },
      noise: { type: 'gaussian', mean: 128, sigma: 12 },
    },
  })
    .png({ compressionLevel: 0 })
    .toBuffer();
  return sharp(await drawTestImage(seed))
    .resize(width, height)
    .composite([{ input: grain, blend: 'soft-light' }])
    .withExif({ IFD2: { DateTimeOriginal: `20${10 + (seed % 15)}:05:04 09:30:${10 + seed}` } })
    .jpeg({ quality: 90 })
    .toBuffer();
}

/** Until `isThere` holds in a frame, from `act` on. */
async function timed(page: Page, act: () => Promise<unknown>, isThere: string): Promise<number> {
  // As text: the page's own policy lets it make no code, the debugger may.
  const done: Promise<number> = page.evaluate(`new Promise((resolve) => {
    const look = () =>
      ${isThere}
        ? resolve(performance.timeOrigin + performance.now())
        : requestAnimationFrame(look);
    requestAnimationFrame(look);
  })`);
  const began = performance.timeOrigin + performance.now();
  await act();
  return (await done) - began;
}

test.runIf(isAsked)(
  'a photograph of 12 megapixels is imported and read; two are compared',
  async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'dermaspike-bench-'));
    const files = [];
    for (let n = 0; n < photographs; n++) {
      files.push(path.join(folder, `photo-${n}.jpg`));
      writeFileSync(files[n] ?? '', await photograph(n));
    }
    const workstation = await openWorkstation();
    const { page } = workstation;
    await createClinic(page);
    await enrolPatient(page);
    await addLesion(page, 'L');
    const imports: number[] = [];
    const verdicts = '.strip .verdict';
    for (const [n, file] of files.entries()) {
      const took = await timed(
        page,
        () => page.getByLabel('Choose images').first().setInputFiles(file),
        `document.querySelectorAll(${JSON.stringify(verdicts)}).length > ${n}`,
      );
      if (n >= 2) imports.push(took);
    }
    process.stdout.write(`${summary('12-megapixel photograph, chosen to read', imports)}\n`);
    await page.getByRole('link', { name: 'L', exact: true }).click();
    await page.getByRole('list', { name: 'By the day of capture' }).waitFor();
    const opened: number[] = [];
    for (let n = 0; n < rounds; n++) {
      opened.push(await timed(page, () => page.keyboard.press('c'), isPainted));
      await page.keyboard.press('Escape');
      await page.getByRole('list', { name: 'By the day of capture' }).waitFor();
    }
    process.stdout.write(`${summary('compare, opened until both pictures are seen', opened)}\n`);
    process.stdout.write(`load ${JSON.stringify(loadNow())}\n`);
    await workstation.close();
    rmSync(folder, { recursive: true, force: true });
    expect(opened).toHaveLength(rounds);
  },
  600_000,
);

/** Both panes have a picture in their middle. */
const isPainted = `(() => {
  const panes = [...document.querySelectorAll('canvas')];
  return panes.length === 2 && panes.every((canvas) => {
    const context = canvas.getContext('2d');
    const data = context?.getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data;
    return data !== undefined && data[0] > 20;
  });
})()`;

test.runIf(isAsked)(
  'the page of a patient of 2,000 images, and of a lesion of 200, is ready',
  async () => {
    const thumbnail = await sharp(await drawTestImage(3))
      .resize(240)
      .jpeg()
      .toBuffer();
    const workstation = await openWorkstation(async (dataFolder) => {
      mkdirSync(dataFolder, { recursive: true });
      const folder = path.join(dataFolder, 'clinic');
      await buildPatient(folder, { lesions: 10, imagesEach: 200, thumbnail });
    });
    const { page } = workstation;
    await page.getByLabel('Passphrase').fill(syntheticUser.passphrase);
    await page.getByRole('button', { name: 'Unlock' }).click();
    await page.getByRole('heading', { name: 'Worklist' }).waitFor();
    const [patients, lesions]: number[][] = [[], []];
    for (let n = 0; n < rounds; n++) {
      await page.getByRole('link', { name: 'Patients' }).click();
      const row = page.getByRole('link', { name: /Largeberg/ }).first();
      await row.waitFor();
      patients?.push(
        await timed(
          page,
          () => row.click(),
          `document.querySelectorAll('.lesion').length === 10 && document.querySelector('.strip img') !== null`,
        ),
      );
      const lesion = page.getByRole('link', { name: 'L1', exact: true });
      lesions?.push(
        await timed(page, () => lesion.click(), `document.querySelector('.axis img') !== null`),
      );
    }
    process.stdout.write(`${summary('patient of 2,000 images', patients ?? [])}\n`);
    process.stdout.write(`${summary('lesion of 200 images', lesions ?? [])}\n`);
    process.stdout.write(`load ${JSON.stringify(loadNow())}\n`);
    await workstation.close();
    expect(lesions).toHaveLength(rounds);
  },
  600_000,
);
