import { z } from 'zod';
import { type Connection, type Parameters, scalar } from '../connection.ts';
import { firstRows, nextRows } from '../give-way.ts';
import type { Report, Turn } from './report.ts';

const tableRow = z.object({ name: z.string(), hasRowid: z.int() });
const indexRow = z.object({ name: z.string(), origin: z.string(), sql: z.string().nullable() });
const columnRow = z.object({ name: z.string() });
const entriesRow = z.object({ entries: z.int(), wrong: z.int() });
const referenceRow = z.object({
  id: z.int(),
  parent: z.string(),
  from: z.string(),
  to: z.string().nullable(),
});

const keyValues = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));

interface Question {
  /** Counts those of the rows "one" within a slice that something is wrong with. */
  readonly sql: (within: string) => string;
  readonly what: string;
}

interface Table {
  readonly name: string;
  /** What its rows are told by, in their order. */
  readonly keys: readonly string[];
  /** Has a query look up rows in the table itself, and in no index that holds as much of them. */
  readonly itself: string;
  readonly questions: readonly Question[];
}

/**
 * Looks whether each row is found by each index of its table, each entry is of a row, and what a row refers to
 * is there. The database may be written to meanwhile: each slice is looked at as it is then. `entries` says about how many rows tables have.
 */
export async function checkRows(
  connection: Connection,
  entries: ReadonlyMap<string, number>,
  report: Report,
  turn: Turn,
): Promise<number> {
  const tables = connection
    .all(
      `SELECT list.name, NOT list.wr AS hasRowid FROM pragma_table_list AS list
       WHERE list.schema = 'main' AND list.type = 'table' AND list.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
       ORDER BY list.name`,
    )
    .map((row) => tableRow.parse(row));
  let rows = 0;
  for (const [index, { name, hasRowid }] of tables.entries()) {
    const keys = hasRowid ? ['rowid'] : primaryKey(connection, name);
    const itself = hasRowid ? 'NOT INDEXED' : indexedByKey(connection, name);
    const indexes = indexesOf(connection, name, hasRowid !== 0);
    const questions = [
      ...(hasRowid ? [] : [orderQuestion(name, keys)]),
      ...indexes.map((index) => indexQuestion(name, keys, index)),
      ...referenceQuestions(connection, name),
    ];
    const table = { name, keys, itself, questions };
    const inAll = Math.max(1, entries.get(name) ?? 1);
    rows += await checkTable(connection, table, report, (done) =>
      turn((index + Math.min(1, done / inAll)) / tables.length),
    );
    for (const each of indexes)
      await checkEntries(connection, table, each, report, () => turn((index + 1) / tables.length));
  }
  return rows;
}

async function checkTable(
  connection: Connection,
  { name, keys, questions }: Table,
  report: Report,
  turn: (rows: number) => Promise<void>,
): Promise<number> {
  const all = (value: (key: string, n: number) => string) => keys.map(value).join(', ');
  const ofOne = all((key) => `one.${quoted(key)}`);
  const select = `SELECT ${all((key, n) => `one.${quoted(key)} AS key${n}`)}
    FROM ${quoted(name)} AS one NOT INDEXED`;
  let rows = 0;
  let limit = firstRows;
  let after: Parameters | undefined;
  for (;;) {
    let begun = performance.now();
    const behind = after ? `(${ofOne}) > (${all((_, n) => `:after${n}`)})` : 'TRUE';
    const slice = connection.all(
      `${select} WHERE ${behind} ORDER BY ${ofOne} LIMIT ${limit}`,
      after,
    );
    if (slice.length === 0) return rows;
    const last = keyValues.parse(slice.at(-1));
    const named = (end: string): Parameters =>
      Object.fromEntries(keys.map((_, n) => [`${end}${n}`, last[`key${n}`] ?? null]));
    const within = `${behind} AND (${ofOne}) <= (${all((_, n) => `:last${n}`)})`;
    let longestMs = performance.now() - begun;
    for (const { sql, what } of questions) {
      await turn(rows);
      begun = performance.now();
      const wrong = scalar(connection, sql(within), { ...after, ...named('last') });
      if (wrong > 0) report.tell(`rows of ${name} that ${what}: ${wrong}`);
      longestMs = Math.max(longestMs, performance.now() - begun);
    }
    rows += slice.length;
    after = named('after');
    limit = nextRows(limit, longestMs);
    await turn(rows);
  }
}

/** Whether each entry of an index is of a row that is as the entry says. */
async function checkEntries(
  connection: Connection,
  { name, keys, itself }: Table,
  index: Index,
  report: Report,
  turn: () => Promise<void>,
): Promise<void> {
  const { listed, same } = compared(index, keys);
  const only = index.condition ? `WHERE (${index.condition})` : '';
  const isOf = keys.map((key, n) => `${quoted(key)} = entry.part${index.parts.length + n}`);
  const sql = `SELECT count(*) AS entries, coalesce(sum(NOT EXISTS (
      SELECT 1 FROM ${quoted(name)} ${itself} WHERE ${isOf.join(' AND ')} AND ${same}
    )), 0) AS wrong
    FROM (SELECT ${listed} FROM ${quoted(name)} INDEXED BY ${quoted(index.name)} ${only}
      LIMIT :limit OFFSET :done) AS entry`;
  let limit = firstRows;
  for (let done = 0; ; ) {
    const begun = performance.now();
    const found = entriesRow.parse(connection.get(sql, { limit, done }));
    if (found.wrong > 0)
      report.tell(`entries of ${index.name} that are of no row of ${name}: ${found.wrong}`);
    done += found.entries;
    if (found.entries < limit) return;
    limit = nextRows(limit, performance.now() - begun);
    await turn();
  }
}

