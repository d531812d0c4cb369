import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { readClinicFile, withUserSlot, writeClinicFile } from '../../src/store/clinic-file.ts';
import { Connection } from '../../src/store/connection.ts';
import {
  type ClinicStore,
  createClinic,
  readClinicInfo,
  recoverClinic,
  unlockClinic,
} from '../../src/store/index.ts';
import {
  closing,
  details,
  expectRefusal,
  kdf,
  newClinic,
  passphrase,
  temporaryFolder,
  userName,
} from './harness.ts';

const newPassphrase = 'granite window thirty';
const second = { name: 'Bo Lind', role: 'clinician', passphrase: 'violet harbour engine' } as const;

test('an empty folder holds no clinic, and a created one tells its name and users', async () => {
  const folder = path.join(temporaryFolder(), 'not', 'yet', 'there');
  expect(readClinicInfo(folder)).toBeNull();
  await expectRefusal('no-clinic', () => unlockClinic(folder, { userName, passphrase }));
  const { user, store } = await newClinic(folder);
  expect(user).toMatchObject({ name: userName, role: 'administrator' });
  expect(store.accounts.list()).toEqual([user]);
  expect(readClinicInfo(folder)).toEqual({
    clinicName: 'Hautklinik am See',
    demo: false,
    userNames: [userName],
  });
});

test('a second clinic in the same folder is refused', async () => {
  const { folder } = await newClinic();
  await expectRefusal('clinic-exists', () => newClinic(folder));
});

test('of two clinics that are made in one folder at once one is there whole, and the other is refused', async () => {
  const folder = temporaryFolder();
  const made = await Promise.allSettled([newClinic(folder), newClinic(folder)]);
  const [kept, ...others] = made.filter((each) => each.status === 'fulfilled');
  expect(others).toEqual([]);
  expect(made.find((each) => each.status === 'rejected')?.reason).toMatchObject({
    code: 'clinic-exists',
  });
  kept?.value.store.close();
  expect(readdirSync(folder).filter((name) => name.startsWith('clinic.db.'))).toEqual([]);
  const { user } = closing(await unlockClinic(folder, { userName, passphrase }));
  expect(user).toEqual(kept?.value.user);
});

test('a clinic opens by name, whatever its case, and passphrase, however the keyboard composes it', async () => {
  const folder = temporaryFolder();
  const clinic = { clinicName: 'C', demo: true, userName: 'Zoë', kdf };
  const made = await createClinic(folder, { ...clinic, passphrase: 'blåbærgrød om søndagen' });
  made.store.close();
  const typed = { userName: 'ZOE', passphrase: 'blåbærgrød om søndagen'.normalize('NFD') };
  const { user } = closing(await unlockClinic(folder, typed));
  expect(user).toEqual(made.user);
});

test('a wrong passphrase and an unknown name are refused alike', async () => {
  const { folder, store } = await newClinic();
  store.close();
  const wrong = await expectRefusal('wrong-passphrase', () =>
    unlockClinic(folder, { userName, passphrase: `${passphrase}.` }),
  );
  const unknown = await expectRefusal('wrong-passphrase', () =>
    unlockClinic(folder, { userName: 'Nobody', passphrase }),
  );
  expect(unknown).toBe(wrong);
});

test.each([
  'short',
  'aaaaaaaaaaaa',
  'Ada Grun 2026',
  'hautklinik-see',
  'Password1234',
  'letmein123',
  'summer2026',
  'Sommer2026!',
  'qwertz12345',
  'iloveyou2020',
  'melanoma2026',
  '19.04.1985',
])('the weak passphrase "%s" is refused with advice', async (weak) => {
  const folder = temporaryFolder();
  const clinic = { clinicName: 'Hautklinik am See', demo: false, userName, kdf };
  const message = await expectRefusal('weak-passphrase', () =>
    createClinic(folder, { ...clinic, passphrase: weak }),
  );
  expect(message).toContain('unrelated words');
  expect(readdirSync(folder)).toEqual([]);
});

