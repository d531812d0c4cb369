import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { pageBytes, type RestingDatabase } from '../../src/store/connection.ts';
import { PageCheck, type Tree } from '../../src/store/health/page-check.ts';
import { Report } from '../../src/store/health/report.ts';
import { Pages, usedBytes } from '../../src/store/pages.ts';
import {
  indexChild,
  indexEntry,
  kinds,
  row,
  tableChild,
  treePage,
  u32,
  varint,
} from './tree-pages.ts';

const salt = randomBytes(16);
const cipher = new Pages(randomBytes(32), salt);

/** A database of these pages, from the first on, and the reads of it. */
function databaseOf(texts: readonly Buffer[]) {
  const bytes = Buffer.concat(texts.map((text, at) => cipher.seal(text, at + 1, salt)));
  const reads: { readonly at: number; readonly bytes: number }[] = [];
  const resting: RestingDatabase = {
    sizeBytes: bytes.length,
    read: async (buffer, at) => {
      reads.push({ at, bytes: buffer.length });
      bytes.copy(buffer, 0, at);
    },
  };
  return { bytes, reads, resting };
}

async function checked(resting: RestingDatabase, trees: readonly Tree[]) {
  const report = new Report();
  const shares: number[] = [];
  const check = new PageCheck(resting, cipher, report, async (share) => void shares.push(share));
  await check.run(trees);
  return { check, report, shares, problems: report.problems };
}

/** Page 1: an empty table behind the file's header, which says where free pages are and how many. */
function firstPage({ trunk = 0, free = 0 } = {}): Buffer {
  const text = treePage({ kind: kinds.leafTable, number: 1 });
  text.writeUInt32BE(trunk, 32);
  text.writeUInt32BE(free, 36);
  return text;
}

function trunkPage(next: number, leaves: readonly number[], said = leaves.length): Buffer {
  const text = Buffer.alloc(usedBytes, 0xee);
  for (const [n, number] of [next, said, ...leaves].entries()) text.writeUInt32BE(number, 4 * n);
  return text;
}

const overflowPage = (next: number) => Buffer.concat([u32(next), Buffer.alloc(usedBytes - 4)]);
/** A row of which exactly two pages more are full. */
const longRow = (rowid: number, overflow: number) =>
  Buffer.concat([varint(8503), varint(rowid), Buffer.alloc(479), u32(overflow)]);
const table = (...parts: Buffer[]) => treePage({ kind: kinds.leafTable, parts });
const index = (...parts: Buffer[]) => treePage({ kind: kinds.leafIndex, parts });
const tableRoot = (right: number, ...parts: Buffer[]) =>
  treePage({ kind: kinds.interiorTable, parts, right });

const trees = [
  { name: 'sqlite_schema', root: 1 },
  { name: 'lesion', root: 2 },
  { name: 'by_day', root: 7 },
];
/** A table of three rows and an index of four entries, on two leaves each, and four free pages. */
const soundPages = (): Record<number, Buffer> => ({
  1: firstPage({ trunk: 10, free: 4 }),
  2: tableRoot(4, tableChild(3, 2)),
  3: table(row(1), longRow(2, 5)),
  4: table(row(3)),
  5: overflowPage(6),
  6: overflowPage(0),
  7: treePage({ kind: kinds.interiorIndex, parts: [indexChild(8)], right: 9 }),
  8: index(indexEntry(), indexEntry()),
  9: index(indexEntry()),
  10: trunkPage(13, [11, 12]),
  11: Buffer.alloc(usedBytes),
  12: Buffer.alloc(usedBytes),
  13: trunkPage(0, []),
});

test('pages that are all in their places have nothing wrong, each is looked at once, and entries are counted by tree', async () => {
  const { resting, reads } = databaseOf(Object.values(soundPages()));
  const { check, problems, shares } = await checked(resting, trees);
  expect(problems).toEqual([]);
  expect(check.pages).toBe(13);
  expect([...check.entries]).toEqual([
    [1, 0],
    [2, 3],
    [7, 4],
  ]);
  expect(shares).toEqual(Array.from({ length: 13 }, (_, n) => (n + 1) / 13));
  expect(reads).toEqual([{ at: 0, bytes: 13 * pageBytes }]);
});

test('a database without free pages has none missing', async () => {
  const pages = [firstPage(), table(row(1))];
  const { problems } = await checked(databaseOf(pages).resting, trees.slice(0, 2));
  expect(problems).toEqual([]);
});

