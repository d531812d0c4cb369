import { copyFileSync, cpSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { readClinicFile, writeClinicFile } from '../../src/store/clinic-file.ts';
import { joinClinic, recoverClinic, unlockClinic } from '../../src/store/index.ts';
import { newRecoveryKey } from '../../src/store/recovery-key.ts';
import {
  closing,
  expectRefusal,
  kdf,
  newClinic,
  passphrase,
  temporaryFolder,
  userName,
} from './harness.ts';

/** Every piece of memory that a key was in or was made of, and who asked for it. */
const secrets = vi.hoisted((): { bytes: Uint8Array; by: string }[] => []);
vi.mock('node:crypto', async (original) => {
  const crypto = await original<typeof import('node:crypto')>();
  const keep = <T extends Uint8Array | ArrayBuffer>(made: T, where = new Error().stack) => {
    const [, by] = /src\/store\/([\w/-]+)\.ts/.exec(where ?? '') ?? [];
    const bytes = made instanceof Uint8Array ? made : new Uint8Array(made);
    // The notes of failed unlocks are sealed by keys that are replaced at once.
    if (by && by !== 'failed-unlocks') secrets.push({ bytes, by });
    return made;
  };
  type Done = (error: Error | null, made: never) => void;
  const keeping =
    (run: (...given: never[]) => void) =>
    (...given: unknown[]) => {
      const where = new Error().stack;
      const done = given.pop() as (error: Error | null, made: Buffer) => void;
      const kept: Done = (error, made) => done(error, keep(made, where));
      run(...([...given, kept] as never[]));
    };
  return {
    ...crypto,
    scrypt: keeping(crypto.scrypt as never),
    hkdf: keeping(crypto.hkdf as never),
    hkdfSync: (...given: Parameters<typeof crypto.hkdfSync>) => keep(crypto.hkdfSync(...given)),
    pbkdf2Sync: (...given: Parameters<typeof crypto.pbkdf2Sync>) =>
      keep(crypto.pbkdf2Sync(...given)),
    diffieHellman: (keys: Parameters<typeof crypto.diffieHellman>[0]) =>
      keep(crypto.diffieHellman(keys) as Buffer),
    randomBytes: (size: number) => {
      const made = crypto.randomBytes(size);
      return size === 32 ? keep(made) : made;
    },
    createPrivateKey: (given: { key: Buffer }) => {
      keep(given.key);
      return crypto.createPrivateKey(given as never);
    },
    createDecipheriv: (...given: Parameters<typeof crypto.createDecipheriv>) => {
      const decipher = crypto.createDecipheriv(...given);
      const update = decipher.update.bind(decipher) as (data: Buffer) => Buffer;
      if (given[0] === 'aes-256-gcm')
        Object.assign(decipher, { update: (data: Buffer) => keep(update(data)) });
      return decipher;
    },
  };
});
afterEach(() => void secrets.splice(0));

/** Those that are still in memory. */
const left = () =>
  secrets.filter(({ bytes }) => bytes.some((byte) => byte !== 0)).map(({ by }) => by);

const newPassphrase = 'granite window thirty';
const bo = { name: 'Bo Lind', role: 'clinician', passphrase: 'violet harbour engine' } as const;
const access = { userName, passphrase, kdf };

/** Which of the store's files asked for them. */
const askers = () => new Set(secrets.map(({ by }) => by));

/** A closed clinic of two users. */
async function closedClinic() {
  const { folder, store, user, recoveryKey } = await newClinic();
  await store.accounts.add(bo);
  store.close();
  secrets.splice(0);
  return { folder, user, recoveryKey };
}

test('of a clinic that was made and locked again no key is in memory', async () => {
  const { store } = await newClinic();
  const askedBy = ['clinics', 'key-slots', 'user-keys', 'high-water', 'backup/changed-blocks'];
  for (const asker of askedBy) expect(askers()).toContain(asker);
  // While it is open its data key is.
  expect(left()).toContain('clinics');
  store.close();
  expect(left()).toEqual([]);
});

test('of one that was unlocked and locked again, or could not be unlocked, neither', async () => {
  const { folder, recoveryKey } = await closedClinic();
  closing(await unlockClinic(folder, access)).store.close();
  expect(askers()).toContain('key-slots');
  expect(left()).toEqual([]);
  for (const wrong of [{ passphrase: newPassphrase }, { userName: 'Nobody Here' }])
    await expectRefusal('wrong-passphrase', () => unlockClinic(folder, { ...access, ...wrong }));
  const given = { recoveryKey, userName, newPassphrase, kdf };
  const other = newRecoveryKey();
  await expectRefusal('wrong-recovery-key', () =>
    recoverClinic(folder, { ...given, recoveryKey: other }),
  );
  await expectRefusal('not-found', () => recoverClinic(folder, { ...given, userName: 'Nobody' }));
  expect(left()).toEqual([]);
  closing(await recoverClinic(folder, given)).store.close();
  expect(left()).toEqual([]);
});

test('of a change of users, passphrases and the recovery key neither', async () => {
  const { folder, user } = await closedClinic();
  const { store } = closing(await unlockClinic(folder, access));
  const open = left().length;
  const second = store.accounts.list().find(({ name }) => name === bo.name);
  if (!second) throw new Error('Bo is missing.');
  await store.accounts.add({ name: 'Cy', role: 'reader', passphrase: 'seven quiet lanterns' });
  await store.accounts.setPassphrase(user, newPassphrase);
  await store.accounts.assertPassphrase(second, bo.passphrase);
  await store.accounts.keysOf(second, bo.passphrase);
  await expectRefusal('wrong-passphrase', () => store.accounts.keysOf(second, passphrase));
  await store.accounts.renewRecoveryKey();
  // No more than before: what the open clinic works with.
  expect(left()).toHaveLength(open);
  const joined = { userName: bo.name, passphrase: bo.passphrase, kdf };
  await joinClinic(folder, store, joined);
  expect(left()).toHaveLength(open);
  store.close();
  expect(left()).toEqual([]);
});

test('of a change of the data key, carried out or given up, neither the former nor the new one', async () => {
  const { folder, user } = await closedClinic();
  const { store } = closing(await unlockClinic(folder, access));
  const open = left().length;
  await store.dataKeyChange.begin(user.id);
  expect(store.dataKeyChange.pending).not.toBeNull();
  await store.dataKeyChange.finish();
  expect(askers()).toContain('pages');
  expect(askers()).toContain('data-key');
  expect(left()).toHaveLength(open);
  await store.dataKeyChange.begin(user.id);
  await store.dataKeyChange.giveUp(user.id);
  store.close();
  expect(left()).toEqual([]);
});

test.each(['before', 'after'] as const)(
  'of two keys that clinic.json has, where the computer stopped %s the change, neither',
  async (when) => {
    const { folder, user, recoveryKey } = await closedClinic();
    const { store } = closing(await unlockClinic(folder, access));
    const renewed = await store.dataKeyChange.begin(user.id);
    store.close();
    const past = path.join(temporaryFolder(), 'past');
    cpSync(folder, past, { recursive: true });
    const opened = closing(await unlockClinic(folder, access));
    await opened.store.dataKeyChange.finish();
    const { users, recovery } = readClinicFile(folder);
    opened.store.close();
    const { mark } = readClinicFile(folder);
    const { change } = JSON.parse(readFileSync(path.join(past, 'clinic.db-key'), 'utf8'));
    if (!mark) throw new Error('There is no mark.');
    if (when === 'after')
      copyFileSync(path.join(folder, 'clinic.db'), path.join(past, 'clinic.db'));
    const file = { ...readClinicFile(past), pending: { change, users, recovery, mark } };
    writeClinicFile(past, file);
    const given = { userName, newPassphrase, kdf };
    const [valid, dead] = when === 'after' ? [renewed, recoveryKey] : [recoveryKey, renewed];
    secrets.splice(0);
    await expectRefusal('wrong-recovery-key', () =>
      recoverClinic(past, { ...given, recoveryKey: dead }),
    );
    expect(left()).toEqual([]);
    for (const open of [
      () => recoverClinic(past, { ...given, recoveryKey: valid }),
      () => unlockClinic(past, { userName: bo.name, passphrase: bo.passphrase, kdf }),
    ]) {
      writeClinicFile(past, file);
      closing(await open()).store.close();
      expect(left()).toEqual([]);
    }
  },
);
