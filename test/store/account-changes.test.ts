import { describe, expect, test } from 'vitest';
import type { Role } from '../../src/clinic/entities/index.ts';
import { readClinicFile, writeClinicFile } from '../../src/store/clinic-file.ts';
import { type ClinicStore, recoverClinic, unlockClinic } from '../../src/store/index.ts';
import type { UserSlot } from '../../src/store/key-slots.ts';
import { isSignedBy, newUserSecret, signingKey, UserKeys } from '../../src/store/user-keys.ts';
import { closing, expectRefusal, kdf, newClinic, passphrase, userName } from './harness.ts';

const bo = { name: 'Bo Lind', role: 'clinician', passphrase: 'violet harbour engine' } as const;
const newPassphrase = 'granite window thirty';

async function clinicOfTwo(role: Role = 'clinician') {
  const made = await newClinic();
  return { ...made, bo: await made.store.accounts.add({ ...bo, role }) };
}

/** Changes the slots in clinic.json behind the store's back. */
function changeSlots(folder: string, change: (slot: UserSlot) => UserSlot) {
  const file = readClinicFile(folder);
  writeClinicFile(folder, { ...file, users: file.users.map(change) });
}
const slotOf = (folder: string, userId: string) =>
  readClinicFile(folder).users.find((slot) => slot.userId === userId);

describe('a user’s keys', () => {
  test('are had by their passphrase, whoever has the clinic unlocked, and by no other', async () => {
    const { folder, store, user, bo: added } = await clinicOfTwo();
    const keys = await store.accounts.keysOf(added, bo.passphrase);
    expect(keys.public.id).toBe(slotOf(folder, added.id)?.own?.keyId);
    const message = Buffer.from('what Bo signs');
    expect(await isSignedBy(signingKey(keys.public.signing), message, keys.sign(message))).toBe(
      true,
    );
    await expectRefusal('wrong-passphrase', () => store.accounts.keysOf(added, passphrase));
    await expectRefusal('wrong-passphrase', () => store.accounts.keysOf(user, bo.passphrase));
    store.accounts.disable(added.id);
    for (const ask of [
      () => store.accounts.keysOf(added, bo.passphrase),
      () => store.accounts.assertPassphrase(added, bo.passphrase),
    ])
      await expectRefusal('wrong-passphrase', ask);
  });

  test('are made for one who had none, under the passphrase that they have', async () => {
    const { folder, store, bo: added } = await clinicOfTwo();
    changeSlots(folder, ({ own, ...slot }) =>
      slot.userId === added.id ? slot : { ...slot, ...(own && { own }) },
    );
    const keys = await store.accounts.keysOf(added, bo.passphrase);
    expect(slotOf(folder, added.id)?.own?.keyId).toBe(keys.public.id);
    const again = await store.accounts.keysOf(added, bo.passphrase);
    expect(again.public).toEqual(keys.public);
    // Bo is not there: nothing is signed by them.
    expect(store.audit.signer(added.id)).toBeUndefined();
    store.close();
    const given = { userName: bo.name, passphrase: bo.passphrase, kdf };
    expect(closing(await unlockClinic(folder, given)).user.id).toBe(added.id);
  });
});

describe('a clinic that is locked meanwhile', () => {
  const meanwhile: [string, (store: ClinicStore, userId: string) => Promise<unknown>][] = [
    ['gets no new user', ({ accounts }) => accounts.add({ ...bo, name: 'Cy' })],
    [
      'gives nobody another passphrase',
      ({ accounts }, id) => accounts.setPassphrase(accounts.get(id), newPassphrase),
    ],
    ['gives nobody keys', ({ accounts }, id) => accounts.giveKeys(accounts.get(id), bo.passphrase)],
    [
      'says of no passphrase whose it is',
      ({ accounts }, id) => accounts.assertPassphrase(accounts.get(id), bo.passphrase),
    ],
    [
      'gives out nobody’s keys',
      ({ accounts }, id) => accounts.keysOf(accounts.get(id), bo.passphrase),
    ],
    ['has the recovery key that it had', ({ accounts }) => accounts.renewRecoveryKey()],
  ];
  test.each(meanwhile)('%s, and says that nothing was saved', async (_, change) => {
    const { folder, store, bo: added } = await clinicOfTwo();
    const changing = change(store, added.id);
    store.close();
    const before = readClinicFile(folder);
    expect(await expectRefusal('not-found', () => changing)).toContain('locked in the meantime');
    expect(readClinicFile(folder)).toEqual(before);
  });
});

