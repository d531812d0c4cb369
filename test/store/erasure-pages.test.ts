import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Connection, pageBytes } from '../../src/store/connection.ts';
import { healTornPages, Overwriting, writeNote } from '../../src/store/erasure/overwriting.ts';
import { childrenOf, treePages, withoutRemains } from '../../src/store/erasure/trees.ts';
import { Pages, usedBytes } from '../../src/store/pages.ts';
import { rewritePage } from './beneath.ts';
import { expectRefusal, temporaryFolder } from './harness.ts';
import { indexChild, indexEntry, kinds, row, tableChild, treePage, u32 } from './tree-pages.ts';
import { openFiles, watchDisk } from './watched-disk.ts';

afterEach(() => void vi.restoreAllMocks());

const key = randomBytes(32);

describe('a page without what was once on it', () => {
  const damaged = (work: () => unknown) => expectRefusal('database-damaged', work);
  const laid = (number: number) => [
    { kind: kinds.leafTable, parts: [row(1), 20, row(2), 4, row(3), 2], number },
    { kind: kinds.leafIndex, parts: [20, indexEntry(), 4, indexEntry()], number },
    { kind: kinds.interiorTable, parts: [tableChild(3, 1), 9, tableChild(4, 2)], right: 5, number },
    { kind: kinds.interiorIndex, parts: [indexChild(3), indexChild(4), 30], right: 5, number },
  ];

  test.each([1, 2])('has what is stored as it was, and zeroes elsewhere (page %i)', (number) => {
    for (const page of laid(number)) {
      const text = treePage(page);
      const blank = withoutRemains(text, number);
      if (!blank) throw new Error('nothing was found');
      const header = number === 1 ? 100 : 0;
      const places = header + ('right' in page ? 12 : 8) + 2 * text.readUInt16BE(header + 3);
      const content = text.readUInt16BE(header + 5);
      const wanted = Buffer.from(text);
      wanted.fill(0, places, content);
      let at = usedBytes;
      for (const part of page.parts) {
        at -= typeof part === 'number' ? part : part.length;
        if (typeof part === 'number' && part >= 4) wanted.fill(0, at + 4, at + part);
      }
      expect(blank.equals(wanted), `kind ${page.kind}`).toBe(true);
      // What was between entries as a fragment of fewer than four bytes cannot be told from them.
      expect(withoutRemains(blank, number)).toBeUndefined();
      expect(text.equals(treePage(page))).toBe(true);
    }
  });

  test('is not made of one that is no tree’s, or whose places are none', async () => {
    const page = treePage({ kind: kinds.leafTable, parts: [row(1), 8] });
    const changed = (change: (text: Buffer) => void) => () => {
      const text = Buffer.from(page);
      change(text);
      return withoutRemains(text, 2);
    };
    for (const kind of [0, 1, 3, 4, 6, 9, 11, 12, 14, 255])
      expect(await damaged(changed((text) => text.fill(kind, 0, 1)))).toContain('Page 2');
    const free = page.readUInt16BE(1);
    for (const change of [
      (text: Buffer) => text.writeUInt16BE(usedBytes + 1, 5),
      (text: Buffer) => text.writeUInt16BE(0, 5),
      // Two bytes for each entry’s place: one byte less than they take.
      (text: Buffer) => text.writeUInt16BE(9, 5),
      (text: Buffer) => text.writeUInt16BE(free + 1, 5),
      (text: Buffer) => text.writeUInt16BE(usedBytes - free + 1, free + 2),
    ])
      await damaged(changed(change));
    for (const change of [
      (text: Buffer) => text.writeUInt16BE(usedBytes - free, free + 2),
      // An empty page's content begins at its end, a full one's where the places end.
      (text: Buffer) => {
        text.writeUInt16BE(0, 1);
        text.writeUInt16BE(0, 3);
        text.writeUInt16BE(usedBytes, 5);
      },
      (text: Buffer) => text.writeUInt16BE(10, 5),
    ])
      expect(changed(change)).not.toThrow();
  });

  test('leads to its children in their order, and a leaf to none', async () => {
    for (const number of [1, 2]) {
      const [leafTable, leafIndex, table, index] = laid(number).map(treePage);
      for (const leaf of [leafTable, leafIndex])
        expect(leaf && childrenOf(leaf, number)).toBeNull();
      for (const inner of [table, index])
        expect(inner && childrenOf(inner, number)).toEqual([3, 4, 5]);
    }
    await damaged(() => childrenOf(Buffer.alloc(usedBytes), 2));
  });
});

