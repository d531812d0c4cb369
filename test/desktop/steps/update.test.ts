import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadMigrations } from '../../../src/store/migrations.ts';
import { createClinic } from '../../e2e/steps.ts';
import { Maker } from '../../interchange/updates/made-updates.ts';
import { lacks } from '../../requirements.ts';
import { type Desktop, openDesktop, Person } from '../desktop.ts';
import { appFolder } from '../electron22/places.mjs';

const suite = 'an update from a file in a real Electron';
const keyFolder = path.join(appFolder, 'build');

describe.skipIf(lacks('desktop', suite))(suite, () => {
  const maker = new Maker();
  let person: Person;
  let desktop: Desktop;
  beforeAll(async () => {
    person = new Person();
    mkdirSync(path.join(keyFolder, 'package'), { recursive: true });
    writeFileSync(path.join(keyFolder, 'package/update-keys.pem'), maker.publicPem);
    desktop = await openDesktop(person);
    await createClinic(desktop.page);
  });
  afterAll(async () => {
    await desktop?.quit();
    rmSync(keyFolder, { recursive: true, force: true });
    person?.leave();
  });

  /** Chooses a file as if in the system's dialog. */
  async function choose(file: string): Promise<void> {
    chmodSync(file, 0o644);
    await desktop.app.evaluate(({ dialog }, chosen) => {
      dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [chosen] });
    }, file);
    await desktop.page.getByRole('button', { name: 'Update from a file…' }).click();
  }

  test('is proved by main and shown, one that was changed is refused, and a program unpacked by hand is not replaced', async () => {
    const { page } = desktop;
    await page.evaluate("location.hash = '#/settings/program'");
    await page.getByText(maker.key.fingerprint).waitFor();
    const file = await maker.make(person.folder, {
      version: '99.0.0',
      database: loadMigrations().length + 1,
      notes: 'Finds more.',
      content: Buffer.alloc(5_000_000, 7),
    });
    const changed = path.join(person.folder, 'changed.dermaspike-update');
    const bytes = readFileSync(file);
    bytes[bytes.length - 1] = 8;
    writeFileSync(changed, bytes);
    await choose(changed);
    await page.getByRole('alert').getByText('not as it was signed').waitFor();

    await choose(file);
    await page.getByText('The update is whole').waitFor();
    await page.getByText('Finds more.').waitFor();
    await page.getByText('was unpacked by hand and cannot replace itself').waitFor();
    expect(await page.getByRole('button', { name: /install$/ }).count()).toBe(0);
    const answer = await page.evaluate('window.dermaspike.updates.install()');
    expect(answer).toMatchObject({ outcome: 'refused' });
    expect(desktop.pageErrors).toEqual([]);
  });
});