test('two users open the same records with their own passphrases', async () => {
  const { folder, store } = await newClinic();
  const patient = store.patients.enrol(details({ familyName: 'Okafor' }));
  const added = await store.accounts.add(second);
  expect(added).toMatchObject({ name: second.name, role: 'clinician' });
  store.close();
  const opened = closing(
    await unlockClinic(folder, { userName: second.name, passphrase: second.passphrase }),
  );
  expect(opened.user).toEqual(added);
  expect(opened.store.patients.get(patient.id)).toEqual(patient);
  expect(readClinicInfo(folder)?.userNames).toEqual([userName, second.name]);
});

test('a user name is taken in every spelling', async () => {
  const { store } = await newClinic();
  await expectRefusal('duplicate-user', () =>
    store.accounts.add({ ...second, name: 'dr. ada  GRUN' }),
  );
  expect(store.accounts.list()).toHaveLength(1);
});

test('the recovery key gives a user a new passphrase, and the former one ends', async () => {
  const { folder, store, recoveryKey } = await newClinic();
  const patient = store.patients.enrol(details({ familyName: 'Okafor' }));
  store.close();
  const typed = recoveryKey.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o');
  const recovered = await recoverClinic(folder, {
    recoveryKey: typed,
    userName,
    newPassphrase,
    kdf,
  });
  expect(recovered.store.patients.get(patient.id)).toEqual(patient);
  recovered.store.close();
  await expectRefusal('wrong-passphrase', () => unlockClinic(folder, { userName, passphrase }));
  closing(await unlockClinic(folder, { userName, passphrase: newPassphrase }));
});

test('a wrong recovery key, an unknown name or a weak new passphrase changes nothing', async () => {
  const { folder, store, recoveryKey } = await newClinic();
  const other = await newClinic();
  store.close();
  // Not the mark, which tells when the clinic was last closed.
  const keys = () => {
    const { users, recovery } = readClinicFile(folder);
    return { users, recovery };
  };
  const before = keys();
  const good = { recoveryKey, userName, newPassphrase, kdf };
  await expectRefusal('wrong-recovery-key', () =>
    recoverClinic(folder, { ...good, recoveryKey: other.recoveryKey }),
  );
  await expectRefusal('not-found', () => recoverClinic(folder, { ...good, userName: 'Nobody' }));
  await expectRefusal('weak-passphrase', () =>
    recoverClinic(folder, { ...good, newPassphrase: 'dr ada grün' }),
  );
  expect(keys()).toEqual(before);
  closing(await unlockClinic(folder, { userName, passphrase }));
});

test("a user's slot does not open under another name or in another clinic", async () => {
  const { folder, store } = await newClinic();
  const added = await store.accounts.add(second);
  store.close();
  const file = readClinicFile(folder);
  const [first] = file.users;
  if (!first) throw new Error('no slot');
  writeClinicFile(folder, withUserSlot(file, { ...first, userId: added.id, userName: added.name }));
  await expectRefusal('database-damaged', () =>
    unlockClinic(folder, { userName: added.name, passphrase }),
  );
  const { check: _, ...unchecked } = first;
  writeClinicFile(
    folder,
    withUserSlot(file, { ...unchecked, userId: added.id, userName: added.name }),
  );
  await expectRefusal('wrong-passphrase', () =>
    unlockClinic(folder, { userName: added.name, passphrase }),
  );
  const clinicId = '01890000-0000-7000-8000-000000000000';
  writeClinicFile(folder, { ...file, clinicId });
  await expectRefusal('wrong-passphrase', () => unlockClinic(folder, { userName, passphrase }));
});

