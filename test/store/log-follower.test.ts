import { appendFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { LogFollower } from '../../src/store/log-follower.ts';
import { temporaryFolder } from './harness.ts';
import { openFiles } from './watched-disk.ts';
import { frameAt, otherSalt, pageBytes, type WrittenFrame, writtenLog } from './written-log.ts';

/** Follows a log; `told` has the pages of each transaction. */
function follow() {
  const file = path.join(temporaryFolder(), 'clinic.db-wal');
  const told: number[][] = [];
  const follower = new LogFollower(file, pageBytes, (pages) => told.push([...pages]));
  return { file, told, follower };
}

const frame = (page: number, pagesInAll = 0): WrittenFrame => ({ page, pagesInAll });

test('a log that is not there yet, or has no frame, holds nothing', () => {
  const { file, told, follower } = follow();
  const log = writtenLog({ frames: [frame(3, 5)] });
  expect([follower.read(), follower.snapshot()]).toEqual([0, null]);
  for (const length of [0, 31, 32]) {
    writeFileSync(file, log.subarray(0, length));
    expect([follower.read(), follower.snapshot()]).toEqual([0, null]);
  }
  expect(told).toEqual([]);
  writeFileSync(file, log);
  expect(follower.read()).toBe(1);
  expect(told).toEqual([[3]]);
  follower.close();
});

test('each transaction is told of once, with its pages, and where their newest content stands', () => {
  const { file, told, follower } = follow();
  writeFileSync(file, writtenLog({ frames: [frame(3), frame(1, 5)] }));
  expect(follower.read()).toBe(2);
  expect(follower.read()).toBe(2);
  const all = [frame(3), frame(1, 5), frame(7), frame(3, 8), frame(4, 9)];
  writeFileSync(file, writtenLog({ frames: all }));
  expect(follower.read()).toBe(5);
  expect(told).toEqual([[3, 1], [7, 3], [4]]);
  const { places, pagesInAll } = follower.snapshot() ?? {};
  expect(pagesInAll).toBe(9);
  expect([...(places ?? [])].sort()).toEqual([
    [1, frameAt(1) + 24],
    [3, frameAt(3) + 24],
    [4, frameAt(4) + 24],
    [7, frameAt(2) + 24],
  ]);
  follower.close();
});

test('a snapshot stays as it is while the log grows', () => {
  const { file, follower } = follow();
  writeFileSync(file, writtenLog({ frames: [frame(3, 5)] }));
  const before = follower.snapshot();
  writeFileSync(file, writtenLog({ frames: [frame(3, 5), frame(4, 6)] }));
  expect(follower.snapshot()?.places.size).toBe(2);
  expect([before?.places.size, before?.pagesInAll]).toEqual([1, 5]);
  follower.close();
});

test('what no transaction ended is passed over until it is written over, and then what stands there counts', () => {
  const { file, told, follower } = follow();
  writeFileSync(file, writtenLog({ frames: [frame(1, 5), frame(8), frame(9)] }));
  expect(follower.read()).toBe(1);
  expect(follower.snapshot()?.places.size).toBe(1);
  writeFileSync(file, writtenLog({ frames: [frame(1, 5), frame(2), frame(3, 6)] }));
  expect(follower.read()).toBe(3);
  expect(told).toEqual([[1], [2, 3]]);
  follower.close();
});

test('a frame whose head is cut off does not count, and one whose head is there does', () => {
  const { file, told, follower } = follow();
  const log = writtenLog({ frames: [frame(1, 5), frame(2, 6)] });
  writeFileSync(file, log.subarray(0, frameAt(1) + 23));
  expect(follower.read()).toBe(1);
  appendFileSync(file, log.subarray(frameAt(1) + 23, frameAt(1) + 24));
  expect(follower.read()).toBe(2);
  expect(told).toEqual([[1], [2]]);
  follower.close();
});

test('a log that began anew is followed from its beginning, up to the frames of the former one', () => {
  const { file, told, follower } = follow();
  writeFileSync(file, writtenLog({ frames: [frame(1, 5), frame(2, 5), frame(3, 5)] }));
  expect(follower.read()).toBe(3);
  const former = { ...frame(3, 5), salt: Buffer.from('0123456789abcdef', 'hex') };
  writeFileSync(file, writtenLog({ salt: otherSalt, frames: [frame(4), frame(5, 7), former] }));
  expect(follower.read()).toBe(2);
  expect(told).toEqual([[1], [2], [3], [4, 5]]);
  const { places, pagesInAll } = follower.snapshot() ?? {};
  expect([pagesInAll, [...(places?.keys() ?? [])]]).toEqual([7, [4, 5]]);
  follower.close();
});

test('once all of it is in the database a log holds nothing more than what follows', () => {
  const { file, told, follower } = follow();
  writeFileSync(file, writtenLog({ frames: [frame(1, 5), frame(2, 5)] }));
  expect(follower.read()).toBe(2);
  follower.wasMoved();
  expect([follower.read(), follower.snapshot()]).toEqual([0, null]);
  writeFileSync(file, writtenLog({ frames: [frame(1, 5), frame(2, 5), frame(3, 6)] }));
  expect(follower.read()).toBe(1);
  expect([...(follower.snapshot()?.places.keys() ?? [])]).toEqual([3]);
  expect(told).toEqual([[1], [2], [3]]);
  truncateSync(file, 0);
  expect([follower.read(), follower.snapshot()]).toEqual([0, null]);
  follower.close();
});

test('one that is closed looks for its log anew', () => {
  const { file, follower } = follow();
  writeFileSync(file, writtenLog({ frames: [frame(1, 5)] }));
  expect(follower.read()).toBe(1);
  follower.close();
  rmSync(file);
  expect(follower.read()).toBe(0);
  writeFileSync(file, writtenLog({ salt: otherSalt, frames: [frame(1, 5), frame(2, 5)] }));
  expect(follower.read()).toBe(2);
  follower.close();
});

test.skipIf(process.platform !== 'linux')(
  'one that is closed has no file open, and may be closed again',
  () => {
    const { file, follower } = follow();
    writeFileSync(file, writtenLog({ frames: [frame(1, 5)] }));
    const before = openFiles();
    follower.read();
    expect(openFiles()).toBe(before + 1);
    follower.close();
    follower.close();
    expect(openFiles()).toBe(before);
  },
);
