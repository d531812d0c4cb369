import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { BackupOptions } from '../../src/store/backup/back-up.ts';
import {
  type Block,
  BlockTable,
  blockBytes,
  readManifest,
  writeManifest,
} from '../../src/store/backup/manifest.ts';
import { manifestFile, noteProof } from '../../src/store/backup/medium.ts';
import { BackupKeys } from '../../src/store/backup/seal.ts';
import { readClinicFile } from '../../src/store/clinic-file.ts';
import { Connection } from '../../src/store/connection.ts';
import {
  type BackupErrorCode,
  type ClinicStore,
  listBackups,
  proveBackup,
} from '../../src/store/index.ts';
import {
  addImage,
  addLesion,
  dataKeyOf,
  details,
  expectRefusal,
  newClinic,
  passphrase,
  temporaryFolder,
  userName,
} from './harness.ts';
import { countTurns } from './turns.ts';
import { openFiles, watchDisk } from './watched-disk.ts';

const program = '1.2.3';
const dayMs = 86_400_000;
const begin = Date.parse('2026-03-01T10:00:00.000Z');
let nowMs: number;
let folder: string;
let medium: string;
let store: ClinicStore;
let lesionId: string;

beforeEach(async () => {
  nowMs = begin;
  medium = path.join(temporaryFolder(), 'medium');
  ({ folder, store } = await newClinic(undefined, () => new Date(nowMs)));
  lesionId = addLesion(store, store.patients.enrol(details({ familyName: 'Before' })).id).id;
  addImage(store, lesionId, randomBytes(400_000));
});
afterEach(() => void vi.restoreAllMocks());

const backUp = (options?: BackupOptions) => store.backUp(medium, program, options);
const names = () => (existsSync(medium) ? readdirSync(medium).sort() : []);
const packs = () => names().filter((name) => name.endsWith('.blocks'));
const ids = async () => (await listBackups(medium)).map(({ id }) => id);
const refused = (code: BackupErrorCode) => ({ name: 'BackupError', code });
const coded = (code: string) => Object.assign(new Error(code), { code });
const prove = () =>
  proveBackup(medium, path.join(temporaryFolder(), 'proof'), { access: { userName, passphrase } });
const change = () => store.patients.enrol(details({ familyName: 'Later' }));

async function handles(): Promise<FileHandle> {
  const probe = await open(folder);
  await probe.close();
  return Object.getPrototypeOf(probe);
}

/** Has a backup's list name other blocks, under the clinic's own key. */
async function rewriteList(
  id: string,
  change: (blocks: readonly Block[]) => readonly (Block | undefined)[],
): Promise<void> {
  const keys = new BackupKeys(readClinicFile(folder).clinicId, await dataKeyOf(folder));
  const file = manifestFile(medium, id);
  const { head: read, contents, blocks } = await readManifest(file, keys);
  const { check: _, packs: __, ...head } = read as typeof read & { check?: string };
  const former = Array.from({ length: blocks.length }, (_, n) => blocks.at(n));
  const table = new BlockTable();
  for (const block of change(former.filter((each) => each !== undefined)))
    if (block) table.add(block);
  await writeManifest(file, keys, { head, contents, blocks: table });
}
const rewriteBlock = (id: string, at: number, changed: Partial<Block>) =>
  rewriteList(id, (blocks) =>
    blocks.map((block, n) => (n === at ? { ...block, ...changed } : block)),
  );
const elsewhere = { name: Buffer.alloc(32, 7) };

