import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { imagesIn } from '../../src/cli/image-source.ts';
import { readLabelRows } from '../../src/interchange/labels.ts';
import { unlockClinic } from '../../src/store/index.ts';
import { lacks, sharedFile } from '../requirements.ts';
import { openWorkstation, type Workstation } from './browser.ts';
import { createClinic, passphrase } from './steps.ts';

const suite = 'a class added at the clinic, in a real browser';
const skipped = lacks('chromium', suite) || lacks('shared', suite);
/** Two heads are learned and measured; where two cores have nothing else to do it takes a minute. */
const TIMEOUT_MS = 900_000;
const images = 40;
const second = 'Dr Summer';

interface NamedFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

/** Squamous cell carcinomas and actinic keratoses that the network did not learn, with their table. */
async function labelledFiles(): Promise<NamedFile[]> {
  const labels = readFileSync(sharedFile('data/ham10000/splits.csv'), 'utf8');
  const rows = readLabelRows(labels, 'isic2019_dx').filter(({ fold }) => fold === '0');
  const chosen = ['SCC', 'AK'].flatMap((label) =>
    rows.filter((row) => row.label === label).slice(0, images / 2),
  );
  const wanted = new Map(chosen.map((row) => [row.imageId, row]));
  const files: NamedFile[] = [];
  for await (const image of imagesIn(sharedFile('data/ham10000/ham10000_200x150'), () => {})) {
    if (!wanted.has(image.imageId)) continue;
    const buffer = Buffer.from(await image.read());
    files.push({ name: `${image.imageId}.jpg`, mimeType: 'image/jpeg', buffer });
  }
  const lines = chosen.map(({ imageId, label, lesion }) =>
    [imageId, label === 'SCC' ? 'scc' : 'akiec', lesion].join(','),
  );
  const table = ['image_id,dx,lesion_id', ...lines].join('\n');
  return [...files, { name: 'keratoses.csv', mimeType: 'text/csv', buffer: Buffer.from(table) }];
}

describe.skipIf(skipped)(suite, () => {
  let workstation: Workstation;
  beforeAll(async () => {
    workstation = await openWorkstation();
  });
  afterAll(() => workstation?.close());

  const button = (name: string | RegExp) => workstation.page.getByRole('button', { name });

  async function unlockAs(page: Page, name: string): Promise<void> {
    await page.getByRole('radio', { name }).check({ force: true });
    await page.getByLabel('Passphrase', { exact: true }).fill(passphrase);
    await page.getByRole('button', { name: 'Unlock' }).click();
    await page.getByRole('link', { name: 'Settings' }).waitFor();
  }

  async function openClasses(page: Page): Promise<void> {
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('link', { name: 'Classes' }).click();
    await page.getByRole('heading', { name: 'What readings name' }).waitFor();
  }

  /** Every reading as it stands, and its spike counts, looked at beneath the program. */
  async function readings(page: Page): Promise<string> {
    await page.getByRole('button', { name: 'Lock' }).click();
    await page.getByRole('button', { name: 'Unlock' }).waitFor();
    const folder = path.join(workstation.dataFolder, 'clinic');
    const { store } = await unlockClinic(folder, { userName: 'Dr Winter', passphrase });
    try {
      const all = store.classExamples.list().map(({ imageId }) => {
        const reading = store.readings.newestByImage(imageId);
        const counts = reading && [...store.readings.spikeCounts(reading.id)];
        return { imageId, reading, counts };
      });
      return JSON.stringify(all.toSorted((a, b) => (a.imageId < b.imageId ? -1 : 1)));
    } finally {
      store.close();
    }
  }

  test(
    'forty labelled images are imported, a kind of a class is learned, measured, approved by a second user, reads the archive again, and is rolled back with every bit',
    async () => {
      const { page } = workstation;
      await createClinic(page);
      await page.getByRole('link', { name: 'Settings' }).click();
      await page.getByRole('link', { name: 'Clinic and users' }).click();
      await button('Add user').click();
      const user = page.getByRole('dialog');
      await user.getByLabel('Name', { exact: true }).fill(second);
      await user.getByLabel('Role').selectOption('administrator');
      await user.getByLabel('Passphrase', { exact: true }).fill(passphrase);
      await user.getByLabel('Repeat passphrase').fill(passphrase);
      await user.getByRole('button', { name: 'Add user' }).click();
      await user.waitFor({ state: 'detached' });

      await openClasses(page);
      await button('Add class').click();
      const adding = page.getByRole('dialog');
      await adding.getByLabel('Name', { exact: true }).fill('Squamous cell carcinoma');
      await adding.getByLabel('Short code').fill('scc');
      await adding.getByLabel('Kind of').selectOption('akiec');
      await adding.getByRole('radio', { name: 'Malignant', exact: true }).check({ force: true });
      await adding.getByRole('button', { name: 'Add class' }).click();
      await adding.waitFor({ state: 'detached' });

      await button('Import labelled images').click();
      const importing = page.getByRole('dialog');
      await importing.getByLabel('Choose images and table').setInputFiles(await labelledFiles());
      await importing.getByText(`${images} images will be imported: scc 20, akiec 20`).waitFor();
      await importing.getByRole('button', { name: `Import ${images} images` }).click();
      await importing.getByRole('button', { name: 'Done' }).click({ timeout: TIMEOUT_MS });
      await page.getByText(/^Squamous cell carcinoma: 20 images/).waitFor();

      await button('Learn and measure').click();
      await page.getByText('To be approved').first().waitFor({ timeout: TIMEOUT_MS });
      const version = page.locator('.version').first();
      await version.getByText('AUROC', { exact: true }).waitFor();
      await version.getByText('Melanomas that are suspicious').waitFor();
      await version.getByText('another user must approve it').waitFor();
      expect(await version.getByRole('button', { name: /^Approve/ }).count()).toBe(0);

      const before = await readings(page);
      await unlockAs(page, second);
      await openClasses(page);
      await version.getByRole('button', { name: /^Approve version/ }).click();
      const approval = page.getByRole('dialog');
      const reason = approval.getByLabel('Why it is approved nevertheless');
      if ((await reason.count()) > 0) await reason.fill('The kind is needed.');
      await approval.getByRole('button', { name: 'Approve' }).click();
      await version.getByText('Approved', { exact: true }).waitFor();
      await version.getByRole('button', { name: /^Let version/ }).click();
      await page.getByText(/images brought up to date/).waitFor({ timeout: TIMEOUT_MS });
      await page.getByRole('list', { name: 'Changed readings' }).waitFor();
      const changed = page.getByRole('list', { name: 'Changed readings' }).getByRole('listitem');
      expect(await changed.count()).toBeGreaterThan(0);
      await page.getByText('Squamous cell carcinoma', { exact: true }).first().waitFor();

      const after = await readings(page);
      expect(after).toContain('"scc"');
      await unlockAs(page, second);
      await openClasses(page);
      await button(/^Roll back to the shipped head/).click();
      await page.getByText(/^Readings are made by the shipped head/).waitFor();
      expect(await readings(page)).toBe(before);
    },
    TIMEOUT_MS,
  );

  test('the page asked nothing of any other machine, and logged no error', () => {
    expect(workstation.strayRequests).toEqual([]);
    expect(workstation.consoleErrors).toEqual([]);
  });
});