describe('of a database it is told where', () => {
  test.each<[string, Record<number, Buffer>, string[]]>([
    ['a page belongs to nothing', { 14: table() }, ['page 14 belongs to nothing']],
    [
      'the free pages are one more than is said',
      { 1: firstPage({ trunk: 10, free: 3 }) },
      ['free pages: 4 instead of 3'],
    ],
    [
      'the free pages are one less than is said',
      { 10: trunkPage(13, [11]) },
      ['free pages: 3 instead of 4', 'page 12 belongs to nothing'],
    ],
    [
      'a list of free pages ends before the last',
      { 10: trunkPage(0, [11, 12]) },
      ['free pages: 3 instead of 4', 'page 13 belongs to nothing'],
    ],
    [
      'a list of free pages says more than a page can hold',
      { 10: trunkPage(13, [11, 12], 1003) },
      ['free pages: page 10 is not what it should be'],
    ],
    [
      'a free page is a table’s, too',
      { 10: trunkPage(13, [11, 4]) },
      ['free pages: page 4 is used twice'],
    ],
    [
      'two children are one page',
      { 2: tableRoot(3, tableChild(3, 2)) },
      ['lesion: page 3 is used twice'],
    ],
    ['a child is page 0', { 2: tableRoot(4, tableChild(0, 2)) }, ['lesion: page 0 is not there']],
    [
      'a child is behind the last page',
      { 2: tableRoot(4, tableChild(14, 2)) },
      ['lesion: page 14 is not there'],
    ],
    [
      'a table has an index’s leaf',
      { 4: index(indexEntry()) },
      ['lesion: page 4 is of the wrong kind'],
    ],
    [
      'a leaf is deeper than the others',
      { 4: tableRoot(14), 14: table(row(3)) },
      ['lesion: page 14 is not as deep as the others'],
    ],
    ['a page is of no tree', { 3: overflowPage(0) }, ['lesion: page 3 is no page of a tree']],
    [
      'rows have changed places',
      { 3: table(longRow(2, 5), row(1)) },
      ['lesion: row 1 on page 3 is out of order'],
    ],
    [
      'a row is there twice',
      { 3: table(row(2), longRow(2, 5)) },
      ['lesion: row 2 on page 3 is out of order'],
    ],
    [
      'a row is on the page before, too',
      { 4: table(row(2)) },
      ['lesion: row 2 on page 4 is out of order'],
    ],
    [
      'the rest of a row ends before its end',
      { 5: overflowPage(0) },
      ['lesion: page 0 is not there'],
    ],
    [
      'more follows where a row ends',
      { 6: overflowPage(14), 14: overflowPage(0) },
      ['lesion: more follows where an entry ends, on page 14', 'page 14 belongs to nothing'],
    ],
    ['the rest of a row is another’s', { 5: overflowPage(3) }, ['lesion: page 3 is used twice']],
  ])('%s', async (_, changed, wanted) => {
    const pages = Object.values({ ...soundPages(), ...changed });
    const { problems } = await checked(databaseOf(pages).resting, trees);
    expect(problems).toEqual(wanted);
  });

  test('the last page that a list of free pages can name is none', async () => {
    const leaves = [11, 12, ...Array.from({ length: 1000 }, () => 0)];
    const pages = { ...soundPages(), 10: trunkPage(13, leaves) };
    const { report } = await checked(databaseOf(Object.values(pages)).resting, trees);
    expect(report.problems[0]).toBe('free pages: page 0 is not there');
    // Each that it names, and the number of them.
    expect(report.inAll).toBe(1001);
  });

  test.each([
    [1, 'sqlite_schema: page 1 is damaged'],
    [4, 'lesion: page 4 is damaged'],
    [5, 'lesion: page 5 is damaged'],
    [9, 'by_day: page 9 is damaged'],
    [10, 'free pages: page 10 is damaged'],
    [12, 'free pages: page 12 is damaged'],
  ])('page %i was changed, and nothing of what it may lead to', async (number, wanted) => {
    const { resting, bytes } = databaseOf(Object.values(soundPages()));
    const at = (number - 1) * pageBytes + 2000;
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    const { problems } = await checked(resting, trees);
    expect(problems).toEqual([wanted]);
  });
});

test('the page that SQLite locks belongs to nothing and is not missed, the ones before it are', async () => {
  const first = cipher.seal(firstPage(), 1, salt);
  const lockPage = 2 ** 30 / pageBytes + 1;
  for (const [pages, wanted] of [
    [lockPage - 1, lockPage - 2],
    [lockPage, lockPage - 2],
    [lockPage + 1, lockPage - 1],
  ] as const) {
    const resting: RestingDatabase = {
      sizeBytes: pages * pageBytes,
      read: async (buffer, at) => void (at === 0 && first.copy(buffer)),
    };
    const { report } = await checked(resting, trees.slice(0, 1));
    expect(report.inAll, `${pages} pages`).toBe(wanted);
  }
});

test('what lies together is read at once, 128 KiB of it, and no more than eight MiB are kept', async () => {
  /** Free pages alone, one after the other, the second page last. */
  const chain = (count: number) =>
    Array.from({ length: count }, (_, at) => {
      if (at === 0) return firstPage({ trunk: 3, free: count - 1 });
      return trunkPage(at === 1 ? 0 : at === count - 1 ? 2 : at + 2, []);
    });
  const readsOf = async (count: number) => {
    const { resting, reads } = databaseOf(chain(count));
    const { problems, shares } = await checked(resting, trees.slice(0, 1));
    expect(problems).toEqual([]);
    expect(shares.at(-1)).toBe(1);
    return reads;
  };
  const stretch = 32 * pageBytes;
  expect(await readsOf(65)).toEqual([
    { at: 0, bytes: stretch },
    { at: stretch, bytes: stretch },
    { at: 2 * stretch, bytes: pageBytes },
  ]);
  expect(await readsOf(64 * 32)).toHaveLength(64);
  // What was read first is kept no longer.
  const more = await readsOf(65 * 32);
  expect(more).toHaveLength(66);
  expect(more.at(-1)).toEqual({ at: 0, bytes: stretch });
});

test('twenty problems are told one by one, of more how many there are', () => {
  const report = new Report();
  for (let n = 1; n <= 19; n++) report.tell(`page ${n}`);
  expect(report).toMatchObject({ inAll: 19, problems: { length: 19 } });
  for (let n = 20; n <= 25; n++) report.tell(`page ${n}`);
  expect(report.inAll).toBe(25);
  expect(report.problems).toEqual(Array.from({ length: 20 }, (_, n) => `page ${n + 1}`));
});
