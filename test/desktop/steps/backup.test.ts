import { chmodSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  backUpAndProve,
  everythingIn,
  type Kept,
  lock,
  loseTheClinic,
  restoreFrom,
  unlock,
} from '../../e2e/backup-story.ts';
import { addLesion, createClinic, enrolPatient } from '../../e2e/steps.ts';
import { lacks } from '../../requirements.ts';
import { type Desktop, openDesktop, Person } from '../desktop.ts';
import { somePictures } from '../pictures.ts';

const suite = 'a clinic that is lost and restored, in a real Electron';

describe.skipIf(lacks('desktop', suite))(suite, () => {
  let person: Person;
  let desktop: Desktop;
  let medium: string;
  let before: Kept;
  const backups = () => readdirSync(medium).filter((name) => name.endsWith('.backup'));
  beforeAll(async () => {
    person = new Person();
    desktop = await openDesktop(person);
    const disk = path.join(person.folder, 'disk');
    mkdirSync(disk);
    // The program runs as another user than the test.
    chmodSync(disk, 0o777);
    medium = path.join(disk, 'backups');
  });
  afterAll(async () => {
    await desktop?.quit();
    person?.leave();
  });

  test('is backed up to a folder of the system’s dialog, and proven', async () => {
    const { page, app } = desktop;
    await createClinic(page);
    await enrolPatient(page);
    await addLesion(page, 'Left forearm');
    await page
      .getByLabel('Choose images')
      .first()
      .setInputFiles(await somePictures(person.folder, 2));
    await page
      .getByRole('img', { name: /Left forearm/ })
      .nth(1)
      .waitFor();
    await page.getByRole('button', { name: 'Imports: 2 imported' }).waitFor();
    await app.evaluate(({ dialog }, chosen) => {
      dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [chosen] });
    }, path.dirname(medium));
    await page.evaluate("location.hash = '#/settings/backup'");
    await page.getByRole('button', { name: 'Choose a folder…' }).click();
    await page.getByRole('button', { name: 'Another folder…' }).click();
    await backUpAndProve(page, medium);
    await lock(page);
    before = await everythingIn(person.dataFolder);
    expect(before.bytes).toHaveLength(4);
  });

  test('comes back in its window with every count, hash and audit entry', async () => {
    const { page } = desktop;
    loseTheClinic(person.dataFolder);
    await page.reload();
    await restoreFrom(page, medium);
    await page.getByRole('link', { name: 'Patients' }).click();
    await page.getByText('Quillfeather').first().waitFor();
    await lock(page);
    const after = await everythingIn(person.dataFolder);
    expect(after.records).toEqual(before.records);
    expect(after.bytes).toEqual(before.bytes);
    const made = before.audit.findIndex(({ action }) => action === 'backup.make');
    expect(after.audit.slice(0, made)).toEqual(before.audit.slice(0, made));
    expect(after.isIntact).toBe(true);
  });

  test('is backed up once more when the program quits, and quitting ends', async () => {
    await unlock(desktop.page);
    const former = backups().length;
    await desktop.quit();
    expect(backups()).toHaveLength(former + 1);
    desktop = await openDesktop(person);
    await unlock(desktop.page);
    await desktop.page.evaluate("location.hash = '#/settings/log'");
    await desktop.page.getByText('Backed the clinic up').first().waitFor();
    expect(existsSync(path.join(person.dataFolder, 'proof'))).toBe(false);
    expect(desktop.pageErrors).toEqual([]);
  });
});
