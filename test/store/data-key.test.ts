import { spawn } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import {
  copyFileSync,
  cpSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, test } from 'vitest';
import { patientListView } from '../../src/clinic/entities/index.ts';
import { blockBytes } from '../../src/store/backup/manifest.ts';
import { readClinicFile, writeClinicFile } from '../../src/store/clinic-file.ts';
import { Connection } from '../../src/store/connection.ts';
import {
  type ClinicStore,
  listBackups,
  recoverClinic,
  restoreBackup,
  unlockClinic,
} from '../../src/store/index.ts';
import { openUserSlot } from '../../src/store/key-slots.ts';
import { mountSmallDisk } from '../small-disk.ts';
import {
  addImage,
  addLesion,
  closing,
  dataKeyOf,
  details,
  expectRefusal,
  kdf,
  newClinic,
  passphrase,
  sha256,
  temporaryFolder,
  userName,
} from './harness.ts';

const bo = { name: 'Bo Lind', role: 'clinician', passphrase: 'violet harbour engine' } as const;
const newPassphrase = 'granite window thirty';
const access = { userName, passphrase, kdf };
const byBo = { userName: bo.name, passphrase: bo.passphrase, kdf };
const kills = 12;

const unlocked = async (folder: string, by = access) => closing(await unlockClinic(folder, by));
/** Of all pages: a killed program may have saved more than one holds. */
function familyNames(store: ClinicStore): string[] {
  const asked = { ...patientListView.parse({}), text: '', limit: 1000 };
  const names: string[] = [];
  let page = store.patientList.page({ ...asked, after: null });
  for (;;) {
    names.push(...page.entries.map(({ patient }) => patient.familyName));
    if (page.next === null) return names.sort();
    page = store.patientList.page({ ...asked, after: page.next });
  }
}

/** A clinic of two users with some megabytes of images. */
async function filledClinic(folder = temporaryFolder(), images = 20) {
  const { store, user, recoveryKey } = await newClinic(folder);
  await store.accounts.add(bo);
  const lesion = addLesion(store, store.patients.enrol(details({ familyName: 'Okafor' })).id);
  for (let n = 0; n < images; n++) addImage(store, lesion.id, randomBytes(200_000));
  return { folder, store, user, recoveryKey, lesion };
}

async function changeKey(store: ClinicStore, userId: string): Promise<string> {
  const recoveryKey = await store.dataKeyChange.begin(userId);
  await store.dataKeyChange.finish();
  expect(store.dataKeyChange.pending).toBeNull();
  return recoveryKey;
}

async function expectWhole(store: ClinicStore) {
  expect(await store.checkHealth()).toMatchObject({ ok: true });
  expect((await store.checkAudit()).problems).toEqual([]);
}

function opensUnder(folder: string, dataKey: Uint8Array): boolean {
  const connection = Connection.openReadOnly(path.join(folder, 'clinic.db'), dataKey);
  try {
    connection.get('SELECT count(*) FROM patient');
    return true;
  } catch {
    return false;
  } finally {
    connection.close();
    for (const end of ['-wal', '-shm'])
      rmSync(path.join(folder, `clinic.db${end}`), { force: true });
  }
}

test('after the data key was changed every passphrase opens the clinic as before, and the former key, its slots and its recovery key open nothing', async () => {
  const { folder, store, user, recoveryKey } = await filledClinic();
  store.accounts.noteSeen();
  const formerFile = readClinicFile(folder);
  const formerKey = await dataKeyOf(folder);
  const database = path.join(folder, 'clinic.db');
  const renewed = await changeKey(store, user.id);
  store.patients.enrol(details({ familyName: 'Since' }));
  await expectWhole(store);
  expect(store.audit.list(10).map(({ action }) => action)).toEqual(
    expect.arrayContaining(['clinic.data-key', 'clinic.change-data-key']),
  );
  store.close();

  expect(readdirSync(folder).sort()).toEqual(
    ['clinic.db', 'clinic.db-mark', 'clinic.json', 'failed-unlocks.json'].sort(),
  );
  expect(opensUnder(folder, formerKey)).toBe(false);
  expect(opensUnder(folder, await dataKeyOf(folder))).toBe(true);
  for (const by of [access, byBo]) {
    const opened = await unlocked(folder, by);
    expect(familyNames(opened.store)).toEqual(['Okafor', 'Since']);
    await expectWhole(opened.store);
    opened.store.close();
  }
  const recover = (key: string) =>
    recoverClinic(folder, { recoveryKey: key, userName, newPassphrase, kdf });
  await expectRefusal('wrong-recovery-key', () => recover(recoveryKey));
  closing(await recover(renewed)).store.close();

  // The former slots open the former key, which opens no database any more.
  for (const slot of formerFile.users) {
    const by = slot.userName === userName ? passphrase : bo.passphrase;
    expect(await openUserSlot(formerFile.clinicId, slot, by)).toEqual(formerKey);
  }
  const before = readFileSync(database);
  writeClinicFile(folder, formerFile);
  await expectRefusal('database-damaged', () => unlockClinic(folder, access));
  expect(readFileSync(database).equals(before)).toBe(true);
});

