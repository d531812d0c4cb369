import { randomBytes } from 'node:crypto';
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ClinicCopy } from '../../src/clinic/entities/index.ts';
import { clinicFileText } from '../../src/store/clinic-file.ts';
import {
  findCopy,
  finishPuttingBack,
  listSetAside,
  putBack,
  setAsideFolder,
} from '../../src/store/index.ts';
import { dropCopies } from '../../src/store/set-aside.ts';
import {
  addImage,
  addLesion,
  details,
  expectRefusal,
  newClinic,
  temporaryFolder,
} from './harness.ts';
import { openFiles, replaceInFs, watchDisk } from './watched-disk.ts';

const id = (n: number) => `01890000-0000-7000-8000-00000000000${n}`;
const day = (n: number) => `2026-03-0${n}T10:20:00.000Z`;
const own = id(8);
const other = id(9);
const slots = {
  users: [],
  recovery: {
    salt: Buffer.alloc(16).toString('base64'),
    wrapped: {
      iv: Buffer.alloc(12).toString('base64'),
      ciphertext: Buffer.alloc(32).toString('base64'),
      tag: Buffer.alloc(16).toString('base64'),
    },
  },
};

/** A copy's folder as it lies in `root`, without its database. */
function copyIn(root: string, n: number, made: Partial<ClinicCopy> = {}, clinicId = own) {
  const folder = path.join(root, id(n));
  mkdirSync(folder, { recursive: true });
  const copy = {
    ...{ id: id(n), madeAt: day(n), why: 'update', program: '1.2.3', database: 9, sizeBytes: 5 },
    ...made,
  };
  writeFileSync(path.join(folder, 'copy.json'), JSON.stringify(copy));
  const clinic = { clinicId, clinicName: 'C', demo: false, ...slots };
  writeFileSync(path.join(folder, 'clinic.json'), clinicFileText(clinic));
  return { folder, copy };
}
const listed = (root: string) => listSetAside(root).map(({ id: each }) => each);

describe('the copies in a folder', () => {
  test('are listed the newest first, and what is none is passed over', () => {
    const root = path.join(temporaryFolder(), 'set-aside');
    expect(listSetAside(root)).toEqual([]);
    for (const [n, made] of [2, 4, 1, 3].entries()) copyIn(root, n + 1, { madeAt: day(made) });
    expect(listed(root)).toEqual([id(2), id(4), id(1), id(3)]);
    expect(listSetAside(root)[2]).toEqual(copyIn(root, 1, { madeAt: day(2) }).copy);
    mkdirSync(path.join(root, 'empty'));
    writeFileSync(path.join(root, 'a-file'), '');
    writeFileSync(path.join(root, id(2), 'copy.json'), '{}');
    writeFileSync(path.join(root, id(3), 'copy.json'), 'x');
    renameSync(path.join(root, id(4)), path.join(root, id(5)));
    expect(listed(root)).toEqual([id(1)]);
  });

  test('are found by their number', async () => {
    const dataFolder = temporaryFolder();
    const { copy } = copyIn(setAsideFolder(dataFolder), 1);
    expect(findCopy(dataFolder, id(1))).toEqual(copy);
    const message = await expectRefusal('not-found', () => findCopy(dataFolder, id(2)));
    expect(message).toContain('copy of the clinic');
  });

  test('that may hold what came at a time or later are deleted, of this clinic, and counted', () => {
    const root = path.join(temporaryFolder(), 'set-aside');
    for (const n of [1, 2, 3]) copyIn(root, n, { why: 'replaced' });
    copyIn(root, 4, { why: 'replaced' }, other);
    const { folder } = copyIn(root, 5, { why: 'replaced' }, other);
    writeFileSync(path.join(folder, 'clinic.json'), 'x');
    expect(dropCopies(root, own, day(6))).toBe(0);
    expect(listed(root)).toHaveLength(5);
    // That of the second day, of the third, and the one whose keys nobody can read.
    expect(dropCopies(root, own, day(2))).toBe(3);
    expect(listed(root)).toEqual([id(4), id(1)]);
    expect(dropCopies(root, own, day(1))).toBe(1);
    expect(dropCopies(root, own, day(1))).toBe(0);
    expect(dropCopies(path.join(root, 'not-there'), own, day(1))).toBe(0);
    expect(readdirSync(root)).toEqual([id(4)]);
  });

  test('before updates are kept but the newest two, and halves of them go too', () => {
    const root = path.join(temporaryFolder(), 'set-aside');
    for (const n of [1, 2, 3, 4]) copyIn(root, n, n === 1 ? { why: 'replaced' } : {});
    mkdirSync(path.join(root, `${id(7)}.half`, 'full'), { recursive: true });
    dropCopies(root, own, day(9));
    expect(readdirSync(root).sort()).toEqual([id(1), id(3), id(4)]);
  });
});

