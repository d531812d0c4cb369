import { createHmac, hkdfSync } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { HighWater, type HighWaterMark } from '../../src/store/high-water.ts';
import { temporaryFolder } from './harness.ts';
import { openFiles, replaceInFs, watchDisk } from './watched-disk.ts';

const key = Buffer.alloc(32, 1);
const clinicId = 'clinic';
const head = (seq: number) => ({
  seq,
  hash: Buffer.alloc(32, seq).toString('base64'),
  at: `2026-03-01T10:20:0${seq}.000Z`,
});
const sessionId = '01890000-0000-7000-8000-000000000000';

afterEach(() => void vi.useRealTimers());

function opened() {
  const file = path.join(temporaryFolder(), 'clinic.db-mark');
  const water = new HighWater(file, clinicId, key);
  onTestFinished(() => water.abandon());
  return { file, water };
}

const notesIn = (file: string) => {
  const bytes = readFileSync(file);
  expect(bytes.length % 512).toBe(0);
  return Array.from({ length: bytes.length / 512 }, (_, n) => {
    const note = bytes.toString('utf8', n * 512, (n + 1) * 512);
    expect(note.endsWith('\n')).toBe(true);
    return JSON.parse(note) as HighWaterMark;
  });
};
const proven = (file: string, mark: HighWaterMark) =>
  new HighWater(file, clinicId, key).proven(mark);

/** A mark of an earlier program, which said nothing of the audit log. */
function headless(commits: number, session: string | null): HighWaterMark {
  const own = Buffer.from(hkdfSync('sha256', key, clinicId, 'dermaspike high-water mark', 32));
  const text = JSON.stringify([clinicId, commits, session]);
  return { commits, session, mac: createHmac('sha256', own).update(text).digest('base64') };
}

test('the file of notes has the newest commit and the one before it, and nobody else may read it', () => {
  const { file, water } = opened();
  const mark = water.begin(7, head(1));
  expect(notesIn(file)).toEqual([mark]);
  if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
  for (const commits of [8, 9, 10]) {
    water.reached(commits, head(commits - 6));
    const noted = notesIn(file).map((note) => note.commits);
    expect(noted.sort((one, other) => one - other)).toEqual([commits - 1, commits]);
  }
  for (const note of notesIn(file)) expect(note.session).toBe(mark.session);
  expect(mark).toMatchObject({ commits: 7, head: head(1) });
});

describe('proven is', () => {
  test('what a closed clinic’s mark says, without any note', () => {
    const { file, water } = opened();
    water.begin(7, head(1));
    const { closed } = water;
    rmSync(file);
    expect(proven(file, closed)).toEqual({ commits: 7, head: head(1) });
    expect(closed.session).toBeNull();
  });

  test('what the furthest note says where that is further than the mark', () => {
    const { file, water } = opened();
    const mark = water.begin(7, head(1));
    expect(proven(file, mark)).toEqual({ commits: 7, head: head(1) });
    water.reached(8, head(2));
    expect(proven(file, mark)).toEqual({ commits: 8, head: head(2) });
    water.reached(9, head(3));
    expect(proven(file, mark)).toEqual({ commits: 9, head: head(3) });
    const { closed } = water;
    expect(proven(file, closed)).toEqual({ commits: 9, head: head(3) });
    // The mark where they are as far.
    const other = new HighWater(path.join(temporaryFolder(), 'x'), clinicId, key);
    other.begin(9, head(5));
    expect(proven(file, other.closed)).toEqual({ commits: 9, head: head(5) });
    other.abandon();
  });

  test('nothing by an open clinic’s mark where the notes are gone or stand before it', () => {
    const { file, water } = opened();
    const before = water.begin(6, head(1));
    const notes = readFileSync(file);
    const mark = new HighWater(file, clinicId, key);
    const later = mark.begin(7, head(2));
    mark.abandon();
    expect(proven(file, later)).toEqual({ commits: 7, head: head(2) });
    writeFileSync(file, notes);
    expect(proven(file, later)).toBeUndefined();
    expect(proven(file, before)).toEqual({ commits: 6, head: head(1) });
    rmSync(file);
    expect(proven(file, later)).toBeUndefined();
    expect(proven(file, before)).toBeUndefined();
  });

  test('what the mark of an earlier program says, whose clinic kept no notes', () => {
    const { file } = opened();
    for (const session of [sessionId, null])
      expect(proven(file, headless(5, session))).toEqual({ commits: 5, head: undefined });
  });

  test('nothing by a mark that another key or clinic made, or of which anything was changed', () => {
    const { file, water } = opened();
    const mark = water.begin(7, head(1));
    expect(new HighWater(file, 'another', key).proven(mark)).toBeUndefined();
    expect(new HighWater(file, clinicId, Buffer.alloc(32, 2)).proven(mark)).toBeUndefined();
    for (const change of [
      { commits: 6 },
      { session: sessionId },
      { session: null },
      { head: { ...head(1), seq: 2 } },
      { head: { ...head(1), hash: head(2).hash } },
      { head: { ...head(1), at: head(2).at } },
      { mac: Buffer.alloc(32).toString('base64') },
    ])
      expect(proven(file, { ...mark, ...change }), JSON.stringify(change)).toBeUndefined();
    const { head: _, ...without } = mark;
    expect(proven(file, without)).toBeUndefined();
    expect(proven(file, mark)).toBeDefined();
  });

  test('also what a clinic says in which nothing was done as yet', () => {
    const { file, water } = opened();
    const mark = water.begin(0, head(0));
    expect(proven(file, mark)).toEqual({ commits: 0, head: head(0) });
  });

  test('nothing by a note that another key made', () => {
    const { file, water } = opened();
    const { closed } = water;
    const other = new HighWater(file, clinicId, Buffer.alloc(32, 2));
    other.begin(9, head(1));
    other.abandon();
    expect(proven(file, closed)).toEqual({ commits: 0, head: undefined });
  });
});

