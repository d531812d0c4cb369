import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { Connection } from '../../src/store/connection.ts';
import { Reencryption } from '../../src/store/reencryption.ts';
import { expectRefusal, temporaryFolder } from './harness.ts';
import { openFiles } from './watched-disk.ts';

/** What reached the disk, in its order, and how much it takes at once. */
const disk = vi.hoisted(() => ({
  seen: [] as string[],
  takesAtOnce: Number.POSITIVE_INFINITY,
  isFull: false,
}));
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  return {
    ...fs,
    fsync: (descriptor: number, done: (error: Error | null) => void) => {
      disk.seen.push('flushed');
      if (disk.isFull) done(Object.assign(new Error('full'), { code: 'ENOSPC' }));
      else fs.fsync(descriptor, done);
    },
    fsyncSync: (descriptor: number) => {
      disk.seen.push('flushed at once');
      fs.fsyncSync(descriptor);
    },
    writeSync: (descriptor: number, bytes: Buffer, from: number, length: number, at: number) => {
      const most = Math.min(length, disk.takesAtOnce);
      disk.takesAtOnce = Number.POSITIVE_INFINITY;
      disk.seen.push(length < 4096 && most === length ? 'noted' : 'written');
      return fs.writeSync(descriptor, bytes, from, most, at);
    },
  };
});
beforeEach(() => {
  Object.assign(disk, { seen: [], takesAtOnce: Number.POSITIVE_INFINITY, isFull: false });
});

const pageBytes = 4096;
const key = Buffer.alloc(32, 1);
const next = Buffer.alloc(32, 2);
const salt = Buffer.alloc(16, 3);

/** A database of 20 pages and more. */
function database() {
  const folder = temporaryFolder();
  const file = path.join(folder, 'a.db');
  const connection = Connection.create(file, key);
  connection.script('CREATE TABLE t (b BLOB) STRICT; INSERT INTO t VALUES (zeroblob(80000))');
  connection.close();
  const bytes = readFileSync(file);
  const files = { target: path.join(folder, 'new'), tokens: path.join(folder, 'done') };
  const begin = () => {
    const work = new Reencryption(files, { key, first: bytes }, { key: next, salt });
    onTestFinished(() => work.close());
    return work;
  };
  disk.seen.splice(0);
  return { file, bytes, files, begin, count: bytes.length / pageBytes };
}
const pageOf = (bytes: Buffer, n: number) => bytes.subarray(n * pageBytes, (n + 1) * pageBytes);
const ivOf = (bytes: Buffer, n: number) => pageOf(bytes, n).subarray(4016, 4024);

test('the pages that were taken, in whatever pieces and order, are the database under the other key', async () => {
  const { bytes, files, begin, count } = database();
  // Longer than what comes: the end is cut off.
  writeFileSync(files.target, Buffer.alloc(bytes.length + 3 * pageBytes, 9));
  const work = begin();
  work.take(bytes.subarray(7 * pageBytes), 7 * pageBytes);
  await work.settle();
  work.take(bytes.subarray(0, 3 * pageBytes), 0);
  work.take(bytes.subarray(3 * pageBytes, 7 * pageBytes), 3 * pageBytes);
  await work.settle();
  work.end(bytes.length);
  expect(disk.seen.at(-1)).toBe('flushed at once');
  work.close();
  const sealed = readFileSync(files.target);
  expect(sealed).toHaveLength(bytes.length);
  for (let n = 0; n < count; n++) expect(pageOf(sealed, n)).not.toEqual(pageOf(bytes, n));
  const opened = Connection.open(files.target, next);
  expect(opened.pragma('integrity_check')).toBe('ok');
  expect(opened.get('SELECT length(b) AS length FROM t')).toEqual({ length: 80_000 });
  opened.close();
});

test('what was taken is noted once it is on the disk, by how each page was written', async () => {
  const { bytes, files, begin, count } = database();
  const work = begin();
  work.take(pageOf(bytes, 4), 4 * pageBytes);
  work.take(bytes.subarray(2 * pageBytes, 4 * pageBytes), 2 * pageBytes);
  expect(disk.seen).toEqual(['written', 'written', 'written']);
  expect(statSync(files.tokens).size).toBe(0);
  await work.settle();
  expect(disk.seen.slice(3)).toEqual(['flushed', 'noted', 'noted']);
  const noted = readFileSync(files.tokens);
  expect(noted).toHaveLength(5 * 8);
  for (const n of [0, 1]) expect(noted.subarray(n * 8, (n + 1) * 8)).toEqual(Buffer.alloc(8));
  for (const n of [2, 3, 4]) expect(noted.subarray(n * 8, (n + 1) * 8)).toEqual(ivOf(bytes, n));
  // Nothing is left to be noted.
  await work.settle();
  expect(disk.seen).toHaveLength(6);
  if (process.platform !== 'win32')
    for (const file of Object.values(files)) expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(count).toBeGreaterThan(20);
});

