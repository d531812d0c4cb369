import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { Connection, pageBytes } from '../../src/store/connection.ts';
import { readNode } from '../../src/store/health/node.ts';
import { Pages, usedBytes } from '../../src/store/pages.ts';
import { temporaryFolder } from './harness.ts';
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

interface Stat {
  readonly name: string;
  readonly path: string;
  readonly page: number;
  readonly type: string;
  readonly entries: number;
  readonly payload: number;
}

/** Up to the lengths from which SQLite keeps a part of a row, or of an index's entry, on pages of their own. */
const lengths = [
  [0, 12],
  [470, 490],
  [965, 990],
  [3965, 3990],
  [4980, 5000],
  [7975, 8000],
  [16_030, 16_040],
].flatMap(([from = 0, to = 0]) => Array.from({ length: to - from }, (_, n) => from + n));
const numbers = [
  ...[-(2n ** 60n), -5n, -1n, 0n, 1n, 127n, 128n, 16_383n, 16_384n, 2n ** 21n, 2n ** 28n],
  ...[2n ** 35n, 2n ** 42n, 2n ** 49n, 2n ** 56n, 2n ** 60n],
];

/** A database as SQLite writes it, its pages in the clear, and what SQLite itself says of each. */
function writtenBySqlite() {
  const file = path.join(temporaryFolder(), 'made.db');
  const key = randomBytes(32);
  const made = Connection.create(file, key);
  made.script(`
    CREATE TABLE long (id INTEGER PRIMARY KEY, content BLOB);
    CREATE INDEX long_by_content ON long (content);
    CREATE TABLE numbered (id INTEGER PRIMARY KEY);
    CREATE TABLE short (key INTEGER PRIMARY KEY) WITHOUT ROWID;
    CREATE TABLE empty (id INTEGER PRIMARY KEY);
    INSERT INTO short VALUES (0), (1);`);
  for (const id of numbers) made.script(`INSERT INTO numbered VALUES (${id})`);
  for (const length of lengths)
    made.run('INSERT INTO long (content) VALUES (:content)', { content: randomBytes(length) });
  // Leaves free blocks and fragments behind.
  made.script(
    "DELETE FROM long WHERE id % 7 = 3; UPDATE long SET content = x'00' WHERE id % 11 = 0",
  );
  const stats = made.all(
    `SELECT name, path, pageno AS page, pagetype AS type, ncell AS entries, payload FROM dbstat`,
  ) as Stat[];
  const ids = made.all('SELECT id FROM long ORDER BY id') as { id: number }[];
  made.close();
  const bytes = readFileSync(file);
  const pages = new Pages(key, bytes);
  const text = (page: number) => {
    const opened = pages.open(bytes.subarray((page - 1) * pageBytes, page * pageBytes), page);
    if (!opened) throw new Error(`page ${page} is not authentic`);
    return opened;
  };
  return { stats, ids: ids.map(({ id }) => id), text };
}

test('every page of every kind that SQLite writes is read as SQLite itself counts it: entries, children, and where the rest of each lies', () => {
  const { stats, ids, text } = writtenBySqlite();
  const at = new Map(stats.map((stat) => [`${stat.name} ${stat.path}`, stat]));
  const rowids = new Map<string, number[]>();
  const seen = new Set<string>();
  for (const { name, path, page, type, entries } of stats) {
    if (type === 'overflow') continue;
    const node = readNode(text(page), page);
    if (typeof node === 'string') throw new Error(`${name}: page ${page} ${node}`);
    const hex = (n: number, digits: number) => n.toString(16).padStart(digits, '0');
    const childAt = (n: number) => at.get(`${name} ${path}${hex(n, 3)}/`)?.page;
    const overflowOf = (n: number) => {
      const [first, ...more] = Array.from({ length: 9 }, (_, nth) =>
        at.get(`${name} ${path}${hex(n, 3)}+${hex(nth, 6)}`),
      ).filter((stat) => stat !== undefined);
      if (!first) return undefined;
      return {
        page: first.page,
        bytes: more.reduce((sum, each) => sum + each.payload, first.payload),
      };
    };
    expect(node.isLeaf).toBe(type === 'leaf');
    expect(node.isIndex).toBe(/_by_|short/.test(name));
    expect(node.cells.map(({ overflow }) => overflow)).toEqual(
      Array.from({ length: entries }, (_, n) => overflowOf(n)),
    );
    expect(node.children).toEqual(
      node.isLeaf ? [] : Array.from({ length: entries + 1 }, (_, n) => childAt(n)),
    );
    const numbered = node.isIndex ? [] : node.cells.map(({ rowid }) => rowid ?? Number.NaN);
    if (node.isLeaf) rowids.set(name, [...(rowids.get(name) ?? []), ...numbered]);
    seen.add(`${node.isIndex ? 'index' : 'table'} ${type}`);
  }
  expect(seen.size).toBe(4);
  expect(rowids.get('long')?.toSorted((one, other) => one - other)).toEqual(ids);
  expect(rowids.get('numbered')).toEqual(numbers.map(Number));
});

