import { copyFileSync, existsSync, rmSync, statSync } from 'node:fs';
import { v7 as newId } from 'uuid';
import { assertReadableAndWritable } from './access.ts';
import { ChangedBlocks } from './backup/changed-blocks.ts';
import {
  changesPath,
  databasePath,
  markPath,
  type NewClinicFile,
  readClinicFile,
  settled,
  writeClinicFile,
} from './clinic-file.ts';
import { readClinicState } from './clinic-state.ts';
import { ClinicStore } from './clinic-store.ts';
import { type Clock, onThisComputer } from './clock.ts';
import { Connection, pageBytes } from './connection.ts';
import { keepErasedListKey } from './erasure/erased-list.ts';
import { healTornPages } from './erasure/overwriting.ts';
import { StoreError, translated } from './errors.ts';
import { HighWater, type MarkedHead } from './high-water.ts';
import type { ScryptCost } from './key-slots.ts';
import { examineLogFrames, type LogVerdict } from './log-frames.ts';
import { assertNotNewer, loadMigrations, migrate, schemaVersion } from './migrations.ts';
import {
  type AuditHead,
  AuditRepository,
  chainStart,
  entryHash,
  newestEntryAt,
} from './repositories/audit.ts';

export interface Opening {
  readonly folder: string;
  /** What becomes clinic.json, where there is none yet. */
  readonly fresh?: NewClinicFile;
  /** Zeroed on failure. */
  readonly dataKey: Buffer;
  /** The change that made it the data key, where clinic.json does not say yet that it was carried out. */
  readonly keyChange?: string | undefined;
  readonly scryptCost: ScryptCost;
  readonly clock: Clock;
  /** Open the clinic even though acknowledged changes are missing. */
  readonly acceptsLoss?: boolean;
  /** Told what is missing, where that is why it is not opened. */
  readonly tellLoss?: (loss: Loss) => void;
}

/**
 * Opens the clinic's database once it has proved to be this clinic's, whole, and not older than what
 * was acknowledged; then brings it up to date, and clinic.json with it. Until then nothing is written
 * anywhere. Tells what is missing, if that is accepted.
 */
