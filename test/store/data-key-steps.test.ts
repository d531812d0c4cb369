import { randomBytes } from 'node:crypto';
import fs, {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { blockBytes } from '../../src/store/backup/manifest.ts';
import { readClinicFile } from '../../src/store/clinic-file.ts';
import { isKeyChanging, opensDatabase } from '../../src/store/data-key.ts';
import { type ClinicStore, unlockClinic } from '../../src/store/index.ts';
import { Reencryption } from '../../src/store/reencryption.ts';
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
  userName,
} from './harness.ts';
import { openFiles, replaceInFs, watchDisk } from './watched-disk.ts';

const access = { userName, passphrase, kdf };
const unlocked = async (folder: string) => closing(await unlockClinic(folder, access)).store;

afterEach(() => void vi.restoreAllMocks());

async function clinicOfImages(count = 1, bytes = 200_000) {
  const made = await newClinic();
  const patient = made.store.patients.enrol(details({ familyName: 'Okafor' }));
  const lesion = addLesion(made.store, patient.id);
  for (let n = 0; n < count; n++) addImage(made.store, lesion.id, randomBytes(bytes));
  return { ...made, lesion };
}

async function expectWhole(store: ClinicStore, lesionId: string) {
  expect(await store.checkHealth()).toMatchObject({ ok: true });
  expect((await store.checkAudit()).problems).toEqual([]);
  for (const image of store.images.listByLesion(lesionId))
    expect(sha256(store.images.original(image.id))).toBe(image.sha256);
}
const keyFiles = (folder: string) =>
  readdirSync(folder).filter((name) => name.startsWith('clinic.db-key'));

test('which key a database is under is told without opening it', async () => {
  const { folder, store } = await newClinic();
  store.close();
  const key = await dataKeyOf(folder);
  const before = process.platform === 'linux' ? openFiles() : 0;
  expect(opensDatabase(folder, key)).toBe(true);
  expect(opensDatabase(folder, randomBytes(32))).toBe(false);
  // What is wrong with the file is told when it is opened.
  truncateSync(path.join(folder, 'clinic.db'), 4095);
  expect(opensDatabase(folder, randomBytes(32))).toBe(true);
  rmSync(path.join(folder, 'clinic.db'));
  expect(opensDatabase(folder, randomBytes(32))).toBe(true);
  if (process.platform === 'linux') expect(openFiles()).toBe(before);
});

