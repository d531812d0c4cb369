import { copyFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { bodyMapView } from '../../src/clinic/entities/index.ts';
import { Connection } from '../../src/store/connection.ts';
import { unlockClinic } from '../../src/store/index.ts';
import {
  loadMigrations,
  type Migration,
  migrate,
  schemaVersion,
} from '../../src/store/migrations.ts';
import {
  dataKeyOf,
  details,
  expectRefusal,
  newClinic,
  passphrase,
  sha256,
  temporaryFolder,
  userName,
} from './harness.ts';

const clock = () => new Date('2026-01-02T03:04:05.678Z');
const key = new Uint8Array(32).fill(7);
const program = loadMigrations();

function emptyDatabase(): Connection {
  return Connection.create(path.join(temporaryFolder(), 'empty.db'), key);
}

function nextMigration(sql: string): Migration {
  const number = program.length + 1;
  return { number, name: `${String(number).padStart(4, '0')}_next.sql`, sql, sha256: sha256(sql) };
}

/** The hash of each file in a folder, by name. */
function fingerprint(folder: string): Record<string, string> {
  const names = readdirSync(folder).sort();
  return Object.fromEntries(
    names.map((name) => [name, sha256(readFileSync(path.join(folder, name)))]),
  );
}

test('the chain of migrations makes the expected schema of an empty database', () => {
  const connection = emptyDatabase();
  migrate(connection, program, clock);
  const objects = connection.all(
    `SELECT type || ' ' || name || ' on ' || tbl_name AS line FROM sqlite_schema
     WHERE name NOT LIKE 'sqlite_%' ORDER BY line`,
  );
  const columns = connection.all(
    `SELECT t.name || '.' || c.name || ' ' || c.type || iif(c."notnull", '', ' null')
       || iif(c.pk, ' key', '') AS line
     FROM sqlite_schema t, pragma_table_info(t.name) c
     WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' ORDER BY t.name, c.cid`,
  );
  const lines = [...objects, ...columns].map((row) => Object.values(row as object).join());
  expect(lines.join('\n')).toMatchSnapshot();
  const tables = connection.all(
    `SELECT name, "strict" FROM pragma_table_list
     WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'`,
  );
  for (const table of tables) expect(table).toMatchObject({ strict: 1 });
  connection.close();
});

test('each migration is recorded with its checksum, and applied once', () => {
  const connection = emptyDatabase();
  migrate(connection, program, clock);
  migrate(connection, program, clock);
  expect(schemaVersion(connection)).toBe(program.length);
  expect(connection.all('SELECT * FROM schema_migration ORDER BY number')).toEqual(
    program.map(({ number, name, sha256 }) => ({
      number,
      name,
      sha256,
      applied_at: '2026-01-02T03:04:05.678Z',
    })),
  );
  connection.close();
});

test('a migration that fails in its middle leaves the database at the one before', () => {
  const connection = emptyDatabase();
  const failing = nextMigration(
    'CREATE TABLE extra (a TEXT) STRICT; INSERT INTO nowhere VALUES (1);',
  );
  expect(() => migrate(connection, [...program, failing], clock)).toThrow(/nowhere/);
  expect(schemaVersion(connection)).toBe(program.length);
  expect(connection.get("SELECT name FROM sqlite_schema WHERE name = 'extra'")).toBeUndefined();
  connection.close();
});

test('a migration that breaks a reference between records is not applied', () => {
  const connection = emptyDatabase();
  const breaking = nextMigration(
    `INSERT INTO patient_word (word, patient_id) VALUES ('x', 'nobody');`,
  );
  expect(() => migrate(connection, [...program, breaking], clock)).toThrow(/_next\.sql breaks/);
  expect(schemaVersion(connection)).toBe(program.length);
  expect(connection.pragma('foreign_keys')).toBe(1);
  connection.close();
});

test('an applied migration whose text has changed is refused by name', async () => {
  const connection = emptyDatabase();
  migrate(connection, program, clock);
  const changed = program.map((migration) => ({ ...migration, sha256: sha256('other') }));
  const message = await expectRefusal('database-damaged', () =>
    migrate(connection, changed, clock),
  );
  expect(message).toContain('0001_initial.sql');
  connection.close();
});

test("a newer program's database is refused and left as it is, byte for byte", async () => {
  const { folder, store } = await newClinic();
  store.close();
  const connection = Connection.open(path.join(folder, 'clinic.db'), await dataKeyOf(folder));
  connection.allowWriting();
  migrate(connection, [...program, nextMigration('CREATE TABLE extra (a TEXT) STRICT;')], clock);
  connection.close();
  const before = fingerprint(folder);
  const message = await expectRefusal('database-newer', () =>
    unlockClinic(folder, { userName, passphrase }),
  );
  expect(message).toContain('Nothing was changed');
  expect(fingerprint(folder)).toEqual(before);
  expect(Object.keys(before)).toEqual([
    'clinic.db',
    'clinic.db-mark',
    'clinic.json',
    'failed-unlocks.json',
  ]);
});

test("a newer program's database that was not closed keeps its log, byte for byte", async () => {
  const { folder, store } = await newClinic();
  store.patients.enrol(details({ familyName: 'Okafor' }));
  store.close();
  const connection = Connection.open(path.join(folder, 'clinic.db'), await dataKeyOf(folder));
  connection.allowWriting();
  migrate(connection, [...program, nextMigration('CREATE TABLE extra (a TEXT) STRICT;')], clock);
  const crashed = path.join(temporaryFolder(), 'crashed');
  mkdirSync(crashed);
  for (const name of readdirSync(folder))
    copyFileSync(path.join(folder, name), path.join(crashed, name));
  connection.close();
  const before = fingerprint(crashed);
  expect(Object.keys(before)).toEqual([
    'clinic.db',
    'clinic.db-mark',
    'clinic.db-wal',
    'clinic.json',
    'failed-unlocks.json',
  ]);
  await expectRefusal('database-newer', () => unlockClinic(crashed, { userName, passphrase }));
  expect(fingerprint(crashed)).toEqual(before);
});

test('images stored before a removed one’s file could be imported again keep all that belongs to them', () => {
  const connection = emptyDatabase();
  const at = program.findIndex(({ name }) => name.endsWith('_corrections.sql'));
  migrate(connection, program.slice(0, at), clock);
  const [one, two] = [1, 2].map((n) => `01890000-0000-7000-8000-00000000000${n}`);
  const now = '2026-01-02T03:04:05.678Z';
  connection.script(`
    INSERT INTO user VALUES ('${one}', 'Ada', 'ada', 'clinician', '${now}');
    INSERT INTO patient VALUES
      ('${one}', '', 'Okafor', '', 'okafor', NULL, 'unknown', NULL, '', '${now}', '${now}', NULL);
    INSERT INTO lesion VALUES
      ('${one}', '${one}', 'A', 'neck', 'left', NULL, NULL, NULL, '', '${now}');
    INSERT INTO visit VALUES ('${one}', '${one}', '${now}', '');`);
  const image = (id: string, removedAt: string) => `
    INSERT INTO image (id, patient_id, lesion_id, visit_id, sha256, file_name, format, width_px,
      height_px, byte_length, sharpness, exposure, clipped, skin, quality_warnings, imported_at,
      removed_at)
    VALUES ('${id}', '${one}', '${one}', '${one}', '${sha256(id)}', 'x.jpg', 'jpeg', 1, 1, 1, 1,
      1, 1, 1, '[]', '${now}', ${removedAt});`;
  connection.script(`
    ${image(one ?? '', 'NULL')} ${image(two ?? '', `'${now}'`)}
    INSERT INTO image_original VALUES ('${one}', x'00');
    INSERT INTO review VALUES (1, '${two}', '${one}', NULL, '${one}', 'nv', 'monitor', '', '${now}');`);
  const before = connection.all('SELECT * FROM image ORDER BY seq');
  expect(before).toMatchObject([{ has_review: 1 }, { has_review: 0 }]);

  migrate(connection, program, clock);
  expect(connection.all('SELECT lesion_id, kind, due_on, length(id) AS n FROM follow_up')).toEqual([
    { lesion_id: one, kind: 'monitor', due_on: null, n: 36 },
  ]);
  const after = connection.all('SELECT * FROM image ORDER BY seq');
  expect(after).toMatchObject(
    before.map((row) => ({ ...(row as object), removed_with_lesion: 0 })),
  );
  expect(connection.all('SELECT * FROM pragma_foreign_key_check')).toEqual([]);
  connection.script(
    image(`${two?.slice(0, -1)}3`, 'NULL').replace(/'[0-9a-f]{64}'/, `'${sha256(two ?? '')}'`),
  );
  expect(() =>
    connection.script(
      image(`${one?.slice(0, -1)}4`, 'NULL').replace(/'[0-9a-f]{64}'/, `'${sha256(one ?? '')}'`),
    ),
  ).toThrow(/UNIQUE/);
  connection.script(`
    INSERT INTO review (seq, id, image_id, reviewer_id, impression, decision, note, created_at)
    VALUES (2, '${one}', '${two}', '${one}', 'nv', 'monitor', '', '${now}');`);
  expect(connection.get(`SELECT has_review FROM image WHERE id = '${two}'`)).toEqual({
    has_review: 1,
  });
  expect(() => connection.script(`DELETE FROM image WHERE id = '${one}'`)).toThrow();
  connection.close();
});

test('lesions placed before the map had its close views keep their place, their images and their waiting', () => {
  const connection = emptyDatabase();
  const at = program.findIndex(({ name }) => name.endsWith('_body_map_views.sql'));
  migrate(connection, program.slice(0, at), clock);
  const id = (name: string) => name.padEnd(36, '0');
  const now = clock().toISOString();
  connection.script(`
    INSERT INTO patient (id, record_number, family_name, given_name, sex, note, created_at, updated_at,
      sort_name)
    VALUES ('${id('p')}', '', 'Okafor', '', 'unknown', '', '${now}', '${now}', 'okafor');
    INSERT INTO lesion (id, patient_id, label, body_site, laterality, position_view, position_x,
      position_y, note, created_at, revision, closed_on, closed_reason)
    VALUES ('${id('a')}', '${id('p')}', 'A', 'face', 'left', 'front', 0.5, 0.1, 'flat', '${now}', 3,
        '2026-01-01', 'gone'),
      ('${id('b')}', '${id('p')}', 'B', 'hand', 'left', NULL, NULL, NULL, '', '${now}', 1, NULL, NULL);
    UPDATE lesion SET removed_at = '${now}', merged_into = '${id('a')}' WHERE label = 'B';`);
  const lesions = () => connection.all('SELECT * FROM lesion ORDER BY label');
  const before = lesions();
  migrate(connection, program, clock);
  expect(lesions()).toEqual(before);
  const place = (view: string) =>
    connection.run(
      'UPDATE lesion SET position_view = :view, position_x = 0.2, position_y = 0.3 WHERE label = :label',
      { view, label: 'B' },
    );
  for (const view of bodyMapView.options) place(view);
  expect(() => place('elbow')).toThrow(/CHECK/);
  connection.script("UPDATE lesion SET body_site = 'foot' WHERE label = 'A'");
  expect(connection.all('SELECT * FROM waiting_lesion')).toEqual([]);
  connection.close();
});

test('the migrations are numbered without gaps', () => {
  expect(program.map(({ number }) => number)).toEqual(program.map((_, index) => index + 1));
  const folder = temporaryFolder();
  copyFileSync(
    path.join(import.meta.dirname, '../../migrations/0001_initial.sql'),
    path.join(folder, '0002_initial.sql'),
  );
  expect(() => loadMigrations(folder)).toThrow(/migration 1 is missing/);
});