test('it goes on where it was broken off: pages that are as they were are not written again', async () => {
  const { bytes, files, begin } = database();
  const first = begin();
  first.take(bytes.subarray(0, 8 * pageBytes), 0);
  await first.settle();
  first.take(bytes.subarray(8 * pageBytes, 10 * pageBytes), 8 * pageBytes);
  // The computer stops here: the last two are not known to be on the disk.
  first.close();
  const before = readFileSync(files.target);
  disk.seen.splice(0);
  const again = begin();
  again.take(bytes.subarray(0, 10 * pageBytes), 0);
  expect(disk.seen).toEqual(['written', 'written']);
  const after = readFileSync(files.target);
  expect(after.subarray(0, 8 * pageBytes)).toEqual(before.subarray(0, 8 * pageBytes));
  expect(pageOf(after, 8)).not.toEqual(pageOf(before, 8));
  await again.settle();
  again.take(bytes.subarray(0, 10 * pageBytes), 0);
  await again.settle();
  expect(disk.seen.filter((each) => each === 'flushed')).toHaveLength(1);
});

test('a page that was written anew is taken anew', async () => {
  const { file, bytes, files, begin } = database();
  const first = begin();
  first.take(bytes, 0);
  await first.settle();
  first.close();
  const connection = Connection.open(file, key);
  connection.allowWriting();
  connection.run('INSERT INTO t VALUES (:b)', { b: Buffer.from('since') });
  connection.close();
  const now = readFileSync(file);
  disk.seen.splice(0);
  const work = begin();
  work.take(now, 0);
  const written = disk.seen.length;
  expect(written).toBeGreaterThan(0);
  expect(written).toBeLessThan(10);
  await work.settle();
  work.end(now.length);
  work.close();
  const opened = Connection.open(files.target, next);
  expect(opened.get('SELECT count(*) AS n FROM t')).toEqual({ n: 2 });
  opened.close();
});

test('a page that is damaged is named and not taken; one that was never written stays empty', async () => {
  const { bytes, files, begin } = database();
  const work = begin();
  const bad = Buffer.from(bytes);
  bad.writeUInt8(bad.readUInt8(5 * pageBytes + 9) ^ 1, 5 * pageBytes + 9);
  const message = await expectRefusal('database-damaged', () =>
    work.take(bad.subarray(4 * pageBytes, 7 * pageBytes), 4 * pageBytes),
  );
  expect(message).toContain('Page 6 of clinic.db');
  const [empty, last] = [Buffer.alloc(pageBytes), Buffer.alloc(pageBytes)];
  work.take(empty, 9 * pageBytes);
  // Those before the damage were taken, and nothing behind it.
  expect(statSync(files.target).size).toBe(5 * pageBytes);
  // It is known from one that was damaged where its IV is.
  last.writeUInt8(1, pageBytes - 1);
  await expectRefusal('database-damaged', () => work.take(last, 8 * pageBytes));
});

test('a disk that takes a part of a page is given the rest', () => {
  const { bytes, files, begin } = database();
  const work = begin();
  disk.takesAtOnce = 1000;
  work.take(bytes, 0);
  work.end(bytes.length);
  work.close();
  const opened = Connection.open(files.target, next);
  expect(opened.pragma('integrity_check')).toBe('ok');
  opened.close();
});

test('a disk that is full when it is settled is told, and nothing is noted', async () => {
  const { bytes, files, begin } = database();
  const work = begin();
  work.take(bytes, 0);
  disk.isFull = true;
  await expectRefusal('disk-full', () => work.settle());
  expect(statSync(files.tokens).size).toBe(0);
  disk.isFull = false;
  await work.settle();
  expect(statSync(files.tokens).size).toBe((bytes.length / pageBytes) * 8);
});

test.skipIf(process.platform !== 'linux')('its files are closed with it, once', () => {
  const { begin } = database();
  const before = openFiles();
  const work = begin();
  expect(openFiles()).toBe(before + 2);
  work.close();
  expect(openFiles()).toBe(before);
  // A number that was given back may be another file's by now.
  const { begin: beginOther } = database();
  const other = beginOther();
  work.close();
  expect(openFiles()).toBe(before + 2);
  other.close();
});