describe.skipIf(process.platform !== 'linux')('on the disk', () => {
  test('is the first note before the session begins, and the folder with a new file of them', async () => {
    const { file, water } = opened();
    const seen = await watchDisk(path.dirname(file));
    water.begin(7, head(1));
    expect(seen.splice(0)).toEqual(['clinic.db-mark', 'folder']);
    water.settle();
    expect(seen.splice(0)).toEqual(['clinic.db-mark']);
    const again = new HighWater(file, clinicId, key);
    again.begin(7, head(1));
    expect(seen.splice(0)).toEqual(['clinic.db-mark']);
    again.changeKey(Buffer.alloc(32, 2));
    expect(seen.splice(0)).toEqual(['clinic.db-mark']);
    again.abandon();
    again.settle();
    expect(seen.splice(0)).toEqual([]);
  });

  test('is the last note before clinic.json has the closed mark, and what fails then leaves it as a crash does', async () => {
    const { file, water } = opened();
    const before = openFiles();
    water.begin(7, head(1));
    const seen = await watchDisk(path.dirname(file));
    const { closed } = water;
    const written: HighWaterMark[] = [];
    water.end((mark) => {
      expect(seen).toEqual(['clinic.db-mark']);
      written.push(mark);
      throw new Error('the disk is full');
    });
    expect(written).toEqual([closed]);
    expect(openFiles()).toBe(before);
    // Safe to call twice.
    water.abandon();
    expect(openFiles()).toBe(before);
  });

  test('is each commit half a second later, several at once, until the session ends', () => {
    const { water } = opened();
    water.begin(7, head(1));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const flushed: number[] = [];
    replaceInFs('fdatasync', (descriptor: number) => void flushed.push(descriptor));
    water.reached(8, head(2));
    vi.advanceTimersByTime(300);
    water.reached(9, head(3));
    vi.advanceTimersByTime(199);
    expect(flushed).toHaveLength(0);
    vi.advanceTimersByTime(1);
    expect(flushed).toHaveLength(1);
    vi.advanceTimersByTime(5000);
    expect(flushed).toHaveLength(1);
    water.reached(10, head(4));
    vi.advanceTimersByTime(500);
    expect(flushed).toHaveLength(2);
    water.reached(11, head(5));
    water.abandon();
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(5000);
    expect(flushed).toHaveLength(2);
  });
});

describe('where no notes can be kept', () => {
  test('the mark is one of a closed clinic, and the session goes on without them', () => {
    const { file, water } = opened();
    mkdirSync(file);
    expect(water.begin(7, head(1))).toMatchObject({ commits: 7, session: null, head: head(1) });
    water.reached(8, head(2));
    expect(water.closed).toMatchObject({ commits: 8, session: null, head: head(2) });
    water.settle();
    const next = Buffer.alloc(32, 2);
    const mark = water.changeKey(next);
    expect(mark).toMatchObject({ commits: 8, session: null });
    expect(new HighWater(`${file}-none`, clinicId, next).proven(mark)?.commits).toBe(8);
    const written: HighWaterMark[] = [];
    water.end((closed) => written.push(closed));
    expect(written).toEqual([mark]);
  });

  test.skipIf(process.platform !== 'linux')(
    'because the disk is full, neither, and no file stays open',
    () => {
      const { water } = opened();
      const before = openFiles();
      replaceInFs('writeSync', (() => {
        throw new Error('ENOSPC');
      }) as never);
      expect(water.begin(7, head(1))).toMatchObject({ commits: 7, session: null });
      expect(openFiles()).toBe(before);
    },
  );

  test('a commit that is not noted is one all the same', () => {
    const { file, water } = opened();
    const mark = water.begin(7, head(1));
    replaceInFs('writeSync', () => {
      throw new Error('ENOSPC');
    });
    water.reached(8, head(2));
    expect(water.closed.commits).toBe(8);
    expect(proven(file, mark)).toEqual({ commits: 7, head: head(1) });
  });
});

test('under another data key marks count that were made for it, and no former one', () => {
  const { file, water } = opened();
  const next = Buffer.alloc(32, 2);
  const former = water.begin(7, head(1));
  const announced = water.closedUnder(next);
  expect(announced).toMatchObject({ commits: 7, session: null, head: head(1) });
  const under = () => new HighWater(file, clinicId, next);
  expect(under().proven(announced)).toEqual({ commits: 7, head: head(1) });
  // Until then it is the former one that counts.
  expect(proven(file, water.closed)).toBeDefined();
  const mark = water.changeKey(next);
  expect(mark.session).toBe(former.session);
  water.reached(8, head(2));
  expect(under().proven(mark)).toEqual({ commits: 8, head: head(2) });
  expect(under().proven(former)).toBeUndefined();
  expect(proven(file, mark)).toBeUndefined();
});
