import { createHmac } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { ErasureSubject } from '../../src/clinic/entities/index.ts';
import { readClinicFile } from '../../src/store/clinic-file.ts';
import { erasedListFile } from '../../src/store/erasure/erased-list.ts';
import {
  type ClinicStore,
  createClinic,
  restoreBackup,
  unlockClinic,
} from '../../src/store/index.ts';
import {
  addImage,
  addLesion,
  addOverview,
  closing,
  details,
  findPatients,
  kdf,
  passphrase,
  temporaryFolder,
  userName,
} from './harness.ts';

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
