import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { readClinicState } from '../../src/store/clinic-state.ts';
import { Connection, type Parameters } from '../../src/store/connection.ts';
import { unlockClinic } from '../../src/store/index.ts';
import { loadMigrations, migrate } from '../../src/store/migrations.ts';
import { Records } from '../../src/store/records.ts';
import { attack } from './audit-attack.ts';
import { closing, kdf, newClinic, passphrase, temporaryFolder, userName } from './harness.ts';

const id = (n: number) => `01890000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const now = '2026-01-02T03:04:05.678Z';

const key = new Uint8Array(32).fill(7);
const clock = () => new Date(now);
let empty: Buffer;
beforeAll(() => {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'dermaspike-records-')), 'a.db');
  const connection = Connection.create(file, key);
  migrate(connection, loadMigrations(), clock);
  connection.close();
  empty = readFileSync(file);
  rmSync(path.dirname(file), { recursive: true });
});

/** A database of the program's, without a clinic, that holds records to no others. */
function emptyRecords() {
  const file = path.join(temporaryFolder(), 'a.db');
  writeFileSync(file, empty);
  const connection = Connection.open(file, key);
  onTestFinished(() => connection.close());
  connection.pragma('foreign_keys = OFF');
  return { connection, records: new Records(connection) };
}

const addPatient = (connection: Connection, n: number, note = '') =>
  connection.run(
    `INSERT INTO patient (id, record_number, family_name, given_name, sort_name, sex, note,
       created_at, updated_at)
     VALUES (:id, '', 'Okafor', 'Ngozi', 'okafor', 'female', :note, :now, :now)`,
    { id: id(n), note, now },
  );
const addNotDouble = (connection: Connection, one: number, other: number) =>
  connection.run('INSERT INTO not_double VALUES (:one, :other, :user, :now)', {
    ...{ one: id(one), other: id(other), user: id(9), now },
  });

/** As the log has had it since entries vouch for records. */
function hashOf(table: string, columns: readonly (readonly [string, string | number])[]): string {
  return createHash('sha256')
    .update(JSON.stringify([table, columns]))
    .digest('base64url');
}

describe('a record’s hash', () => {
  const said = [
    ['created_at', now],
    ['family_name', 'Okafor'],
    ['given_name', 'Ngozi'],
    ['id', id(1)],
    ['note', ''],
    ['record_number', ''],
    ['sex', 'female'],
    ['updated_at', now],
  ] as const;

  test('is of its columns by name, without those that are empty or as they are by default', () => {
    const { connection, records } = emptyRecords();
    addPatient(connection, 1);
    expect(records.hash('patient', id(1))).toBe(hashOf('patient', said));
    // What is worked out from others does not count.
    connection.run("UPDATE patient SET sort_name = 'x', last_visit_at = :now", { now });
    expect(records.hash('patient', id(1))).toBe(hashOf('patient', said));
    connection.run(
      "UPDATE patient SET note = 'x', revision = 2, phototype = 3, had_melanoma = 'no'",
    );
    const more = said.map(([name, value]) => [name, name === 'note' ? 'x' : value] as const);
    const whole = [...more, ['had_melanoma', 'no'], ['phototype', 3], ['revision', 2]] as const;
    const sorted = whole.toSorted(([one], [other]) => (one < other ? -1 : 1));
    expect(records.hash('patient', id(1))).toBe(hashOf('patient', sorted));
  });

  test('is of bytes as base64', () => {
    const { connection, records } = emptyRecords();
    const [signing, sealing] = [1, 2].map((value) => Buffer.alloc(32, value));
    if (!signing || !sealing) throw new Error('No keys.');
    connection.run(
      `INSERT INTO user_key (id, user_id, signing, sealing, added_at)
       VALUES (:id, :user, :signing, :sealing, :now)`,
      { id: id(1), user: id(2), signing, sealing, now },
    );
    const columns = [
      ['added_at', now],
      ['id', id(1)],
      ['sealing', sealing.toString('base64')],
      ['signing', signing.toString('base64')],
      ['user_id', id(2)],
    ] as const;
    expect(records.hash('user_key', id(1))).toBe(hashOf('user_key', columns));
  });

  test('is none of a record that is not there, nor of a table that nobody vouches for', () => {
    const { connection, records } = emptyRecords();
    addNotDouble(connection, 1, 2);
    expect(records.hash('not_double', `${id(1)} ${id(2)}`)).not.toBeNull();
    expect(records.hash('not_double', `${id(2)} ${id(1)}`)).toBeNull();
    expect(records.hash('patient', id(1))).toBeNull();
    expect(records.hash('body_site', 'neck')).toBeNull();
  });
});

describe('the records of a table', () => {
  const pagesOf = (records: Records, kind: string, limit: number) => {
    const pages: string[][] = [];
    for (let after: Parameters | null = {}; after; ) {
      const page = records.page(kind, after, limit);
      pages.push(page.records.map(([, each]) => each));
      after = page.last;
    }
    return pages;
  };

  test('come page by page in the order of their keys, each once', () => {
    const { connection, records } = emptyRecords();
    for (const n of [3, 1, 5, 2, 4]) addPatient(connection, n);
    const all = [1, 2, 3, 4, 5].map(id);
    expect(pagesOf(records, 'patient', 2)).toEqual([
      all.slice(0, 2),
      all.slice(2, 4),
      all.slice(4),
    ]);
    expect(pagesOf(records, 'patient', 5)).toEqual([all, []]);
    expect(pagesOf(records, 'patient', 6)).toEqual([all]);
    expect(records.count('patient')).toBe(5);
    const [first] = records.page('patient', {}, 1).records;
    expect(first).toEqual(['patient', id(1), records.hash('patient', id(1))]);
  });

  test('whose key is of several columns, too', () => {
    const { connection, records } = emptyRecords();
    const pairs = [
      [1, 2],
      [1, 3],
      [1, 4],
      [2, 3],
      [2, 4],
    ] as const;
    for (const [one, other] of pairs.toReversed()) addNotDouble(connection, one, other);
    const all = pairs.map(([one, other]) => `${id(one)} ${id(other)}`);
    expect(pagesOf(records, 'not_double', 2)).toEqual([
      all.slice(0, 2),
      all.slice(2, 4),
      all.slice(4),
    ]);
    for (const [kind, each, hash] of records.page('not_double', {}, 9).records)
      expect(records.hash(kind, each)).toBe(hash);
  });

  test('that nobody vouches for are none', () => {
    const { records } = emptyRecords();
    expect(records.page('body_site', {}, 9)).toEqual({ records: [], last: null });
  });
});

describe('what a transaction changed', () => {
  test('is told once, by kind and number, as it is now', () => {
    const { connection, records } = emptyRecords();
    for (const n of [1, 2, 3]) addPatient(connection, n);
    records.watch();
    expect(records.takeTouched()).toEqual([]);
    addPatient(connection, 4);
    addNotDouble(connection, 1, 2);
    connection.run('DELETE FROM patient WHERE id = :id', { id: id(2) });
    connection.run("UPDATE patient SET note = 'x' WHERE id = :id", { id: id(1) });
    connection.run("UPDATE patient SET note = 'y' WHERE id = :id", { id: id(1) });
    expect(records.takeTouched()).toEqual([
      ['not_double', `${id(1)} ${id(2)}`, records.hash('not_double', `${id(1)} ${id(2)}`)],
      ['patient', id(1), records.hash('patient', id(1))],
      ['patient', id(2), null],
      ['patient', id(4), records.hash('patient', id(4))],
    ]);
    expect(records.takeTouched()).toEqual([]);
  });

  test('is nothing where only what is worked out from others was changed', () => {
    const { connection, records } = emptyRecords();
    addPatient(connection, 1);
    records.watch();
    connection.run("UPDATE patient SET sort_name = 'x', last_visit_at = :now", { now });
    expect(records.takeTouched()).toEqual([]);
  });

  test('is both numbers of a record that is given another', () => {
    const { connection, records } = emptyRecords();
    addPatient(connection, 1);
    records.watch();
    connection.run('UPDATE patient SET id = :id', { id: id(2) });
    expect(records.takeTouched().map(([, each]) => each)).toEqual([id(1), id(2)]);
  });
});

test('a database of before commits were counted has had none', () => {
  const program = loadMigrations();
  const connection = Connection.create(path.join(temporaryFolder(), 'a.db'), key);
  onTestFinished(() => connection.close());
  migrate(connection, program.slice(0, 6), clock);
  expect(readClinicState(connection)).toEqual({ commits: 0, slotChange: null });
  migrate(connection, program.slice(0, 7), clock);
  expect(readClinicState(connection)).toEqual({ commits: 0, slotChange: null });
  connection.run('UPDATE clinic_state SET commits = 5, slot_change = :id', { id: id(3) });
  expect(readClinicState(connection)).toEqual({ commits: 5, slotChange: id(3) });
});

describe('records that no entry vouches for', () => {
  const unlocked = async (folder: string) =>
    closing(await unlockClinic(folder, { userName, passphrase, kdf })).store;

  test('of before a migration are vouched for, 20,000 by an entry, and once', async () => {
    const { folder, store } = await newClinic();
    const version = store.databaseVersion;
    store.close();
    const count = 20_001;
    await attack(folder, (connection) => {
      connection.script(`UPDATE clinic_state SET vouched_version = ${version - 1};
        WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ${count})
        INSERT INTO patient (id, record_number, family_name, given_name, sort_name, sex, note,
          created_at, updated_at)
        SELECT '01890000-0000-7000-8000-' || printf('%012d', n), '', 'P', '', 'p', 'unknown', '',
          '${now}', '${now}' FROM n`);
    });
    const opened = await unlocked(folder);
    const { seq } = opened.audit.head();
    const entries = opened.audit.chained(seq - 2, 2);
    expect(entries).toMatchObject([
      { action: 'record.baseline', subject: `database:${version}`, userId: null },
      { action: 'record.baseline', subject: `database:${version}`, userId: null },
    ]);
    const vouched = entries.map(({ records }) => JSON.parse(records ?? '').length);
    expect(vouched).toEqual([20_000, 1]);
    expect(await opened.checkAudit()).toMatchObject({ intact: true });
    opened.close();
    const again = await unlocked(folder);
    expect(again.audit.head().seq).toBe(seq);
  });

  test('since then are told of', async () => {
    const { folder, store } = await newClinic();
    store.close();
    await attack(folder, (connection) => addPatient(connection, 1));
    const opened = await unlocked(folder);
    expect((await opened.checkAudit()).problems).toEqual([
      { what: 'record-unknown', subject: `patient:${id(1)}` },
    ]);
  });
});
