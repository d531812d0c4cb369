import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import type { ErasureSubject } from '../../src/clinic/entities/index.ts';
import { readClinicFile } from '../../src/store/clinic-file.ts';
import { Connection } from '../../src/store/connection.ts';
import {
  carryErased,
  erasedListFile,
  erasedListKey,
  keepErasedListKey,
} from '../../src/store/erasure/erased-list.ts';
import {
  type ClinicStore,
  createClinic,
  restoreBackup,
  StoreError,
  unlockClinic,
} from '../../src/store/index.ts';
import {
  addImage,
  addLesion,
  addOverview,
  closing,
  dataKeyOf,
  details,
  findPatients,
  kdf,
  passphrase,
  temporaryFolder,
  userName,
} from './harness.ts';
import { countTurns } from './turns.ts';

afterEach(() => void vi.restoreAllMocks());

/** A clinic in a data folder of its own, with two patients and an image of each. */
async function clinicInFolder() {
  const dataFolder = temporaryFolder();
  const given = { clinicName: 'Hautklinik am See', demo: false, userName, passphrase, kdf };
  const { store, user } = closing(await createClinic(path.join(dataFolder, 'clinic'), given));
  const enrol = (familyName: string) => {
    const patient = store.patients.enrol(details({ familyName }));
    return { patient, image: addImage(store, addLesion(store, patient.id).id) };
  };
  return { dataFolder, store, user, gone: enrol('Wintergrün'), other: enrol('Okafor') };
}

const list = (dataFolder: string) => erasedListFile(dataFolder);
const listsIn = (dataFolder: string) => JSON.parse(readFileSync(list(dataFolder), 'utf8')).lists;
const open = async (dataFolder: string) =>
  closing(await unlockClinic(path.join(dataFolder, 'clinic'), { userName, passphrase, kdf })).store;

async function erase(
  dataFolder: string,
  store: ClinicStore,
  kind: ErasureSubject['kind'],
  id: string,
) {
  const [user] = store.accounts.list();
  const who = { userId: user?.id ?? '', secondUserId: null };
  store.erasures.erase({ subject: { kind, id }, reason: 'request', ...who }, () => {});
  await store.erasures.finish(path.join(dataFolder, 'set-aside'));
}

const restore = (dataFolder: string, medium: string) =>
  restoreBackup(dataFolder, medium, { access: { userName, passphrase } });

test('what was erased is found when a backup of before brings it back, until it is erased again', async () => {
  const { dataFolder, store, user, gone, other } = await clinicInFolder();
  const photograph = addOverview(store, other.patient.id, user.id);
  const medium = path.join(temporaryFolder(), 'medium');
  await store.backUp(medium, '1.0.0', { erasedList: list(dataFolder) });
  expect(await store.erasures.cameBack(list(dataFolder))).toEqual([]);
  await erase(dataFolder, store, 'patient', gone.patient.id);
  await erase(dataFolder, store, 'image', other.image.id);
  await erase(dataFolder, store, 'overview', photograph.id);
  expect(await store.erasures.cameBack(list(dataFolder))).toEqual([]);
  store.close();

  await restore(dataFolder, medium);
  const back = await open(dataFolder);
  expect(findPatients(back).entries).toHaveLength(2);
  expect(await back.erasures.cameBack(list(dataFolder))).toEqual([
    { kind: 'patient', id: gone.patient.id },
    { kind: 'image', id: other.image.id },
    { kind: 'overview', id: photograph.id },
  ]);
  await erase(dataFolder, back, 'patient', gone.patient.id);
  await erase(dataFolder, back, 'image', other.image.id);
  await erase(dataFolder, back, 'overview', photograph.id);
  expect(await back.erasures.cameBack(list(dataFolder))).toEqual([]);
  expect(findPatients(back).entries).toHaveLength(1);
  // Nothing is listed twice.
  expect(listsIn(dataFolder)).toMatchObject([{ erased: { length: 3 } }]);
});