describe('a page made by hand', () => {
  const leaf = (...parts: (Buffer | number)[]) => treePage({ kind: kinds.leafTable, parts });
  const index = (...parts: (Buffer | number)[]) => treePage({ kind: kinds.leafIndex, parts });
  const noTree = 'is no page of a tree';
  const noRoom = 'has no room for its entries';
  const beyond = 'has an entry beyond its end';
  const overlap = 'has entries that overlap';
  /** What is wrong with `page` once it was changed; "nothing" otherwise. */
  const wrong = (page: Buffer, change: (text: Buffer) => void = () => {}, number = 2) => {
    const text = Buffer.from(page);
    change(text);
    const node = readNode(text, number);
    return typeof node === 'string' ? node : 'nothing';
  };
  const u16 = (at: number, change: (value: number) => number) => (text: Buffer) => {
    text.writeUInt16BE(change(text.readUInt16BE(at)), at);
  };

  test('is of one of four kinds by its first byte, behind the file’s own header on page 1', () => {
    for (let kind = 0; kind < 256; kind++) {
      const change = (text: Buffer) => text.fill(kind, 0, 1);
      const isKnown = Object.values(kinds).some((known) => known === kind);
      expect(wrong(leaf(), change) === noTree, `kind ${kind}`).toBe(!isKnown);
    }
    const first = treePage({
      kind: kinds.interiorTable,
      parts: [tableChild(7, 1)],
      right: 8,
      number: 1,
    });
    expect(readNode(first, 1)).toMatchObject({ isIndex: false, isLeaf: false, children: [7, 8] });
    expect(wrong(first, () => {}, 2)).toBe(noTree);
  });

  test('has its entries, free blocks and fragments side by side, and not a byte more or less', () => {
    const laid = leaf(row(1), 4, row(2), 3, row(3), 9, row(4));
    expect(readNode(laid, 2)).toMatchObject({ cells: [1, 2, 3, 4].map((rowid) => ({ rowid })) });
    const free = laid.readUInt16BE(1);
    const next = laid.readUInt16BE(free);
    for (const [what, change] of Object.entries({
      'a fragment more': (text: Buffer) => text.fill(4, 7, 8),
      'a fragment less': (text: Buffer) => text.fill(2, 7, 8),
      'a byte more in a block': u16(free + 2, (bytes) => bytes + 1),
      'a byte less in a block': u16(free + 2, (bytes) => bytes - 1),
      'an entry less': u16(3, (count) => count - 1),
      'a block less': u16(free, () => 0),
      'its blocks in the wrong order': (text: Buffer) => {
        text.writeUInt16BE(next, 1);
        text.writeUInt16BE(free, next);
        text.writeUInt16BE(0, free);
      },
      'a block twice': u16(next, () => next),
      'content that begins a byte before': u16(5, (content) => content - 1),
    }))
      expect(wrong(laid, change), what).toBe(overlap);
    expect(
      wrong(
        laid,
        u16(5, (content) => content + 1),
      ),
    ).toBe(beyond);
  });

  test('has free blocks of four bytes at least, none before its content and none beyond its end', () => {
    // Blocks that touch each other are still two.
    expect(wrong(leaf(4, row(1), 5, 6, row(2), 4))).toBe('nothing');
    const only = leaf(8);
    for (const [at, bytes, said] of [
      [usedBytes - 8, 8, 'nothing'],
      [usedBytes - 8, 9, overlap],
      [usedBytes - 9, 9, overlap],
      [usedBytes - 9, 8, overlap],
    ] as const)
      expect(
        wrong(only, (text) => {
          text.writeUInt16BE(at, 1);
          text.writeUInt16BE(0, at);
          text.writeUInt16BE(bytes, at + 2);
        }),
        `${bytes} bytes at ${at}`,
      ).toBe(said);
    /** A list of one block, and as many fragments as make the sum right. */
    const withBlock = (at: number, bytes: number) => (text: Buffer) => {
      text.writeUInt16BE(at, 1);
      text.writeUInt16BE(0, at);
      if (at + 4 <= usedBytes) text.writeUInt16BE(bytes, at + 2);
      text[7] = 8 - bytes;
    };
    expect(wrong(only, withBlock(usedBytes - 8, 4))).toBe('nothing');
    expect(wrong(only, withBlock(usedBytes - 4, 4))).toBe('nothing');
    expect(wrong(only, withBlock(usedBytes - 8, 3))).toBe(overlap);
    expect(wrong(only, withBlock(usedBytes - 4, 5))).toBe(overlap);
    expect(wrong(only, withBlock(usedBytes - 9, 4))).toBe(overlap);
    expect(wrong(only, withBlock(usedBytes - 3, 4))).toBe(overlap);
  });

  test('has room for its entries’ places before them, to the last byte', () => {
    const fits = (kind: 10 | 2, count: number, last: number) => {
      const entry = (bytes: number) =>
        kind === kinds.leafIndex ? indexEntry(bytes) : indexChild(3, bytes);
      const parts = Array.from({ length: count }, (_, n) => entry(n === 0 ? last : 10));
      return treePage({ kind, parts, ...(kind === kinds.interiorIndex && { right: 9 }) });
    };
    // Each takes two bytes at the beginning, and eleven or fifteen at the end.
    const leafGap = usedBytes - 8 - 2 * 300 - 299 * 11 - 1;
    expect(wrong(fits(kinds.leafIndex, 300, leafGap - 1))).toBe('nothing');
    const full = fits(kinds.leafIndex, 300, leafGap);
    expect(full.readUInt16BE(5)).toBe(8 + 2 * 300);
    expect(wrong(full)).toBe('nothing');
    expect(
      wrong(
        full,
        u16(5, (content) => content - 1),
      ),
    ).toBe(noRoom);
    const innerGap = usedBytes - 12 - 2 * 200 - 199 * 15 - 6;
    const inner = fits(kinds.interiorIndex, 200, innerGap);
    expect(inner.readUInt16BE(5)).toBe(12 + 2 * 200);
    expect(wrong(inner)).toBe('nothing');
    expect(
      wrong(
        inner,
        u16(5, (content) => content - 1),
      ),
    ).toBe(noRoom);
  });

  test('that is empty has its content at its end, neither behind it nor nowhere', () => {
    expect(wrong(leaf())).toBe('nothing');
    expect(
      wrong(
        leaf(),
        u16(5, () => usedBytes + 1),
      ),
    ).toBe(noRoom);
    expect(
      wrong(
        leaf(),
        u16(5, () => 0),
      ),
    ).toBe(noRoom);
  });

  test('has no entry that begins before its content or ends beyond the page', () => {
    const two = leaf(row(1), row(2));
    expect(wrong(two)).toBe('nothing');
    expect(
      wrong(
        two,
        u16(10, (at) => at - 1),
      ),
    ).toBe(beyond);
    // The first one is the last on the page.
    const last = two.readUInt16BE(8);
    expect(wrong(two, (text) => text.fill(11, last, last + 1))).toBe(beyond);
    expect(wrong(two, (text) => text.fill(9, last, last + 1))).toBe(overlap);
    // A number that goes on beyond the page is none.
    const end = Buffer.from([5, 0x80, 0x80, 0x80]);
    expect(wrong(leaf(row(1), end))).toBe(overlap);
    expect(wrong(leaf(end))).toBe(beyond);
    expect(wrong(leaf(Buffer.alloc(4, 0x80)))).toBe(beyond);
  });

  test('counts four bytes for an entry that has fewer', () => {
    expect(wrong(index(indexEntry(2), indexEntry(3), indexEntry(1)))).toBe('nothing');
    expect(wrong(index(indexEntry(4)))).toBe('nothing');
  });

  test('says where the rest of a row, or of an index’s entry, lies and how long it is', () => {
    const local = (bytes: number) => Buffer.alloc(bytes, 0xaa);
    // As the file format has it: 35 bytes less than the page for a row, about a quarter of it for an index.
    const rowOf = (payload: number, kept: number) =>
      leaf(Buffer.concat([varint(payload), varint(5), local(kept), u32(77)]));
    const entryOf = (payload: number, kept: number) =>
      index(Buffer.concat([varint(payload), local(kept), u32(77)]));
    for (const [page, bytes] of [
      [rowOf(3982, 479), 3982 - 479],
      [rowOf(7993, 3981), 4012],
      [rowOf(7994, 479), 7994 - 479],
      [entryOf(982, 479), 982 - 479],
      [entryOf(4993, 981), 4012],
      [entryOf(4994, 479), 4994 - 479],
    ] as const)
      expect(readNode(page, 2)).toMatchObject({ cells: [{ overflow: { page: 77, bytes } }] });
    const whole = leaf(row(5, 3981));
    expect(readNode(whole, 2)).toEqual({
      ...{ isIndex: false, isLeaf: true, children: [] },
      cells: [{ rowid: 5 }],
    });
    expect(readNode(index(indexEntry(981)), 2)).toEqual({
      ...{ isIndex: true, isLeaf: true, children: [] },
      cells: [{}],
    });
  });
});
