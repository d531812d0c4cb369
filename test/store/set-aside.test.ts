import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { filePieces } from '../../src/store/file-pieces.ts';
import type { ClinicStore } from '../../src/store/index.ts';
import {
  finishPuttingBack,
  listSetAside,
  putBack,
  setAsideFolder,
  unlockClinic,
} from '../../src/store/index.ts';
import { mountSmallDisk } from '../small-disk.ts';
import {
  addImage,
  addLesion,
  closing,
  details,
  expectRefusal,
  findPatients,
  newClinic,
  passphrase,
  temporaryFolder,
  userName,
} from './harness.ts';

const program = '1.2.3';
let dataFolder: string;
let clinic: string;
let store: ClinicStore;
const root = () => setAsideFolder(dataFolder);

beforeEach(async () => {
  dataFolder = temporaryFolder();
  clinic = path.join(dataFolder, 'clinic');
  ({ store } = await newClinic(clinic));
  const lesion = addLesion(store, enrol('Before'));
  for (let n = 0; n < 3; n++) addImage(store, lesion.id, randomBytes(900_000));
});

const enrol = (familyName: string) => store.patients.enrol(details({ familyName })).id;
const unlocked = async (folder: string) =>
  closing(await unlockClinic(folder, { userName, passphrase })).store;
const familyNames = (opened: ClinicStore) =>
  findPatients(opened)
    .entries.map(({ patient }) => patient.familyName)
    .sort();

describe('a copy of the clinic', () => {
  test('has what was saved before it and nothing after, while the clinic goes on and loses nothing', async () => {
    const shares: number[] = [];
    const copy = await store.setAside(root(), program, (share) => {
      shares.push(share);
      enrol(`Meanwhile ${shares.length}`);
    });
    expect(copy).toMatchObject({ why: 'update', program, database: store.databaseVersion });
    expect(shares.length).toBeGreaterThan(2);
    expect(shares.at(-1)).toBe(1);
    enrol('After');
    const all = familyNames(store);
    expect(all).toHaveLength(2 + shares.length);
    store.close();
    expect(familyNames(await unlocked(clinic))).toEqual(all);

    const folder = path.join(root(), copy.id);
    expect(readdirSync(folder).sort()).toEqual([
      'clinic.db',
      'clinic.json',
      'copy.json',
      'failed-unlocks.json',
    ]);
    if (process.platform !== 'win32')
      for (const name of readdirSync(folder))
        expect(statSync(path.join(folder, name)).mode & 0o777, name).toBe(0o600);
    const opened = await unlocked(folder);
    expect(familyNames(opened)).toEqual(['Before']);
    expect(await opened.checkHealth()).toMatchObject({ ok: true });
    expect((await opened.checkAudit()).intact).toBe(true);
  });

  test('leaves the clinic closed to every other program, while it is made and after', async () => {
    const script = `import { unlockClinic } from ${JSON.stringify(path.resolve('src/store/index.ts'))};
      await unlockClinic(...${JSON.stringify([clinic, { userName, passphrase }])});`;
    const open = () => {
      const args = ['--no-warnings', '--input-type=module-typescript', '--eval', script];
      return spawnSync(process.execPath, args, { encoding: 'utf8' }).stderr;
    };
    const complaints: string[] = [];
    await store.setAside(root(), program, (share) => {
      if (share === 1) complaints.push(open());
    });
    complaints.push(open());
    expect(complaints).toHaveLength(2);
    for (const complaint of complaints) expect(complaint).toContain('database-in-use');
    store.close();
    expect(open()).toBe('');
  });

  test('is given up when the clinic is locked meanwhile, and leaves nothing', async () => {
    const making = store.setAside(root(), program, () => store.close());
    await expectRefusal('changed-meanwhile', () => making);
    expect(readdirSync(root())).toEqual([]);
    expect(familyNames(await unlocked(clinic))).toEqual(['Before']);
  });

  test('is the newest of two: older ones go, but never a clinic that was replaced', async () => {
    const first = await store.setAside(root(), program);
    store.close();
    putBack(dataFolder, clinic, first.id, { program: '2.0.0', database: 99 });
    const again = await unlocked(clinic);
    mkdirHalf();
    const made = [];
    for (let n = 0; n < 3; n++) made.push((await again.setAside(root(), program)).id);
    const listed = listSetAside(root());
    expect(listed.map(({ why }) => why).sort()).toEqual(['replaced', 'update', 'update']);
    expect(listed.filter(({ why }) => why === 'update').map(({ id }) => id)).toEqual(
      made.slice(1).reverse(),
    );
    expect(readdirSync(root())).toHaveLength(3);
  });

  /** As a crash leaves it. */
  const mkdirHalf = () => cpSync(clinic, path.join(root(), 'crashed.half'), { recursive: true });
});

