import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findUserSlot, readClinicFile } from '../../src/store/clinic-file.ts';
import { openUserSlot } from '../../src/store/key-slots.ts';
import { somePictures } from '../desktop/pictures.ts';
import { lacks } from '../requirements.ts';
import { filesOf, holding } from '../store/files-in-the-clear.ts';
import { backUpAndProve, lock, unlock } from './backup-story.ts';
import { openWorkstation, type Workstation } from './browser.ts';
import { addLesion, createClinic, enrolPatient, passphrase } from './steps.ts';

const suite = 'an erased patient, in a real browser';

describe.skipIf(lacks('chromium', suite))(suite, () => {
  let workstation: Workstation;
  let root: string;
  let medium: string;
  let needles: Buffer[];
  beforeAll(async () => {
    workstation = await openWorkstation();
    root = mkdtempSync(path.join(tmpdir(), 'dermaspike-medium-'));
    medium = path.join(root, 'backups');
  });
  afterAll(async () => {
    await workstation?.close();
    rmSync(root, { recursive: true, force: true });
  });

  /** What of the patient is in which file of the data folder; the clinic is locked. */
  const found = async (): Promise<string[]> => {
    const folder = path.join(workstation.dataFolder, 'clinic');
    const file = readClinicFile(folder);
    const slot = findUserSlot(file.users, 'Dr Winter');
    if (!slot) throw new Error('The clinic lacks its user.');
    const key = await openUserSlot(file.clinicId, slot, passphrase);
    return holding(filesOf(workstation.dataFolder, key), needles);
  };

  const erase = async (page: Page) => {
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('heading', { name: 'What goes' }).waitFor();
    await dialog.getByRole('button', { name: 'Erase for good' }).click();
    await dialog.getByText('Nothing of the patient is left in the clinic’s files.').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).last().click();
  };

  test('is in no file of the data folder any more, neither by name nor by a byte of an image', async () => {
    const { page } = workstation;
    await createClinic(page);
    await enrolPatient(page);
    await addLesion(page, 'Left forearm');
    const pictures = await somePictures(root, 2);
    await page.getByLabel('Choose images').first().setInputFiles(pictures);
    await page.getByRole('button', { name: 'Imports: 2 imported' }).waitFor();
    needles = [
      ...[
        'Quillfeather',
        'quillfeather',
        'Ottoline',
        ...pictures.map((file) => path.basename(file)),
      ],
    ].flatMap((word) => [Buffer.from(word), Buffer.from(word, 'utf16le')]);
    for (const file of pictures) {
      const bytes = readFileSync(file);
      for (const at of [1000, Math.floor(bytes.length / 2)])
        needles.push(bytes.subarray(at, at + 16));
    }
    await backUpAndProve(page, medium);
    await lock(page);
    expect((await found()).length).toBeGreaterThan(5);

    await unlock(page);
    await page.getByRole('link', { name: 'Patients' }).click();
    await page.getByRole('link', { name: /Quillfeather/ }).click();
    await page.getByRole('button', { name: 'More' }).first().click();
    await page.getByRole('menuitem', { name: 'Erase for good…' }).click();
    await erase(page);
    await page.getByRole('heading', { level: 1, name: 'Patients' }).waitFor();
    await lock(page);
    expect(await found()).toEqual([]);
  });

  test('that an older backup brings back is told at once, and erased again from there', async () => {
    const { page } = workstation;
    await page.getByRole('button', { name: 'Restore a backup' }).click();
    await page.getByLabel('Folder with the backups').fill(medium);
    await page.getByRole('button', { name: 'Look for backups' }).click();
    await page.getByText('Backups of Riverside Dermatology.').waitFor();
    await page.getByLabel('Passphrase when it was made').fill(passphrase);
    await page.getByRole('button', { name: 'Set the clinic aside and restore' }).click();
    await page.getByText('The clinic is restored').waitFor();
    await unlock(page);
    await page.getByText(/1 erased record came back with a backup/).waitFor();
    await page.getByRole('link', { name: 'See it' }).click();
    const back = page.getByRole('list', { name: 'Erased, and back' });
    await back.getByRole('link', { name: 'Quillfeather, Ottoline' }).waitFor();
    await back.getByRole('button', { name: /^Erase again: Quillfeather/ }).click();
    await erase(page);
    await expect.poll(() => back.count()).toBe(0);
    await lock(page);
    expect(await found()).toEqual([]);
    expect(workstation.consoleErrors).toEqual([]);
    expect(workstation.strayRequests).toEqual([]);
  });
});