test('the pages of trees are found once each, and of the leaves one a tree is looked at', () => {
  const children: Record<number, number[]> = { 2: [3, 4], 3: [5, 6], 4: [7, 8], 9: [10, 11] };
  const looked = new Set<number>();
  const found = treePages([9, 1, 2, 12], (number) => {
    looked.add(number);
    return children[number] ?? null;
  });
  expect(found).toEqual([1, 9, 10, 11, 2, 3, 4, 5, 6, 7, 8, 12]);
  expect([...looked].sort((one, other) => one - other)).toEqual([1, 2, 3, 4, 5, 9, 10, 12]);
});

/** A closed database of three tables on many pages each, as no clinic has it, but of the same make. */
function closedDatabase() {
  const folder = temporaryFolder();
  const file = path.join(folder, 'made.db');
  const made = Connection.create(file, key);
  made.transaction(() => {
    for (const name of ['first', 'second', 'third']) {
      made.script(`CREATE TABLE ${name} (id INTEGER PRIMARY KEY, note TEXT)`);
      for (let n = 0; n < 60; n++)
        made.run(`INSERT INTO ${name} (note) VALUES (:note)`, { note: 'x'.repeat(900) });
    }
    made.run('INSERT INTO third (note) VALUES (:note)', { note: 'y'.repeat(9000) });
  });
  made.close();
  return { folder, file };
}

interface Stat {
  readonly name: string;
  readonly type: string;
  readonly page: number;
}

/** What SQLite says of the pages, and where its trees begin, after `sql`. */
function look(file: string, sql = '') {
  const connection = Connection.open(file, key);
  connection.allowWriting();
  connection.script(sql);
  const stats = connection.all(
    'SELECT name, pagetype AS type, pageno AS page FROM dbstat ORDER BY pageno',
  ) as Stat[];
  const rows = connection.all('SELECT rootpage AS root FROM sqlite_schema WHERE rootpage > 0') as {
    root: number;
  }[];
  connection.close();
  const pages = stats.filter(({ type }) => type !== 'overflow');
  return {
    roots: rows.map(({ root }) => root),
    pages,
    numbersOf: (name: string) => pages.filter((page) => page.name === name).map(({ page }) => page),
    inner: pages.filter(({ type }) => type === 'internal').map(({ page }) => page),
  };
}

const remains = Buffer.from('what was once here');
/** Leaves something in the unused part of a page, as balancing a tree does. */
function leaveRemains(file: string, number: number): void {
  rewritePage(file, key, number, (text) => {
    const header = number === 1 ? 100 : 0;
    text.set(remains, text.readUInt16BE(header + 5) - remains.length);
  });
}

function textOf(file: string, number: number): Buffer {
  const bytes = readFileSync(file);
  const page = bytes.subarray((number - 1) * pageBytes, number * pageBytes);
  return new Pages(key, bytes).open(page, number) ?? Buffer.alloc(0);
}

const isSound = (file: string) => {
  const connection = Connection.open(file, key);
  const answer = connection.pragma('integrity_check');
  connection.close();
  return answer === 'ok';
};

