import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lacks } from '../requirements.ts';
import { drawTestImage } from '../station/harness.ts';
import { openWorkstation, type Workstation } from './browser.ts';
import { addLesion, createClinic, enrolPatient } from './steps.ts';

const suite = 'a patient for a colleague, in a real browser';
const passphrase = 'marble window kettle';

describe.skipIf(lacks('chromium', suite))(suite, () => {
  let workstation: Workstation;
  const folder = mkdtempSync(path.join(tmpdir(), 'dermaspike-sharing-'));
  beforeAll(async () => {
    workstation = await openWorkstation();
  });
  afterAll(async () => {
    await workstation?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What is saved by `act`, as a file. */
  const saved = async (page: Page, act: () => Promise<void>) => {
    const download = page.waitForEvent('download');
    await act();
    const file = path.join(folder, (await download).suggestedFilename());
    await (await download).saveAs(file);
    return file;
  };

  const choose = async (page: Page, label: string, file: string) => {
    await page.goto(page.url().replace(/#.*/, '#/settings/sharing'));
    await page.getByLabel(label).setInputFiles(file);
  };

  test('two of a patient’s lesions are shared, opened, answered, and the answer is filed with both', async () => {
    const { page } = workstation;
    await createClinic(page);
    await enrolPatient(page);
    for (const [at, label] of ['Left forearm', 'Nape', 'Heel'].entries()) {
      await addLesion(page, label);
      const picture = path.join(folder, `${at}.jpg`);
      writeFileSync(picture, await drawTestImage(60 + at));
      const card = page.getByRole('region', { name: `Lesion ${label}` });
      await card.getByLabel('Choose images').setInputFiles(picture);
      await card.scrollIntoViewIfNeeded();
      await card.getByRole('img', { name: new RegExp(label) }).waitFor();
    }
    await page.getByRole('button', { name: 'More' }).first().click();
    await page.getByRole('menuitem', { name: 'Share…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/^3 lesions of Quillfeather.+, 3 images/).waitFor();
    await dialog.getByRole('checkbox', { name: /^Heel/ }).uncheck();
    await dialog.getByText(/^2 lesions of Quillfeather.+, 2 images/).waitFor();
    await dialog.getByRole('checkbox', { name: /^I have looked/ }).check();
    await dialog.getByLabel('What you ask').fill('Would you excise them?');
    await dialog.getByLabel('Passphrase', { exact: true }).fill(passphrase);
    await dialog.getByLabel('Repeat passphrase').fill(passphrase);
    const sealed = await saved(page, () =>
      dialog.getByRole('button', { name: 'Save the file' }).click(),
    );
    await dialog.getByText(/only your colleague can open it/).waitFor();

    await choose(page, 'Open a shared case…', sealed);
    await dialog.getByLabel('Passphrase of the case').fill(passphrase);
    await page.keyboard.press('Enter');
    await dialog.getByText('Would you excise them?').waitFor();
    await dialog.getByRole('heading', { name: 'Patient 1' }).waitFor();
    expect(await dialog.getByText(/Quillfeather|Nape|Heel/).count()).toBe(0);
    for (const [label, decision] of [
      ['Lesion 1', 'Excise'],
      ['Lesion 2', 'Monitor'],
    ] as const) {
      const lesion = dialog.getByRole('article', { name: label });
      await lesion.scrollIntoViewIfNeeded();
      await lesion.getByRole('img', { name: new RegExp(`^${label}`) }).waitFor();
      await lesion.getByLabel('Impression').selectOption('nv');
      await lesion.getByRole('radio', { name: decision }).check();
    }
    expect(await dialog.getByRole('article').count()).toBe(2);
    const answer = await saved(page, () =>
      dialog.getByRole('button', { name: 'Save the answer as a file' }).click(),
    );

    await choose(page, 'File an answer…', answer);
    await dialog.getByRole('link', { name: /Left forearm/ }).waitFor();
    await dialog.getByRole('link', { name: /Nape/ }).waitFor();
    await dialog.getByRole('button', { name: 'File it with the lesion' }).click();
    await page.getByText('The answer is filed with its lesions.').waitFor();
    await page.getByRole('link', { name: 'lesion 2' }).click();
    await page.getByRole('heading', { name: 'Lesion Nape' }).waitFor();
    await page.getByRole('heading', { name: 'Colleagues’ opinions' }).waitFor();
  });

  test('the page asked nothing of any other machine, and logged no error', () => {
    expect(workstation.strayRequests).toEqual([]);
    expect(workstation.consoleErrors).toEqual([]);
  });
});