/** A copy of the clinic's folder as a kill leaves it, before or after the commit of the change. */
async function killedWhile(
  moment: 'before' | 'after',
  change: (store: ClinicStore, alongside: () => void) => Promise<unknown>,
) {
  const { folder, store } = await newClinic();
  const left = path.join(temporaryFolder(), 'left');
  const leave = () => cpSync(folder, left, { recursive: true });
  const inTheWay = path.join(folder, 'clinic.json.tmp');
  // After the commit clinic.json cannot be written any more.
  await change(
    store,
    moment === 'before' ? leave : () => mkdirSync(path.join(inTheWay, 'full'), { recursive: true }),
  );
  if (moment === 'after') leave();
  rmSync(path.join(left, 'clinic.json.tmp'), { recursive: true, force: true });
  rmSync(inTheWay, { recursive: true, force: true });
  store.close();
  expect(readClinicFile(left).pending).toBeDefined();
  return left;
}

test.each([
  ['before', 'wrong-passphrase', [userName]],
  ['after', undefined, [userName, second.name]],
] as const)(
  'a user whose addition a kill cut short %s its commit is there whole or not at all',
  async (moment, refusal, names) => {
    const folder = await killedWhile(moment, (store, alongside) =>
      store.accounts.add(second, alongside),
    );
    const { name, passphrase } = second;
    const unlock = () => unlockClinic(folder, { userName: name, passphrase });
    if (refusal) await expectRefusal(refusal, unlock);
    else closing(await unlock()).store.close();
    expect(readClinicFile(folder).pending).toBeUndefined();
    expect(readClinicInfo(folder)?.userNames).toEqual(names);
  },
);

test.each([
  ['before', passphrase, newPassphrase],
  ['after', newPassphrase, passphrase],
] as const)(
  'a change of passphrase that a kill cut short %s its commit leaves one that is valid',
  async (moment, valid, invalid) => {
    const folder = await killedWhile(moment, async (store, alongside) => {
      const [user] = store.accounts.list();
      if (user) await store.accounts.setPassphrase(user, newPassphrase, alongside);
    });
    await expectRefusal('wrong-passphrase', () =>
      unlockClinic(folder, { userName, passphrase: invalid }),
    );
    closing(await unlockClinic(folder, { userName, passphrase: valid }));
    expect(readClinicFile(folder).users).toHaveLength(1);
  },
);

test('what belongs to a change of the users fails with it, and nothing of either is kept', async () => {
  const { folder, store, recoveryKey } = await newClinic();
  const fails = () => {
    throw new Error('no room for its audit entry');
  };
  await expect(store.accounts.add(second, fails)).rejects.toThrow('no room');
  const [user] = store.accounts.list();
  if (!user) throw new Error('no user');
  await expect(store.accounts.setPassphrase(user, newPassphrase, fails)).rejects.toThrow('no room');
  expect(store.accounts.list()).toEqual([user]);
  store.close();
  expect(readClinicInfo(folder)?.userNames).toEqual([userName]);
  await expectRefusal('wrong-passphrase', () =>
    unlockClinic(folder, { userName, passphrase: newPassphrase }),
  );
  closing(
    await unlockClinic(folder, { userName, passphrase, audited: 'session.unlock' }),
  ).store.close();
  const recovery = { recoveryKey, userName, newPassphrase, audited: 'session.recover', kdf };
  const recovered = closing(await recoverClinic(folder, recovery));
  expect(recovered.store.audit.list(9).map(({ action }) => action)).toEqual([
    'session.recover',
    'session.unlock',
    'session.unlock-failed',
    'clinic.create',
  ]);
});

test('a slot that nobody has any more gives way to a new user of its name', async () => {
  const { folder, store } = await newClinic();
  const file = readClinicFile(folder);
  const [slot] = file.users;
  if (!slot) throw new Error('no slot');
  const left = { ...slot, userId: '01890000-0000-7000-8000-000000000000', userName: second.name };
  writeClinicFile(folder, { ...file, users: [slot, left] });
  await store.accounts.add(second);
  store.close();
  closing(await unlockClinic(folder, { userName: second.name, passphrase: second.passphrase }));
  expect(readClinicFile(folder).users).toHaveLength(2);
});

