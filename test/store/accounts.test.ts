import { cpSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readClinicFile } from '../../src/store/clinic-file.ts';
import { readClinicInfo, recoverClinic, unlockClinic } from '../../src/store/index.ts';
import {
  closing,
  expectRefusal,
  kdf,
  newClinic,
  passphrase,
  temporaryFolder,
  userName,
} from './harness.ts';

const second = {
  name: 'Dr Second',
  role: 'clinician' as const,
  passphrase: 'seven quiet lanterns',
};
const newPassphrase = 'granite window thirty';
const unlockSecond = (folder: string, as = second.name, by = second.passphrase) =>
  unlockClinic(folder, { userName: as, passphrase: by });

test('a renamed user unlocks by the new name with the passphrase that they had', async () => {
  const { folder, store } = await newClinic();
  const added = await store.accounts.add(second);
  const renamed = store.accounts.rename(added.id, 'Dr Second-Maier');
  expect(renamed).toEqual({ ...added, name: 'Dr Second-Maier' });
  store.close();
  expect(readClinicInfo(folder)?.userNames).toEqual([userName, 'Dr Second-Maier']);
  await expectRefusal('wrong-passphrase', () => unlockSecond(folder));
  const opened = closing(await unlockSecond(folder, 'dr second-maier'));
  expect(opened.user).toEqual(renamed);
  await opened.store.accounts.setPassphrase(opened.user, newPassphrase);
  opened.store.close();
  closing(await unlockSecond(folder, 'Dr Second-Maier', newPassphrase));
});

test('a name that somebody else has is refused, and one’s own in another spelling is not', async () => {
  const { store } = await newClinic();
  const added = await store.accounts.add(second);
  await expectRefusal('duplicate-user', () => store.accounts.rename(added.id, 'dr. ada GRÜN'));
  expect(store.accounts.rename(added.id, 'DR SECOND').name).toBe('DR SECOND');
});

test('the former name of a renamed user is free for somebody else', async () => {
  const { folder, store } = await newClinic();
  const added = await store.accounts.add(second);
  store.accounts.rename(added.id, 'Dr Former');
  const namesake = await store.accounts.add({ ...second, passphrase: newPassphrase });
  store.close();
  const opened = closing(await unlockSecond(folder, second.name, newPassphrase));
  expect(opened.user.id).toBe(namesake.id);
  opened.store.close();
  expect(closing(await unlockSecond(folder, 'Dr Former')).user.id).toBe(added.id);
});

test('a disabled user neither unlocks nor recovers, and is let in again by a new passphrase', async () => {
  const { folder, store, recoveryKey } = await newClinic();
  const added = await store.accounts.add(second);
  expect(store.accounts.disable(added.id).disabledAt).not.toBeNull();
  store.close();
  expect(readClinicInfo(folder)?.userNames).toEqual([userName]);
  await expectRefusal('wrong-passphrase', () => unlockSecond(folder));
  await expectRefusal('not-found', () =>
    recoverClinic(folder, { recoveryKey, userName: second.name, newPassphrase, kdf }),
  );
  const opened = closing(await unlockClinic(folder, { userName, passphrase }));
  await opened.store.accounts.setPassphrase(opened.store.accounts.get(added.id), newPassphrase);
  expect(opened.store.accounts.get(added.id).disabledAt).toBeNull();
  opened.store.close();
  await expectRefusal('wrong-passphrase', () => unlockSecond(folder));
  closing(await unlockSecond(folder, second.name, newPassphrase));
});

test('a new recovery key ends the former one', async () => {
  const { folder, store, recoveryKey } = await newClinic();
  const renewed = await store.accounts.renewRecoveryKey();
  store.close();
  const given = { userName, newPassphrase, kdf };
  await expectRefusal('wrong-recovery-key', () => recoverClinic(folder, { ...given, recoveryKey }));
  closing(await recoverClinic(folder, { ...given, recoveryKey: renewed }));
});

test('one’s own passphrase is told from another’s', async () => {
  const { store, user } = await newClinic();
  await store.accounts.add(second);
  await store.accounts.assertPassphrase(user, passphrase);
  await expectRefusal('wrong-passphrase', () =>
    store.accounts.assertPassphrase(user, second.passphrase),
  );
});

