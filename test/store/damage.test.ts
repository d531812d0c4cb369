import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { Connection, scalar } from '../../src/store/connection.ts';
import { recoverClinic, StoreError, unlockClinic } from '../../src/store/index.ts';
import {
  addImage,
  addLesion,
  addReading,
  closing,
  dataKeyOf,
  details,
  expectRefusal,
  findPatients,
  kdf,
  newClinic,
  passphrase,
  sha256,
  userName,
} from './harness.ts';

const pageSize = 4096;

async function filledClinic() {
  const { folder, store } = await newClinic();
  const patient = store.patients.enrol(details({ familyName: 'Okafor' }));
  const image = addImage(store, addLesion(store, patient.id).id, new Uint8Array(30_000).fill(1));
  addReading(store, image.id);
  store.close();
  const file = path.join(folder, 'clinic.db');
  return { folder, file, image, good: readFileSync(file), key: await dataKeyOf(folder) };
}

/**
 * The hash of all rows. Throws `database-damaged` as SQLite does, and where its check of the indices,
 * which no row is read from, says that a page cannot be had.
 */
function readAll(file: string, key: Uint8Array): string {
  const connection = Connection.open(file, key);
  try {
    const tables = connection.all(
      "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name",
    ) as { name: string }[];
    const rows = tables.map(({ name }) => connection.all(`SELECT * FROM "${name}"`));
    const checked = JSON.stringify(connection.all('PRAGMA integrity_check'));
    if (checked.includes('unable to get the page'))
      throw new StoreError('database-damaged', 'A page of an index cannot be read.');
    return sha256(JSON.stringify([rows, checked]));
  } finally {
    connection.close();
  }
}

test('a flipped bit on any page is refused as damage, and nothing else is ever read', async () => {
  const { file, good, key } = await filledClinic();
  const whole = readAll(file, key);
  // Every byte of the header's place, then a few in each page: salt, cells, IV, HMAC.
  const offsets = Array.from({ length: 32 }, (_, index) => index);
  for (let page = 0; page < good.length; page += pageSize)
    for (const within of [100, 2000, pageSize - 75, pageSize - 10]) offsets.push(page + within);
  const outcomes = new Set<string>();
  for (const offset of offsets) {
    const bad = Buffer.from(good);
    bad.writeUInt8(bad.readUInt8(offset) ^ (1 << (offset % 8)), offset);
    writeFileSync(file, bad);
    try {
      outcomes.add(readAll(file, key) === whole ? `unnoticed at ${offset}` : 'garbage');
    } catch (error) {
      outcomes.add(error instanceof StoreError ? error.code : String(error));
    }
    rmSync(`${file}-wal`, { force: true });
  }
  expect([...outcomes]).toEqual(['database-damaged']);
});

test('damage to an image leaves the rest readable, and the health check tells of it', async () => {
  const { folder, file, good, image, key } = await filledClinic();
  const connection = Connection.open(file, key);
  const root = scalar(
    connection,
    "SELECT rootpage AS value FROM sqlite_schema WHERE name = 'image_original'",
  );
  connection.close();
  const bad = Buffer.from(good);
  const offset = (root - 1) * pageSize + 50;
  bad.writeUInt8(bad.readUInt8(offset) ^ 1, offset);
  writeFileSync(file, bad);
  const { store } = closing(await unlockClinic(folder, { userName, passphrase }));
  expect(findPatients(store, 'okafor').entries).toHaveLength(1);
  expect(store.images.get(image.id)).toEqual(image);
  expect(store.images.thumbnail(image.id)).toHaveLength(200);
  await expectRefusal('database-damaged', () => store.images.original(image.id));
  expect((await store.checkHealth()).ok).toBe(false);
});

test('a database cut short, or under the slots of another clinic, is refused', async () => {
  const { folder, file, good } = await filledClinic();
  writeFileSync(file, good.subarray(0, pageSize * 3));
  await expectRefusal('database-damaged', async () => {
    const { store } = closing(await unlockClinic(folder, { userName, passphrase }));
    const health = await store.checkHealth();
    if (!health.ok) throw new StoreError('database-damaged', health.problems.join());
  });
  const other = await filledClinic();
  writeFileSync(file, other.good);
  await expectRefusal('database-damaged', () => unlockClinic(folder, { userName, passphrase }));
});

test('a database under the clinic’s key that holds nothing is refused, and the recovery key does not go on with it', async () => {
  const { folder, store, recoveryKey } = await newClinic();
  store.close();
  const file = path.join(folder, 'clinic.db');
  const key = await dataKeyOf(folder);
  rmSync(file);
  const empty = Connection.create(file, key);
  empty.script('CREATE TABLE page (id); DROP TABLE page');
  empty.close();
  const before = readFileSync(file);
  const newPassphrase = 'granite window thirty';
  for (const open of [
    () => unlockClinic(folder, { userName, passphrase }),
    () => recoverClinic(folder, { recoveryKey, userName, newPassphrase, kdf }),
  ])
    expect(await expectRefusal('database-damaged', open)).toContain('it holds nothing');
  expect(readFileSync(file).equals(before)).toBe(true);
});

test('a file of keys that is not as it was written is told in the log, once, and what still opens opens', async () => {
  const { folder, store } = await newClinic();
  store.close();
  const file = path.join(folder, 'clinic.json');
  const text = readFileSync(file, 'utf8');
  // A bit of a property's name: its value is as good as gone, and the user is given new keys.
  writeFileSync(file, text.replace('"own"', '"/wn"'));
  const told = async () => {
    const { store } = closing(await unlockClinic(folder, { userName, passphrase }));
    const actions = store.audit.list(100).map(({ action }) => action);
    store.close();
    return actions.filter((action) => action === 'clinic.file-changed').length;
  };
  expect(await told()).toBe(1);
  expect(await told()).toBe(1);
});