test('a user who was there with others goes on working, and so do a new passphrase, a new user and the next change', async () => {
  const { folder, store, user } = await filledClinic();
  await changeKey(store, user.id);
  await store.accounts.setPassphrase(store.accounts.get(user.id), newPassphrase);
  await store.accounts.add({ name: 'Cy', role: 'reader', passphrase: 'seven quiet lanterns' });
  const again = await changeKey(store, user.id);
  store.close();
  await expectRefusal('wrong-passphrase', () => unlockClinic(folder, access));
  for (const by of [
    { userName, passphrase: newPassphrase, kdf },
    byBo,
    { userName: 'Cy', passphrase: 'seven quiet lanterns', kdf },
  ])
    (await unlocked(folder, by)).store.close();
  closing(await recoverClinic(folder, { recoveryKey: again, userName, newPassphrase, kdf }));
});

test.skipIf(process.platform !== 'linux')(
  'a change leaves none of its files open, done or given up',
  async () => {
    const { store, user } = await filledClinic(temporaryFolder(), 2);
    const open = () =>
      readdirSync('/proc/self/fd').flatMap((number) => {
        try {
          return [readlinkSync(`/proc/self/fd/${number}`)];
        } catch {
          // That of the listing itself.
          return [];
        }
      });
    const before = open().filter((file) => file.includes('clinic.db-key'));
    await changeKey(store, user.id);
    await store.dataKeyChange.begin(user.id);
    const stopped = store.dataKeyChange.finish({ signal: AbortSignal.abort() });
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
    expect(open().filter((file) => file.includes('clinic.db-key'))).toEqual(before);
  },
);

test('what is saved while the database is encrypted anew is in it', async () => {
  const { folder, store, user, lesion } = await filledClinic();
  await store.dataKeyChange.begin(user.id);
  let saved = 0;
  let isDone = false;
  const done = store.dataKeyChange.finish().finally(() => {
    isDone = true;
  });
  while (!isDone) {
    store.patients.enrol(details({ familyName: `Meanwhile ${++saved}` }));
    if (saved % 3 === 0) addImage(store, lesion.id, randomBytes(50_000));
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
  await done;
  expect(saved).toBeGreaterThan(5);
  expect(familyNames(store)).toHaveLength(saved + 1);
  store.close();
  const opened = await unlocked(folder);
  expect(familyNames(opened.store)).toHaveLength(saved + 1);
  await expectWhole(opened.store);
});

test('the end of the database is encrypted anew too, where it is a part of a block behind whole turns', async () => {
  const { folder, store, user, lesion } = await filledClinic(temporaryFolder(), 34);
  // Of 64 blocks of 128 KiB.
  const turn = 8 * 2 ** 20;
  const size = () => statSync(path.join(folder, 'clinic.db')).size;
  let opened = store;
  for (;;) {
    opened.close();
    if (size() > turn) break;
    ({ store: opened } = await unlocked(folder));
    addImage(opened, lesion.id, randomBytes(80_000));
  }
  expect(size()).toBeLessThan(turn + blockBytes);
  ({ store: opened } = await unlocked(folder));
  await changeKey(opened, user.id);
  for (const { id, sha256: known } of opened.images.listByLesion(lesion.id))
    expect(sha256(opened.images.original(id))).toBe(known);
  await expectWhole(opened);
});

test('others are answered while it goes on', async () => {
  const { store, user } = await filledClinic(temporaryFolder(), 60);
  await store.dataKeyChange.begin(user.id);
  const done = store.dataKeyChange.finish();
  let isDone = false;
  void done.finally(() => {
    isDone = true;
  });
  const waits: number[] = [];
  while (!isDone) {
    const asked = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 0));
    waits.push(performance.now() - asked);
  }
  await done;
  waits.sort((one, other) => one - other);
  expect(waits.length).toBeGreaterThan(20);
  // The last one is the moment in which the database is closed and opened under its new key.
  expect(waits[Math.floor(waits.length * 0.95)]).toBeLessThan(50);
});