/** That the rows of a table that is its own index stand in order, each once. */
function orderQuestion(table: string, keys: readonly string[]): Question {
  const all = (value: (key: string, n: number) => string) => keys.map(value).join(', ');
  const listed = all(
    (key, n) => `one.${quoted(key)} AS key${n}, lag(one.${quoted(key)}) OVER inOrder AS former${n}`,
  );
  return {
    sql: (within) => `SELECT count(*) AS value FROM (
        SELECT ${listed} FROM ${quoted(table)} AS one NOT INDEXED WHERE ${within}
        WINDOW inOrder AS (ORDER BY ${all((key) => `one.${quoted(key)}`)})
      ) WHERE (${all((_, n) => `key${n}`)}) <= (${all((_, n) => `former${n}`)})`,
    what: 'are out of order',
  };
}

interface Index extends IndexParts {
  readonly name: string;
}

function indexesOf(connection: Connection, table: string, hasRowid: boolean): Index[] {
  return (
    connection
      .all(
        `SELECT list.name, list.origin, schema.sql FROM pragma_index_list(:table) AS list
           LEFT JOIN sqlite_schema AS schema ON schema.name = list.name`,
        { table },
      )
      .map((row) => indexRow.parse(row))
      // The primary key of a table without numbered rows is the table.
      .filter(({ origin }) => hasRowid || origin !== 'pk')
      .map(({ name, sql }) => ({
        name,
        ...(sql === null ? columnsOf(connection, name) : parseIndex(sql)),
      }))
  );
}

/** For a table without numbered rows, where NOT INDEXED leaves SQLite free to choose another index. */
function indexedByKey(connection: Connection, table: string): string {
  const sql = `SELECT name FROM pragma_index_list(:table) WHERE origin = 'pk'`;
  return `INDEXED BY ${quoted(columnRow.parse(connection.get(sql, { table })).name)}`;
}

/** What of a row its entry has: as columns `part0`, … of a query, and that they are the same. */
function compared({ parts }: Index, keys: readonly string[]) {
  const values = [...parts, ...keys.map(quoted)];
  return {
    listed: values.map((value, n) => `${value} AS part${n}`).join(', '),
    same: values.map((value, n) => `${value} IS entry.part${n}`).join(' AND '),
  };
}

/** That an index leads to each row that it is about. */
function indexQuestion(table: string, keys: readonly string[], index: Index): Question {
  const { listed, same } = compared(index, keys);
  const only = index.condition ? `AND (${index.condition})` : '';
  return {
    sql: (within) => `SELECT count(*) AS value FROM (
        SELECT ${listed} FROM ${quoted(table)} AS one NOT INDEXED WHERE ${within} ${only}
      ) AS entry
      WHERE NOT EXISTS (SELECT 1 FROM ${quoted(table)} INDEXED BY ${quoted(index.name)}
        WHERE ${same} ${only})`,
    what: `cannot be found by ${index.name}`,
  };
}

interface IndexParts {
  /** Columns and expressions, as they stand in a query. */
  readonly parts: readonly string[];
  /** Of an index over some rows alone. */
  readonly condition?: string | undefined;
}

/** Of an index that SQLite made for a key. */
function columnsOf(connection: Connection, index: string): IndexParts {
  const sql = 'SELECT name FROM pragma_index_xinfo(:index) WHERE key = 1 ORDER BY seqno';
  const names = connection.all(sql, { index }).map((row) => columnRow.parse(row).name);
  return { parts: names.map(quoted) };
}

/** What stands between the outermost brackets of an index's definition, and behind them. */
function parseIndex(sql: string): IndexParts {
  const parts: string[] = [];
  let depth = 0;
  let from = sql.indexOf('(') + 1;
  for (let at = from - 1; at < sql.length; at++) {
    const sign = sql[at];
    if (sign === '(') depth += 1;
    if (sign === ')') depth -= 1;
    if (depth > 1 || (depth === 1 && sign !== ',')) continue;
    parts.push(sql.slice(from, at).replace(/\s+(ASC|DESC)\s*$/i, ''));
    from = at + 1;
    if (depth === 0) break;
  }
  return { parts, condition: sql.slice(from).match(/\bWHERE\b([\s\S]*)$/i)?.[1] };
}

function referenceQuestions(connection: Connection, table: string): Question[] {
  const rows = connection
    .all(
      `SELECT id, "table" AS parent, "from", "to" FROM pragma_foreign_key_list(:table)
       ORDER BY id, seq`,
      { table },
    )
    .map((row) => referenceRow.parse(row));
  const byId = Map.groupBy(rows, ({ id }) => id);
  return [...byId.values()].map((parts) => {
    const parent = parts[0]?.parent ?? '';
    const keys = primaryKey(connection, parent);
    const same = parts.map(
      ({ from, to }, n) => `parent.${quoted(to ?? keys[n] ?? 'rowid')} = one.${quoted(from)}`,
    );
    const isSet = parts.map(({ from }) => `one.${quoted(from)} IS NOT NULL`);
    return {
      sql: (within) => `SELECT count(*) AS value FROM ${quoted(table)} AS one NOT INDEXED
        WHERE ${within} AND ${isSet.join(' AND ')} AND NOT EXISTS (
          SELECT 1 FROM ${quoted(parent)} AS parent WHERE ${same.join(' AND ')})`,
      what: `refer to missing ones of ${parent}`,
    };
  });
}

function primaryKey(connection: Connection, table: string): string[] {
  return connection
    .all('SELECT name FROM pragma_table_info(:table) WHERE pk > 0 ORDER BY pk', { table })
    .map((row) => columnRow.parse(row).name);
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
