import {
  existsSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { Connection, pageBytes, type RestingDatabase, scalar } from '../../src/store/connection.ts';
import { expectRefusal, temporaryFolder } from './harness.ts';

const key = new Uint8Array(32).fill(7);

afterEach(() => void vi.restoreAllMocks());

/** A database with a table, whose commits are counted. */
function counted() {
  const file = path.join(temporaryFolder(), 'a.db');
  const connection = Connection.create(file, key);
  onTestFinished(() => connection.close());
  connection.script(`CREATE TABLE clinic_state (commits INTEGER NOT NULL) STRICT;
    INSERT INTO clinic_state VALUES (0); CREATE TABLE t (n INTEGER, b BLOB) STRICT`);
  const commits: number[] = [];
  connection.countCommits((count) => commits.push(count));
  return { file, connection, commits };
}

const insert = (connection: Connection, n: number) =>
  connection.run('INSERT INTO t (n) VALUES (:n)', { n });
const rows = (connection: Connection) =>
  connection.all('SELECT n FROM t ORDER BY n').map((row) => (row as { n: number }).n);
/** The database as it rests, in a file of its own. */
async function copied(resting: RestingDatabase): Promise<Connection> {
  const bytes = Buffer.alloc(resting.sizeBytes);
  await resting.read(bytes, 0);
  const file = path.join(temporaryFolder(), 'copy.db');
  writeFileSync(file, bytes);
  const copy = Connection.open(file, key);
  onTestFinished(() => copy.close());
  return copy;
}
const openFiles = (file: string) =>
  readdirSync('/proc/self/fd').filter((number) => {
    try {
      return readlinkSync(`/proc/self/fd/${number}`).startsWith(file);
    } catch {
      // That of the listing itself.
      return false;
    }
  }).length;

describe('a database', () => {
  const settings = {
    ...{ cipher: 'sqlcipher', page_size: 4096, journal_mode: 'wal', locking_mode: 'exclusive' },
    ...{ synchronous: 2, fullfsync: 1, checkpoint_fullfsync: 1, foreign_keys: 1, secure_delete: 1 },
    ...{ temp_store: 2, trusted_schema: 0, cell_size_check: 1, wal_autocheckpoint: 0 },
    ...{ journal_size_limit: 67_108_864, cache_size: -65_536 },
  };
  const settingsOf = (connection: Connection) =>
    Object.fromEntries(Object.keys(settings).map((name) => [name, connection.pragma(name)]));

  test('has the same settings when it was just made, opened, and opened again under way', () => {
    const { file, connection } = counted();
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(settingsOf(connection)).toEqual(settings);
    let reopened = 0;
    connection.afterReopening(() => {
      reopened += 1;
    });
    expect(connection.whileClosed(key, (name) => name)).toBe(file);
    expect(reopened).toBe(1);
    expect(settingsOf(connection)).toEqual(settings);
    connection.close();
    const opened = Connection.open(file, key);
    opened.allowWriting();
    expect(settingsOf(opened)).toEqual(settings);
    opened.close();
  });

  test('under another key, or that is not there, is refused at once, and nothing stays open or is made', async () => {
    const { file, connection } = counted();
    connection.close();
    const before = openFiles(path.dirname(file));
    const wrong = new Uint8Array(32).fill(8);
    await expectRefusal('database-damaged', () => Connection.open(file, wrong));
    const absent = path.join(path.dirname(file), 'b.db');
    await expectRefusal('no-access', () => Connection.open(absent, key));
    await expectRefusal('no-access', () => Connection.openReadOnly(absent, key));
    expect(existsSync(absent)).toBe(false);
    expect(openFiles(path.dirname(file))).toBe(before);
  });

  test('that is only looked at cannot be changed, and keeps its log', async () => {
    const { file, connection } = counted();
    insert(connection, 1);
    const [database, log] = [file, `${file}-wal`].map((name) => readFileSync(name));
    const folder = temporaryFolder();
    const copy = path.join(folder, 'a.db');
    writeFileSync(copy, database ?? '');
    writeFileSync(`${copy}-wal`, log ?? '');
    const look = Connection.openReadOnly(copy, key);
    expect(rows(look)).toEqual([1]);
    await expectRefusal('no-access', () => insert(look, 2));
    look.close();
    expect(readFileSync(`${copy}-wal`)).toEqual(log);
    expect(readFileSync(copy)).toEqual(database);
  });
});

describe('commits', () => {
  test('are counted, each once, when they are on the disk; what was undone is not', () => {
    const { connection, commits } = counted();
    const seen: unknown[] = [];
    connection.countCommits((count) => {
      commits.push(count);
      // Nothing is under way any more: it cannot be undone.
      seen.push(rows(connection).length);
    });
    insert(connection, 1);
    expect(commits).toEqual([1]);
    connection.transaction(() => {
      insert(connection, 2);
      connection.transaction(() => insert(connection, 3));
      expect(commits).toEqual([1]);
    });
    expect(commits).toEqual([1, 2]);
    const undone = () =>
      connection.transaction(() => {
        insert(connection, 4);
        throw new Error('undone');
      });
    expect(undone).toThrow('undone');
    expect(commits).toEqual([1, 2]);
    insert(connection, 5);
    expect([commits, seen, rows(connection)]).toEqual([
      [1, 2, 3],
      [1, 3, 4],
      [1, 2, 3, 5],
    ]);
  });

  test('have what is to end each of them, once, in the transaction itself', () => {
    const { connection, commits } = counted();
    let ended = 0;
    connection.beforeCommit(() => {
      ended += 1;
      if (ended === 2) throw new Error('does not fit');
      insert(connection, 100 + ended);
    });
    connection.transaction(() => {
      insert(connection, 1);
      connection.transaction(() => insert(connection, 2));
    });
    expect(() => insert(connection, 3)).toThrow('does not fit');
    expect([ended, commits, rows(connection)]).toEqual([2, [1], [1, 2, 101]]);
  });

  test('are told with their pages, also what was written before the file is given away', () => {
    const { connection } = counted();
    const pages: number[][] = [];
    connection.followLog();
    connection.onPages((each) => pages.push([...each]));
    insert(connection, 1);
    expect(pages).toHaveLength(1);
    connection.followLog();
    expect(pages).toHaveLength(1);
    connection.script('INSERT INTO t (n) VALUES (2)');
    expect(pages).toHaveLength(1);
    connection.whileClosed(key, () => expect(pages).toHaveLength(2));
    insert(connection, 3);
    expect(pages).toHaveLength(3);
  });
});

/** Commits that write one page each, until the log has so many. */
function fillLog(connection: Connection, file: string, frames: number) {
  const written = () => (statSync(`${file}-wal`).size - 32) / (pageBytes + 24);
  connection.transaction(() => {
    for (let n = 0; n < frames - 40; n++)
      connection.run('INSERT INTO t VALUES (1, :b)', { b: Buffer.alloc(3000, n) });
  });
  expect(written()).toBeLessThan(frames);
  while (written() < frames) connection.transaction(() => {});
  expect(written()).toBe(frames);
}

describe('the log', () => {
  const stateOf = (file: string) => {
    const { size, mtimeNs } = statSync(file, { bigint: true });
    return `${size} ${mtimeNs}`;
  };

  test('is moved into the database with its 4000th page, and not again before it has as many', () => {
    const { file, connection } = counted();
    fillLog(connection, file, 3999);
    const before = stateOf(file);
    connection.transaction(() => {});
    const moved = stateOf(file);
    expect(moved).not.toBe(before);
    expect(statSync(file).size).toBeGreaterThan(3900 * pageBytes);
    connection.transaction(() => {});
    expect(stateOf(file)).toBe(moved);
  });

  test('waits while the file rests, and is moved when that ends', async () => {
    const { file, connection } = counted();
    fillLog(connection, file, 3999);
    const before = stateOf(file);
    await connection.whileFileRests(async () => {
      connection.transaction(() => {});
      expect(stateOf(file)).toBe(before);
    });
    const moved = stateOf(file);
    expect(moved).not.toBe(before);
    connection.transaction(() => {});
    await connection.whileFileRests(async () => {});
    expect(stateOf(file)).toBe(moved);
  });

  test('that cannot be moved as yet is left for the next time, and read meanwhile', async () => {
    const { file, connection } = counted();
    fillLog(connection, file, 3999);
    const before = stateOf(file);
    const next = (answer: () => unknown) =>
      vi.spyOn(Database.prototype, 'pragma').mockImplementationOnce(() => answer());
    const fails = (code: string) => () => {
      throw new Database.SqliteError('as SQLite has it', code);
    };
    let n = 1;
    const commits = () => insert(connection, ++n);
    const known = () => [...new Set(rows(connection))];
    for (const answer of [
      // As where somebody reads, or the disk is full.
      () => [{ busy: 1, log: 4000, checkpointed: 4000 }],
      () => [{ busy: 0, log: 4000, checkpointed: 3000 }],
      fails('SQLITE_BUSY'),
      fails('SQLITE_FULL'),
    ]) {
      next(answer);
      commits();
      const copy = await connection.whileFileRests(async (resting) => {
        const found = await copied(resting);
        // It ends with another try.
        next(answer);
        return found;
      });
      expect([...new Set(rows(copy))]).toEqual(known());
    }
    next(fails('SQLITE_CORRUPT'));
    await expectRefusal('database-damaged', commits);
    next(() => {
      throw new TypeError('a mistake');
    });
    expect(commits).toThrow(TypeError);
    expect(stateOf(file)).toBe(before);
    expect(known()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    commits();
    expect(stateOf(file)).not.toBe(before);
  });
});

describe('while the file rests', () => {
  test('it is as it was at that moment, whatever is saved meanwhile', async () => {
    const { connection } = counted();
    insert(connection, 1);
    const copy = await connection.whileFileRests(async (resting) => {
      insert(connection, 2);
      connection.script('CREATE TABLE more (b BLOB); INSERT INTO more VALUES (zeroblob(50000))');
      return copied(resting);
    });
    expect(rows(copy)).toEqual([1]);
    expect(rows(connection)).toEqual([1, 2]);
    connection.whileClosed(key, () => {});
    // All of it is in the file now, and none in the log.
    const whole = await connection.whileFileRests(copied);
    expect(rows(whole)).toEqual([1, 2]);
  });

  test('what is behind its end is not read', async () => {
    const { connection } = counted();
    connection.whileClosed(key, () => {});
    const reading = connection.whileFileRests(async (resting) => {
      const buffer = Buffer.alloc(2 * pageBytes);
      await resting.read(buffer, resting.sizeBytes - 2 * pageBytes);
      await resting.read(buffer, resting.sizeBytes - pageBytes);
    });
    await expect(reading).rejects.toThrow('became shorter');
  });

  /** Work that is under way until it is let go. */
  function held() {
    const { promise, resolve } = Promise.withResolvers<void>();
    let isBegun = false;
    const work = async () => {
      isBegun = true;
      await promise;
    };
    return { work, release: resolve, begun: () => isBegun };
  }
  const settle = () => new Promise(setImmediate);

  test('long work is refused beside other long work, and begins once that is done', async () => {
    const { connection } = counted();
    const [first, second] = [held(), held()];
    expect(connection.isResting).toBe(false);
    const done = connection.whileFileRests(first.work);
    expect(connection.isResting).toBe(true);
    const message = await expectRefusal('database-in-use', () =>
      connection.whileFileRests(second.work),
    );
    expect(message).toContain('Wait until that is done');
    expect(second.begun()).toBe(false);
    first.release();
    await done;
    expect(connection.isResting).toBe(false);
    second.release();
    await connection.whileFileRests(second.work);
    expect(second.begun()).toBe(true);
  });

  test.each([
    ['long work waits for brief', true, false],
    ['brief work waits for long', false, true],
    ['brief work waits for brief', true, true],
  ])('%s', async (_, isFirstBrief, isSecondBrief) => {
    const { connection } = counted();
    const [first, second] = [held(), held()];
    const one = connection.whileFileRests(first.work, { isBrief: isFirstBrief });
    const other = connection.whileFileRests(second.work, { isBrief: isSecondBrief });
    let isRested = false;
    const rested = connection.rested().then(() => {
      isRested = true;
    });
    await settle();
    expect([first.begun(), second.begun(), isRested]).toEqual([true, false, false]);
    first.release();
    await one;
    await settle();
    expect([second.begun(), isRested]).toEqual([true, false]);
    second.release();
    await Promise.all([other, rested]);
    await connection.rested();
    expect(connection.isResting).toBe(false);
  });

  test('what it fails by is told as the store’s, and the file rests no longer', async () => {
    const { connection } = counted();
    const full = Object.assign(new Error('full'), { code: 'ENOSPC' });
    await expectRefusal('disk-full', () => connection.whileFileRests(() => Promise.reject(full)));
    expect(connection.isResting).toBe(false);
  });

  test.skipIf(process.platform !== 'linux')(
    'its files are closed with the connection, or when the work ends that was under way then',
    async () => {
      const { file, connection } = counted();
      const folder = path.dirname(file);
      await connection.whileFileRests(async () => {});
      connection.close();
      expect(openFiles(folder)).toBe(0);
      const again = Connection.open(file, key);
      again.allowWriting();
      insert(again, 1);
      const { work, release } = held();
      const done = again.whileFileRests(work);
      again.close();
      expect(openFiles(folder)).toBeGreaterThan(0);
      release();
      await done;
      expect(openFiles(folder)).toBe(0);
    },
  );

  test('it is given to nobody, nor within a transaction', async () => {
    const { connection } = counted();
    const give = () => connection.whileClosed(key, () => expect.unreachable());
    const { work, release } = held();
    const done = connection.whileFileRests(work);
    expect(give).toThrow('in use');
    release();
    await done;
    connection.transaction(() => expect(give).toThrow('in use'));
    expect(connection.isOpen).toBe(true);
  });
});

test('a database whose file was given away is open again, whatever became of that', () => {
  const { connection } = counted();
  insert(connection, 1);
  const failing = () =>
    connection.whileClosed(key, () => {
      expect(connection.isOpen).toBe(false);
      throw new Error('the disk failed');
    });
  expect(failing).toThrow('the disk failed');
  expect(connection.isOpen).toBe(true);
  expect(rows(connection)).toEqual([1]);
});

test('an answer without its number is damage', async () => {
  const { connection } = counted();
  insert(connection, 5);
  expect(scalar(connection, 'SELECT n AS value FROM t WHERE n = :n', { n: 5 })).toBe(5);
  for (const sql of [
    'SELECT n AS value FROM t WHERE n = 6',
    'SELECT n AS other FROM t',
    "SELECT 'five' AS value FROM t",
    'SELECT b AS value FROM t',
  ])
    await expectRefusal('database-damaged', () => scalar(connection, sql));
});

test('a query is prepared once, as long as there are 200 of them', () => {
  const { connection } = counted();
  const prepare = vi.spyOn(Database.prototype, 'prepare');
  const ask = (n: number) => connection.get(`SELECT ${n} AS value`);
  for (const _ of [1, 2]) for (let n = 0; n < 199; n++) expect(ask(n)).toEqual({ value: n });
  // With those that it had at first.
  const before = prepare.mock.calls.length;
  ask(0);
  expect(prepare).toHaveBeenCalledTimes(before);
  ask(200);
  expect(ask(0)).toEqual({ value: 0 });
  expect(prepare).toHaveBeenCalledTimes(before + 1);
  // Then it begins anew.
  ask(201);
  ask(0);
  expect(prepare).toHaveBeenCalledTimes(before + 3);
});

test('each row is shown in its turn', () => {
  const { connection } = counted();
  for (const n of [3, 1, 2]) insert(connection, n);
  const seen: unknown[] = [];
  connection.each('SELECT n FROM t WHERE n > :n ORDER BY n', (row) => seen.push(row), { n: 1 });
  expect(seen).toEqual([{ n: 2 }, { n: 3 }]);
});
