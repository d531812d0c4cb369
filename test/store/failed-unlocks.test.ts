import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { recoverClinic, unlockClinic } from '../../src/store/index.ts';
import {
  closing,
  expectRefusal,
  kdf,
  mistyped,
  newClinic,
  passphrase,
  userName,
} from './harness.ts';

const file = (folder: string) => path.join(folder, 'failed-unlocks.json');

/** A clinic that was unlocked once and is closed. */
async function closedClinic() {
  const { folder, store, user, recoveryKey } = await newClinic();
  store.close();
  closing(await unlockClinic(folder, { userName, passphrase, kdf })).store.close();
  return { folder, user, recoveryKey };
}

const fail = (folder: string, name = userName) =>
  expectRefusal('wrong-passphrase', () =>
    unlockClinic(folder, { userName: name, passphrase: 'not this one at all', kdf }),
  );

/** What is entered when the right passphrase comes, oldest first. */
async function entriesOfUnlocking(folder: string): Promise<string[]> {
  const { store } = closing(await unlockClinic(folder, { userName, passphrase, kdf }));
  const entries = store.audit.list(500).map(({ action, subject }) => `${action} ${subject}`);
  expect(await store.checkAudit()).toMatchObject({ intact: true });
  store.close();
  return entries.reverse().filter((entry) => /^session\.(unlock-failed|failures)/.test(entry));
}

test('unlocking that failed is entered when somebody unlocks, with whom and when', async () => {
  const { folder, user, recoveryKey } = await closedClinic();
  await fail(folder);
  await fail(folder, 'Nobody Here');
  const other = { recoveryKey: mistyped(recoveryKey), userName, newPassphrase: passphrase, kdf };
  await expect(recoverClinic(folder, other)).rejects.toThrow();
  const entries = await entriesOfUnlocking(folder);
  expect(entries[0]).toMatch(
    new RegExp(`^session.unlock-failed user:${user.id} at:\\d{4}-\\d\\d-\\d\\dT`),
  );
  expect(entries[1]).toMatch(/^session.unlock-failed user:unknown at:/);
  expect(readFileSync(file(folder), 'utf8')).not.toContain('Nobody');
  const again = await entriesOfUnlocking(folder);
  expect(again).toEqual(entries);
});

test('of very many it is said how many', async () => {
  const { folder } = await closedClinic();
  for (let n = 0; n < 104; n++) await fail(folder, 'Nobody Here');
  const entries = await entriesOfUnlocking(folder);
  expect(entries).toHaveLength(101);
  expect(entries.at(-1)).toBe('session.unlock-failed more:4');
});

test.each([
  ['removed', (folder: string) => rmSync(file(folder)), 'gone'],
  [
    'with a note taken away',
    (folder: string) => {
      const noted = JSON.parse(readFileSync(file(folder), 'utf8'));
      writeFileSync(file(folder), JSON.stringify({ ...noted, failures: noted.failures.slice(1) }));
    },
    'changed',
  ],
  [
    'with another time',
    (folder: string) => {
      const text = readFileSync(file(folder), 'utf8');
      writeFileSync(file(folder), text.replace(/"at":"\d{4}/, '"at":"2001'));
    },
    'changed',
  ],
  ['emptied', (folder: string) => writeFileSync(file(folder), '{}'), 'gone'],
] as const)('notes that were %s are told of', async (_, harm, how) => {
  const { folder } = await closedClinic();
  await fail(folder);
  await fail(folder);
  harm(folder);
  const [first] = await entriesOfUnlocking(folder);
  expect(first).toBe(`session.failures-changed notes:${how}`);
  // And it is not said again.
  const entries = await entriesOfUnlocking(folder);
  expect(entries.filter((entry) => entry.includes('failures-changed'))).toHaveLength(1);
});

test('a crash before the notes were begun anew enters nothing twice', async () => {
  const { folder } = await closedClinic();
  await fail(folder);
  const former = `${file(folder)}.former`;
  copyFileSync(file(folder), former);
  const entries = await entriesOfUnlocking(folder);
  copyFileSync(former, file(folder));
  expect(await entriesOfUnlocking(folder)).toEqual(entries);
});