describe('overwriting', () => {
  test('looks at every page of every tree once, over as many turns as it takes, and writes those alone that hold remains', () => {
    const { file } = closedDatabase();
    const { roots, pages, numbersOf, inner } = look(file);
    const third = numbersOf('third');
    const dirty = [1, inner[0] ?? 0, third[3] ?? 0, third.at(-1) ?? 0].sort((a, b) => a - b);
    for (const number of dirty) leaveRemains(file, number);
    const before = readFileSync(file);
    const work = new Overwriting();
    expect(work).toMatchObject({ share: 0, isDone: false, pagesLooked: 0, pagesWritten: 0 });
    const written: number[] = [];
    const looked: number[] = [];
    for (let turns = 1; !work.isDone; turns++) {
      expect(turns).toBeLessThan(100);
      written.push(...work.someMore(file, key, { roots, commits: 7, limit: 10 }));
      looked.push(work.pagesLooked);
      expect(work.share).toBeCloseTo(work.pagesLooked / pages.length, 10);
    }
    const turns = Math.ceil(pages.length / 10);
    expect(looked).toEqual(
      Array.from({ length: turns }, (_, n) => Math.min(pages.length, 10 * (n + 1))),
    );
    expect(work.share).toBe(1);
    expect(written).toEqual(dirty);
    expect(work.pagesWritten).toBe(dirty.length);
    expect(work.someMore(file, key, { roots, commits: 7, limit: 10 })).toEqual([]);
    const after = readFileSync(file);
    for (let at = 0; at < after.length; at += pageBytes) {
      const number = at / pageBytes + 1;
      const isAsBefore = after
        .subarray(at, at + pageBytes)
        .equals(before.subarray(at, at + pageBytes));
      expect(isAsBefore, `page ${number}`).toBe(!dirty.includes(number));
      expect(textOf(file, number).includes(remains)).toBe(false);
    }
    expect(isSound(file)).toBe(true);
    expect(existsSync(`${file}-pages`)).toBe(false);
  });

  test('leaves out what is no tree’s page any more, and what became one since it began', () => {
    const { file } = closedDatabase();
    const before = look(file);
    const work = new Overwriting();
    work.someMore(file, key, { roots: before.roots, commits: 1, limit: 5 });
    const gone = before.numbersOf('third').filter((number) => number > 5);
    const none = look(file, 'DROP TABLE third');
    work.someMore(file, key, { roots: none.roots, commits: 2, limit: 5 });
    const now = look(
      file,
      `CREATE TABLE fourth (note TEXT); INSERT INTO fourth SELECT note || note FROM first;
       INSERT INTO fourth SELECT note FROM fourth`,
    );
    // It takes the pages that are free by now, and more.
    expect(now.pages.at(-1)?.page).toBeGreaterThan(before.pages.at(-1)?.page ?? 0);
    while (!work.isDone) work.someMore(file, key, { roots: now.roots, commits: 3, limit: 1000 });
    expect(work.pagesLooked).toBe(before.pages.length - gone.length);
  });

  test('opens no page again to see that the trees are as they were, and of trees that changed those alone that did', () => {
    const { file } = closedDatabase();
    const { roots, pages, inner } = look(file);
    // The page that leads to the second table's leaves has remains, which is then written in place.
    const [first = 0, second = 0] = inner;
    leaveRemains(file, first);
    const opened = vi.spyOn(Pages.prototype, 'open');
    const openedBy = (given: { commits: number; limit: number; roots?: number[] }) => {
      opened.mockClear();
      work.someMore(file, key, { roots, ...given });
      return opened.mock.calls.map(([, number]) => number);
    };
    const work = new Overwriting();
    const leaves = 4;
    // At first each inner page, one leaf of each tree, and what is looked at.
    expect(openedBy({ commits: 1, limit: first })).toHaveLength(
      inner.length + leaves + work.pagesLooked,
    );
    const done = work.pagesLooked;
    expect(work.pagesWritten).toBe(1);
    expect(openedBy({ commits: 1, limit: 2 })).toHaveLength(2);
    expect(openedBy({ commits: 2, limit: 2 })).toHaveLength(2);
    rewritePage(file, key, second, () => {});
    opened.mockClear();
    const again = openedBy({ commits: 3, limit: 2 });
    expect(again.filter((number) => number === second)).toHaveLength(1);
    expect(again).not.toContain(first);
    expect(again).toHaveLength(1 + leaves + 2);
    // Known again from then on, those that did not change too.
    expect(openedBy({ commits: 4, limit: 2 })).toHaveLength(2);
    rewritePage(file, key, first, () => {});
    expect(openedBy({ commits: 5, limit: 2 })).toContain(first);
    expect(work.pagesLooked).toBe(done + 10);
    const created = look(file, 'CREATE TABLE fourth (note TEXT)');
    expect(openedBy({ commits: 6, limit: 2, roots: created.roots }).length).toBeGreaterThan(2);
    while (!work.isDone) openedBy({ commits: 6, limit: 100, roots: created.roots });
    expect(work.pagesLooked).toBe(pages.length);
  });

  test('of a page that is damaged says which, and leaves it as it is', async () => {
    const { file } = closedDatabase();
    const { roots, numbersOf } = look(file);
    const number = numbersOf('second').at(-1) ?? 0;
    const bytes = readFileSync(file);
    bytes.writeUInt8(bytes.readUInt8(number * pageBytes - 1) ^ 1, number * pageBytes - 1);
    writeFileSync(file, bytes);
    const all = { roots, commits: 1, limit: 1000 };
    const message = await expectRefusal('database-damaged', () =>
      new Overwriting().someMore(file, key, all),
    );
    expect(message).toContain(`Page ${number} of`);
    expect(readFileSync(file).equals(bytes)).toBe(true);
  });

  test.skipIf(process.platform !== 'linux')(
    'has its note on the disk before a page is written, and the pages before the note is removed; closes each file and forgets the key',
    async () => {
      const { folder, file } = closedDatabase();
      const { roots, numbersOf } = look(file);
      for (const number of numbersOf('first').slice(-2)) leaveRemains(file, number);
      const before = openFiles();
      const forget = vi.spyOn(Pages.prototype, 'forget');
      const seen = await watchDisk(folder, true);
      new Overwriting().someMore(file, key, { roots, commits: 1, limit: 1000 });
      expect(seen).toEqual([
        ...['made.db-pages.tmp written', 'made.db-pages.tmp', 'renamed', 'folder'],
        ...['made.db written', 'made.db written', 'made.db'],
        'made.db-pages removed',
      ]);
      expect(openFiles()).toBe(before);
      expect(forget).toHaveBeenCalledOnce();
      seen.length = 0;
      new Overwriting().someMore(file, key, { roots, commits: 1, limit: 1000 });
      expect(seen).toEqual([]);
    },
  );
});

