import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lacks } from '../requirements.ts';
import { drawTestImage } from '../station/harness.ts';
import { openWorkstation, type Workstation } from './browser.ts';
import {
  compareVisits,
  decide,
  drawVisits,
  enterFinding,
  explainNewest,
  importVisits,
  measureNewest,
  recall,
  report,
} from './lesion-story.ts';
import { createClinic, enrolPatient } from './steps.ts';

const suite = 'a lesion over three visits, in a real browser';

describe.skipIf(lacks('chromium', suite))(suite, () => {
  let workstation: Workstation;
  const folder = mkdtempSync(path.join(tmpdir(), 'dermaspike-visits-'));
  beforeAll(async () => {
    workstation = await openWorkstation();
  });
  afterAll(async () => {
    await workstation?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('three visits are imported, compared, measured, explained, decided, recalled, found out and reported', async () => {
    const { page } = workstation;
    await createClinic(page);
    await enrolPatient(page);
    await importVisits(page, await drawVisits(folder));
    await compareVisits(page);
    await measureNewest(page);
    await explainNewest(page);
    await decide(page);
    await recall(page);
    await enterFinding(page);
    await report(page);
  });

  test('a new image of a known patient is reviewed with eight clicks at most from the worklist on', async () => {
    const { page } = workstation;
    const photo = path.join(folder, 'new.jpg');
    writeFileSync(photo, await drawTestImage(77));
    await page.getByRole('link', { name: 'Worklist' }).click();
    await page.getByRole('heading', { name: 'Worklist' }).waitFor();
    await page.evaluate(
      "window.clicks = 0; addEventListener('pointerdown', () => { window.clicks += 1; }, true)",
    );
    await page.getByRole('link', { name: 'Patients' }).click();
    await page
      .getByRole('link', { name: /Quillfeather/ })
      .first()
      .click();
    const choosing = page.waitForEvent('filechooser');
    await page
      .getByRole('region', { name: 'Lesion Left forearm' })
      .getByText('Choose images')
      .click();
    await (await choosing).setFiles(photo);
    const images = page.getByRole('link', { name: /Left forearm, imported/ });
    await images.last().click();
    await page.getByRole('radio', { name: 'Melanocytic naevus' }).click();
    await page.getByRole('radio', { name: 'No action' }).click();
    await page.getByRole('button', { name: 'Save review' }).click();
    await page.getByText('Review saved').waitFor();
    expect(await page.evaluate('window.clicks')).toBeLessThanOrEqual(8);
  });

  test('the page asked nothing of any other machine, and logged no error', () => {
    expect(workstation.strayRequests).toEqual([]);
    expect(workstation.consoleErrors).toEqual([]);
  });
});