describe('a change that is begun', () => {
  test('is under way from then on, and no second one is begun, not even at the same moment', async () => {
    const { folder, store, user } = await newClinic();
    expect([store.dataKeyChange.pending, isKeyChanging(folder)]).toEqual([null, false]);
    const begun = await Promise.allSettled([
      store.dataKeyChange.begin(user.id),
      store.dataKeyChange.begin(user.id),
    ]);
    expect(begun.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(begun.find((each) => each.status === 'rejected')?.reason).toMatchObject({
      code: 'database-in-use',
    });
    expect(isKeyChanging(folder)).toBe(true);
    expect(store.dataKeyChange.pending?.begunAt).toMatch(/^\d{4}-/);
    expect(store.audit.list(1)[0]?.action).toBe('clinic.change-data-key');
    expect(keyFiles(folder)).toEqual(['clinic.db-key']);
  });

  test('is none where the clinic is locked meanwhile, or it could not be entered', async () => {
    const { folder, store, user } = await newClinic();
    vi.spyOn(store.audit, 'append').mockImplementationOnce(() => {
      throw new Error('no room');
    });
    await expect(store.dataKeyChange.begin(user.id)).rejects.toThrow('no room');
    expect(keyFiles(folder)).toEqual([]);
    const beginning = store.dataKeyChange.begin(user.id);
    store.close();
    await expectRefusal('changed-meanwhile', () => beginning);
    expect(keyFiles(folder)).toEqual([]);
  });

  test('takes away what a former one left', async () => {
    const { folder, store, user } = await newClinic();
    for (const end of ['new', 'done'])
      writeFileSync(path.join(folder, `clinic.db-key-${end}`), 'left');
    await store.dataKeyChange.begin(user.id);
    expect(keyFiles(folder)).toEqual(['clinic.db-key']);
    await store.dataKeyChange.finish();
    expect(keyFiles(folder)).toEqual([]);
  });

  test('needs room for the database, eight bytes a page more, and eight mebibytes', async () => {
    const { folder, store, user } = await clinicOfImages();
    store.close();
    const opened = await unlocked(folder);
    const pages = statSync(path.join(folder, 'clinic.db')).size / 4096;
    const needed = pages * 4104 + 8 * 2 ** 20;
    let free = needed - 8;
    replaceInFs('statfsSync', () => ({ bavail: free / 8, bsize: 8 }));
    const message = await expectRefusal('disk-full', () => opened.dataKeyChange.begin(user.id));
    const [need, have] = [needed, free].map((bytes) => Math.ceil(bytes / 1e6));
    expect(message).toContain(`needs ${need} MB, and the disk has ${have} MB free`);
    expect(isKeyChanging(folder)).toBe(false);
    free = needed;
    await opened.dataKeyChange.begin(user.id);
  });
});

describe('a change that is carried out', () => {
  test('tells how far it is, in turns of 64 blocks', async () => {
    const { folder, store, user, lesion } = await clinicOfImages(45);
    store.close();
    const opened = await unlocked(folder);
    const blocks = Math.ceil(statSync(path.join(folder, 'clinic.db')).size / blockBytes);
    expect(blocks).toBeGreaterThan(64);
    expect(blocks).toBeLessThan(128);
    await opened.dataKeyChange.begin(user.id);
    const shares: number[] = [];
    const onProgress = (share: number) => shares.push(share);
    const [one, other] = [
      opened.dataKeyChange.finish({ onProgress }),
      opened.dataKeyChange.finish({ onProgress }),
    ];
    // Asked for twice it is done once.
    expect(other).toBe(one);
    await one;
    expect(shares).toEqual([64 / blocks, 1]);
    shares.splice(0);
    await opened.dataKeyChange.finish({ onProgress });
    expect(shares).toEqual([]);
    await expectWhole(opened, lesion.id);
  });

  test('has what was saved after its last turn, however much that is', async () => {
    const { folder, store, user, lesion } = await clinicOfImages();
    await store.dataKeyChange.begin(user.id);
    await store.dataKeyChange.finish({
      onProgress: (share) => share === 1 && addImage(store, lesion.id, randomBytes(5_000_000)),
    });
    expect(store.images.listByLesion(lesion.id)).toHaveLength(2);
    await expectWhole(store, lesion.id);
    store.close();
    await expectWhole(await unlocked(folder), lesion.id);
  });

  test('ends though people save without end: after six rounds more the rest is taken at once', async () => {
    const { store, user, lesion } = await clinicOfImages();
    await store.dataKeyChange.begin(user.id);
    const { settle } = Reencryption.prototype;
    let rounds = 0;
    vi.spyOn(Reencryption.prototype, 'settle').mockImplementation(async function (
      this: Reencryption,
    ) {
      rounds += 1;
      await settle.call(this);
      // More than 32 blocks.
      addImage(store, lesion.id, randomBytes(5_000_000));
    });
    await store.dataKeyChange.finish();
    // The whole of a small clinic is one turn.
    expect(rounds).toBe(1 + 6);
    await expectWhole(store, lesion.id);
  });

  test('leaves the clinic as it was where the last step fails, and can be carried out after all', async () => {
    const { folder, store, user, lesion } = await clinicOfImages();
    const key = await dataKeyOf(folder);
    await store.dataKeyChange.begin(user.id);
    const { renameSync } = fs;
    let failures = 1;
    replaceInFs('renameSync', (from: string, to: string) => {
      if (to.endsWith('clinic.db') && failures-- > 0)
        throw Object.assign(new Error('EIO'), { code: 'EIO', path: to });
      renameSync(from, to);
    });
    await expectRefusal('no-access', () => store.dataKeyChange.finish());
    expect(readClinicFile(folder).pending).toBeUndefined();
    expect(await dataKeyOf(folder)).toEqual(key);
    store.patients.enrol(details({ familyName: 'Since' }));
    await expectWhole(store, lesion.id);
    expect(store.dataKeyChange.pending).not.toBeNull();
    await store.dataKeyChange.finish();
    expect(await dataKeyOf(folder)).not.toEqual(key);
    await expectWhole(store, lesion.id);
    store.close();
    await expectWhole(await unlocked(folder), lesion.id);
  });

  test.each([
    ['nothing of it reached the disk', 0, ''],
    ['what came last did not reach the disk', 1, 'not what was encrypted'],
  ])('is not where %s', async (_, after, told) => {
    const { folder, store, user, lesion } = await clinicOfImages();
    const key = await dataKeyOf(folder);
    await store.dataKeyChange.begin(user.id);
    const lose = () => vi.spyOn(Reencryption.prototype, 'take').mockImplementation(() => {});
    if (after === 0) lose();
    const finishing = store.dataKeyChange.finish({
      onProgress: () => {
        store.patients.enrol(details({ familyName: 'Late' }));
        if (after > 0) lose();
      },
    });
    expect(await expectRefusal('database-damaged', () => finishing)).toContain(told);
    vi.restoreAllMocks();
    expect(await dataKeyOf(folder)).toEqual(key);
    expect(keyFiles(folder).sort()).toEqual([
      'clinic.db-key',
      'clinic.db-key-done',
      'clinic.db-key-new',
    ]);
    await expectWhole(store, lesion.id);
  });

  test.skipIf(process.platform !== 'linux')(
    'has both keys’ slots and the mark on the disk before the database is another, and that before the former are gone',
    async () => {
      const { folder, store, user } = await clinicOfImages();
      await store.dataKeyChange.begin(user.id);
      store.accounts.noteSeen();
      const seen = await watchDisk(folder);
      await store.dataKeyChange.finish();
      const clinicJson = ['clinic.json.tmp', 'renamed', 'folder'];
      expect(seen).toEqual([
        // How far users saw the log.
        ...clinicJson,
        ...[...clinicJson, 'clinic.db-mark'],
        ...['clinic.db-key-new', 'renamed', 'folder'],
        ...['clinic.db-mark', ...clinicJson],
      ]);
    },
  );

  test('waits for a copy that is being made', async () => {
    const { store, user, lesion, folder } = await clinicOfImages(3, 900_000);
    await store.dataKeyChange.begin(user.id);
    const root = path.join(folder, 'copies');
    let copying: Promise<unknown> | undefined;
    await store.dataKeyChange.finish({
      onProgress: () => {
        copying ??= store.setAside(root, 'test');
      },
    });
    expect(store.dataKeyChange.pending).toBeNull();
    expect(await copying).toMatchObject({ why: 'update' });
    await expectWhole(store, lesion.id);
  });

  test('ends when who asked for it has had enough, and goes on later', async () => {
    const { store, user, lesion } = await clinicOfImages();
    await store.dataKeyChange.begin(user.id);
    const stop = new AbortController();
    const stopped = store.dataKeyChange.finish({
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('Enough.')),
    });
    await expect(stopped).rejects.toThrow('Enough.');
    expect(store.dataKeyChange.pending).not.toBeNull();
    await store.dataKeyChange.finish();
    expect(store.dataKeyChange.pending).toBeNull();
    await expectWhole(store, lesion.id);
  });
});

