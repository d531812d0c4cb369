import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { examineLogFrames } from '../../src/store/log-frames.ts';
import { temporaryFolder } from './harness.ts';
import { openFiles } from './watched-disk.ts';
import { commitsOf, frameAt, otherSalt, type WrittenFrame, writtenLog } from './written-log.ts';

const sound = { isDamaged: false, lostCommits: 0 };

function examined(bytes: Buffer) {
  const file = path.join(temporaryFolder(), 'clinic.db-wal');
  writeFileSync(file, bytes);
  return examineLogFrames(file);
}

/** The log with one bit of a byte flipped. */
function harmed(log: Buffer, at: number): Buffer {
  const bytes = Buffer.from(log);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  return bytes;
}

test('where there is no log, or none whose head was written, nothing is damaged', () => {
  expect(examineLogFrames(path.join(temporaryFolder(), 'clinic.db-wal'))).toEqual(sound);
  const log = writtenLog({ frames: commitsOf(1) });
  for (const length of [0, 1, 31, 32]) expect(examined(log.subarray(0, length))).toEqual(sound);
  // A head that says nothing is one that was never written, as long as nothing follows it.
  expect(examined(Buffer.alloc(32))).toEqual(sound);
  expect(examined(Buffer.alloc(33))).toEqual({ isDamaged: true, lostCommits: 0 });
});

describe.each([true, false])('with the words of a big-endian computer: %s', (isBigEndian) => {
  const log = writtenLog({ isBigEndian, frames: commitsOf(4, 2) });

  test('a log that is as it was written is sound, wherever it ends', () => {
    for (let frame = 0; frame <= 8; frame++)
      for (const more of [0, 1, 23, 24, 25, 4119])
        expect(examined(log.subarray(0, frameAt(frame) + more))).toEqual(sound);
  });

  test('no byte of the head may change', () => {
    for (let at = 0; at < 32; at++)
      expect(examined(harmed(log, at)), `${at}`).toEqual({ isDamaged: true, lostCommits: 0 });
  });

  test('a head that fits its own sum is of no log by another magic number or another size of page', () => {
    const heads = [
      [0, 0x377f0684],
      [0, 0x377f0680],
      [8, 8192],
    ] as const;
    for (const [at, value] of heads)
      expect(examined(resummed(isBigEndian, at, value))).toMatchObject({ isDamaged: true });
  });

  test.each([
    // Frames 1, 3, 5 and 7 end a commit each.
    [0, 4],
    [1, 4],
    [2, 3],
    [3, 3],
    [4, 2],
    [5, 2],
  ])('damage in frame %i hides the commits from there on: %i', (frame, lostCommits) => {
    for (const within of [0, 3, 16, 20, 23, 24, 30, 4116, 4119])
      expect(examined(harmed(log, frameAt(frame) + within)), `${within}`).toEqual({
        isDamaged: true,
        lostCommits,
      });
  });

  test.each([6, 7])(
    'of damage in frame %i, which the last commit has, nobody can tell',
    (frame) => {
      for (const within of [0, 8, 24, 4119])
        expect(examined(harmed(log, frameAt(frame) + within))).toEqual(sound);
    },
  );
});

/** A log of one commit whose head has another word, and its own sum for it. */
function resummed(isBigEndian: boolean, at: number, value: number): Buffer {
  const log = writtenLog({ isBigEndian, frames: commitsOf(1) });
  log.writeUInt32BE(value, at);
  let [first, second] = [0, 0];
  // The lowest bit of the magic number says by which order the rest is summed.
  const isSummedSo = (log.readUInt32BE(0) & 1) === 1;
  for (let n = 0; n < 24; n += 8) {
    const word = (where: number) =>
      isSummedSo ? log.readUInt32BE(where) : log.readUInt32LE(where);
    first = (first + word(n) + second) % 2 ** 32;
    second = (second + word(n + 4) + first) % 2 ** 32;
  }
  log.writeUInt32BE(first, 24);
  log.writeUInt32BE(second, 28);
  return log;
}

test('frames behind a commit that cannot be read mean damage, whether they end a commit or not', () => {
  const begun = { page: 9, pagesInAll: 0 };
  const log = writtenLog({ frames: [...commitsOf(2), begun] });
  expect(examined(harmed(log, frameAt(1)))).toEqual({ isDamaged: true, lostCommits: 1 });
  // What was begun and never ended is behind no commit.
  const undone = writtenLog({ frames: [...commitsOf(1), begun, begun] });
  expect(examined(harmed(undone, frameAt(1)))).toEqual(sound);
});

test('frames of an earlier log behind this one’s end are no damage, and hide none', () => {
  const earlier = (frames: WrittenFrame[]) => frames.map((each) => ({ ...each, salt: otherSalt }));
  const log = writtenLog({ frames: [...commitsOf(2), ...earlier(commitsOf(3))] });
  expect(examined(log)).toEqual(sound);
  expect(examined(harmed(log, frameAt(1)))).toEqual(sound);
  expect(examined(harmed(log, frameAt(0)))).toEqual({ isDamaged: true, lostCommits: 2 });
  // One that was read up to a frame of another log is not read on behind it.
  const split = writtenLog({
    frames: [...commitsOf(1), ...earlier(commitsOf(1)), ...commitsOf(2)],
  });
  expect(examined(split)).toEqual({ isDamaged: true, lostCommits: 2 });
});

test.each([
  [24, { isDamaged: true, lostCommits: 2 }],
  [23, sound],
])(
  'a last frame of which %i bytes reached the disk counts if its head is among them',
  (bytes, verdict) => {
    const log = harmed(writtenLog({ frames: commitsOf(2) }), frameAt(0));
    expect(examined(log.subarray(0, frameAt(1) + bytes))).toEqual(verdict);
  },
);

test('a log of many frames is looked at to its end', () => {
  const log = writtenLog({ frames: commitsOf(600) });
  expect(examined(log)).toEqual(sound);
  for (const [frame, lostCommits] of [
    [0, 600],
    [255, 345],
    [256, 344],
    [257, 343],
    [598, 2],
  ] as const)
    expect(examined(harmed(log, frameAt(frame) + 30)), `${frame}`).toEqual({
      isDamaged: true,
      lostCommits,
    });
  expect(examined(harmed(log, frameAt(599) + 30))).toEqual(sound);
  // Where the log is looked at in pieces, the head of a frame at the beginning of one.
  const cut = harmed(log, frameAt(255)).subarray(0, frameAt(256) + 24);
  expect(examined(cut)).toEqual({ isDamaged: true, lostCommits: 2 });
});

test.skipIf(process.platform !== 'linux')('a log that was looked at is closed again', () => {
  const log = writtenLog({ frames: commitsOf(2) });
  const before = openFiles();
  for (const bytes of [log, log.subarray(0, 32), harmed(log, 0)]) examined(bytes);
  expect(openFiles()).toBe(before);
});