describe('how far users saw the log', () => {
  test('is written down of those who are there, with their keys', async () => {
    const { folder, store, user, bo: added } = await clinicOfTwo();
    const seq = () => slotOf(folder, user.id)?.seen?.seq;
    store.audit.append({ userId: user.id, action: 'test.act', subject: 'x' });
    store.accounts.noteSeen();
    expect(seq()).toBe(store.audit.head().seq);
    expect(slotOf(folder, added.id)?.seen).toBeUndefined();
    // Keys that are not those of the slot sign nothing in it.
    store.audit.admit(added.id, new UserKeys(newUserSecret()));
    store.accounts.noteSeen();
    expect(slotOf(folder, added.id)?.seen).toBeUndefined();
    store.audit.dismiss(added.id);
    store.audit.append({ userId: user.id, action: 'test.act', subject: 'x' });
    store.accounts.leave(user.id);
    expect(seq()).toBe(store.audit.head().seq);
    expect(store.audit.signer(user.id)).toBeUndefined();
    store.audit.append({ userId: null, action: 'test.act', subject: 'x' });
    store.accounts.noteSeen();
    expect(seq()).toBe(store.audit.head().seq - 1);
  });

  test('is theirs again with a new passphrase, where they are there', async () => {
    const { folder, store, user, bo: added } = await clinicOfTwo();
    await store.accounts.setPassphrase(added, newPassphrase);
    expect(slotOf(folder, added.id)?.seen).toBeUndefined();
    await store.accounts.setPassphrase(user, newPassphrase);
    expect(slotOf(folder, user.id)?.seen?.seq).toBe(store.audit.head().seq);
    expect(store.audit.signer(user.id)?.public.id).toBe(slotOf(folder, user.id)?.own?.keyId);
  });

  test('is told from a log that is another', async () => {
    const { folder, store, user, bo: added } = await clinicOfTwo();
    const nobody = '01890000-0000-7000-8000-000000000000';
    for (const id of [user.id, added.id, nobody])
      expect(store.accounts.hasAllSeen(id), id).toBe(true);
    const set = (change: object) =>
      changeSlots(folder, ({ seen, ...slot }) =>
        seen ? { ...slot, seen: { ...seen, ...change } } : slot,
      );
    const hash = Buffer.alloc(32, 1).toString('base64');
    set({ hash });
    expect(store.accounts.hasAllSeen(user.id)).toBe(false);
    set({ seq: 0 });
    expect(store.accounts.hasAllSeen(user.id)).toBe(true);
    set({ seq: 99 });
    expect(store.accounts.hasAllSeen(user.id)).toBe(false);
    expect(store.accounts.hasAllSeen(added.id)).toBe(true);
  });
});

describe('what belongs to a change of the users', () => {
  test('is told who they are now, and changes nothing where it fails', async () => {
    const { folder, store, recoveryKey, bo: added } = await clinicOfTwo();
    const told: string[] = [];
    const before = { file: readClinicFile(folder), users: store.accounts.list() };
    const fails = () => {
      throw new Error('no room');
    };
    expect(() => store.accounts.rename(added.id, 'Bo Maier', fails)).toThrow('no room');
    expect(() => store.accounts.setRole(added.id, 'steward', fails)).toThrow('no room');
    expect(() => store.accounts.disable(added.id, fails)).toThrow('no room');
    await expect(store.accounts.renewRecoveryKey(fails)).rejects.toThrow('no room');
    expect({ file: readClinicFile(folder), users: store.accounts.list() }).toEqual(before);
    store.accounts.rename(added.id, 'Bo Maier', ({ name }) => told.push(name));
    store.accounts.setRole(added.id, 'steward', ({ role }) => told.push(role));
    store.accounts.disable(added.id, ({ disabledAt }) => told.push(typeof disabledAt));
    await store.accounts.renewRecoveryKey(() => told.push('renewed'));
    expect(told).toEqual(['Bo Maier', 'steward', 'string', 'renewed']);
    store.close();
    const recovery = { recoveryKey, userName, newPassphrase, kdf };
    await expectRefusal('wrong-recovery-key', () => recoverClinic(folder, recovery));
  });

  test('a name changes with its own slot alone', async () => {
    const { folder, store, user, bo: added } = await clinicOfTwo();
    store.accounts.rename(added.id, 'Bo Maier');
    expect(slotOf(folder, added.id)?.currentName).toBe('Bo Maier');
    expect(slotOf(folder, user.id)?.currentName).toBeUndefined();
    await expectRefusal('not-found', () =>
      store.accounts.rename('01890000-0000-7000-8000-000000000000', 'Cy'),
    );
  });
});

test('who is shut out is who may be there and has no slot', async () => {
  const { folder, store, user, bo: added } = await clinicOfTwo();
  expect(store.accounts.shutOut()).toEqual([]);
  const slot = slotOf(folder, added.id);
  if (!slot) throw new Error('Bo has no slot.');
  expect(store.accounts.hasSlot(slot)).toBe(true);
  expect(store.accounts.hasSlot({ ...slot, salt: Buffer.alloc(16).toString('base64') })).toBe(
    false,
  );
  const file = readClinicFile(folder);
  expect(store.accounts.hasRecoverySlot(file.recovery)).toBe(true);
  const other = { ...file.recovery, salt: Buffer.alloc(16).toString('base64') };
  expect(store.accounts.hasRecoverySlot(other)).toBe(false);
  writeClinicFile(folder, {
    ...file,
    users: file.users.filter((each) => each !== slot).slice(0, 1),
  });
  expect(store.accounts.shutOut()).toEqual([added]);
  store.accounts.disable(added.id);
  expect(store.accounts.shutOut()).toEqual([]);
  expect(store.accounts.get(user.id)).toEqual(user);
});

test('there is always an administrator who may be there', async () => {
  const { store, user, bo: added } = await clinicOfTwo('administrator');
  const { accounts } = store;
  const cy = await accounts.add({ ...bo, name: 'Cy', role: 'reader' });
  const refused = (change: () => unknown) => expectRefusal('last-administrator', change);
  // Two are administrators: either may go, in either way, but not both.
  expect(accounts.setRole(user.id, 'administrator').role).toBe('administrator');
  accounts.disable(added.id);
  await refused(() => accounts.disable(user.id));
  await refused(() => accounts.setRole(user.id, 'clinician'));
  // One who is not there any more counts for nobody, and may be given another role.
  expect(accounts.setRole(user.id, 'administrator').role).toBe('administrator');
  expect(accounts.setRole(added.id, 'reader').role).toBe('reader');
  expect(accounts.setRole(cy.id, 'steward').role).toBe('steward');
  accounts.setRole(cy.id, 'administrator');
  expect(accounts.disable(user.id).disabledAt).not.toBeNull();
  await refused(() => accounts.disable(cy.id));
});
