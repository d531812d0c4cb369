import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { expect } from 'vitest';
import { drawTestImage } from '../station/harness.ts';
import { addLesion } from './steps.ts';

/** As cameras write them, newest first: the order of import is not that of capture. */
const taken = ['2026:05:04 09:30:00', '2021:03:02 10:00:00', '2025:11:05 10:14:00'];

/** Files of three visits of one lesion. */
export async function drawVisits(folder: string): Promise<string[]> {
  mkdirSync(folder, { recursive: true });
  return Promise.all(
    taken.map(async (at, index) => {
      const file = path.join(folder, `visit-${index}.jpg`);
      const image = sharp(await drawTestImage(20 + index)).withExif({
        IFD2: { DateTimeOriginal: at },
      });
      writeFileSync(file, await image.jpeg({ quality: 92 }).toBuffer());
      return file;
    }),
  );
}

const onLesion = (page: Page) =>
  page.getByRole('heading', { name: 'Lesion Left forearm' }).waitFor();

/** From the page of the patient; ends on that of the lesion. */
export async function importVisits(page: Page, files: readonly string[]): Promise<void> {
  await addLesion(page, 'Left forearm');
  await page
    .getByLabel('Choose images')
    .first()
    .setInputFiles([...files]);
  await page
    .getByRole('img', { name: /Left forearm/ })
    .nth(2)
    .waitFor();
  await page.getByRole('link', { name: 'Left forearm', exact: true }).click();
  const days = page.getByRole('list', { name: 'By the day of capture' }).locator('.axis__day');
  await expect
    .poll(() => days.allTextContents(), { timeout: 60_000 })
    .toEqual(['Mar 2, 2021', 'Nov 5, 2025', 'May 4, 2026']);
}

/** Side by side, then one over the other; back on the lesion's page. */
export async function compareVisits(page: Page): Promise<void> {
  await page.keyboard.press('c');
  await page.getByRole('img', { name: 'Lesion Left forearm, Mar 2, 2021' }).waitFor();
  await page.getByRole('img', { name: 'Lesion Left forearm, May 4, 2026' }).waitFor();
  await page.keyboard.press('3');
  await page.getByRole('img', { name: /^Swipe: / }).waitFor();
  await page.getByText(/^(Registered by|Not registered, because)/).waitFor();
  await page.keyboard.press('Escape');
  await onLesion(page);
}

/** The outline that is proposed, and its figures; ends on the newest picture. */
export async function measureNewest(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Left forearm, taken May 4, 2026' }).click();
  const measure = page.getByRole('region', { name: 'Measure' });
  await measure.getByRole('button', { name: 'Measure' }).click();
  await measure.getByRole('button', { name: 'Outline the lesion' }).click();
  await measure.getByText('Long axis').waitFor();
  await measure.getByRole('button', { name: 'Hide' }).click();
}

/** What the network saw, over the picture. */
export async function explainNewest(page: Page): Promise<void> {
  await page.keyboard.press('v');
  await page.getByRole('img', { name: /^What speaks for / }).waitFor();
}

/** To see it again in three months; ends wherever one goes on to. */
export async function decide(page: Page): Promise<void> {
  await page.keyboard.press('4');
  await page.keyboard.press('m');
  await page.keyboard.press('Space');
  await page.getByRole('radio', { name: '3 months', checked: true }).waitFor();
  const reviewed = page.url();
  await page.keyboard.press('Control+Enter');
  await page.waitForURL((url) => url.href !== reviewed);
}

/** The list of who is to come back leads to the patient, and on to the lesion. */
export async function recall(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Follow-up' }).click();
  await page.getByText('In 3 months').waitFor();
  await page.locator('[data-row]').first().click();
  await page.waitForURL(/#\/(lesions|images)\//);
  await page.getByRole('link', { name: /Quillfeather/ }).click();
  await page.getByRole('link', { name: 'Left forearm', exact: true }).click();
  await onLesion(page);
}

export async function enterFinding(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Histology…' }).click();
  await page.getByLabel('Specimen taken on').fill('2026-06-01');
  await page.getByLabel('Diagnosis').selectOption('dysplastic-naevus');
  await page.getByRole('button', { name: 'Save finding' }).click();
  await page.getByText('Dysplastic naevus').first().waitFor();
}

/** All of it on paper. */
export async function report(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Report' }).click();
  const paper = page.getByRole('article', { name: 'Report' });
  await paper.getByText('Melanocytic naevus').first().waitFor();
  await paper.getByText('Dysplastic naevus').waitFor();
  await paper.getByText('Long axis').waitFor();
  await expect
    .poll(() => paper.locator('.report__picture img').count(), { timeout: 60_000 })
    .toBe(3);
}