test('the list says nothing of whom: no name, id or hash of an id alone, in a file for this user alone', async () => {
  const { dataFolder, store, gone } = await clinicInFolder();
  await erase(dataFolder, store, 'patient', gone.patient.id);
  const text = readFileSync(list(dataFolder), 'utf8');
  for (const secret of ['Wintergr', gone.patient.id, gone.image.id])
    expect(text).not.toContain(secret);
  const { lists } = JSON.parse(text);
  expect(lists).toMatchObject([{ erased: [{ all: [expect.stringMatching(/^[\w-]{43}$/)] }] }]);
  const second = await clinicInFolder();
  await erase(second.dataFolder, second.store, 'patient', second.gone.patient.id);
  const other = JSON.parse(readFileSync(list(second.dataFolder), 'utf8'));
  expect(other.lists[0].salt).not.toBe(lists[0].salt);
});

test('the list travels with the medium to another computer', async () => {
  const { dataFolder, store, gone } = await clinicInFolder();
  const root = temporaryFolder();
  const [old, medium] = [path.join(root, 'old'), path.join(root, 'medium')];
  await store.backUp(medium, '1.0.0', { erasedList: list(dataFolder) });
  cpSync(medium, old, { recursive: true });
  await erase(dataFolder, store, 'patient', gone.patient.id);
  await store.backUp(medium, '1.0.0', { erasedList: list(dataFolder) });
  store.close();

  // The medium's own backups hold nobody; a copy of before does, and the list lies beside it.
  cpSync(erasedListFile(medium), erasedListFile(old));
  const elsewhere = temporaryFolder();
  await restore(elsewhere, old);
  const back = await open(elsewhere);
  expect(await back.erasures.cameBack(list(elsewhere))).toEqual([
    { kind: 'patient', id: gone.patient.id },
  ]);
});

test('records that were merged into an erased one are found too, whichever came back', async () => {
  const { dataFolder, store, user, gone } = await clinicInFolder();
  const double = store.patients.enrol(details({ familyName: 'Wintergruen' }));
  const medium = path.join(temporaryFolder(), 'medium');
  await store.backUp(medium, '1.0.0');
  store.patientMerges.merge(double.id, gone.patient.id, user.id);
  await erase(dataFolder, store, 'patient', gone.patient.id);
  store.close();
  await restore(dataFolder, medium);
  const back = await open(dataFolder);
  const found = await back.erasures.cameBack(list(dataFolder));
  expect(found.map(({ id }) => id).toSorted()).toEqual([double.id, gone.patient.id].toSorted());
});

test('a list that is damaged is told of and not obeyed; the next erasure makes it whole again, and enters that', async () => {
  const { dataFolder, store, gone, other } = await clinicInFolder();
  const file = list(dataFolder);
  expect(await store.erasures.listState(file)).toEqual({ isDamaged: false, unproven: 0 });
  await erase(dataFolder, store, 'patient', gone.patient.id);
  writeFileSync(file, readFileSync(file, 'utf8').slice(0, -20));
  expect(await store.erasures.listState(file)).toEqual({ isDamaged: true, unproven: 0 });
  expect(await store.erasures.cameBack(file)).toEqual([]);
  await erase(dataFolder, store, 'patient', other.patient.id);
  const { lists } = JSON.parse(readFileSync(file, 'utf8'));
  expect(lists).toHaveLength(1);
  // With what the damaged one had.
  expect(lists[0].erased).toHaveLength(2);
  expect(lists[0].clinicId).toBe(readClinicFile(path.join(dataFolder, 'clinic')).clinicId);
  expect(await store.erasures.listState(file)).toEqual({ isDamaged: false, unproven: 0 });
  expect(existsSync(`${file}.damaged`)).toBe(true);
  expect(store.audit.list(3)).toContainEqual(
    expect.objectContaining({ action: 'erased-list.mend', subject: 'erased-list:damaged' }),
  );
});