describe('what a backup reads and writes', () => {
  test('is everything at first, nothing where nothing changed, and what changed later', async () => {
    const shares: number[] = [];
    const first = await backUp({ onProgress: (share) => shares.push(share) });
    expect(first).toMatchObject({ madeAt: new Date(begin).toISOString() });
    expect([first.readBlocks, first.newBlocks]).toEqual([first.blocks, first.blocks]);
    const [{ sizeBytes } = { sizeBytes: 0 }] = await listBackups(medium);
    expect(first.writtenBytes).toBe(sizeBytes + 28 * first.blocks);
    expect(shares).toEqual(
      Array.from({ length: first.blocks }, (_, n) => Math.min(1, ((n + 1) * 2 ** 17) / sizeBytes)),
    );
    const before = packs();
    nowMs += 1;
    expect(await backUp()).toMatchObject({ readBlocks: 0, newBlocks: 0, writtenBytes: 0 });
    expect(packs()).toEqual(before);
    change();
    nowMs += 1;
    const third = await backUp();
    expect(third.newBlocks).toBeGreaterThan(0);
    expect(third.readBlocks).toBeLessThan(first.blocks);
    nowMs += 1;
    // Since the newest, not since those before.
    expect(await backUp()).toMatchObject({ readBlocks: 0, newBlocks: 0 });
    expect(await prove()).toMatchObject({ contents: { patients: 2 } });
    if (process.platform !== 'win32')
      for (const name of packs())
        expect(statSync(path.join(medium, name)).mode & 0o777).toBe(0o600);
  });

  test('is the whole database again after seven days, of which what did not change is not written again', async () => {
    const { blocks } = await backUp();
    nowMs = begin + 5 * dayMs;
    change();
    expect((await backUp()).readBlocks).toBeLessThan(blocks);
    nowMs = begin + 7 * dayMs - 1;
    expect((await backUp()).readBlocks).toBe(0);
    nowMs = begin + 7 * dayMs;
    expect(await backUp()).toMatchObject({ readBlocks: blocks, newBlocks: 0 });
    // Seven days from then on.
    nowMs = begin + 14 * dayMs - 1;
    expect((await backUp()).readBlocks).toBe(0);
    change();
    nowMs = begin + 14 * dayMs;
    const last = await backUp();
    expect(last.readBlocks).toBe(last.blocks);
    expect(last.newBlocks).toBeGreaterThan(0);
    expect(last.newBlocks).toBeLessThan(last.blocks);
    expect(await prove()).toMatchObject({ contents: { patients: 3 } });
  });

  test('is a block whose file is gone, which is read and written anew, and that alone', async () => {
    const first = await backUp();
    await rewriteBlock(first.id, 2, { pack: '01980000-0000-7000-8000-000000000001' });
    nowMs += 1;
    expect(await backUp()).toMatchObject({ readBlocks: 1, newBlocks: 1 });
    expect(packs()).toHaveLength(2);
    expect(await prove()).toMatchObject({ damages: [] });
  });

  test('is found in the three newest backups, and in none before', async () => {
    const made = [];
    for (let n = 0; n < 4; n++) {
      nowMs = begin + n * dayMs;
      made.push((await backUp()).id);
    }
    const [, second = '', third = '', fourth = ''] = made;
    nowMs = begin + 8 * dayMs;
    await rewriteBlock(fourth, 2, elsewhere);
    await rewriteBlock(third, 2, elsewhere);
    expect(await backUp()).toMatchObject({ newBlocks: 0 });
    // That one has it too, so it is taken away: the fourth newest is not looked into.
    const [newest = ''] = await ids();
    await rewriteBlock(newest, 2, elsewhere);
    await rewriteBlock(second, 2, elsewhere);
    nowMs = begin + 16 * dayMs;
    expect(await backUp()).toMatchObject({ newBlocks: 1 });
  });

  test('is everything where a former list’s content is damaged, which does not keep the next one from being made', async () => {
    const first = await backUp();
    const file = manifestFile(medium, first.id);
    const [head = ''] = readFileSync(file, 'utf8').split('\n');
    writeFileSync(file, `${head}\nAAAA\n`);
    nowMs += 1;
    const next = await backUp();
    expect([next.readBlocks, next.newBlocks]).toEqual([next.blocks, next.blocks]);
  });

  test.each([
    ['none found', [], true],
    ['one found before the newest was made', [[0, 1.5, false]], true],
    [
      'the last found before the newest was made',
      [
        [0, 1.5, false],
        [1, 2.5, false],
      ],
      true,
    ],
    ['one found when the newest was made', [[0, 3, false]], false],
    ['one found after the newest', [[1, 3.5, false]], false],
    [
      'several found, the last after the newest',
      [
        [2, 3.5, false],
        [0, 1.5, false],
      ],
      false,
    ],
    [
      'all proven whole after the newest',
      [
        [0, 9, true],
        [1, 9, true],
        [2, 9, true],
      ],
      true,
    ],
  ] as const)(
    'rests on those alone that were made since damage was found: %s',
    async (_, proofs, rests) => {
      const made: string[] = [];
      for (const day of [1, 2, 3]) {
        nowMs = begin + day * dayMs;
        made.push((await backUp()).id);
      }
      for (const [nth, day, whole] of proofs) {
        const at = new Date(begin + day * dayMs).toISOString();
        await noteProof(medium, made[nth] ?? '', { at, whole });
      }
      nowMs = begin + 4 * dayMs;
      const { newBlocks, blocks } = await backUp();
      expect(newBlocks).toBe(rests ? 0 : blocks);
    },
  );
});

test('of thousands of blocks that did not change others have their turn in between, now and then', async () => {
  const { id } = await backUp();
  const count = 5000;
  await rewriteList(id, (blocks) =>
    Array.from({ length: count }, (_, n) => blocks[n] ?? blocks[0]),
  );
  vi.spyOn(Connection.prototype, 'whileFileRests').mockImplementation((work) =>
    work({ sizeBytes: count * blockBytes, read: () => Promise.reject(new Error('not read')) }),
  );
  const turns = countTurns();
  const seen: number[] = [];
  nowMs += 1;
  const made = await backUp({ onProgress: () => seen.push(turns.count) });
  turns.end();
  expect(made).toMatchObject({ blocks: count, readBlocks: 0 });
  const between = (seen.at(-1) ?? 0) - (seen[0] ?? 0);
  expect(between).toBeGreaterThanOrEqual(2);
  expect(between).toBeLessThan(20);
});