/** A clinic with some megabytes in a data folder of its own. */
async function filledClinic() {
  const dataFolder = temporaryFolder();
  const clinic = path.join(dataFolder, 'clinic');
  const { store } = await newClinic(clinic);
  const lesion = addLesion(store, store.patients.enrol(details({ familyName: 'Okafor' })).id);
  for (let n = 0; n < 3; n++) addImage(store, lesion.id, randomBytes(900_000));
  return { dataFolder, clinic, store, root: setAsideFolder(dataFolder) };
}

describe('a copy that is made', () => {
  test('is read in pieces of a mebibyte, and refused beside another', async () => {
    const { store, root } = await filledClinic();
    const shares: number[] = [];
    let refused = '';
    const copy = await store.setAside(root, '1.2.3', async (share) => {
      shares.push(share);
      if (shares.length > 1) return;
      refused = await expectRefusal('database-in-use', () => store.setAside(root, '1.2.3'));
    });
    const pieces = Math.ceil(copy.sizeBytes / 2 ** 20);
    expect(pieces).toBeGreaterThan(2);
    expect(shares).toEqual(
      Array.from({ length: pieces }, (_, n) => Math.min(1, ((n + 1) * 2 ** 20) / copy.sizeBytes)),
    );
    expect(refused).toContain('Wait until that is done');
    expect(statSync(path.join(root, copy.id, 'clinic.db')).size).toBe(copy.sizeBytes);
    expect(readdirSync(root)).toEqual([copy.id]);
  });

  test('is given up at once where the clinic is locked', async () => {
    const { store, root } = await filledClinic();
    const shares: number[] = [];
    const making = store.setAside(root, '1.2.3', (share) => {
      shares.push(share);
      store.close();
    });
    await expectRefusal('changed-meanwhile', () => making);
    expect(shares).toHaveLength(1);
  });

  test('is none where the clinic is locked with its last piece', async () => {
    const { store, root } = await filledClinic();
    const making = store.setAside(root, '1.2.3', (share) => {
      if (share === 1) store.close();
    });
    await expectRefusal('changed-meanwhile', () => making);
    expect(readdirSync(root)).toEqual([]);
  });

  test('has notes of failed unlocks where the clinic has any', async () => {
    const { clinic, store, root } = await filledClinic();
    rmSync(path.join(clinic, 'failed-unlocks.json'));
    const { id: made } = await store.setAside(root, '1.2.3');
    expect(readdirSync(path.join(root, made)).sort()).toEqual([
      'clinic.db',
      'clinic.json',
      'copy.json',
    ]);
  });

  /** While the last piece of a copy is made, after all the others were written. */
  const atTheEnd = (root: string, work: (database: string) => void) => (share: number) => {
    const half = readdirSync(root).find((name) => name.endsWith('.half')) ?? '';
    if (share === 1) work(path.join(root, half, 'clinic.db'));
  };

  test('is none where the disk made something else of it, and nothing of it is left', async () => {
    const { store, root } = await filledClinic();
    const damaged = store.setAside(
      root,
      '1.2.3',
      atTheEnd(root, (database) => overwrite(database, randomBytes(4096))),
    );
    await expectRefusal('database-damaged', () => damaged);
    expect(readdirSync(root)).toEqual([]);

    const former = await store.setAside(root, '1.2.3');
    const bytes = readFileSync(path.join(root, former.id, 'clinic.db'));
    store.patients.enrol(details({ familyName: 'Since' }));
    const older = store.setAside(
      root,
      '1.2.3',
      atTheEnd(root, (database) => overwrite(database, bytes.subarray(0, 2 ** 20))),
    );
    const message = await expectRefusal('database-damaged', () => older);
    expect(message).toContain('not what was copied');
    expect(readdirSync(root)).toEqual([former.id]);
  });

  function overwrite(file: string, bytes: Buffer) {
    const descriptor = openSync(file, 'r+');
    writeSync(descriptor, bytes, 0, bytes.length, 0);
    closeSync(descriptor);
  }

  test('needs room for itself and eight mebibytes, and says how much where it lacks', async () => {
    const { store, root } = await filledClinic();
    const { sizeBytes } = await store.setAside(root, '1.2.3');
    const needed = sizeBytes + 8 * 2 ** 20;
    let free = needed;
    replaceInFs('statfsSync', () => ({ bavail: free / 512, bsize: 512 }));
    await store.setAside(root, '1.2.3');
    free = needed - 512;
    const message = await expectRefusal('disk-full', () => store.setAside(root, '1.2.3'));
    const [need, have] = [needed, free].map((bytes) => Math.ceil(bytes / 1e6));
    expect(message).toContain(`needs ${need} MB, and the disk has ${have} MB free`);
    expect(readdirSync(root)).toHaveLength(2);
  });

  test.skipIf(process.platform !== 'linux')(
    'is on the disk before it counts, and none of its files stays open',
    async () => {
      const { store, root } = await filledClinic();
      await store.setAside(root, '1.2.3');
      const before = openFiles();
      const seen = await watchDisk(root);
      const { id: made } = await store.setAside(root, '1.2.3');
      expect(openFiles()).toBe(before);
      const half = `${made}.half`;
      expect(seen).toEqual([
        `${half}/clinic.db`,
        ...['clinic.json', 'failed-unlocks.json', 'copy.json'].flatMap((name) => [
          `${half}/${name}.tmp`,
          'renamed',
          half,
        ]),
        'renamed',
        'folder',
      ]);
    },
  );
});