test('an entry that somebody without the clinic’s key wrote or changed is told of, and has nobody’s erasure proposed', async () => {
  const { dataFolder, store, user, gone, other } = await clinicInFolder();
  const file = list(dataFolder);
  await erase(dataFolder, store, 'patient', gone.patient.id);
  const written = JSON.parse(readFileSync(file, 'utf8'));
  const [own] = written.lists;
  const forge = (change: (entry: Record<string, unknown>) => void) => {
    const forged = structuredClone(written);
    change(forged.lists[0].erased[0]);
    writeFileSync(file, JSON.stringify(forged));
  };
  const hash = createHmac('sha256', Buffer.from(own.salt, 'base64url'))
    .update(`patient ${other.patient.id}`)
    .digest('base64url');
  for (const change of [
    (entry: Record<string, unknown>) => Object.assign(entry, { subject: hash, all: [hash] }),
    (entry: Record<string, unknown>) => Object.assign(entry, { all: [hash] }),
    (entry: Record<string, unknown>) => Object.assign(entry, { subject: hash, mac: undefined }),
    (entry: Record<string, unknown>) => Object.assign(entry, { mac: 'AAAA' }),
  ]) {
    forge(change);
    expect(await store.erasures.cameBack(file)).toEqual([]);
    expect(await store.erasures.listState(file)).toEqual({ isDamaged: false, unproven: 1 });
  }
  await store.erasures.mendList(file, user.id);
  expect(await store.erasures.listState(file)).toEqual({ isDamaged: false, unproven: 0 });
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(written);
  expect(store.audit.list(3)).toContainEqual(
    expect.objectContaining({ action: 'erased-list.mend', subject: 'erased-list:1' }),
  );
});

test('the list holds for a copy of before the data key was changed', async () => {
  const { dataFolder, store, user, gone } = await clinicInFolder();
  const medium = path.join(temporaryFolder(), 'medium');
  await store.backUp(medium, '1.0.0');
  await store.dataKeyChange.begin(user.id);
  await store.dataKeyChange.finish();
  await erase(dataFolder, store, 'patient', gone.patient.id);
  store.close();
  await restore(dataFolder, medium);
  const back = await open(dataFolder);
  expect(await back.erasures.listState(list(dataFolder))).toEqual({
    isDamaged: false,
    unproven: 0,
  });
  expect(await back.erasures.cameBack(list(dataFolder))).toEqual([
    { kind: 'patient', id: gone.patient.id },
  ]);
});

test('another clinic’s list is left as it is, and finds nothing here', async () => {
  const { dataFolder, store, gone } = await clinicInFolder();
  const second = await clinicInFolder();
  await erase(second.dataFolder, second.store, 'patient', second.gone.patient.id);
  cpSync(list(second.dataFolder), list(dataFolder));
  expect(await store.erasures.cameBack(list(dataFolder))).toEqual([]);
  expect(await store.erasures.listState(list(dataFolder))).toEqual({
    isDamaged: false,
    unproven: 0,
  });
  await erase(dataFolder, store, 'patient', gone.patient.id);
  const { lists } = JSON.parse(readFileSync(list(dataFolder), 'utf8'));
  expect(lists[0]).toEqual(JSON.parse(readFileSync(list(second.dataFolder), 'utf8')).lists[0]);
  expect(lists).toHaveLength(2);
});

test('where the list cannot be written the erasure is not called finished, and goes on later', async () => {
  const { dataFolder, store, gone } = await clinicInFolder();
  mkdirSync(`${list(dataFolder)}.tmp`);
  await expect(erase(dataFolder, store, 'patient', gone.patient.id)).rejects.toThrow();
  expect(store.erasures.isPending).toBe(true);
  if (existsSync(`${list(dataFolder)}.tmp`)) rmSync(`${list(dataFolder)}.tmp`, { recursive: true });
  await store.erasures.finish(path.join(dataFolder, 'set-aside'));
  expect(store.erasures.isPending).toBe(false);
});

