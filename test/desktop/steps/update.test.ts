import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadMigrations } from '../../../src/store/migrations.ts';
import { createClinic } from '../../e2e/steps.ts';
import { Maker } from '../../interchange/updates/made-updates.ts';
import { lacks } from '../../requirements.ts';
import { type Desktop, openDesktop, Person, runDesktop } from '../desktop.ts';
import { packageVersion } from '../electron22/packaged.mjs';
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

  test('replaces the program and its database, the new one starts, and one step back leads to the former one with the clinic of then', async () => {
    const other = new Person();
    const updateKeys = maker.publicPem;
    const former = packageVersion('1.0.0', { updateKeys });
    const newer = packageVersion('99.0.0', {
      updateKeys,
      newMigration: 'CREATE TABLE of_a_newer_version (n INTEGER) STRICT;',
    });
    // A file that starts a mounted program, as an AppImage's runtime does.
    const image = path.join(other.folder, 'Dermaspike.AppImage');
    const starting = ({ folder, binary }: typeof former) =>
      `#!/bin/sh\nAPPIMAGE='${image}' APPDIR='${folder}' exec '${binary}' "$@"\n`;
    writeFileSync(image, starting(former), { mode: 0o755 });
    const steps = path.join(other.folder, 'steps.jsonl');
    const noted = () => (existsSync(steps) ? readFileSync(steps, 'utf8').trim().split('\n') : []);
    try {
      await runDesktop(other, {
        args: ['--data', other.dataFolder],
        env: {
          DERMASPIKE_ELECTRON: image,
          DERMASPIKE_PROBE: path.join(import.meta.dirname, '../inside/update-probe.cjs'),
          DERMASPIKE_STEPS: steps,
          DERMASPIKE_UPDATE: await maker.make(other.folder, {
            version: '99.0.0',
            database: newer.database,
            content: Buffer.from(starting(newer)),
          }),
        },
      });
      await expect.poll(() => noted().length, { timeout: 240_000 }).toBe(3);
      expect(noted().map((line) => JSON.parse(line))).toEqual([
        { version: '1.0.0', isPackaged: true, did: 'installed' },
        { version: '99.0.0', isPackaged: true, did: 'stepped back' },
        { version: '1.0.0', isPackaged: true, did: 'opened again' },
      ]);
      expect(readFileSync(image, 'utf8')).toBe(starting(former));
      expect(readFileSync(`${image}.previous`, 'utf8')).toBe(starting(newer));
      // The newer clinic is kept beside the one of then.
      expect(readdirSync(path.join(other.dataFolder, 'set-aside'))).toHaveLength(1);
    } finally {
      for (const { folder } of [former, newer]) rmSync(folder, { recursive: true, force: true });
      other.leave();
    }
  }, 480_000);
});
