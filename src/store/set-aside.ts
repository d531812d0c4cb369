import { readdirSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { v7 as newId } from 'uuid';
import { type ClinicCopy, clinicCopy } from '../clinic/entities/index.ts';
import { byText } from '../clinic/entities/order.ts';
import { clinicFilePath, databasePath, readClinicFile } from './clinic-file.ts';
import { readClinicState } from './clinic-state.ts';
import { Connection, type RestingDatabase } from './connection.ts';
import { makePrivateFolder, renameDurably, writeDurably } from './durable-file.ts';
import { asStoreError, StoreError, translated } from './errors.ts';
import { failedUnlocksPath, failedUnlocksText } from './failed-unlocks.ts';
import { filePieces } from './file-pieces.ts';
import { schemaVersion } from './migrations.ts';
import { keysForCopy, type OpenClinic } from './open-clinic.ts';

/** Copies made before updates that are kept; a clinic that was replaced is kept for ever. */
const keptCopies = 2;
/** Left free beside a copy, for the records that are saved meanwhile. */
const marginBytes = 8 * 2 ** 20;
const pieceBytes = 2 ** 20;

/** Where the copies of the clinic in `dataFolder` lie, a folder each. */
export const setAsideFolder = (dataFolder: string): string => path.join(dataFolder, 'set-aside');

export const copyFile = (folder: string): string => path.join(folder, 'copy.json');

/**
 * Copies the open clinic, as it is at this moment, into `root`, and lets go of the copies before the
 * last two. The clinic stays in use meanwhile. Throws `disk-full`, and `changed-meanwhile` when it is
 * closed before the copy is whole; then nothing is left of it.
 */
export async function setAside(
  clinic: OpenClinic,
  root: string,
  program: string,
  onProgress: (share: number) => void = () => {},
): Promise<ClinicCopy> {
  const { connection, dataKey, clock } = clinic;
  const id = newId();
  const whole = path.join(root, id);
  const half = `${whole}.half`;
  try {
    const copy = await connection.whileFileRests(async (resting) => {
      const { sizeBytes } = resting;
      // What belongs together is read before anything else can happen.
      const keys = keysForCopy(clinic);
      const failedUnlocks = failedUnlocksText(clinic.folder);
      const { commits } = readClinicState(connection);
      const database = schemaVersion(connection);
      const madeAt = clock().toISOString();
      makePrivateFolder(half);
      assertRoom(root, sizeBytes);
      await copyPieces(resting, databasePath(half), (share) => {
        if (!connection.isOpen) throw closedMeanwhile();
        onProgress(share);
      });
      if (!connection.isOpen) throw closedMeanwhile();
      writeDurably(clinicFilePath(half), keys);
      if (failedUnlocks) writeDurably(failedUnlocksPath(half), failedUnlocks);
      assertOpens(databasePath(half), dataKey, commits);
      return clinicCopy.parse({ id, madeAt, why: 'update', program, database, sizeBytes });
    });
    writeCopyNote(half, copy);
    translated(() => renameDurably(half, whole));
    prune(root);
    return copy;
  } catch (error) {
    rmSync(half, { recursive: true, force: true });
    throw asStoreError(error);
  }
}

/** The copies in `root`, the newest first; folders that are none are passed over. */
export function listSetAside(root: string): ClinicCopy[] {
  return names(root)
    .map((name) => readCopyNote(path.join(root, name)))
    .filter((copy) => copy !== undefined)
    .sort(byText(({ madeAt }) => madeAt))
    .reverse();
}

export function readCopyNote(folder: string): ClinicCopy | undefined {
  try {
    const copy = clinicCopy.parse(JSON.parse(readFileSync(copyFile(folder), 'utf8')));
    return copy.id === path.basename(folder) ? copy : undefined;
  } catch {
    return undefined;
  }
}

export function writeCopyNote(folder: string, copy: ClinicCopy): void {
  writeDurably(copyFile(folder), `${JSON.stringify(copy, null, 2)}\n`);
}

/**
 * Deletes the copies of this clinic that may hold what came into it at `since`, and tells how many. One
 * whose keys cannot be read is deleted as well.
 */
export function dropCopies(root: string, clinicId: string, since: string): number {
  const holding = listSetAside(root).filter(
    ({ id, madeAt }) => madeAt >= since && isOf(path.join(root, id), clinicId),
  );
  for (const { id } of holding) rmSync(path.join(root, id), { recursive: true, force: true });
  prune(root);
  return holding.length;
}

function isOf(folder: string, clinicId: string): boolean {
  try {
    return readClinicFile(folder).clinicId === clinicId;
  } catch {
    return true;
  }
}

async function copyPieces(
  source: RestingDatabase,
  target: string,
  onProgress: (share: number) => void,
): Promise<void> {
  const out = await open(target, 'wx', 0o600);
  try {
    const { sizeBytes } = source;
    const whole = Buffer.alloc(Math.min(pieceBytes, sizeBytes));
    for (const { at, length } of filePieces(sizeBytes, pieceBytes)) {
      const buffer = whole.subarray(0, length);
      await source.read(buffer, at);
      onProgress((at + length) / sizeBytes);
      for (let done = 0; done < length; )
        done += (await out.write(buffer, done, length - done, at + done)).bytesWritten;
    }
    await out.truncate(sizeBytes);
    await out.sync();
  } finally {
    await out.close();
  }
}

/** Opens the copy with the clinic's key, and looks whether it is the one that was wanted. */
function assertOpens(database: string, dataKey: Uint8Array, commits: number): void {
  const copy = Connection.openReadOnly(database, dataKey);
  try {
    if (readClinicState(copy).commits !== commits)
      throw new StoreError(
        'database-damaged',
        'The copy of the clinic is not what was copied: the disk failed. Check it, then try again.',
      );
  } finally {
    copy.close();
    for (const suffix of ['-wal', '-shm']) rmSync(database + suffix, { force: true });
  }
}

function assertRoom(root: string, sizeBytes: number): void {
  const { bavail, bsize } = translated(() => statfsSync(root));
  if (bavail * bsize >= sizeBytes + marginBytes) return;
  const mb = (bytes: number) => `${Math.ceil(bytes / 1e6).toLocaleString('en-GB')} MB`;
  throw new StoreError(
    'disk-full',
    `A copy of the clinic needs ${mb(sizeBytes + marginBytes)}, and the disk has ${mb(bavail * bsize)} free. Nothing was changed. Free some space on it and try again.`,
  );
}

function closedMeanwhile(): StoreError {
  return new StoreError(
    'changed-meanwhile',
    'The clinic was locked before the copy of it was whole, so there is none. Unlock it and try again.',
  );
}

/** Also halves that a crash left behind. */
function prune(root: string): void {
  const former = listSetAside(root).filter(({ why }) => why === 'update');
  const gone = [
    ...former.slice(keptCopies).map(({ id }) => id),
    ...names(root).filter((name) => name.endsWith('.half')),
  ];
  for (const name of gone) rmSync(path.join(root, name), { recursive: true, force: true });
}

function names(root: string): string[] {
  try {
    return readdirSync(root);
  } catch {
    return [];
  }
}
