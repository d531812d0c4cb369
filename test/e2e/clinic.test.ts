import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lacks, sharedFile } from '../requirements.ts';
import { openWorkstation, type Workstation } from './browser.ts';
import { addLesion, createClinic, enrolPatient, passphrase } from './steps.ts';

const suite = 'the main job in a real browser';
const skipped = lacks('chromium', suite) || lacks('shared', suite);

describe.skipIf(skipped)(suite, () => {
  let workstation: Workstation;
  beforeAll(async () => {
    workstation = await openWorkstation();
  });
  afterAll(() => workstation?.close());

  test('a clinic is created, a patient enrolled, images imported and read, a decision saved, and all of it is found again after a lock', async () => {
    const { page } = workstation;

    await createClinic(page);
    await enrolPatient(page);

    await addLesion(page, 'Left forearm');

    const originals = readdirSync(sharedFile('data/ham10000/originals')).filter((name) =>
      name.endsWith('.jpg'),
    );
    const chosen = originals.slice(0, 3).map((name) => sharedFile('data/ham10000/originals', name));
    await page.getByLabel('Choose images').first().setInputFiles(chosen);
    await page
      .getByRole('img', { name: /Left forearm/ })
      .nth(2)
      .waitFor();

    await page.getByRole('link', { name: 'Worklist' }).click();
    await page.getByText('Quillfeather').first().click();
    const reading = page.getByRole('region', { name: 'Reading' });
    await reading.getByText('not a diagnosis').waitFor();
    await reading.getByText('Details', { exact: true }).click();
    await reading
      .getByText(/Emulator/)
      .first()
      .waitFor();
    const chances = await reading
      .getByRole('list', { name: /^Chance of each class/ })
      .getByRole('listitem')
      .allTextContents();
    expect(chances).toHaveLength(7);
    for (const chance of chances) expect(chance).toMatch(/\d\s%$/);
    const address = page.url();

    // By keyboard, as somebody with a dermatoscope in the other hand would.
    for (const choice of [/naevus/i, /Monitor/, '3 months']) {
      await page.getByRole('radio', { name: choice }).press('Space');
      expect(await page.getByRole('radio', { name: choice }).isChecked()).toBe(true);
    }
    await page.getByRole('textbox', { name: 'Note' }).fill('see again in three months');
    await page.getByRole('button', { name: 'Save review' }).click();
    await page.waitForURL((url) => url.href !== address);

    await page.getByRole('button', { name: 'Lock' }).click();
    await page.getByRole('button', { name: 'Unlock' }).waitFor();
    expect(await page.getByText('Quillfeather').count()).toBe(0);
    await page.getByLabel('Passphrase', { exact: true }).fill('not the passphrase');
    await page.getByRole('button', { name: 'Unlock' }).click();
    await page.getByRole('alert').waitFor();
    await page.getByLabel('Passphrase', { exact: true }).fill(passphrase);
    await page.getByRole('button', { name: 'Unlock' }).click();

    await page.goto(address);
    await page.getByText('see again in three months').waitFor();
    await page.getByText('Dr Winter').first().waitFor();
  });

  test('the page asked nothing of any other machine, and logged no error', () => {
    expect(workstation.strayRequests).toEqual([]);
    expect(workstation.consoleErrors).toEqual([]);
  });
});
