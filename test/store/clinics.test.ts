import { cpSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { readClinicFile, writeClinicFile } from '../../src/store/clinic-file.ts';
import {
  type ClinicStore,
  createClinic,
  joinByRecovery,
  joinClinic,
  readClinicInfo,
  recoverClinic,
  unlockClinic,
} from '../../src/store/index.ts';
import { newRecoveryKey } from '../../src/store/recovery-key.ts';
import {
  closing,
  details,
  expectRefusal,
  findPatients,
  kdf,
  newClinic,
  passphrase,
  temporaryFolder,
  userName,
} from './harness.ts';

const bo = { name: 'Bo Lind', role: 'clinician', passphrase: 'violet harbour engine' } as const;
const byBo = { userName: bo.name, passphrase: bo.passphrase, kdf };
const access = { userName, passphrase, kdf };
const newPassphrase = 'granite window thirty';

const actions = (store: ClinicStore, count = 50) =>
  store.audit
    .list(count)
    .map(({ action }) => action)
    .reverse();

test('a clinic that is made is a demonstration or not, and its first entry is the one that was asked for', async () => {
  const given = { clinicName: 'C', demo: true, userName, passphrase, kdf };
  const folder = temporaryFolder();
  const made = closing(await createClinic(folder, { ...given, audited: 'demo.create' }));
  expect(actions(made.store)).toEqual(['demo.create']);
  expect(made.store.audit.list(1)[0]?.subject).toBe(`user:${made.user.id}`);
  expect(readClinicInfo(folder)).toEqual({ clinicName: 'C', demo: true, userNames: [userName] });
  expect(await made.store.checkAudit()).toMatchObject({ entries: 1, intact: true });
  const other = await newClinic();
  expect(actions(other.store)).toEqual(['clinic.create']);
  expect(readClinicInfo(other.folder)?.demo).toBe(false);
});

test('a database that a killed program left without its clinic.json is set aside with its log, and joined with it again', async () => {
  const { folder, store } = await newClinic();
  store.patients.enrol(details({ familyName: 'Okafor' }));
  const killed = path.join(temporaryFolder(), 'killed');
  cpSync(folder, killed, { recursive: true });
  store.close();
  const json = readFileSync(path.join(killed, 'clinic.json'));
  const mark = readFileSync(path.join(killed, 'clinic.db-mark'));
  rmSync(path.join(killed, 'clinic.json'));
  (await newClinic(killed)).store.close();
  const aside = readdirSync(killed).filter((name) => name.includes('.set-aside-'));
  expect(aside.map((name) => name.replace(/set-aside-[^.]{36}/, 'X')).sort()).toEqual([
    'clinic.db.X',
    'clinic.db.X-wal',
  ]);
  const again = temporaryFolder();
  for (const name of aside) {
    const to = name.endsWith('-wal') ? 'clinic.db-wal' : 'clinic.db';
    renameSync(path.join(killed, name), path.join(again, to));
  }
  writeFileSync(path.join(again, 'clinic.json'), json);
  writeFileSync(path.join(again, 'clinic.db-mark'), mark);
  const opened = closing(await unlockClinic(again, access));
  expect(findPatients(opened.store).entries).toHaveLength(1);
});

test('the names that can unlock are told while it is locked, each once, also those of a change that may have come about', async () => {
  const { folder, store } = await newClinic();
  const { id } = await store.accounts.add(bo);
  const file = readClinicFile(folder);
  store.close();
  const change = '01890000-0000-7000-8000-000000000000';
  const users = file.users.map((slot) =>
    slot.userId === id ? { ...slot, currentName: 'Bo Maier' } : slot,
  );
  writeClinicFile(folder, { ...file, pending: { change, users, recovery: file.recovery } });
  expect(readClinicInfo(folder)?.userNames).toEqual([userName, bo.name, 'Bo Maier']);
});

describe('unlocking', () => {
  test('enters what it is told to, once the user is there to sign it', async () => {
    const { folder, store, user } = await newClinic();
    store.close();
    const given = { ...access, audited: 'session.unlock' };
    const { store: opened } = closing(await unlockClinic(folder, given));
    expect(actions(opened)).toEqual(['clinic.create', 'session.unlock']);
    expect(opened.audit.list(1)[0]).toMatchObject({ subject: `user:${user.id}`, userName });
    opened.close();
    const silent = closing(await unlockClinic(folder, access)).store;
    expect(actions(silent)).toEqual(['clinic.create', 'session.unlock']);
    expect(await silent.checkAudit()).toMatchObject({ intact: true });
  });

  test('by a slot that was put back, or of a change that never came about, is refused and noted, and the clinic is locked again', async () => {
    const { folder, store, user } = await newClinic();
    const former = readClinicFile(folder);
    await store.accounts.setPassphrase(user, newPassphrase);
    store.close();
    const now = readClinicFile(folder);
    const change = '01890000-0000-7000-8000-000000000000';
    const { users, recovery } = former;
    writeClinicFile(folder, { ...now, pending: { change, users, recovery } });
    await expectRefusal('wrong-passphrase', () => unlockClinic(folder, access));
    const { store: opened } = closing(
      await unlockClinic(folder, { ...access, passphrase: newPassphrase }),
    );
    expect(opened.audit.list(1)[0]).toMatchObject({
      action: 'session.unlock-failed',
      subject: expect.stringMatching(`^user:${user.id} at:`),
    });
  });

  test('as a user whom the records do not know is refused with their name, and the clinic is locked again', async () => {
    const { folder, store, recoveryKey } = await newClinic();
    store.close();
    const past = readFileSync(path.join(folder, 'clinic.db'));
    const opened = closing(await unlockClinic(folder, access)).store;
    await opened.accounts.add(bo);
    opened.close();
    // Records of before Bo, with the keys of now: a loss that was accepted.
    writeFileSync(path.join(folder, 'clinic.db'), past);
    const given = { recoveryKey, userName, newPassphrase: passphrase, kdf };
    closing(await recoverClinic(folder, given)).store.close();
    const message = await expectRefusal('not-found', () => unlockClinic(folder, byBo));
    expect(message).toContain(`do not know ${bo.name}`);
    closing(await unlockClinic(folder, access)).store.close();
  });
});

describe('a clinic that is open already', () => {
  test('is joined by another user, and by the recovery key, each signing for themselves', async () => {
    const { folder, store, user, recoveryKey } = await newClinic();
    const added = await store.accounts.add(bo);
    expect(await joinClinic(folder, store, { ...byBo, audited: 'session.unlock' })).toEqual(added);
    expect(store.audit.list(1)[0]).toMatchObject({
      action: 'session.unlock',
      subject: `user:${added.id}`,
    });
    expect(store.audit.signer(added.id)).toBeDefined();
    const wrong = { ...access, passphrase: bo.passphrase };
    await expectRefusal('wrong-passphrase', () => joinClinic(folder, store, wrong));
    const given = { recoveryKey, userName, newPassphrase, kdf, audited: 'session.recover' };
    expect((await joinByRecovery(folder, store, given)).id).toBe(user.id);
    const told = actions(store);
    expect(told).toContain('session.recover');
    // Nothing was lost.
    expect(told).not.toContain('clinic.accept-loss');
    expect(await store.checkAudit()).toMatchObject({ intact: true });
    store.close();
    closing(await unlockClinic(folder, { ...access, passphrase: newPassphrase }));
  });

  test('is joined by no key file that is another’s, and who is there goes on', async () => {
    const one = await newClinic();
    const other = await newClinic();
    other.store.close();
    const own = readFileSync(path.join(one.folder, 'clinic.json'));
    const foreign = readFileSync(path.join(other.folder, 'clinic.json'));
    writeFileSync(path.join(one.folder, 'clinic.json'), foreign);
    const { recoveryKey } = other;
    for (const join of [
      () => joinClinic(one.folder, one.store, access),
      () => joinByRecovery(one.folder, one.store, { recoveryKey, userName, newPassphrase, kdf }),
    ])
      expect(await expectRefusal('database-damaged', join)).toContain(
        'not the one of the clinic that is open',
      );
    writeFileSync(path.join(one.folder, 'clinic.json'), own);
    one.store.patients.enrol(details({ familyName: 'Okafor' }));
    expect((await joinClinic(one.folder, one.store, access)).id).toBe(one.user.id);
  });
});

describe('a key that opens nothing', () => {
  const wrong = { ...access, passphrase: 'violet harbour engine' };

  test('is noted with the user whose name was given, by passphrase and by recovery key alike', async () => {
    const { folder, store, user } = await newClinic();
    store.close();
    await expectRefusal('wrong-passphrase', () => unlockClinic(folder, wrong));
    const given = { recoveryKey: newRecoveryKey(), newPassphrase, kdf };
    for (const name of [userName, 'Nobody'])
      await expectRefusal('wrong-recovery-key', () =>
        recoverClinic(folder, { ...given, userName: name }),
      );
    const opened = closing(await unlockClinic(folder, access)).store;
    const subjects = opened.audit.list(3).map(({ subject }) => subject.split(' ')[0]);
    expect(subjects.reverse()).toEqual([`user:${user.id}`, `user:${user.id}`, 'user:unknown']);
  });

  test('is not called wrong where the file of keys, or the slot, is not as it was written', async () => {
    const { folder, store } = await newClinic();
    store.close();
    const text = readFileSync(path.join(folder, 'clinic.json'), 'utf8');
    const write = (changed: string) => writeFileSync(path.join(folder, 'clinic.json'), changed);
    const recovery = { recoveryKey: newRecoveryKey(), userName, newPassphrase, kdf };
    write(text.replace('Hautklinik', 'Hautklinig'));
    for (const open of [
      () => unlockClinic(folder, wrong),
      () => recoverClinic(folder, recovery),
      () => unlockClinic(folder, { ...wrong, userName: 'Nobody' }),
    ])
      expect(await expectRefusal('database-damaged', open)).toContain('right or wrong');
    // Nor where another has written the file since.
    write(text);
    const file = readClinicFile(folder);
    const users = file.users.map((slot) => ({ ...slot, scrypt: { n: 32, r: 8, p: 1 } }));
    writeClinicFile(folder, { ...file, users });
    await expectRefusal('database-damaged', () => unlockClinic(folder, access));
    await expectRefusal('wrong-passphrase', () =>
      unlockClinic(folder, { ...wrong, userName: 'Nobody' }),
    );
    write(text);
    await expectRefusal('wrong-passphrase', () => unlockClinic(folder, wrong));
    await expectRefusal('wrong-recovery-key', () => recoverClinic(folder, recovery));
  });

  test('is told apart from what else keeps one out', async () => {
    const { folder, store, recoveryKey } = await newClinic();
    store.close();
    const given = { recoveryKey, userName, newPassphrase: 'short', kdf };
    await expectRefusal('weak-passphrase', () => recoverClinic(folder, given));
    await expectRefusal('not-found', () =>
      recoverClinic(folder, { ...given, newPassphrase, userName: 'Nobody' }),
    );
    const opened = closing(await unlockClinic(folder, access)).store;
    expect(actions(opened)).not.toContain('session.unlock-failed');
  });
});

test('a recovery key that was renewed is valid where the change came about, and the former one where it did not', async () => {
  const { folder, store, recoveryKey } = await newClinic();
  const before = readClinicFile(folder);
  const renewed = await store.accounts.renewRecoveryKey();
  const { recovery } = readClinicFile(folder);
  store.close();
  const after = readClinicFile(folder);
  const change = '01890000-0000-7000-8000-000000000000';
  const given = { userName, newPassphrase, kdf };
  // It was announced, and nobody knows of it any more.
  const pending = { change, users: after.users, recovery };
  writeClinicFile(folder, { ...after, recovery: before.recovery, pending });
  await expectRefusal('wrong-recovery-key', () =>
    recoverClinic(folder, { ...given, recoveryKey: renewed }),
  );
  closing(await recoverClinic(folder, { ...given, recoveryKey })).store.close();
});
