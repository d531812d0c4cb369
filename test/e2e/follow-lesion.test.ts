import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lacks } from '../requirements.ts';
import { drawTestImage } from '../station/harness.ts';
import { openWorkstation, type Workstation } from './browser.ts';
import { addLesion, createClinic, enrolPatient } from './steps.ts';

const suite = 'a lesion over three visits, in a real browser';

/** As cameras write them, newest first: the order of import is not that of capture. */
const taken = ['2026:05:04 09:30:00', '2021:03:02 10:00:00', '2025:11:05 10:14:00'];

describe.skipIf(lacks('chromium', suite))(suite, () => {
  let workstation: Workstation;
  const folder = mkdtempSync(path.join(tmpdir(), 'dermaspike-visits-'));
  const files = taken.map((_, index) => path.join(folder, `visit-${index}.jpg`));

  beforeAll(async () => {
    for (const [index, at] of taken.entries()) {
      const image = sharp(await drawTestImage(20 + index)).withExif({
        IFD2: { DateTimeOriginal: at },
      });
      writeFileSync(files[index] ?? '', await image.jpeg({ quality: 92 }).toBuffer());
    }
    workstation = await openWorkstation();
  });
  afterAll(async () => {
    await workstation?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('three visits are imported, compared, decided, recalled, found out and reported', async () => {
    const { page } = workstation;
    await createClinic(page);
    await enrolPatient(page);
    await addLesion(page, 'Left forearm');
    await page.getByLabel('Choose images').first().setInputFiles(files);
    await page
      .getByRole('img', { name: /Left forearm/ })
      .nth(2)
      .waitFor();

    await page.getByRole('link', { name: 'Left forearm', exact: true }).click();
    const days = page.getByRole('list', { name: 'By the day of capture' }).locator('.axis__day');
    await expect
      .poll(() => days.allTextContents(), { timeout: 20_000 })
      .toEqual(['Mar 2, 2021', 'Nov 5, 2025', 'May 4, 2026']);
    const lesionPage = page.url();

    await page.keyboard.press('c');
    await page.getByRole('img', { name: 'Lesion Left forearm, Mar 2, 2021' }).waitFor();
    await page.getByRole('img', { name: 'Lesion Left forearm, May 4, 2026' }).waitFor();
    await page.keyboard.press('3');
    await page.getByRole('img', { name: /^Swipe: / }).waitFor();
    await page.getByText(/^(Registered by|Not registered, because)/).waitFor();
    await page.keyboard.press('Escape');

    await page.getByRole('link', { name: 'Left forearm, taken May 4, 2026' }).click();
    await page.keyboard.press('v');
    await page.getByRole('img', { name: /^What speaks for / }).waitFor();
    await page.keyboard.press('4');
    await page.keyboard.press('m');
    await page.keyboard.press('Space');
    await page.getByRole('radio', { name: '3 months', checked: true }).waitFor();
    const reviewed = page.url();
    await page.keyboard.press('Control+Enter');
    await page.waitForURL((url) => url.href !== reviewed);

    await page.getByRole('link', { name: 'Follow-up' }).click();
    await page.getByText('In 3 months').waitFor();
    await page.locator('[data-row]').first().click();
    await page.waitForURL(/#\/(lesions|images)\//);
    await page.goto(lesionPage);
    await page.getByRole('button', { name: 'Histology…' }).click();
    await page.getByLabel('Specimen taken on').fill('2026-06-01');
    await page.getByLabel('Diagnosis').selectOption('dysplastic-naevus');
    await page.getByRole('button', { name: 'Save finding' }).click();
    await page.getByText('Dysplastic naevus').first().waitFor();

    await page.getByRole('link', { name: 'Report' }).click();
    const report = page.getByRole('article', { name: 'Report' });
    await report.getByText('Melanocytic naevus').first().waitFor();
    await report.getByText('Dysplastic naevus').waitFor();
    await expect
      .poll(() => report.locator('.report__picture img').count(), { timeout: 20_000 })
      .toBe(3);
  });

  test('the page asked nothing of any other machine, and logged no error', () => {
    expect(workstation.strayRequests).toEqual([]);
    expect(workstation.consoleErrors).toEqual([]);
  });
});