test('each entry is in the format of every version, and proven by a key that is made of the data key', async () => {
  const { dataFolder, store, user, gone } = await clinicInFolder();
  const double = store.patients.enrol(details({ familyName: 'Wintergruen' }));
  store.patientMerges.merge(double.id, gone.patient.id, user.id);
  await erase(dataFolder, store, 'patient', gone.patient.id);
  const { version, format } = JSON.parse(readFileSync(list(dataFolder), 'utf8'));
  expect([version, format]).toEqual([2, 'dermaspike-erased']);
  const [{ clinicId, salt, erased }] = listsIn(dataFolder);
  const hash = (id: string) =>
    createHmac('sha256', Buffer.from(salt, 'base64url'))
      .update(`patient ${id}`)
      .digest('base64url');
  const subject = hash(gone.patient.id);
  const all = [subject, hash(double.id)];
  const dataKey = await dataKeyOf(path.join(dataFolder, 'clinic'));
  const key = hkdfSync('sha256', dataKey, clinicId, 'dermaspike erased list', 32);
  const mac = createHmac('sha256', Buffer.from(key))
    .update(JSON.stringify([clinicId, salt, subject, all]))
    .digest('base64url');
  expect(erased).toEqual([{ subject, all, mac }]);
  expect(Buffer.from(salt, 'base64url')).toHaveLength(16);
});

test('a list of the first format is read and proves nothing, one of a newer format is not believed', async () => {
  const { dataFolder, store, gone } = await clinicInFolder();
  const medium = path.join(temporaryFolder(), 'medium');
  await store.backUp(medium, '1.0.0');
  await erase(dataFolder, store, 'patient', gone.patient.id);
  const [{ erased, ...rest }] = listsIn(dataFolder);
  const { mac: _, ...first } = erased[0];
  const write = (version: number, entries: unknown[]) =>
    writeFileSync(
      list(dataFolder),
      JSON.stringify({
        format: 'dermaspike-erased',
        version,
        lists: [{ ...rest, erased: entries }],
      }),
    );
  write(1, [first]);
  expect(await store.erasures.listState(list(dataFolder))).toEqual({
    isDamaged: false,
    unproven: 1,
  });
  write(3, erased);
  expect(await store.erasures.listState(list(dataFolder))).toEqual({
    isDamaged: true,
    unproven: 0,
  });
});

test('lists of one clinic from two computers are joined without a key, each entry once, and hold together', async () => {
  const { dataFolder, store, gone, other } = await clinicInFolder();
  const medium = path.join(temporaryFolder(), 'medium');
  await store.backUp(medium, '1.0.0');
  store.close();
  const [here, there] = [dataFolder, temporaryFolder()];
  cpSync(path.join(here, 'clinic'), path.join(there, 'clinic'), { recursive: true });
  const [first, second] = [await open(here), await open(there)];
  await erase(here, first, 'patient', gone.patient.id);
  await erase(there, second, 'patient', other.patient.id);
  first.close();
  second.close();
  const [own] = listsIn(here);
  const [theirs] = listsIn(there);
  const carry = () => carryErased(list(there), list(here));
  await carry();
  expect(listsIn(here)).toEqual([own, theirs]);
  await carry();
  expect(listsIn(here)).toEqual([own, theirs]);

  await restore(here, medium);
  const back = await open(here);
  const cameBack = async () =>
    (await back.erasures.cameBack(list(here))).map(({ id }) => id).toSorted();
  expect(await cameBack()).toEqual([gone.patient.id, other.patient.id].toSorted());
  // One that is erased again is known; the other computer's is not by that.
  await erase(here, back, 'patient', gone.patient.id);
  expect(await cameBack()).toEqual([other.patient.id]);
  await erase(here, back, 'patient', other.patient.id);
  expect(await cameBack()).toEqual([]);
  back.close();

  // What the same list has gained meanwhile is taken over, too, and nothing of it lost.
  const [longer] = listsIn(here);
  expect(longer.erased).toHaveLength(2);
  const later = temporaryFolder();
  writeFileSync(
    list(later),
    JSON.stringify({
      format: 'dermaspike-erased',
      version: 2,
      lists: [{ ...own, erased: own.erased.slice(0, 1) }],
    }),
  );
  await carryErased(list(here), list(later));
  const [joined] = listsIn(later);
  expect(joined).toEqual(longer);
  await carryErased(list(later), list(here));
  expect(listsIn(here)[0]).toEqual(longer);
});

