import { randomBytes } from 'node:crypto';
import { copyFileSync, cpSync, existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { Random } from '../../native-bridge/shared/random.ts';
import { blockBytes, blockOfPage, blockPlaces } from '../../src/store/backup/manifest.ts';
import { pageBytes } from '../../src/store/connection.ts';
import {
  type ClinicStore,
  proveBackup,
  restoreBackup,
  unlockClinic,
} from '../../src/store/index.ts';
import {
  addImage,
  addLesion,
  closing,
  details,
  newClinic,
  passphrase,
  temporaryFolder,
  userName,
} from './harness.ts';

const access = { userName, passphrase };
let data: string;
let medium: string;
let store: ClinicStore;
let lesionId: string;
const clinic = () => path.join(data, 'clinic');
const changes = () => path.join(clinic(), 'clinic.db-changes');
const unlocked = async (folder: string) => closing(await unlockClinic(folder, access)).store;
const backUp = () => store.backUp(medium, 'test');
const reopen = async () => {
  store.close();
  store = await unlocked(clinic());
};
/** Every record's hash and every picture, in the order of the keys. */
const everything = (opened: ClinicStore) => {
  const { records } = opened.audit;
  return records.kinds.map(({ table }) => records.page(table, {}, 10_000).records);
};

beforeEach(async () => {
  data = temporaryFolder();
  medium = path.join(temporaryFolder(), 'backups');
  ({ store } = await newClinic(clinic()));
  lesionId = addLesion(store, store.patients.enrol(details({ familyName: 'Before' })).id).id;
  for (let n = 0; n < 4; n++) addImage(store, lesionId, randomBytes(1_500_000));
});

test('a further backup reads the blocks that were written since, also after the clinic was closed', async () => {
  const first = await backUp();
  expect(first.readBlocks).toBe(first.blocks);
  store.patients.enrol(details({ familyName: 'Later' }));
  const second = await backUp();
  expect(second.readBlocks).toBeLessThan(first.blocks / 2);
  expect(second.newBlocks).toBeGreaterThan(0);
  await reopen();
  store.patients.enrol(details({ familyName: 'Last' }));
  const third = await backUp();
  expect(third.readBlocks).toBeLessThan(first.blocks / 2);
  const kept = everything(store);
  store.close();
  await restoreBackup(data, medium, { access });
  const again = await unlocked(clinic());
  expect(everything(again)).toEqual(kept);
  expect(await again.checkHealth()).toMatchObject({ ok: true });
});

test('after a crash, or where the note is of another moment, the whole database is read', async () => {
  const first = await backUp();
  const crashed = path.join(temporaryFolder(), 'clinic');
  store.patients.enrol(details({ familyName: 'Later' }));
  cpSync(clinic(), crashed, { recursive: true });
  const after = await unlocked(crashed);
  const next = await after.backUp(medium, 'test');
  expect(next.readBlocks).toBe(next.blocks);
  after.close();

  await reopen();
  await backUp();
  store.close();
  const note = path.join(data, 'note');
  copyFileSync(changes(), note);
  store = await unlocked(clinic());
  expect(existsSync(changes())).toBe(false);
  store.patients.enrol(details({ familyName: 'Not noted' }));
  store.close();
  copyFileSync(note, changes());
  store = await unlocked(clinic());
  const last = await backUp();
  expect(last.readBlocks).toBe(last.blocks);
  expect(first.blocks).toBeGreaterThan(20);
});

test('of thirty backups of a clinic that grows, shrinks and is closed at random, each comes back as it was', async () => {
  const random = new Random(23);
  for (let round = 0; round < 30; round++) {
    for (let n = random.below(4); n > 0; n--)
      store.patients.enrol(details({ familyName: `Patient ${round} ${n}` }));
    // Now and then the log is moved into the database, before a backup and while it is made.
    if (random.below(3) === 0) addImage(store, lesionId, randomBytes(random.below(18_000_000) + 1));
    if (random.below(4) === 0) await reopen();
    if (random.below(5) === 0) medium = path.join(temporaryFolder(), 'backups');
    let isTold = false;
    const kept = everything(store);
    const { id } = await store.backUp(medium, 'test', {
      onProgress: (share) => {
        if (isTold || share < 0.5) return;
        isTold = true;
        addImage(store, lesionId, randomBytes(random.below(1_000_000) + 1));
      },
    });
    if (round % 5 !== 4) continue;
    const target = temporaryFolder();
    rmSync(target, { recursive: true });
    await restoreBackup(target, medium, { id, access });
    const again = await unlocked(path.join(target, 'clinic'));
    expect(everything(again)).toEqual(kept);
    expect(await again.checkHealth()).toMatchObject({ ok: true });
    again.close();
    rmSync(target, { recursive: true });
  }
  store.close();
  await proveBackup(medium, path.join(data, 'proof'), { access });
}, 240_000);

test('a page lies in the block that is read for it, on both sides of the page that SQLite leaves out', () => {
  const lockPage = 2 ** 30 / pageBytes + 1;
  const places = [...blockPlaces(2 ** 30 + 10 * blockBytes)];
  for (const page of [1, 32, 33, lockPage - 1, lockPage + 1, lockPage + 32, lockPage + 33]) {
    const at = (page - 1) * pageBytes;
    const place = places[blockOfPage(page, pageBytes)];
    expect(place && place.at <= at && at < place.at + place.length, `page ${page}`).toBe(true);
  }
});
