import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { Connection } from '../../src/store/connection.ts';
import { Report } from '../../src/store/health/report.ts';
import { checkRows } from '../../src/store/health/row-check.ts';
import { behindIndex, rewritePage } from './beneath.ts';
import { temporaryFolder } from './harness.ts';

afterEach(() => void vi.restoreAllMocks());

const key = randomBytes(32);
/** Tables of every make: with a key of their own and without, their own index, and references to each of them. */
const schema = `
  CREATE TABLE person (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, number INTEGER UNIQUE, archived_at TEXT, note TEXT
  );
  CREATE INDEX person_by_name ON person (name COLLATE NOCASE DESC,number ASC);
  CREATE INDEX person_by_length ON person (coalesce(length(note), 0), substr(name, 1, 2) DESC);
  CREATE INDEX person_current ON person (name)
    WHERE (archived_at IS NULL);
  CREATE TABLE share (owner TEXT, part INTEGER, note TEXT, PRIMARY KEY (owner, part)) WITHOUT ROWID;
  CREATE INDEX share_by_note ON share (note);
  CREATE TABLE link (
    person_id TEXT REFERENCES person, number INTEGER REFERENCES person (number),
    owner TEXT, part INTEGER, FOREIGN KEY (owner, part) REFERENCES share
  );`;
const people = 45;

/** A sound database of that schema, closed. */
function closedDatabase(): string {
  const file = path.join(temporaryFolder(), 'made.db');
  const made = Connection.create(file, key);
  made.script(schema);
  made.transaction(() => {
    for (let n = 0; n < people; n++)
      made.run('INSERT INTO person VALUES (:id, :name, :number, :archived, :note)', {
        ...{ id: `p${n}`, name: `Name ${n % 7}`, number: n % 5 === 0 ? null : n },
        ...{
          archived: n % 3 === 0 ? '2026-01-01' : null,
          note: n % 4 === 0 ? null : 'x'.repeat(n),
        },
      });
    for (let n = 0; n < 30; n++)
      made.script(`INSERT INTO share VALUES ('o${n % 4}', ${n}, 'note ${n % 6}')`);
  });
  made.script(`INSERT INTO link VALUES ('p1', 2, 'o1', 1), (NULL, NULL, NULL, NULL),
    ('p2', NULL, 'o2', 2), ('p3', 3, NULL, 77)`);
  made.close();
  return file;
}

interface Watched {
  readonly entries?: ReadonlyMap<string, number>;
  readonly watch?: (connection: Connection) => void;
}

async function checked(file: string, { entries = new Map(), watch = () => {} }: Watched = {}) {
  const connection = Connection.open(file, key);
  watch(connection);
  const report = new Report();
  const shares: number[] = [];
  try {
    const turn = async (share: number) => void shares.push(share);
    const rows = await checkRows(connection, entries, report, turn);
    return { rows, shares, problems: report.problems };
  } finally {
    connection.close();
  }
}

const rootOf = (file: string, name: string): number => {
  const connection = Connection.open(file, key);
  const row = connection.get('SELECT rootpage AS root FROM sqlite_schema WHERE name = :name', {
    name,
  });
  connection.close();
  return (row as { root: number }).root;
};

test('of tables and indexes of every make that are sound nothing is told, and every row is counted', async () => {
  const { rows, problems, shares } = await checked(closedDatabase());
  expect(problems).toEqual([]);
  expect(rows).toBe(people + 30 + 4);
  expect(shares.toSorted((one, other) => one - other)).toEqual(shares);
  expect(shares.at(-1)).toBe(1);
});

test.each([
  [
    'a row that an index lacks',
    ['person_by_name', `INSERT INTO person VALUES ('new', 'New', 900, NULL, NULL)`],
    ['rows of person that cannot be found by person_by_name: 1'],
  ],
  [
    'rows that an index of expressions lacks, in each piece that is looked at',
    ['person_by_length', `UPDATE person SET note = note || 'y' WHERE number IN (2, 3, 43)`],
    [
      'rows of person that cannot be found by person_by_length: 2',
      'rows of person that cannot be found by person_by_length: 1',
      'entries of person_by_length that are of no row of person: 2',
      'entries of person_by_length that are of no row of person: 1',
    ],
  ],
  [
    'rows that an index over some rows lacks or has too many of, and no other',
    [
      'person_current',
      `UPDATE person SET archived_at = NULL WHERE id IN ('p3', 'p6');
       UPDATE person SET name = 'Else' WHERE id = 'p9'`,
    ],
    ['rows of person that cannot be found by person_current: 2'],
  ],
  [
    'an entry of a row that is gone, the last that is looked at',
    ['person_by_name', `DELETE FROM person WHERE id = 'p0'`],
    ['entries of person_by_name that are of no row of person: 1'],
  ],
  [
    'a row that differs from its entry in the last column alone',
    ['person_by_name', `UPDATE person SET number = 800 WHERE id = 'p1'`],
    [
      'rows of person that cannot be found by person_by_name: 1',
      'entries of person_by_name that are of no row of person: 1',
    ],
  ],
  [
    'an index of a table that is its own index',
    ['share_by_note', `UPDATE share SET note = 'other' WHERE part = 29`],
    [
      'rows of share that cannot be found by share_by_note: 1',
      'entries of share_by_note that are of no row of share: 1',
    ],
  ],
  [
    'references to rows that are not there, by one column or two, by a key or another column',
    [
      'share_by_note',
      `UPDATE link SET person_id = 'nobody' WHERE person_id = 'p1';
       UPDATE link SET number = 901 WHERE person_id = 'p3';
       INSERT INTO link VALUES (NULL, NULL, 'o1', 2), (NULL, NULL, 'nobody', 1)`,
    ],
    [
      'rows of link that refer to missing ones of share: 2',
      'rows of link that refer to missing ones of person: 1',
      'rows of link that refer to missing ones of person: 1',
    ],
  ],
] as const)('%s are told of', async (_, [index, sql], wanted) => {
  const file = closedDatabase();
  behindIndex(file, key, index, sql);
  expect((await checked(file)).problems).toEqual(wanted);
});