describe('a backup that does not come about', () => {
  test('because it was stopped leaves the medium and what is known of changes as they were', async () => {
    await backUp();
    const before = names();
    change();
    const stop = new AbortController();
    const files = openFiles();
    const stopped = backUp({ signal: stop.signal, onProgress: () => stop.abort() });
    await expect(stopped).rejects.toMatchObject(refused('cancelled'));
    expect(names()).toEqual(before);
    if (process.platform === 'linux') expect(openFiles()).toBe(files);
    nowMs += 1;
    const next = await backUp();
    expect(next.newBlocks).toBeGreaterThan(0);
    expect(next.readBlocks).toBeLessThan(next.blocks);
    expect(await prove()).toMatchObject({ contents: { patients: 2 } });
  });

  test('because the clinic was locked at once says so, whatever it was about to do', async () => {
    const forget = vi.spyOn(BackupKeys.prototype, 'forget');
    const making = backUp();
    store.close();
    await expectRefusal('changed-meanwhile', () => making);
    expect(names()).toEqual([]);
    expect(forget).toHaveBeenCalledOnce();
  });

  test('because the clinic was locked while its records were counted says so, too', async () => {
    const { get } = Connection.prototype;
    let counted = 0;
    vi.spyOn(Connection.prototype, 'get').mockImplementation(function (this: Connection, ...given) {
      const found = get.apply(this, given);
      if (given[0].endsWith('FROM lesion')) {
        counted += 1;
        store.close();
      }
      return found;
    });
    await expectRefusal('changed-meanwhile', () => backUp());
    expect(counted).toBe(1);
    expect(names()).toEqual([]);
  });

  test.each([
    ['ENOSPC', 'medium-full'],
    ['EROFS', 'medium-read-only'],
    ['EIO', 'medium-failed'],
  ] as const)(
    'because the medium says %s is told of as the medium’s fault',
    async (code, wanted) => {
      const forget = vi.spyOn(BackupKeys.prototype, 'forget');
      vi.spyOn(await handles(), 'write').mockRejectedValue(coded(code));
      await expect(backUp()).rejects.toMatchObject(refused(wanted));
      expect(names()).toEqual([]);
      expect(forget).toHaveBeenCalledOnce();
    },
  );

  test('because the folder’s parent is not there, or no folder, says which', async () => {
    medium = path.join(temporaryFolder(), 'away', 'medium');
    await expect(backUp()).rejects.toMatchObject({
      ...refused('medium-failed'),
      message: expect.stringContaining(`The folder ${medium} is not there`),
    });
    const file = path.join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    medium = path.join(file, 'away', 'medium');
    await expect(backUp()).rejects.toMatchObject({
      ...refused('medium-failed'),
      message: expect.stringContaining('cannot be reached, or failed'),
    });
  });

  test('whole, when it is to be the only one, leaves the others: it is read back before they go', async () => {
    const first = await backUp();
    const prototype = await handles();
    const { write } = prototype;
    let written = 0;
    vi.spyOn(prototype, 'write').mockImplementation(async function (
      this: FileHandle,
      ...given: unknown[]
    ) {
      const [bytes] = given as unknown as [Buffer];
      written += 1;
      // A medium that keeps something else than it was given.
      if (written === 3) bytes[500] = (bytes[500] ?? 0) ^ 1;
      return write.apply(this, given as never) as never;
    } as typeof write);
    nowMs += 1;
    await expect(backUp({ onlyThis: true })).rejects.toMatchObject(refused('backup-damaged'));
    vi.restoreAllMocks();
    expect(await ids()).toEqual([first.id]);
    expect(await prove()).toMatchObject({ backup: { id: first.id } });
  });
});

describe('on the medium', () => {
  test('each block is written whole, however little the medium takes at once', async () => {
    const prototype = await handles();
    const { write } = prototype;
    vi.spyOn(prototype, 'write').mockImplementation(async function (
      this: FileHandle,
      ...given: unknown[]
    ) {
      const [bytes, offset, length, position] = given as unknown as [
        Buffer,
        number,
        number,
        number,
      ];
      const some = Math.min(length, 50_000);
      return write.apply(this, [bytes, offset, some, position] as never) as never;
    } as typeof write);
    const made = await backUp();
    const pack = path.join(medium, packs()[0] ?? '');
    expect(statSync(pack).size).toBe(made.writtenBytes);
    // Here the database is restored in parts, too.
    expect(await prove()).toMatchObject({ damages: [] });
  });

  test.skipIf(process.platform !== 'linux')(
    'eight MiB are on the disk before more is written, and all of them before the list is; every file is closed',
    async () => {
      addImage(store, lesionId, randomBytes(7_400_000));
      // The clinic keeps its own file open for the next one.
      await backUp({ signal: AbortSignal.abort() }).catch(() => {});
      const before = openFiles();
      const seen = await watchDisk(medium);
      const { blocks } = await backUp();
      // One flush at eight MiB, where nine would not be reached.
      expect(blocks).toBeGreaterThan(64);
      expect(blocks).toBeLessThan(72);
      const kinds = seen.map((name) => path.extname(name) || name);
      expect(kinds).toEqual(['.half', '.half', '.tmp', 'folder']);
      expect(openFiles()).toBe(before);
    },
  );
});
