import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { role } from '../../src/clinic/entities/index.ts';
import { lacks, sharedFile } from '../requirements.ts';
import { openWorkstation, type Workstation } from './browser.ts';
import { addLesion, createClinic, enrolPatient, passphrase } from './steps.ts';

const suite = 'the screens as each role';
const skipped = lacks('chromium', suite) || lacks('shared', suite);
const others = role.options.filter((each) => each !== 'administrator');
const settingsParts = [
  'you',
  'clinic',
  'templates',
  'backup',
  'devices',
  'classes',
  'reading',
  'quality',
  'log',
];

describe.skipIf(skipped)(suite, () => {
  let workstation: Workstation;
  /** Of the person's screens: a patient's, a lesion's, an image's. */
  let addresses: string[];

  beforeAll(async () => {
    workstation = await openWorkstation();
    const { page } = workstation;
    await createClinic(page);
    await enrolPatient(page);
    const patient = page.url();
    await addLesion(page, 'Left forearm');
    const file = sharedFile('data/ham10000/originals', 'ISIC_0024310.jpg');
    await page.getByLabel('Choose images').first().setInputFiles(file);
    await page
      .getByRole('img', { name: /Left forearm/ })
      .first()
      .waitFor();
    addresses = [patient];
    await page.getByRole('link', { name: 'Worklist' }).click();
    await page.getByText('Quillfeather').first().click();
    await page.getByRole('region', { name: 'Reading' }).waitFor();
    addresses.push(page.url());
    await page.evaluate("location.hash = '#/settings/clinic'");
    for (const each of others) {
      await page.getByRole('button', { name: 'Add user' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Name', { exact: true }).fill(nameOf(each));
      await dialog.getByLabel('Role').selectOption(each);
      await dialog.getByLabel('Passphrase', { exact: true }).fill(passphrase);
      await dialog.getByLabel('Repeat passphrase').fill(passphrase);
      await dialog.getByRole('button', { name: 'Add user' }).click();
      await dialog.waitFor({ state: 'detached' });
    }
  });
  afterAll(() => workstation?.close());

  test.each(role.options)('as %s, none asks for what that role may not', async (each) => {
    const { page } = workstation;
    if (each !== 'administrator') {
      await page.getByRole('button', { name: 'Lock' }).click();
      await page.getByRole('radio', { name: nameOf(each) }).check({ force: true });
      await page.getByLabel('Passphrase', { exact: true }).fill(passphrase);
      await page.getByRole('button', { name: 'Unlock' }).click();
      await page.getByRole('button', { name: 'Lock' }).waitFor();
    }
    const screens = [
      'worklist',
      'patients',
      'follow-ups',
      ...settingsParts.map((part) => `settings/${part}`),
    ];
    for (const screen of screens) {
      await page.evaluate(`location.hash = '#/${screen}'`);
      await page.waitForLoadState('networkidle');
      await page.waitForTimeout(400);
    }
    for (const address of addresses) {
      await page.evaluate(`location.hash = '${new URL(address).hash}'`);
      await page.waitForTimeout(800);
    }
    expect(workstation.notAllowed).toEqual([]);
  });
});

const nameOf = (each: string) => `Somebody, ${each}`;