describe('a copy that is put back', () => {
  test('takes the place of the clinic, which is kept beside it', async () => {
    const { id } = await store.setAside(root(), program);
    enrol('After');
    store.close();
    putBack(dataFolder, clinic, id, { program: '2.0.0', database: 99 });
    expect(familyNames(await unlocked(clinic))).toEqual(['Before']);
    const [replaced, ...others] = listSetAside(root());
    expect(others).toEqual([]);
    expect(replaced).toMatchObject({ why: 'replaced', program: '2.0.0', database: 99 });
    const kept = path.join(root(), replaced?.id ?? '');
    expect(familyNames(await unlocked(kept))).toEqual(['After', 'Before']);
    expect(existsSync(path.join(dataFolder, 'putting-back.json'))).toBe(false);
  });

  test('is there whole after a crash at any moment of it', async () => {
    const { id } = await store.setAside(root(), program);
    enrol('After');
    store.close();
    const before = temporaryFolder();
    cpSync(dataFolder, before, { recursive: true });
    putBack(dataFolder, clinic, id, { program: '2.0.0', database: 99 });
    const [replaced] = listSetAside(root());
    const step = JSON.stringify({ copyId: id, replaced });
    /** The data folder as a crash leaves it after so many of the steps. */
    const crashed = (steps: number) => {
      rmSync(dataFolder, { recursive: true });
      cpSync(steps < 2 ? before : after, dataFolder, { recursive: true });
      if (steps > 0) writeFileSync(path.join(dataFolder, 'putting-back.json'), step);
      if (steps === 2) cpSync(clinic, path.join(root(), id), { recursive: true });
      if (steps === 2) writeFileSync(path.join(root(), id, 'copy.json'), '{}');
      if (steps === 2) rmSync(clinic, { recursive: true });
    };
    const after = temporaryFolder();
    cpSync(dataFolder, after, { recursive: true });
    for (const steps of [0, 1, 2, 3]) {
      crashed(steps);
      finishPuttingBack(dataFolder, clinic);
      finishPuttingBack(dataFolder, clinic);
      const opened = await unlocked(clinic);
      expect(familyNames(opened), `${steps}`).toEqual(
        steps === 0 ? ['After', 'Before'] : ['Before'],
      );
      opened.close();
      expect(listSetAside(root())).toHaveLength(1);
    }
  });
});

test('the bytes that SQLite locks are not read, and all others are', () => {
  const read = [...filePieces(2 ** 30 + 10_000, 2 ** 20)];
  expect(read.at(-1)).toEqual({ at: 2 ** 30 + 4096, length: 10_000 - 4096 });
  expect(read.reduce((sum, { length }) => sum + length, 0)).toBe(2 ** 30 + 10_000 - 4096);
  expect([...filePieces(5000, 2 ** 20)]).toEqual([{ at: 0, length: 5000 }]);
});

const suite = 'copies of the clinic on a disk of 20 MiB';
const disk = mountSmallDisk(20, suite);

describe.skipIf(!disk)(suite, () => {
  afterAll(() => disk?.unmount());

  test('for which there is no room are refused before, and leave nothing when it is used up meanwhile', async () => {
    const small = path.join(disk?.folder ?? '', 'data');
    const opened = await newClinic(path.join(small, 'clinic'));
    const lesion = addLesion(
      opened.store,
      opened.store.patients.enrol(details({ familyName: 'A' })).id,
    );
    for (let n = 0; n < 3; n++) addImage(opened.store, lesion.id, randomBytes(900_000));
    const filler = path.join(small, 'filler');
    const place = setAsideFolder(small);
    writeFileSync(filler, Buffer.alloc(8_000_000));
    const message = await expectRefusal('disk-full', () => opened.store.setAside(place, program));
    expect(message).toMatch(/needs \d+ MB, and the disk has \d+ MB free\. Nothing was changed/);
    expect(readdirSync(place)).toEqual([]);
    rmSync(filler);
    const making = opened.store.setAside(place, program, () => {
      try {
        writeFileSync(filler, Buffer.alloc(20_000_000));
      } catch {
        // As much as there was room for.
      }
    });
    await expectRefusal('disk-full', () => making);
    expect(readdirSync(place)).toEqual([]);
    rmSync(filler);
    expect(await opened.store.checkHealth()).toMatchObject({ ok: true });
    expect((await opened.store.setAside(place, program)).why).toBe('update');
    opened.store.close();
  });
});
