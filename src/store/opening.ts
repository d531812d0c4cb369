import { copyFileSync, existsSync, rmSync, statSync } from 'node:fs';
import { v7 as newId } from 'uuid';
import { assertReadableAndWritable } from './access.ts';
import {
  databasePath,
  markPath,
  type NewClinicFile,
  readClinicFile,
  settled,
  writeClinicFile,
} from './clinic-file.ts';
import { readClinicState } from './clinic-state.ts';
import { ClinicStore } from './clinic-store.ts';
import type { Clock } from './clock.ts';
import { Connection, pageBytes } from './connection.ts';
import { StoreError, translated } from './errors.ts';
import { HighWater } from './high-water.ts';
import type { ScryptCost } from './key-slots.ts';
import { assertNotNewer, loadMigrations, migrate, schemaVersion } from './migrations.ts';
import { AuditRepository } from './repositories/audit.ts';

export interface Opening {
  readonly folder: string;
  /** What becomes clinic.json, where there is none yet. */
  readonly fresh?: NewClinicFile;
  /** Zeroed on failure. */
  readonly dataKey: Buffer;
  readonly scryptCost: ScryptCost;
  readonly clock: Clock;
  /** Open the clinic even though acknowledged changes are missing. */
  readonly acceptsLoss?: boolean;
}

/**
 * Opens the clinic's database once it has proved to be this clinic's, whole, and not older than what
 * was acknowledged; then brings it up to date, and clinic.json with it. Until then nothing is written
 * anywhere. Tells how many commits are missing, if that is accepted.
 */
export function openStore(opening: Opening): { store: ClinicStore; missingCommits: number } {
  const { folder, dataKey, scryptCost, clock } = opening;
  const database = databasePath(folder);
  const highWater = new HighWater(markPath(folder), fileOf(opening).clinicId, dataKey);
  try {
    assertPresent(folder, database);
    const migrations = loadMigrations();
    const examine = (connection: Connection) => {
      if (schemaVersion(connection) === 0) throw damaged('it holds nothing');
      assertNotNewer(connection, migrations);
      return assertCurrent(connection, highWater, opening);
    };
    if (existsSync(logOf(database))) examineLog(database, opening, examine);
    const connection = Connection.open(database, dataKey);
    try {
      const missingCommits = examine(connection);
      connection.allowWriting();
      migrate(connection, migrations, clock);
      beginSession(connection, highWater, opening);
      const audit = new AuditRepository(connection, clock);
      connection.beforeCommit(() => audit.enterRest());
      connection.countCommits((count) => highWater.reached(count));
      const keys = { dataKey, highWater, scryptCost };
      const store = new ClinicStore({ folder, connection, audit, clock, ...keys });
      store.patients.indexMissing();
      return { store, missingCommits };
    } catch (error) {
      connection.close();
      throw error;
    }
  } catch (error) {
    highWater.abandon();
    dataKey.fill(0);
    throw error;
  }
}

function fileOf({ fresh, folder }: Opening): NewClinicFile {
  return fresh ?? readClinicFile(folder);
}

/** Brings clinic.json up to date. On a full disk it stays as it is, so that the records can be read. */
function beginSession(connection: Connection, highWater: HighWater, opening: Opening): void {
  const { commits, slotChange } = readClinicState(connection);
  // Read again: now that the database is locked, nobody else changes it.
  const file = settled(fileOf(opening), slotChange);
  try {
    writeClinicFile(opening.folder, { ...file, mark: highWater.begin(commits) });
    highWater.follow();
  } catch (error) {
    const isFull = error instanceof StoreError && error.code === 'disk-full';
    if (!isFull || opening.fresh) throw error;
  }
}

/** SQLite takes a file without content for a new database, and deletes the log beside it. */
function assertPresent(folder: string, database: string): void {
  translated(() => {
    const size = sizeOf(database);
    const log = logOf(database);
    const hasLog = existsSync(log);
    for (const file of [database, folder, ...(hasLog ? [log] : [])])
      assertReadableAndWritable(file);
    // With a log beside it, its last page may be cut short by a disk that was full.
    if (size < pageBytes || (size % pageBytes !== 0 && !hasLog))
      throw damaged(`it has ${size} bytes, which is no whole database`);
  });
}

function sizeOf(database: string): number {
  try {
    return translated(() => statSync(database).size);
  } catch (error) {
    if (error instanceof StoreError) throw error;
    throw new StoreError(
      'database-damaged',
      'The file clinic.db is missing from the data folder. Restore it from a backup; clinic.json alone holds no records.',
      { cause: error },
    );
  }
}

/**
 * A program that did not close the database left its log. To open the database for writing would
 * move the log into it at close; so look first, without a trace.
 */
function examineLog(
  database: string,
  { dataKey, acceptsLoss }: Opening,
  examine: (connection: Connection) => number,
): void {
  const index = `${database}-shm`;
  const hadIndex = existsSync(index);
  const look = Connection.openReadOnly(database, dataKey);
  try {
    if (!canLook(look)) return;
    if (examine(look) > 0 && acceptsLoss)
      copyFileSync(logOf(database), `${logOf(database)}.set-aside-${newId()}`);
  } finally {
    look.close();
    if (!hadIndex) rmSync(index, { force: true });
  }
}

/** To look takes a little space, which a full disk lacks; to open does not, and tells of damage. */
function canLook(look: Connection): boolean {
  try {
    schemaVersion(look);
    return true;
  } catch (error) {
    if (error instanceof StoreError) return false;
    throw error;
  }
}

/** The acknowledged commits that the database lacks. Throws `database-older` if there may be none. */
function assertCurrent(connection: Connection, highWater: HighWater, opening: Opening): number {
  const { mark } = fileOf(opening);
  const { commits } = readClinicState(connection);
  const proven = mark ? highWater.proven(mark) : commits > 0 ? undefined : 0;
  if (opening.acceptsLoss) return Math.max(0, (proven ?? 0) - commits);
  if (proven === undefined) throw older('clinic.json is not the one that belongs to clinic.db');
  if (proven <= commits) return 0;
  const missing = proven - commits;
  throw older(
    `the last ${missing === 1 ? 'change is' : `${missing} changes are`} missing from clinic.db. It is an older copy, or its log clinic.db-wal was damaged or removed`,
  );
}

function older(what: string): StoreError {
  return new StoreError(
    'database-older',
    `The clinic was not opened: ${what}. Nothing was changed. Copy the data folder as it is, then restore clinic.db and clinic.json together from a backup; or open the clinic with its recovery key, to go on with the records that are there.`,
  );
}

function damaged(how: string): StoreError {
  return new StoreError(
    'database-damaged',
    `The file clinic.db is damaged: ${how}. Nothing was changed. Restore clinic.db and clinic.json together from a backup.`,
  );
}

function logOf(database: string): string {
  return `${database}-wal`;
}
