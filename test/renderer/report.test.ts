import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lacks } from '../requirements.ts';
import { openRenderer, type RendererBrowser } from './browser.ts';
import { measureImages, openLesion } from './lesion-pages.ts';

const suite = 'reports, read back from their PDF';
const skipped = lacks('chromium', suite) || lacks('poppler', suite);

/** The PDF that the desktop window's printToPDF makes too, as text, with how many pages and pictures. */
async function printed(page: Page): Promise<{ text: string; pages: number; pictures: number }> {
  await expect
    .poll(() => page.getByText('Loading the picture…').count(), { timeout: 60_000 })
    .toBe(0);
  const folder = mkdtempSync(path.join(tmpdir(), 'dermaspike-report-'));
  try {
    const file = path.join(folder, 'report.pdf');
    writeFileSync(file, await page.pdf({ preferCSSPageSize: true, printBackground: true }));
    const run = (program: string, ...args: string[]) =>
      execFileSync(program, args, { encoding: 'utf8' });
    return {
      text: run('pdftotext', '-layout', file, '-').replace(/\s+/g, ' '),
      pages: Number(/Pages:\s+(\d+)/.exec(run('pdfinfo', file))?.[1]),
      pictures: run('pdfimages', '-list', file).trim().split('\n').length - 2,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const openReport = async (page: Page) => {
  await openLesion(page);
  await page.getByRole('link', { name: 'Report' }).click();
  await page.getByRole('article', { name: 'Report' }).waitFor();
};

describe.skipIf(skipped)(suite, () => {
  let browser: RendererBrowser;
  beforeAll(async () => {
    browser = await openRenderer();
  });
  afterAll(() => browser?.close());

  test('the clinic’s head, the patient, what was decided, and the reading as an annex with its limits', async () => {
    const page = await browser.open({ hash: '#/worklist' });
    await openReport(page);
    const { text, pictures } = await printed(page);
    for (const said of [
      'Riverside Dermatology',
      'Quillfeather, Ottoline',
      'No. R-1042',
      'Lesion A, Right upper back',
      'Melanocytic naevus – Monitor',
      'Next: Monitor until',
      'No scale: the picture was not calibrated.',
      'Advice from a computer program, not a diagnosis.',
      'it must not rule out a melanoma',
    ])
      expect(text).toContain(said);
    expect(text.indexOf('Impression and decision')).toBeLessThan(text.indexOf('Annex'));
    expect(text).not.toContain('Find a patient');
    expect(pictures).toBe(4);
    await page.getByRole('radio', { name: 'Without the readings' }).check();
    expect((await printed(page)).text).not.toContain('Annex');
    await page.close();
  });

  test('a measured picture has its scale bar, its figures and where the scale comes from', async () => {
    const page = await browser.open({ hash: '#/worklist' });
    await openReport(page);
    await measureImages(page);
    await page.getByLabel('Which visits').selectOption('2025-11-05');
    await page.locator('.report .scale-bar').first().waitFor();
    const { text } = await printed(page);
    expect(text).toMatch(/5 mm/);
    expect(text).toMatch(
      /Long axis [\d.]+ ± [\d.]+ mm Short axis [\d.]+ ± [\d.]+ mm Area \d+ ± \d+ mm²/,
    );
    expect(text).toContain('From a ruler that was found, 23 marks 1 mm apart');
    expect(text).toContain('Outline as proposed by outline-1, corrected by nobody.');
    const widthOf = (name: string) =>
      page
        .locator(`.report__picture:has(.scale-bar) ${name}`)
        .first()
        .evaluate((each) => each.getBoundingClientRect().width);
    const [bar, picture] = [await widthOf('.scale-bar'), await widthOf('img')];
    const px = await page.evaluate(() => window.fakeStation.clinic.images[0]?.stored.widthPx ?? 0);
    const mm = Number(
      (await page.locator('.report .scale-bar').first().textContent())?.slice(0, -3),
    );
    expect(bar / picture).toBeCloseTo((mm * 41.6) / px, 2);
    await page.close();
  });

  test('a visit’s report holds the images of that visit alone', async () => {
    const page = await browser.open({ hash: '#/worklist' });
    await openReport(page);
    await page.getByLabel('Which visits').selectOption('2025-11-05');
    const { text, pictures } = await printed(page);
    expect(text).toContain('Visit of Nov 5, 2025');
    expect(text).not.toContain('2021');
    expect(pictures).toBe(1);
    await page.close();
  });

  test('a visit’s report has every lesion of that day, each with what was decided, and no other', async () => {
    const page = await browser.open({ hash: '#/worklist' });
    await openLesion(page);
    await page.evaluate(() => {
      const { clinic } = window.fakeStation;
      const [a, b] = clinic.lesions;
      const own = clinic.images.filter(({ stored }) => stored.lesionId === a?.id);
      const [other] = clinic.images.filter(({ stored }) => stored.lesionId === b?.id);
      if (other) other.stored.capturedAt = own[0]?.stored.capturedAt ?? null;
      window.fakeStation.changed('images');
      location.hash = `#/patients/${a?.patientId}/report`;
    });
    await page.getByLabel('Which visit').selectOption('2026-05-04');
    const report = page.getByRole('article', { name: 'Report' });
    expect(
      await report.getByRole('region').evaluateAll((all) => all.map((each) => each.ariaLabel)),
    ).toEqual(['Lesion A', 'Lesion B']);
    const both = await printed(page);
    expect(both.text).toContain('Visit of May 4, 2026: 2 lesions of 4.');
    expect(both.text.match(/Impression and decision/g)).toHaveLength(2);
    expect(both.text.match(/Annex: readings/g)).toHaveLength(1);
    await page.getByLabel('Which visit').selectOption('2021-03-02');
    expect((await printed(page)).text).toContain('1 lesion of 4');
    await page.close();
  });

  test('a visit’s report of a patient without images says so', async () => {
    const page = await browser.open({ hash: '#/worklist' });
    await page.evaluate(() => {
      const { clinic } = window.fakeStation;
      const bare = clinic.patients.find(({ familyName }) => familyName === 'Sørensen');
      location.hash = `#/patients/${bare?.id}/report`;
    });
    await page.getByText('No image yet').waitFor();
    await page.close();
  });

  test('a report without a reading, of a patient with a name of 200 characters, and with 40 images', async () => {
    const page = await browser.open({ hash: '#/worklist' });
    const longName = 'Q'.repeat(200);
    await page.evaluate((familyName) => {
      const { clinic } = window.fakeStation;
      const [lesion] = clinic.lesions;
      Object.assign(clinic.patients[0] ?? {}, { familyName, givenName: '' });
      const [first] = clinic.images;
      if (!first || !lesion) return;
      for (let number = 0; number < 36; number++)
        clinic.images.push({
          stored: { ...first.stored, id: crypto.randomUUID(), lesionId: lesion.id },
          seed: first.seed,
          readings: [],
          reviews: [],
        });
      for (const image of clinic.images) image.readings.length = 0;
    }, longName);
    await openReport(page);
    const { text, pages, pictures } = await printed(page);
    expect(text.replaceAll(' ', '')).toContain(longName);
    expect(text).toContain('The network has read none of these images.');
    expect(pictures).toBe(40);
    expect(pages).toBeGreaterThan(6);
    expect(pages).toBeLessThan(20);
    await page.close();
  });

  test('nothing in all this was an error to the console', () => {
    expect(browser.consoleErrors).toEqual([]);
  });
});