test('others have their turn while thousands of records are looked for in it', async () => {
  const { dataFolder, store, gone } = await clinicInFolder();
  const medium = path.join(temporaryFolder(), 'medium');
  await store.backUp(medium, '1.0.0');
  await erase(dataFolder, store, 'patient', gone.patient.id);
  store.close();
  await restore(dataFolder, medium);
  const back = await open(dataFolder);
  const { all } = Connection.prototype;
  const turns = countTurns();
  let begun = 0;
  vi.spyOn(Connection.prototype, 'all').mockImplementation(function (this: Connection, ...given) {
    const found = all.apply(this, given);
    if (!given[0].includes("UNION ALL SELECT 'image'")) return found;
    begun = turns.count;
    const more = Array.from({ length: 12_000 }, (_, n) => ({ kind: 'image', id: `image ${n}` }));
    return [...more, ...found];
  });
  expect(await back.erasures.cameBack(list(dataFolder))).toMatchObject([{ id: gone.patient.id }]);
  const between = turns.count - begun;
  turns.end();
  expect(between).toBeGreaterThanOrEqual(2);
  expect(between).toBeLessThan(20);
});

test('where another place has no list none is made', async () => {
  const [from, to] = [temporaryFolder(), temporaryFolder()];
  await carryErased(list(from), list(to));
  expect(existsSync(list(to))).toBe(false);
  writeFileSync(list(from), 'damaged');
  await carryErased(list(from), list(to));
  expect(existsSync(list(to))).toBe(false);
});

test('the list’s key is made of the data key once and kept, zeroed behind that, and a full disk keeps nobody out', () => {
  const connection = Connection.create(path.join(temporaryFolder(), 'made.db'), randomBytes(32));
  connection.script('CREATE TABLE erased_list_key (id INTEGER PRIMARY KEY, key BLOB NOT NULL)');
  const [dataKey, other] = [randomBytes(32), randomBytes(32)];
  const made = erasedListKey(connection, dataKey, 'clinic');
  expect(
    made.equals(Buffer.from(hkdfSync('sha256', dataKey, 'clinic', 'dermaspike erased list', 32))),
  ).toBe(true);
  const run = vi.spyOn(connection, 'run');
  const fails = (error: Error) =>
    run.mockImplementationOnce(() => {
      throw error;
    });
  const keep = (key = dataKey) => keepErasedListKey(connection, key, 'clinic');
  fails(new StoreError('disk-full', 'Full.'));
  expect(() => keep()).not.toThrow();
  for (const error of [
    new StoreError('no-access', 'No.'),
    Object.assign(new Error('Else.'), { code: 'disk-full' }),
  ]) {
    fails(error);
    expect(() => keep()).toThrow(error);
  }
  keep();
  for (const [, given] of run.mock.calls)
    expect(Buffer.from(given?.key as Uint8Array).equals(Buffer.alloc(32))).toBe(true);
  expect(run).toHaveBeenCalledTimes(4);
  // With another data key it stays what it was.
  keep(other);
  expect(run).toHaveBeenCalledTimes(4);
  expect(erasedListKey(connection, other, 'clinic').equals(made)).toBe(true);
  connection.close();
});
