import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { productRoot } from '../processes/dist.ts';
import type { Clock } from './clock.ts';
import { type Connection, scalar } from './connection.ts';
import { StoreError } from './errors.ts';

export interface Migration {
  readonly number: number;
  /** The file's name, for example `0001_initial.sql`. */
  readonly name: string;
  readonly sql: string;
  readonly sha256: string;
}

const appliedMigration = z.object({ number: z.int(), name: z.string(), sha256: z.string() });

/** The program's migrations in order. Throws when the numbers are not 1, 2, 3, … */
export function loadMigrations(folder = path.join(productRoot, 'migrations')): Migration[] {
  const names = readdirSync(folder)
    .filter((name) => /^\d{4}_[a-z0-9_]+\.sql$/.test(name))
    .sort();
  return names.map((name, index) => {
    const number = Number(name.slice(0, 4));
    if (number !== index + 1)
      throw new Error(`The program is incomplete: migration ${index + 1} is missing or doubled.`);
    // A checkout on Windows may have other line ends.
    const sql = readFileSync(path.join(folder, name), 'utf8').replace(/\r\n/g, '\n');
    return { number, name, sql, sha256: createHash('sha256').update(sql).digest('hex') };
  });
}

export function schemaVersion(connection: Connection): number {
  return z.int().parse(connection.pragma('user_version'));
}

/** Throws `database-newer` when the database has a migration that this program lacks. */
export function assertNotNewer(connection: Connection, migrations: readonly Migration[]): void {
  const version = schemaVersion(connection);
  if (version > migrations.length)
    throw new StoreError(
      'database-newer',
      `A newer Dermaspike has used this clinic's database (its version ${version}, this program's ${migrations.length}). Nothing was changed. Install the newest version, then open it.`,
    );
}

/**
 * Applies what is missing, each migration in a transaction of its own. Throws `database-newer`, and
 * `database-damaged` when an applied one was not the program's.
 */
export function migrate(
  connection: Connection,
  migrations: readonly Migration[],
  clock: Clock,
): void {
  assertNotNewer(connection, migrations);
  const version = schemaVersion(connection);
  if (version > 0) assertSameHistory(connection, migrations.slice(0, version));
  const missing = migrations.slice(version);
  if (missing.length === 0) return;
  // A migration may rebuild a table that others refer to; the pragma has no effect inside one.
  connection.pragma('foreign_keys = OFF');
  try {
    for (const migration of missing)
      connection.transaction(() => apply(connection, migration, clock));
  } finally {
    connection.pragma('foreign_keys = ON');
  }
}

function apply(connection: Connection, migration: Migration, clock: Clock): void {
  connection.script(migration.sql);
  connection.run(
    `INSERT INTO schema_migration (number, name, sha256, applied_at)
     VALUES (:number, :name, :sha256, :appliedAt)`,
    {
      number: migration.number,
      name: migration.name,
      sha256: migration.sha256,
      appliedAt: clock().toISOString(),
    },
  );
  connection.pragma(`user_version = ${migration.number}`);
  const violations = 'SELECT count(*) AS value FROM pragma_foreign_key_check';
  if (scalar(connection, violations) > 0)
    throw new Error(`Migration ${migration.name} breaks references between records.`);
}

function assertSameHistory(connection: Connection, expected: readonly Migration[]): void {
  const rows = connection.all('SELECT number, name, sha256 FROM schema_migration ORDER BY number');
  const applied = z.array(appliedMigration).parse(rows);
  const odd =
    expected.find(({ sha256 }, index) => applied[index]?.sha256 !== sha256) ??
    applied[expected.length];
  if (odd)
    throw new StoreError(
      'database-damaged',
      `The clinic's database was set up by another edition of ${odd.name} than this program's. Nothing was changed. Open it with the program that was used last, or restore it from a backup.`,
    );
}