export function openStore(opening: Opening): { store: ClinicStore; loss: Loss | undefined } {
  const { folder, dataKey, scryptCost, clock } = opening;
  const database = databasePath(folder);
  const { clinicId } = fileOf(opening);
  const highWater = new HighWater(markPath(folder), clinicId, dataKey);
  try {
    assertPresent(folder, database);
    const { mark } = fileOf(opening);
    healTornPages(database, dataKey, mark && highWater.proven(mark)?.commits);
    const migrations = loadMigrations();
    const log = translated(() => examineLogFrames(logOf(database)));
    const examine = (connection: Connection) => {
      if (schemaVersion(connection) === 0) throw damaged('it holds nothing');
      assertNotNewer(connection, migrations);
      const loss = findLoss(connection, highWater, log, opening);
      if (loss && !opening.acceptsLoss) {
        opening.tellLoss?.(loss);
        throw older(loss.why);
      }
      return loss;
    };
    const hasLog = existsSync(logOf(database));
    if (hasLog) examineLog(database, dataKey, examine);
    const connection = Connection.open(database, dataKey);
    try {
      const loss = examine(connection);
      connection.allowWriting();
      if (hasLog) dropLogsEnd(connection);
      const changes = new ChangedBlocks(changesPath(folder), clinicId, dataKey);
      changes.take(readClinicState(connection).commits, !hasLog);
      connection.onPages((pages) => changes.note(pages));
      migrate(connection, migrations, clock);
      // Of a clinic that an earlier program made.
      keepErasedListKey(connection, dataKey, clinicId);
      if (loss) noteLoss(connection, loss);
      const audit = new AuditRepository(connection, clock);
      const head = () => markedHead(audit.head(), clock());
      beginSession(connection, highWater, head(), opening);
      connection.beforeCommit(() => audit.enterRest());
      connection.countCommits((count) => highWater.reached(count, head()));
      const { keyChange } = opening;
      const keys = { dataKey, keyChange, highWater, scryptCost, changes };
      connection.afterReopening(() => audit.records.watch());
      const store = new ClinicStore({ folder, connection, audit, clock, ...keys });
      store.patients.indexMissing();
      return { store, loss };
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

function fileOf({ fresh, folder, keyChange }: Opening): NewClinicFile {
  const file = fresh ?? readClinicFile(folder);
  return keyChange === undefined ? file : settled(file, keyChange);
}

/** Where a computer stopped within a commit its frames stay behind the log's end; nothing may follow them. */
function dropLogsEnd(connection: Connection): void {
  try {
    connection.pragma('wal_checkpoint(TRUNCATE)');
  } catch (error) {
    if (!(error instanceof StoreError && error.code === 'disk-full')) throw error;
  }
}

/** Brings clinic.json up to date. On a full disk it stays as it is, so that the records can be read. */
function beginSession(
  connection: Connection,
  highWater: HighWater,
  head: MarkedHead,
  opening: Opening,
): void {
  const { commits, slotChange } = readClinicState(connection);
  // Read again: now that the database is locked, nobody else changes it.
  const file = settled(fileOf(opening), slotChange);
  const mark = highWater.begin(commits, head);
  try {
    writeClinicFile(opening.folder, { ...file, mark });
  } catch (error) {
    const isFull = error instanceof StoreError && error.code === 'disk-full';
    if (!isFull || opening.fresh) throw error;
  }
}

function markedHead({ seq, hash }: AuditHead, now: Date): MarkedHead {
  return { seq, hash: Buffer.from(hash).toString('base64'), at: now.toISOString() };
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
  dataKey: Uint8Array,
  examine: (connection: Connection) => Loss | undefined,
): void {
  const index = `${database}-shm`;
  const hadIndex = existsSync(index);
  const look = Connection.openReadOnly(database, dataKey);
  try {
    // A loss that is accepted.
    if (canLook(look) && examine(look))
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

/** Acknowledged changes that the database lacks, or may lack. */
export interface Loss {
  /** At least; 0 where nobody can tell. */
  readonly missing: number;
  /** The commits that it should have had, at least. */
  readonly commits: number;
  /** What is wrong with it, for a message. */
  readonly why: string;
}

function findLoss(
  connection: Connection,
  highWater: HighWater,
  log: LogVerdict,
  opening: Opening,
): Loss | undefined {
  const { mark } = fileOf(opening);
  const { commits } = readClinicState(connection);
  const proven = mark ? highWater.proven(mark) : undefined;
  const missing = Math.max(0, (proven?.commits ?? 0) - commits, log.lostCommits);
  const loss = (why: string): Loss => ({ missing, commits: commits + missing, why });
  const head = proven?.head;
  if (missing > 0) return loss(missingText(missing, newestEntryAt(connection), head?.at, log));
  if (log.isDamaged) return loss('the log clinic.db-wal is damaged, and changes may be missing');
  // Nothing was counted before migration 7.
  if (!proven && (mark || commits > 0))
    return loss(
      'clinic.json or clinic.db-mark is not the one that belongs to clinic.db, so nobody can tell whether changes are missing',
    );
  if (head && !hasEntry(connection, head))
    return loss('its audit log is not the one that was written last: entries are gone or changed');
  return undefined;
}

function hasEntry(connection: Connection, { seq, hash }: MarkedHead): boolean {
  const found = seq === 0 ? chainStart : entryHash(connection, seq);
  return found !== undefined && Buffer.from(hash, 'base64').equals(found);
}

function missingText(
  missing: number,
  from: string | undefined,
  to: string | undefined,
  log: LogVerdict,
): string {
  const what = `the last ${missing === 1 ? 'change is' : `${missing} changes are`} missing from clinic.db`;
  const when = [
    from && `it stands as it was on ${onThisComputer(from)}`,
    to && `the last change was made on ${onThisComputer(to)}`,
  ].filter((text) => text !== undefined);
  const why = log.isDamaged
    ? 'Its log clinic.db-wal is damaged'
    : 'It is an older copy, or its log clinic.db-wal was damaged or removed';
  return `${[what, ...when].join('; ')}. ${why}`;
}

/** The clinic goes on from the number that it should have had: no older copy passes for it. */
function noteLoss(connection: Connection, { commits }: Loss): void {
  connection.run('UPDATE clinic_state SET commits = :commits', { commits });
}

/** @param backup says what one can bring back. */
export function older(what: string, backup?: string): StoreError {
  return new StoreError(
    'database-older',
    `The clinic was not opened: ${what}. ${backup ? `${backup}. ` : ''}Nothing was changed. Copy the data folder as it is, then restore the clinic from a backup; or open it with its recovery key, to go on with the records that are there.`,
  );
}

function damaged(how: string): StoreError {
  return new StoreError(
    'database-damaged',
    `The file clinic.db is damaged: ${how}. Nothing was changed. Restore the clinic from a backup.`,
  );
}

function logOf(database: string): string {
  return `${database}-wal`;
}