describe('a copy that is put back', () => {
  const described = { program: '2.0.0', database: 99 };

  test.each([
    ['with its database', 5],
    ['without its database', 0],
  ])('takes the place of a clinic %s, which is described', (_, sizeBytes) => {
    const dataFolder = temporaryFolder();
    const clinic = path.join(dataFolder, 'clinic');
    const root = setAsideFolder(dataFolder);
    mkdirSync(clinic);
    writeFileSync(path.join(clinic, 'mine'), '');
    if (sizeBytes > 0) writeFileSync(path.join(clinic, 'clinic.db'), Buffer.alloc(sizeBytes));
    copyIn(root, 1);
    const before = new Date().toISOString();
    putBack(dataFolder, clinic, id(1), described);
    expect(readdirSync(clinic)).toEqual(['clinic.json']);
    const [replaced, ...others] = listSetAside(root);
    expect(others).toEqual([]);
    expect(replaced).toMatchObject({ ...described, why: 'replaced', sizeBytes });
    expect(replaced && replaced.madeAt >= before).toBe(true);
    expect(existsSync(path.join(root, replaced?.id ?? '', 'mine'))).toBe(true);
    expect(readdirSync(dataFolder).sort()).toEqual(['clinic', 'set-aside']);
  });

  test('comes to its place though there is no clinic there', () => {
    const dataFolder = temporaryFolder();
    const clinic = path.join(dataFolder, 'clinic');
    copyIn(setAsideFolder(dataFolder), 1);
    putBack(dataFolder, clinic, id(1), described);
    expect(readdirSync(clinic)).toEqual(['clinic.json']);
    expect(listSetAside(setAsideFolder(dataFolder))).toEqual([]);
  });

  test('leaves the clinic where it is when the copy is gone', () => {
    const dataFolder = temporaryFolder();
    const clinic = path.join(dataFolder, 'clinic');
    mkdirSync(clinic);
    writeFileSync(path.join(clinic, 'mine'), '');
    putBack(dataFolder, clinic, id(1), described);
    expect(readdirSync(clinic)).toEqual(['mine']);
    expect(readdirSync(dataFolder)).toEqual(['clinic']);
    finishPuttingBack(dataFolder, clinic);
    expect(readdirSync(clinic)).toEqual(['mine']);
  });

  test('replaces no second clinic where the first one was set aside when the computer stopped', () => {
    const dataFolder = temporaryFolder();
    const clinic = path.join(dataFolder, 'clinic');
    const root = setAsideFolder(dataFolder);
    copyIn(root, 1);
    const { copy: replaced } = copyIn(root, 2, { why: 'replaced' });
    const step = JSON.stringify({ copyId: id(1), replaced });
    writeFileSync(path.join(dataFolder, 'putting-back.json'), step);
    finishPuttingBack(dataFolder, clinic);
    expect(readdirSync(clinic)).toEqual(['clinic.json']);
    expect(listed(root)).toEqual([id(2)]);
    // And where the copy had come to its place.
    cpSync(path.join(root, id(2), 'copy.json'), path.join(clinic, 'copy.json'));
    writeFileSync(path.join(dataFolder, 'putting-back.json'), step);
    finishPuttingBack(dataFolder, clinic);
    expect(readdirSync(clinic)).toEqual(['clinic.json']);
    expect(listed(root)).toEqual([id(2)]);
    rmSync(root, { recursive: true });
  });
});