describe('a note of pages that were being written', () => {
  const commits = 2 ** 33 + 5;
  /** A page that was to have zeroes in its unused part, torn in its middle. */
  function torn() {
    const { file } = closedDatabase();
    const { numbersOf } = look(file);
    const [number = 0, other = 0] = numbersOf('second').slice(-2);
    const bytes = readFileSync(file);
    const pages = new Pages(key, bytes);
    const at = (which: number) => (which - 1) * pageBytes;
    const former = bytes.subarray(at(number), at(number) + pageBytes);
    const text = pages.open(former, number);
    if (!text) throw new Error('not authentic');
    const fresh = pages.seal(text, number, former);
    const damagedFile = Buffer.from(bytes);
    fresh.copy(damagedFile, at(number), 0, 1024);
    writeFileSync(file, damagedFile);
    const pageOf = (which: number) => readFileSync(file).subarray(at(which), at(which) + pageBytes);
    return {
      file,
      number,
      other,
      fresh,
      before: damagedFile,
      pageOf,
      sealOther: () => {
        const page = bytes.subarray(at(other), at(other) + pageBytes);
        return pages.seal(pages.open(page, other) ?? Buffer.alloc(0), other, page);
      },
    };
  }
  /** As the format of the note has it: HMAC, commits, then each page behind its number. */
  function noteByHand(pages: readonly (readonly [number, Buffer])[], said = commits): Buffer {
    const head = Buffer.alloc(8);
    head.writeBigUInt64BE(BigInt(said));
    const body = Buffer.concat([head, ...pages.flatMap(([n, page]) => [u32(n), page])]);
    const own = Buffer.from(hkdfSync('sha256', key, '', 'dermaspike overwritten pages', 32));
    return Buffer.concat([createHmac('sha256', own).update(body).digest(), body]);
  }

  test('is readable by this user alone, and as every version of the program writes it', () => {
    const { file, number, fresh, other, sealOther } = torn();
    const pages = [
      [number, fresh],
      [other, sealOther()],
    ] as const;
    writeNote(file, key, commits, new Map(pages));
    expect(readFileSync(`${file}-pages`).equals(noteByHand(pages))).toBe(true);
    if (process.platform !== 'win32') expect(statSync(`${file}-pages`).mode & 0o777).toBe(0o600);
    expect(existsSync(`${file}-pages.tmp`)).toBe(false);
  });

  test('has a torn page be as it was to be, and one that is whole as it is', () => {
    const { file, number, other, fresh, sealOther, pageOf } = torn();
    const whole = Buffer.from(pageOf(other));
    writeFileSync(
      `${file}-pages`,
      noteByHand([
        [number, fresh],
        [other, sealOther()],
      ]),
    );
    healTornPages(file, key, commits);
    expect(pageOf(number).equals(fresh)).toBe(true);
    expect(pageOf(other).equals(whole)).toBe(true);
    expect(isSound(file)).toBe(true);
    expect(existsSync(`${file}-pages`)).toBe(false);
    // A second time there is nothing to do, nor where there never was a note.
    expect(() => healTornPages(file, key, commits)).not.toThrow();
  });

  test('is not believed where it is of another moment, cut short or not this clinic’s; it is removed', () => {
    const { file, number, fresh, before } = torn();
    const good = noteByHand([[number, fresh]]);
    const forged = Buffer.from(good);
    forged.writeUInt8(forged.readUInt8(500) ^ 1, 500);
    for (const [what, note, asked] of [
      ['of one commit before', good, commits + 1],
      ['of an unknown moment', good, undefined],
      ['forged', forged, commits],
      ['empty', Buffer.alloc(0), commits],
      ['shorter than what proves it', good.subarray(0, 30), commits],
      ['without its end', good.subarray(0, -1), commits],
      ['without pages', noteByHand([]), commits],
    ] as const) {
      writeFileSync(`${file}-pages`, note);
      healTornPages(file, key, asked);
      expect(readFileSync(file).equals(before), what).toBe(true);
      expect(existsSync(`${file}-pages`), what).toBe(false);
    }
  });

  test.skipIf(process.platform !== 'linux')('leaves no file open', () => {
    const { file, number, fresh } = torn();
    const opened = openFiles();
    const forget = vi.spyOn(Pages.prototype, 'forget');
    writeNote(file, key, commits, new Map([[number, fresh]]));
    healTornPages(file, key, commits);
    expect(openFiles()).toBe(opened);
    expect(forget).toHaveBeenCalledOnce();
  });
});
