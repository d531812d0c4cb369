import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readClinicInfo, unlockClinic } from '../../src/store/index.ts';
import { expectRefusal, newClinic, passphrase, temporaryFolder, userName } from './harness.ts';

/** Root may read and write anything, so it is tried without the capabilities that let it (capabilities(7)). */
const unprivileged =
  process.getuid?.() === 0 ? ['setpriv', '--bounding-set', '-dac_override,-dac_read_search'] : [];

/** What looking at the clinic and unlocking it came to. */
function openedBy(folder: string): string[] {
  const script = path.join(import.meta.dirname, 'unprivileged.ts');
  const node = [process.execPath, '--no-warnings', script, folder, userName, passphrase];
  const [command = '', ...rest] = [...unprivileged, ...node];
  const { stdout, stderr, error } = spawnSync(command, rest, { encoding: 'utf8' });
  if (error ?? stderr) throw error ?? new Error(stderr);
  return stdout.trim().split('\n');
}

async function usersClinic() {
  const { folder, store } = await newClinic();
  store.close();
  return { folder, open: () => openedBy(folder) };
}

test.skipIf(process.platform === 'win32').each([
  ['clinic.json', '000', ['read FILE', 'read FILE']],
  ['clinic.db', '000', ['ok', 'read FILE']],
  ['clinic.db', '400', ['ok', 'write to FILE']],
  ['.', '000', ['enter the folder FOLDER', 'enter the folder FOLDER']],
  ['.', '500', ['ok', 'write to FOLDER']],
] as const)(
  '%s with mode %s is named as what is in the way, and nothing is changed',
  async (name, mode, expected) => {
    const { folder, open } = await usersClinic();
    expect(open()).toEqual(['ok', 'ok']);
    chmodSync(path.join(folder, name), Number.parseInt(mode, 8));
    const outcomes = open();
    chmodSync(path.join(folder, name), name === '.' ? 0o700 : 0o600);
    for (const [index, outcome] of outcomes.entries()) {
      const wanted = expected[index] ?? '';
      if (wanted === 'ok') expect(outcome).toBe('ok');
      else {
        expect(outcome).toMatch(/^no-access: This user may not /);
        expect(outcome).toContain(
          wanted.replace('FILE', path.join(folder, name)).replace('FOLDER', folder),
        );
      }
    }
    expect(open()).toEqual(['ok', 'ok']);
  },
);

test.skipIf(process.platform === 'win32').each([
  ['000', 'read'],
  ['400', 'write to'],
] as const)(
  'a log that a killed program left with mode %s is named as what this user may not %s, and stays as it is',
  async (mode, what) => {
    const { folder, store } = await newClinic();
    const killed = path.join(temporaryFolder(), 'killed');
    cpSync(folder, killed, { recursive: true });
    store.close();
    const log = path.join(killed, 'clinic.db-wal');
    const before = readFileSync(log);
    chmodSync(log, Number.parseInt(mode, 8));
    const [, outcome] = openedBy(killed);
    expect(outcome).toContain(`no-access: This user may not ${what} ${log}`);
    chmodSync(log, 0o600);
    expect(readFileSync(log).equals(before)).toBe(true);
    expect(openedBy(killed)).toEqual(['ok', 'ok']);
  },
);

test.each(['clinic.json', 'clinic.db', '.'])(
  '%s that is a link to nowhere is named, and no clinic is offered or made in its place',
  async (name) => {
    const { folder, store } = await newClinic();
    store.close();
    const link = path.join(folder, name);
    const elsewhere = path.join(temporaryFolder(), 'elsewhere');
    renameSync(link, elsewhere);
    symlinkSync(elsewhere, link.replace(/\/$/, ''));
    rmSync(elsewhere, { recursive: true });
    const looked = await expectRefusal('no-access', async () => {
      readClinicInfo(folder);
      await unlockClinic(folder, { userName, passphrase });
    });
    expect(looked).toContain('is a link to');
    expect(looked).toContain(elsewhere);
    const refusal = name === 'clinic.db' ? 'clinic-exists' : 'no-access';
    await expectRefusal(refusal, () => newClinic(folder));
  },
);

test('a file in the place of the data folder is named', async () => {
  const { folder, store } = await newClinic();
  store.close();
  const below = path.join(folder, 'clinic.json', 'clinic');
  expect(await expectRefusal('no-access', () => readClinicInfo(below))).toContain(
    'a file where a folder should be',
  );
});