test('a change that a lock broke off goes on when somebody unlocks, and is not begun anew', async () => {
  const { folder, store, user } = await filledClinic(temporaryFolder(), 60);
  const renewed = await store.dataKeyChange.begin(user.id);
  const first = store.dataKeyChange.finish({
    onProgress: (share) => share > 0.5 && store.close(),
  });
  await first;
  expect(readClinicFile(folder).pending).toBeUndefined();
  const before = readFileSync(path.join(folder, 'clinic.db-key-done'));
  expect(before.some((byte) => byte !== 0)).toBe(true);

  const opened = await unlocked(folder, byBo);
  expect(opened.store.dataKeyChange.pending).not.toBeNull();
  await expectRefusal('database-in-use', () => opened.store.dataKeyChange.begin(user.id));
  await opened.store.dataKeyChange.finish();
  await expectWhole(opened.store);
  opened.store.close();
  (await unlocked(folder)).store.close();
  closing(await recoverClinic(folder, { recoveryKey: renewed, userName, newPassphrase, kdf }));
});

test('a change that is given up leaves everything as it was', async () => {
  const { folder, store, user, recoveryKey } = await filledClinic(temporaryFolder(), 60);
  const key = await dataKeyOf(folder);
  const renewed = await store.dataKeyChange.begin(user.id);
  const finished = store.dataKeyChange.finish().then(
    () => 'done',
    (error: Error) => error.name,
  );
  await new Promise((resolve) => setTimeout(resolve, 20));
  await store.dataKeyChange.giveUp(user.id);
  expect(await finished).toBe('AbortError');
  expect(store.dataKeyChange.pending).toBeNull();
  expect(store.audit.list(1)[0]?.action).toBe('clinic.keep-data-key');
  store.close();
  expect(readdirSync(folder).filter((name) => name.includes('-key'))).toEqual([]);
  expect(opensUnder(folder, key)).toBe(true);
  const recover = (given: string) =>
    recoverClinic(folder, { recoveryKey: given, userName, newPassphrase, kdf });
  await expectRefusal('wrong-recovery-key', () => recover(renewed));
  closing(await recover(recoveryKey));
});

test(`a program that is killed ${kills} times while it changes data keys loses nothing, and locks nobody out`, async () => {
  const { folder, store } = await filledClinic(temporaryFolder(), 8);
  store.close();
  const script = path.join(import.meta.dirname, 'key-changer.ts');
  const saved: string[] = [];
  let recoveryKey: string | undefined;
  let changes = 0;
  let resumed = 0;
  for (let n = 0; n < kills; n++) {
    const child = spawn(process.execPath, ['--no-warnings', script, folder, userName, passphrase], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const output = text(child.stdout);
    let changed = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      changed += chunk.toString().split('changed').length - 1;
      if (changed >= n % 3) setTimeout(() => child.kill('SIGKILL'), randomInt(0, 500));
    });
    const [lines] = await Promise.all([output, once(child, 'exit')]);
    for (const line of lines.split('\n').slice(0, -1)) {
      if (line.startsWith('saved ')) saved.push(line.slice(6));
      if (line.startsWith('key ')) recoveryKey = line.slice(4);
      if (line === 'changed') changes += 1;
    }
    for (const by of [byBo, access]) {
      const opened = await unlocked(folder, by);
      const there = new Set(familyNames(opened.store));
      expect(saved.filter((name) => !there.has(name))).toEqual([]);
      await expectWhole(opened.store);
      if (by === access && n % 3 === 2) {
        if (opened.store.dataKeyChange.pending) resumed += 1;
        await opened.store.dataKeyChange.finish();
      }
      opened.store.close();
    }
  }
  expect(saved.length).toBeGreaterThan(kills);
  expect(changes).toBeGreaterThan(2);
  expect(resumed).toBeGreaterThan(0);
  expect(recoveryKey).toBeDefined();
}, 480_000);