describe('a change that is given up', () => {
  test('is entered, and nothing is where none was', async () => {
    const { folder, store, user } = await newClinic();
    const { seq } = store.audit.head();
    await store.dataKeyChange.giveUp(user.id);
    expect(store.audit.head().seq).toBe(seq);
    const recoveryKey = await store.dataKeyChange.begin(user.id);
    await store.dataKeyChange.giveUp(user.id);
    expect(store.audit.list(1)[0]).toMatchObject({ action: 'clinic.keep-data-key', userName });
    expect(keyFiles(folder)).toEqual([]);
    // Another may be begun, and carried out.
    expect(await store.dataKeyChange.begin(user.id)).not.toBe(recoveryKey);
    await store.dataKeyChange.finish();
    expect(store.dataKeyChange.pending).toBeNull();
    store.close();
    await expectRefusal('changed-meanwhile', () => store.dataKeyChange.giveUp(user.id));
  });
});

describe('what is left of a change when somebody unlocks', () => {
  const told = (store: ClinicStore) =>
    store.audit.list(50).filter(({ action }) => action === 'clinic.data-key');

  test('stays where the change is not done, and is taken away and entered where it is', async () => {
    const { folder, store, user } = await newClinic();
    await store.dataKeyChange.begin(user.id);
    const note = readFileSync(path.join(folder, 'clinic.db-key'));
    store.close();
    const opened = await unlocked(folder);
    expect([told(opened), isKeyChanging(folder)]).toEqual([[], true]);
    await opened.dataKeyChange.finish();
    expect(told(opened)).toHaveLength(1);
    opened.close();
    // The computer stopped before it was taken away.
    writeFileSync(path.join(folder, 'clinic.db-key'), note);
    const again = await unlocked(folder);
    const { change } = JSON.parse(note.toString('utf8'));
    expect(told(again)).toMatchObject([{ subject: `key:${change}` }, { subject: `key:${change}` }]);
    expect(keyFiles(folder)).toEqual([]);
    again.close();
    writeFileSync(path.join(folder, 'clinic.db-key'), 'x');
    const third = await unlocked(folder);
    expect(told(third)[0]?.subject).toBe('key:unknown');
    expect(existsSync(path.join(folder, 'clinic.db-key'))).toBe(false);
  });
});