test('a row that the index of its key lacks is told of', async () => {
  const file = closedDatabase();
  const name = 'sqlite_autoindex_person_1';
  rewritePage(file, key, rootOf(file, name), (text) => {
    text.writeUInt16BE(text.readUInt16BE(3) - 1, 3);
  });
  expect((await checked(file)).problems).toEqual([
    `rows of person that cannot be found by ${name}: 1`,
  ]);
});

test('rows of a table that is its own index are told of where they have changed places, or are there twice', async () => {
  const swapped = closedDatabase();
  rewritePage(swapped, key, rootOf(swapped, 'share'), (text) => {
    const [one, other] = [text.readUInt16BE(8 + 2 * 4), text.readUInt16BE(8 + 2 * 5)];
    text.writeUInt16BE(other, 8 + 2 * 4);
    text.writeUInt16BE(one, 8 + 2 * 5);
  });
  expect((await checked(swapped)).problems).toContain('rows of share that are out of order: 1');
  const twice = closedDatabase();
  rewritePage(twice, key, rootOf(twice, 'share'), (text) => {
    text.writeUInt16BE(text.readUInt16BE(8 + 2 * 4), 8 + 2 * 5);
  });
  expect((await checked(twice)).problems).toContain('rows of share that are out of order: 1');
});

/** Two tables: thirty rows with an index, and one row without. */
function smallDatabase(): string {
  const file = path.join(temporaryFolder(), 'made.db');
  const made = Connection.create(file, key);
  made.script(`CREATE TABLE many (id INTEGER PRIMARY KEY, note TEXT);
    CREATE INDEX many_by_note ON many (note);
    CREATE TABLE one (note TEXT);
    INSERT INTO one VALUES ('x');`);
  made.transaction(() => {
    for (let n = 0; n < 30; n++) made.script(`INSERT INTO many (note) VALUES ('x${n}')`);
  });
  made.close();
  return file;
}

/** How many rows each piece was to have, of the table and of its index. */
function pieces() {
  const found = { rows: [] as number[], entries: [] as number[] };
  const watch = (connection: Connection, onGet = () => {}) => {
    const all = connection.all.bind(connection);
    vi.spyOn(connection, 'all').mockImplementation((sql, parameters) => {
      const [, limit] = sql.match(/FROM "many"[\s\S]* LIMIT (\d+)/) ?? [];
      if (limit) found.rows.push(Number(limit));
      return all(sql, parameters);
    });
    const get = connection.get.bind(connection);
    vi.spyOn(connection, 'get').mockImplementation((sql, parameters) => {
      if (parameters?.limit !== undefined) found.entries.push(Number(parameters.limit));
      onGet();
      return get(sql, parameters);
    });
  };
  return { found, watch };
}

test('how far it is goes by tables and in each by its rows, and never beyond it where more were added', async () => {
  vi.spyOn(performance, 'now').mockReturnValue(1000);
  const { found, watch } = pieces();
  const entries = new Map([['many', 20]]);
  const { rows, shares } = await checked(smallDatabase(), { entries, watch });
  expect(rows).toBe(31);
  // A turn before each question and behind each piece, of the index too.
  expect(shares).toEqual([0, 0.25, 0.25, 0.5, 0.5, 0.5, 1]);
  expect(found).toEqual({ rows: [10, 20, 40], entries: [10, 20, 40] });
});

test('pieces become smaller where a question about them takes long', async () => {
  let nowMs = 1000;
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
  const { found, watch } = pieces();
  await checked(smallDatabase(), {
    watch: (connection) =>
      watch(connection, () => {
        nowMs += 11;
      }),
  });
  const inAll = (limits: number[]) => limits.reduce((sum, limit) => sum + limit, 0);
  for (const limits of [found.rows, found.entries]) {
    expect(limits.slice(0, 5)).toEqual([10, 5, 2, 1, 1]);
    expect(inAll(limits)).toBe(31);
  }
});