test('a damaged clinic.json is refused, never replaced', async () => {
  const { folder, store } = await newClinic();
  store.close();
  const file = path.join(folder, 'clinic.json');
  writeFileSync(file, readFileSync(file, 'utf8').slice(0, -100));
  await expectRefusal('database-damaged', () => readClinicInfo(folder));
  await expectRefusal('database-damaged', () => newClinic(folder));
  writeFileSync(file, '{"format": 3}');
  await expectRefusal('database-newer', () => readClinicInfo(folder));
});

test('a missing database is refused, and no empty one is put in its place', async () => {
  const { folder, store } = await newClinic();
  store.close();
  rmSync(path.join(folder, 'clinic.db'));
  await expectRefusal('database-damaged', () => unlockClinic(folder, { userName, passphrase }));
  expect(readdirSync(folder)).toEqual(['clinic.db-mark', 'clinic.json', 'failed-unlocks.json']);
});

test('a database whose clinic.json is missing is set aside whole when a clinic is created', async () => {
  const { folder, store } = await newClinic();
  store.close();
  const json = path.join(folder, 'clinic.json');
  const kept = readFileSync(json);
  rmSync(json);
  expect(readClinicInfo(folder)).toBeNull();
  const { store: fresh } = await newClinic(folder);
  fresh.close();
  const aside = readdirSync(folder).find((name) => name.includes('.set-aside-'));
  renameSync(path.join(folder, aside ?? ''), path.join(folder, 'clinic.db'));
  writeFileSync(json, kept);
  closing(await unlockClinic(folder, { userName, passphrase }));
});

test('a creation that fails on the way leaves no clinic', async () => {
  const folder = temporaryFolder();
  const clinic = { clinicName: 'C', demo: false, userName: ' ', passphrase, kdf };
  await expect(createClinic(folder, clinic)).rejects.toThrow();
  expect(readdirSync(folder)).toEqual([]);
  expect(existsSync(path.join(folder, 'clinic.json'))).toBe(false);
});

test.each([
  ['making its database', 'create'],
  ['opening it', 'open'],
] as const)('a creation that fails on %s leaves no data key in memory', async (_, step) => {
  const keys: Uint8Array[] = [];
  const failing = vi.spyOn(Connection, step).mockImplementation((_file, key) => {
    expect(key.some((byte) => byte !== 0)).toBe(true);
    keys.push(key);
    throw new Error('out of memory');
  });
  onTestFinished(() => failing.mockRestore());
  await expect(newClinic()).rejects.toThrow('out of memory');
  expect(keys).toEqual([Buffer.alloc(32)]);
});

test('a creation that cannot write clinic.json takes its database away again', async () => {
  const folder = temporaryFolder();
  mkdirSync(path.join(folder, 'clinic.json.tmp', 'in the way'), { recursive: true });
  await expect(newClinic(folder)).rejects.toThrow();
  expect(readdirSync(folder)).toEqual(['clinic.json.tmp']);
});

test('a clinic whose clinic.json cannot be written is not opened, and opens when it can', async () => {
  const { folder, store } = await newClinic();
  store.close();
  const inTheWay = path.join(folder, 'clinic.json.tmp');
  mkdirSync(path.join(inTheWay, 'full'), { recursive: true });
  const before = readFileSync(path.join(folder, 'clinic.json'));
  await expect(unlockClinic(folder, { userName, passphrase })).rejects.toThrow();
  expect(readFileSync(path.join(folder, 'clinic.json')).equals(before)).toBe(true);
  rmSync(inTheWay, { recursive: true });
  closing(await unlockClinic(folder, { userName, passphrase }));
});

test('one clinic cannot be opened twice at a time', async () => {
  const { folder, store } = await newClinic();
  await expectRefusal('database-in-use', () => unlockClinic(folder, { userName, passphrase }));
  store.close();
  closing(await unlockClinic(folder, { userName, passphrase }));
});
