// Draws the pictures of docs/guide in real Chromium, from the demo clinic:
//   DERMASPIKE_GUIDE=1 npm test -- test/e2e/guide.test.ts
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, expect, test } from 'vitest';
import { daysAfter, localDay } from '../../src/clinic/entities/days.ts';
import { drawPhantom } from '../../src/imaging/phantom.ts';
import { openWorkstation } from './browser.ts';

const guide = path.join(import.meta.dirname, '../../docs/guide');
const largestBytes = 150_000;

const atEnd: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const end of atEnd.reverse()) await end();
});

/** In as many colours as leave the file small, but for a photograph; returns its size. */
async function picture(page: Page, name: string, of?: Locator): Promise<number> {
  const shot = await (of ?? page).screenshot({ animations: 'disabled' });
  if (name.endsWith('.jpg')) {
    const jpeg = await sharp(shot)
      .resize({ width: 1100, withoutEnlargement: true })
      .jpeg({ quality: 88 })
      .toBuffer();
    writeFileSync(path.join(guide, name), jpeg);
    return jpeg.byteLength;
  }
  for (const colours of [256, 128, 64, 32, 16]) {
    const png = await sharp(shot)
      .resize({ width: 1100, withoutEnlargement: true })
      .png({ palette: true, colours, effort: 10, compressionLevel: 9 })
      .toBuffer();
    if (png.byteLength > largestBytes) continue;
    writeFileSync(path.join(guide, `${name}.png`), png);
    return png.byteLength;
  }
  throw new Error(`${name} is too large.`);
}

/** Three visits of one lesion that grows: the last picture was taken today. */
async function drawVisits(folder: string): Promise<string[]> {
  const today = localDay(new Date());
  const visits = [
    { growth: 0.62, day: daysAfter(today, -730) },
    { growth: 0.72, day: daysAfter(today, -365) },
    { growth: 1, day: today },
  ];
  return Promise.all(
    visits.map(async ({ growth, day }, shot) => {
      const drawn = await drawPhantom({
        ...{ seed: 41, kind: 'melanoma-like', sizePx: [960, 720], phototype: 2, growth, shot },
      });
      const taken = `${day.replaceAll('-', ':')} 09:30:00`;
      const file = path.join(folder, `visit-${shot + 1}.jpg`);
      writeFileSync(
        file,
        await sharp(drawn)
          .withExif({ IFD2: { DateTimeOriginal: taken } })
          .jpeg({ quality: 92 })
          .toBuffer(),
      );
      return file;
    }),
  );
}

test.runIf(process.env.DERMASPIKE_GUIDE)(
  'three visits of one lesion, from the map to the report',
  async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'dermaspike-guide-'));
    atEnd.push(async () => rmSync(folder, { recursive: true, force: true }));
    const files = await drawVisits(folder);
    const workstation = await openWorkstation();
    atEnd.push(() => workstation.close());
    const { page } = workstation;
    page.setDefaultTimeout(60_000);
    await page.setViewportSize({ width: 1280, height: 800 });
    const sizes: number[] = [];
    const show = async (name: string, of?: Locator) => sizes.push(await picture(page, name, of));

    await page.getByRole('button', { name: 'Try the demo clinic' }).click();
    await page.getByRole('heading', { name: 'Worklist' }).waitFor({ timeout: 120_000 });
    await page.locator('.worklist .thumbnail img').first().waitFor();
    await show('worklist');

    await page.getByRole('link', { name: 'Patients' }).click();
    await page
      .getByRole('link', { name: /Example, Ada/ })
      .first()
      .click();
    await page.locator('.figure__marker').first().waitFor();
    await page.locator('.strip img').first().waitFor();
    await page.locator('[data-view="back"] [aria-label="Left upper arm"]').click();
    await page.getByRole('dialog').getByLabel('Label').fill('C');
    await show('new-lesion');
    await page.getByRole('button', { name: 'Add lesion' }).last().click();
    const card = page.getByRole('region', { name: 'Lesion C', exact: true });
    await card.waitFor();
    await page.getByLabel('Choose images').last().setInputFiles(files);
    await card.locator('.strip .verdict').nth(2).waitFor();
    await card.scrollIntoViewIfNeeded();
    await card.locator('.strip img').nth(2).waitFor();
    await page.getByRole('radio', { name: 'Upper body' }).check();
    await card.scrollIntoViewIfNeeded();
    await show('patient');

    await page
      .getByRole('link', { name: /^Back.*marked/ })
      .first()
      .click();
    await page.getByRole('img', { name: 'Overview photograph: Back' }).waitFor();
    await page.locator('.overview-marker').waitFor();
    await page.locator('.overviews__strip img').first().waitFor();
    await show('overview.jpg');
    await page.getByRole('link', { name: 'Back to the patient' }).click();

    await card.getByRole('link', { name: 'C', exact: true }).click();
    await page.locator('.axis img').nth(2).waitFor();
    await page.getByRole('button', { name: 'Outline them' }).click();
    await page.getByRole('button', { name: 'Stop' }).waitFor();
    await page.getByRole('button', { name: 'Stop' }).waitFor({ state: 'detached' });
    await show('lesion');

    await page.keyboard.press('c');
    await page.getByRole('heading', { name: 'Compare lesion C' }).waitFor();
    await page.waitForTimeout(2500); // The sharper pictures.
    await show('compare');
    await page.keyboard.press('3');
    await page.getByText(/^(Registered by|Not registered, because)/).waitFor();
    await page.waitForTimeout(300);
    await show('swipe');
    await page.keyboard.press('Escape');

    await page.locator('.axis__visit a').last().click();
    await page.getByRole('button', { name: 'Save review' }).waitFor();
    await page.keyboard.press('v');
    await page.getByRole('img', { name: /^What speaks for / }).waitFor();
    await page.waitForTimeout(500);
    await show('evidence');
    await page.keyboard.press('v');
    const measure = page.getByRole('region', { name: 'Measure' });
    await measure.getByRole('button', { name: 'Measure' }).click();
    await measure.getByText('Long axis').waitFor();
    await measure.scrollIntoViewIfNeeded();
    await page.waitForTimeout(500);
    await show('measure');
    await measure.getByRole('button').first().click();
    await page.keyboard.press('1');
    await page.keyboard.press('e');
    await page.getByLabel('Note').fill('Larger than a year ago, grey-blue area.');
    await page.getByRole('radio', { name: 'Excise' }).scrollIntoViewIfNeeded();
    await show('decision');
    const reviewed = page.url();
    await page.keyboard.press('Control+Enter');
    await page.waitForURL((url) => url.href !== reviewed);

    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: 'Follow-up' }).click();
    await page.locator('.follow-ups__row').first().waitFor();
    await page.locator('.follow-ups img').first().waitFor();
    await show('follow-up');

    await page.goto(reviewed);
    await page.getByRole('heading', { name: /^Lesion C/ }).waitFor();
    await page.getByRole('link', { name: 'Example, Ada' }).first().click();
    await card.getByRole('link', { name: 'C', exact: true }).click();
    await page.getByRole('link', { name: 'Report' }).click();
    const report = page.getByRole('article', { name: 'Report' });
    await report.locator('.report__picture img').nth(2).waitFor();
    await page.setViewportSize({ width: 1280, height: 2000 });
    await page
      .getByRole('button', { name: 'Close' })
      .click({ timeout: 2000 })
      .catch(() => {});
    await page.waitForTimeout(1500);
    await show('report', report);

    expect(Math.max(...sizes)).toBeLessThanOrEqual(largestBytes);
  },
  400_000,
);