/** A copy of the clinic as a kill leaves it, before or after the commit of a change of its keys. */
async function killedWhile(moment: 'before' | 'after', change: 'disable' | 'rename' | 'renew') {
  const { folder, store, recoveryKey } = await newClinic();
  const { id } = await store.accounts.add(second);
  const left = path.join(temporaryFolder(), 'left');
  const inTheWay = path.join(folder, 'clinic.json.tmp');
  const leave = () => cpSync(folder, left, { recursive: true });
  const alongside =
    moment === 'before'
      ? leave
      : () => void mkdirSync(path.join(inTheWay, 'full'), { recursive: true });
  let renewed = '';
  if (change === 'disable') store.accounts.disable(id, alongside);
  else if (change === 'rename') store.accounts.rename(id, 'Dr Renamed', alongside);
  else renewed = await store.accounts.renewRecoveryKey(alongside);
  if (moment === 'after') leave();
  rmSync(path.join(left, 'clinic.json.tmp'), { recursive: true, force: true });
  rmSync(inTheWay, { recursive: true, force: true });
  store.close();
  expect(readClinicFile(left).pending).toBeDefined();
  return { folder: left, recoveryKey, renewed };
}

test.each([
  ['before', 2],
  ['after', 1],
] as const)(
  'a disabling that a kill cut short %s its commit is whole or not',
  async (moment, left) => {
    const { folder } = await killedWhile(moment, 'disable');
    if (left === 1) await expectRefusal('wrong-passphrase', () => unlockSecond(folder));
    else closing(await unlockSecond(folder)).store.close();
    const { store } = closing(await unlockClinic(folder, { userName, passphrase }));
    expect(readClinicFile(folder).users).toHaveLength(left);
    expect(store.accounts.list().filter(({ disabledAt }) => disabledAt === null)).toHaveLength(
      left,
    );
  },
);

test.each([
  ['before', second.name],
  ['after', 'Dr Renamed'],
] as const)(
  'a renaming that a kill cut short %s its commit is whole or not',
  async (moment, name) => {
    const { folder } = await killedWhile(moment, 'rename');
    expect(closing(await unlockSecond(folder, name)).user.name).toBe(name);
    expect(readClinicInfo(folder)?.userNames).toEqual([userName, name]);
  },
);

test.each(['before', 'after'] as const)(
  'a new recovery key that a kill cut short %s its commit leaves one that is valid',
  async (moment) => {
    const { folder, recoveryKey, renewed } = await killedWhile(moment, 'renew');
    const [valid, invalid] = moment === 'before' ? [recoveryKey, renewed] : [renewed, recoveryKey];
    const given = { userName, newPassphrase, kdf };
    await expectRefusal('wrong-recovery-key', () =>
      recoverClinic(folder, { ...given, recoveryKey: invalid }),
    );
    closing(await recoverClinic(folder, { ...given, recoveryKey: valid }));
  },
);

test('of two who are given one name at once only one is a user, and nobody of an unknown one', async () => {
  const { store } = await newClinic();
  const added = await Promise.allSettled([store.accounts.add(second), store.accounts.add(second)]);
  const [refused, ...others] = added.flatMap((each) =>
    each.status === 'rejected' ? [each.reason] : [],
  );
  expect(refused).toMatchObject({ name: 'StoreError', code: 'duplicate-user' });
  expect(others).toEqual([]);
  expect(store.accounts.list()).toHaveLength(2);
  const nobody = '01890000-0000-7000-8000-000000000000';
  await expectRefusal('not-found', () => store.accounts.rename(nobody, 'Somebody'));
});

test('the last administrator is neither disabled nor given another role', async () => {
  const { store, user } = await newClinic();
  await expectRefusal('last-administrator', () => store.accounts.disable(user.id));
  await expectRefusal('last-administrator', () => store.accounts.setRole(user.id, 'reader'));
  const added = await store.accounts.add({ ...second, role: 'administrator' });
  expect(store.accounts.setRole(user.id, 'reader').role).toBe('reader');
  await expectRefusal('last-administrator', () => store.accounts.disable(added.id));
});