describe('stopped between any two of its steps', () => {
  /** The clinic's folder as it was at each call of the file system that changes it. */
  test.each(['before', 'after'] as const)(
    'the clinic opens under the key of its database: %s the renaming',
    async (when) => {
      const { folder, store, user, recoveryKey } = await filledClinic(temporaryFolder(), 4);
      const renewed = await store.dataKeyChange.begin(user.id);
      const past = path.join(temporaryFolder(), 'past');
      // As a computer that stops at the switch leaves it: clinic.json has both keys' slots.
      store.close();
      cpSync(folder, past, { recursive: true });
      const opened = await unlocked(folder);
      await opened.store.dataKeyChange.finish();
      const { users, recovery } = readClinicFile(folder);
      opened.store.close();
      const mark = readClinicFile(folder).mark;
      const former = readClinicFile(past);
      const change = JSON.parse(readFileSync(path.join(past, 'clinic.db-key'), 'utf8')).change;
      if (!mark) throw new Error('There is no mark.');
      if (when === 'after')
        copyFileSync(path.join(folder, 'clinic.db'), path.join(past, 'clinic.db'));
      writeClinicFile(past, { ...former, pending: { change, users, recovery, mark } });

      for (const by of [byBo, access]) (await unlocked(past, by)).store.close();
      expect(readClinicFile(past).pending).toBeUndefined();
      const [valid, dead] = when === 'after' ? [renewed, recoveryKey] : [recoveryKey, renewed];
      const recover = (given: string) =>
        recoverClinic(past, { recoveryKey: given, userName, newPassphrase, kdf });
      await expectRefusal('wrong-recovery-key', () => recover(dead));
      const recovered = closing(await recover(valid));
      await expectWhole(recovered.store);
      expect(recovered.store.dataKeyChange.pending === null).toBe(when === 'after');
      const told = recovered.store.audit
        .list(20)
        .filter(({ action }) => action === 'clinic.data-key');
      expect(told).toHaveLength(when === 'after' ? 2 : 0);
    },
  );
});

test('a user without keys of their own, or whose key is not the one that the log vouches for, needs a new passphrase; the others do not', async () => {
  const { folder, store, user } = await filledClinic(temporaryFolder(), 2);
  const file = readClinicFile(folder);
  const users = file.users.map((slot) => {
    const { own: _, ...rest } = slot;
    return slot.userName === bo.name ? rest : slot;
  });
  writeClinicFile(folder, { ...file, users });
  await changeKey(store, user.id);
  expect(store.accounts.shutOut().map(({ name }) => name)).toEqual([bo.name]);
  const [shutOut] = store.accounts.shutOut();
  if (!shutOut) throw new Error('Nobody is shut out.');
  await store.accounts.setPassphrase(shutOut, bo.passphrase);
  expect(store.accounts.shutOut()).toEqual([]);
  store.close();
  (await unlocked(folder, byBo)).store.close();

  // Whoever had the key put a public key of theirs in place of Bo's.
  const connection = Connection.open(path.join(folder, 'clinic.db'), await dataKeyOf(folder));
  connection.allowWriting();
  connection.script('DROP TRIGGER IF EXISTS user_key_never_updated');
  const tampered = (sql: string) => connection.run(sql, { sealing: randomBytes(32) });
  for (const name of triggersOn(connection, 'user_key')) connection.script(`DROP TRIGGER ${name}`);
  tampered(`UPDATE user_key SET sealing = :sealing
    WHERE user_id = (SELECT id FROM user WHERE name = 'Bo Lind')`);
  connection.close();
  const opened = await unlocked(folder);
  await changeKey(opened.store, opened.user.id);
  expect(opened.store.accounts.shutOut().map(({ name }) => name)).toEqual([bo.name]);
  opened.store.close();
  await expectRefusal('wrong-passphrase', () => unlockClinic(folder, byBo));
  (await unlocked(folder)).store.close();
});

test('the key is not changed where no administrator could open the clinic afterwards, and may be given up', async () => {
  const { folder, store } = await filledClinic(temporaryFolder(), 1);
  store.close();
  const file = readClinicFile(folder);
  const users = file.users.map((slot) => {
    const { own: _, ...rest } = slot;
    return slot.userName === userName ? rest : slot;
  });
  writeClinicFile(folder, { ...file, users });
  const opened = await unlocked(folder, byBo);
  await expectRefusal('last-administrator', () => changeKey(opened.store, opened.user.id));
  await opened.store.dataKeyChange.giveUp(opened.user.id);
  opened.store.close();
  (await unlocked(folder)).store.close();
});

function triggersOn(connection: Connection, table: string): string[] {
  return connection
    .all("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = :table", { table })
    .map((row) => (row as { name: string }).name);
}

