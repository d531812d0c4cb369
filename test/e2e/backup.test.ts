import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { somePictures } from '../desktop/pictures.ts';
import { lacks } from '../requirements.ts';
import {
  backUpAndProve,
  everythingIn,
  type Kept,
  lock,
  loseTheClinic,
  restoreFrom,
} from './backup-story.ts';
import { openWorkstation, type Workstation } from './browser.ts';
import { addLesion, createClinic, enrolPatient } from './steps.ts';

const suite = 'a clinic that is lost and restored, in a real browser';

describe.skipIf(lacks('chromium', suite))(suite, () => {
  let workstation: Workstation;
  let root: string;
  let medium: string;
  let before: Kept;
  beforeAll(async () => {
    workstation = await openWorkstation();
    root = mkdtempSync(path.join(tmpdir(), 'dermaspike-medium-'));
    medium = path.join(root, 'backups');
  });
  afterAll(async () => {
    await workstation?.close();
    rmSync(root, { recursive: true, force: true });
  });

  test('is backed up and proven on its screen', async () => {
    const { page, dataFolder } = workstation;
    await createClinic(page);
    await enrolPatient(page);
    await addLesion(page, 'Left forearm');
    await page
      .getByLabel('Choose images')
      .first()
      .setInputFiles(await somePictures(root, 3));
    await page
      .getByRole('img', { name: /Left forearm/ })
      .nth(2)
      .waitFor();
    await page.getByRole('button', { name: 'Imports: 3 imported' }).waitFor();
    await backUpAndProve(page, medium);
    await lock(page);
    before = await everythingIn(dataFolder);
    expect(before.bytes).toHaveLength(6);
    expect(before.isIntact).toBe(true);
  });

  test('comes back on an empty computer with every count, hash and audit entry', async () => {
    const { page, dataFolder } = workstation;
    loseTheClinic(dataFolder);
    await page.reload();
    await restoreFrom(page, medium);
    await page.getByRole('link', { name: 'Patients' }).click();
    await page.getByText('Quillfeather').first().click();
    await page
      .getByRole('img', { name: /Left forearm/ })
      .nth(2)
      .waitFor();
    await lock(page);
    const after = await everythingIn(dataFolder);
    expect(after.records).toEqual(before.records);
    expect(after.bytes).toEqual(before.bytes);
    const made = before.audit.findIndex(({ action }) => action === 'backup.make');
    expect(made).toBeGreaterThan(5);
    expect(after.audit.slice(0, made)).toEqual(before.audit.slice(0, made));
    expect(after.audit.slice(made).map(({ action }) => action)).toEqual([
      'backup.restore',
      'session.unlock',
      'patient.read',
    ]);
    expect(after.isIntact).toBe(true);
    expect(workstation.consoleErrors).toEqual([]);
  });
});