test('is refused while an erasure is not finished, and an erasure is refused while it goes on', async () => {
  const { store, user, lesion } = await filledClinic(temporaryFolder(), 1);
  const erase = (familyName: string) => {
    const { id } = store.patients.enrol(details({ familyName }));
    const subject = { kind: 'patient', id } as const;
    const order = { subject, reason: 'request', userId: user.id, secondUserId: null } as const;
    return store.erasures.erase(order, () => {});
  };
  erase('Gone');
  expect(await expectRefusal('database-in-use', () => store.dataKeyChange.begin(user.id))).toMatch(
    /erasure is not finished/,
  );
  await store.erasures.finish(temporaryFolder());
  await store.dataKeyChange.begin(user.id);
  expect(await expectRefusal('database-in-use', () => erase('Stays'))).toMatch(/data key/);
  await store.dataKeyChange.finish();
  erase('Gone too');
  expect(store.lesions.get(lesion.id).id).toBe(lesion.id);
});

test('a page that is damaged is named, and nothing is changed', async () => {
  const { folder, store, user } = await filledClinic();
  store.close();
  const descriptor = openSync(path.join(folder, 'clinic.db'), 'r+');
  writeSync(descriptor, Buffer.from([1, 2, 3]), 0, 3, 700 * 4096 + 100);
  const key = await dataKeyOf(folder);
  const opened = await unlocked(folder);
  await opened.store.dataKeyChange.begin(user.id);
  const message = await expectRefusal('database-damaged', () =>
    opened.store.dataKeyChange.finish(),
  );
  expect(message).toContain('Page 701 of clinic.db');
  opened.store.close();
  expect(opensUnder(folder, key)).toBe(true);
});

test('backups of before come back by their own keys, and the next one is whole', async () => {
  const medium = path.join(temporaryFolder(), 'medium');
  const dataFolder = temporaryFolder();
  const { folder, store, user, recoveryKey } = await filledClinic(path.join(dataFolder, 'clinic'));
  await store.backUp(medium, 'test');
  const renewed = await changeKey(store, user.id);
  store.patients.enrol(details({ familyName: 'Since' }));
  const next = await store.backUp(medium, 'test');
  expect(next.newBlocks).toBe(next.blocks);
  const further = await store.backUp(medium, 'test');
  expect(further.newBlocks).toBeLessThan(further.blocks / 2);
  store.close();
  const [, newer, older] = await listBackups(medium);
  if (!newer || !older) throw new Error('A backup is missing.');
  for (const [{ id }, key, names] of [
    [older, { recoveryKey }, ['Okafor']],
    [newer, { recoveryKey: renewed }, ['Okafor', 'Since']],
    [older, access, ['Okafor']],
  ] as const) {
    await restoreBackup(dataFolder, medium, { id, access: key });
    const opened = await unlocked(folder);
    expect(familyNames(opened.store)).toEqual(names);
    opened.store.close();
  }
  await expect(
    restoreBackup(dataFolder, medium, { id: newer.id, access: { recoveryKey } }),
  ).rejects.toMatchObject({ code: 'wrong-recovery-key' });
});

const suite = 'a change of the data key on a disk of 24 MiB';
const disk = mountSmallDisk(24, suite);

describe.skipIf(!disk)(suite, () => {
  const { folder: root = '' } = disk ?? {};
  afterAll(() => disk?.unmount());

  test('is refused where the database does not fit twice, and one that runs out of room leaves the clinic as it was and goes on later', async () => {
    const folder = path.join(root, 'clinic');
    const filler = path.join(root, 'filler');
    const { store, user } = await filledClinic(folder, 20);
    const leave = (bytes: number) => {
      const { bavail, bsize } = statfsSync(root);
      writeFileSync(filler, Buffer.alloc(bavail * bsize - bytes));
    };
    leave(9 << 20);
    expect(await expectRefusal('disk-full', () => store.dataKeyChange.begin(user.id))).toMatch(
      /needs \d+ MB/,
    );
    expect(store.dataKeyChange.pending).toBeNull();
    rmSync(filler);
    await store.dataKeyChange.begin(user.id);
    leave(2 << 20);
    await expectRefusal('disk-full', () => store.dataKeyChange.finish());
    expect(await store.checkHealth()).toMatchObject({ ok: true });
    store.close();
    expect(existsSync(path.join(folder, 'clinic.db-key'))).toBe(true);
    const opened = await unlocked(folder, byBo);
    await expectRefusal('disk-full', () => opened.store.dataKeyChange.finish());
    rmSync(filler);
    await opened.store.dataKeyChange.finish();
    await expectWhole(opened.store);
    opened.store.close();
    await expectWhole((await unlocked(folder)).store);
  });
});
