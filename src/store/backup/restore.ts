import { randomBytes } from 'node:crypto';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { type FileHandle, open, rm, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { v7 as newId } from 'uuid';
import { checkAudit } from '../audit-check.ts';
import {
  type ClinicFile,
  clinicFilePath,
  databasePath,
  findUserSlot,
  isClinicTextChanged,
  loginName,
  parseClinicFile,
} from '../clinic-file.ts';
import { systemClock } from '../clock.ts';
import { Connection, pageBytes } from '../connection.ts';
import { makePrivateFolder, writeDurably } from '../durable-file.ts';
import { carryErased, erasedListFile } from '../erasure/erased-list.ts';
import { asStoreError, StoreError } from '../errors.ts';
import { openRecoverySlot, openUserSlot, wrongPassphrase } from '../key-slots.ts';
import { finishPuttingBack, putBack } from '../put-back.ts';
import { AuditRepository } from '../repositories/audit.ts';
import { setAsideFolder, writeCopyNote } from '../set-aside.ts';
import { readContents } from './contents.ts';
import { asBackupError, assertGoesOn, BackupError } from './errors.ts';
import {
  blockPlaces,
  type Contents,
  damagedList,
  type Manifest,
  readManifest,
} from './manifest.ts';
import { type Backup, findBackup, manifestFile, noteProof, packFile } from './medium.ts';
import { isMissing } from './medium-files.ts';
import { noteRestored } from './restored.ts';
import { BackupKeys, sealBytes } from './seal.ts';

/** A passphrase of the backup's time, or the recovery key. */
export type BackupAccess =
  | { readonly userName: string; readonly passphrase: string }
  | { readonly recoveryKey: string };

/** A block that is not what it was, and what of the database it held. */
export interface Damage {
  readonly file: string;
  readonly at: number;
  readonly firstPage: number;
  readonly lastPage: number;
}

export interface Verdict {
  readonly backup: Backup;
  readonly contents: Contents;
  readonly damages: readonly Damage[];
  /** Whether the audit log and the records fit each other; null when the backup was only read. */
  readonly auditIntact: boolean | null;
}

interface Given {
  /** Without it, the newest. */
  readonly id?: string;
  readonly access: BackupAccess;
  readonly onProgress?: (share: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Reads every block of a backup, and names those that are damaged or missing. */
export async function verifyBackup(folder: string, given: Given): Promise<Verdict> {
  return opened(folder, given, async ({ backup, manifest, keys }) => {
    const damages = await damagesOf(folder, manifest, keys, given);
    if (damages.length > 0) await tryNote(folder, backup.id, false);
    return { backup, contents: manifest.contents, damages, auditIntact: null };
  });
}

/**
 * Proves a backup by restoring it into `scratch`, a folder on this computer that is removed again: every
 * block, the counts, the audit chain. Throws `backup-damaged`.
 */
export async function proveBackup(folder: string, scratch: string, given: Given): Promise<Verdict> {
  return opened(folder, given, async ({ backup, manifest, keys, dataKey }) => {
    try {
      await rebuild(folder, scratch, manifest, keys, given);
      const { auditIntact } = await assertSame(scratch, dataKey, manifest.contents);
      await tryNote(folder, backup.id, true);
      return { backup, contents: manifest.contents, damages: [], auditIntact };
    } catch (error) {
      if (error instanceof BackupError && error.code === 'backup-damaged')
        await tryNote(folder, backup.id, false);
      throw error;
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  });
}

/**
 * Puts a backup in the place of the clinic in `dataFolder`, which must be closed and is set aside whole,
 * its log too; or makes the clinic, where there is none. Until the backup is there and proven, nothing is
 * touched. A clinic that is there gives way to its administrators and to the recovery key alone. Throws
 * `BackupError`, `wrong-passphrase`, `wrong-recovery-key`, `database-in-use`, `disk-full`, `no-access`.
 */
export async function restoreBackup(
  dataFolder: string,
  folder: string,
  given: Given,
): Promise<Verdict> {
  const clinic = path.join(dataFolder, 'clinic');
  finishPuttingBack(dataFolder, clinic);
  assertClosed(databasePath(clinic));
  return opened(folder, given, async ({ backup, manifest, keys, dataKey }) => {
    const id = newId();
    const half = path.join(setAsideFolder(dataFolder), `${id}.half`);
    const whole = path.join(setAsideFolder(dataFolder), id);
    let auditIntact: boolean;
    try {
      await rebuild(folder, half, manifest, keys, given);
      const rebuilt = await assertSame(half, dataKey, manifest.contents, given.access);
      ({ auditIntact } = rebuilt);
      if (existsSync(clinic) && !rebuilt.mayReplace) throw mayNotReplace();
      noteRestored(half, backup.id);
      const { madeAt, program, database, sizeBytes } = backup;
      writeCopyNote(half, { id, madeAt, why: 'update', program, database, sizeBytes });
      assertClosed(databasePath(clinic));
      renameSync(half, whole);
      if (existsSync(clinic) && !existsSync(databasePath(clinic)))
        renameSync(clinic, path.join(dataFolder, `clinic.set-aside-${newId()}`));
      putBack(dataFolder, clinic, id, { program, database });
      await carryErased(erasedListFile(folder), erasedListFile(dataFolder));
    } catch (error) {
      rmSync(half, { recursive: true, force: true });
      throw error;
    }
    return { backup, contents: manifest.contents, damages: [], auditIntact };
  });
}

interface Opened {
  readonly backup: Backup;
  readonly manifest: Manifest;
  readonly keys: BackupKeys;
  readonly dataKey: Buffer;
}

async function opened<T>(
  folder: string,
  { id, access }: Given,
  work: (opened: Opened) => Promise<T>,
): Promise<T> {
  let keys: BackupKeys | undefined;
  let dataKey: Buffer | undefined;
  try {
    const backup = await findBackup(folder, id);
    const clinic = parseClinicFile(backup.keys);
    dataKey = await dataKeyOf(clinic, access).catch((error) => {
      // A changed copy of the wrapped keys opens by no key, right or wrong.
      throw isClinicTextChanged(backup.keys) ? damagedList(manifestFile(folder, backup.id)) : error;
    });
    keys = new BackupKeys(clinic.clinicId, dataKey);
    const manifest = await readManifest(manifestFile(folder, backup.id), keys);
    return await work({ backup, manifest, keys, dataKey });
  } catch (error) {
    throw asBackupError(error);
  } finally {
    dataKey?.fill(0);
    keys?.forget();
  }
}

async function dataKeyOf(file: ClinicFile, access: BackupAccess): Promise<Buffer> {
  const { clinicId, recovery, users, pending } = file;
  if ('recoveryKey' in access) {
    const slots = pending ? [pending.recovery, recovery] : [recovery];
    return firstThatOpens(slots, (slot) => openRecoverySlot(clinicId, slot, access.recoveryKey));
  }
  const slots = [
    findUserSlot(users, access.userName),
    pending && findUserSlot(pending.users, access.userName),
  ];
  const found = slots.filter((slot) => slot !== undefined);
  if (found.length === 0) throw wrongPassphrase();
  return firstThatOpens(found, (slot) => openUserSlot(clinicId, slot, access.passphrase));
}

async function firstThatOpens<S>(
  slots: readonly S[],
  openSlot: (slot: S) => Promise<Buffer>,
): Promise<Buffer> {
  let refusal: unknown;
  for (const slot of slots)
    try {
      return await openSlot(slot);
    } catch (error) {
      refusal = error;
    }
  throw refusal;
}

/** Makes the clinic's two files anew in `target`. */
async function rebuild(
  folder: string,
  target: string,
  manifest: Manifest,
  keys: BackupKeys,
  given: Given,
): Promise<void> {
  try {
    makePrivateFolder(target);
    await assertRoom(target, manifest.head.sizeBytes);
    const out = await open(databasePath(target), 'wx', 0o600);
    try {
      await eachBlock(folder, manifest, keys, given, async (block, damage) => {
        if (damage) throw damagedAt(damage);
        for (let done = 0; done < block.content.length; ) {
          const { content, at } = block;
          done += (await out.write(content, done, content.length - done, at + done)).bytesWritten;
        }
      });
      await out.truncate(manifest.head.sizeBytes);
      await out.sync();
    } finally {
      await out.close();
    }
    writeDurably(clinicFilePath(target), manifest.head.keys);
  } catch (error) {
    throw asStoreError(error);
  }
}

/** Left free beside what is restored. */
const marginBytes = 8 * 2 ** 20;

async function assertRoom(folder: string, sizeBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize >= sizeBytes + marginBytes) return;
  const mb = (bytes: number) => `${Math.ceil(bytes / 1e6).toLocaleString('en-GB')} MB`;
  throw new StoreError(
    'disk-full',
    `This computer’s disk has ${mb(bavail * bsize)} free, and ${mb(sizeBytes + marginBytes)} are needed. Nothing was changed. Free some space on it and try again.`,
  );
}

/** Reads every block, and names those that are damaged or missing. */
export async function damagesOf(
  folder: string,
  manifest: Manifest,
  keys: BackupKeys,
  given: Pick<Given, 'onProgress' | 'signal'>,
): Promise<Damage[]> {
  const damages: Damage[] = [];
  await eachBlock(folder, manifest, keys, given, async (_, damage) => {
    if (damage) damages.push(damage);
  });
  return damages;
}

async function eachBlock(
  folder: string,
  manifest: Manifest,
  keys: BackupKeys,
  { onProgress, signal }: Pick<Given, 'onProgress' | 'signal'>,
  visit: (block: { content: Buffer; at: number }, damage: Damage | undefined) => Promise<void>,
): Promise<void> {
  const { sizeBytes } = manifest.head;
  const packs = new Map<string, FileHandle | null>();
  try {
    let index = 0;
    for (const { at, length } of blockPlaces(sizeBytes)) {
      assertGoesOn(signal);
      const block = manifest.blocks.at(index++);
      if (!block) throw new BackupError('backup-damaged', 'The list of the backup is too short.');
      let pack = packs.get(block.pack);
      if (pack === undefined) {
        pack = await openPack(packFile(folder, block.pack));
        packs.set(block.pack, pack);
      }
      const sealed = Buffer.alloc(length + sealBytes);
      await pack?.read(sealed, 0, sealed.length, block.at).catch(unlessUnreadable);
      const content = keys.open(sealed, block.name);
      const isWhole = content !== undefined && keys.hasName(content, block.name);
      const damage = isWhole
        ? undefined
        : {
            file: packFile(folder, block.pack),
            at: block.at,
            firstPage: at / pageBytes + 1,
            lastPage: Math.ceil((at + length) / pageBytes),
          };
      // What is missing because the medium was pulled out is not damaged.
      if (damage) await stat(manifestFile(folder, manifest.head.id));
      await visit({ content: content ?? sealed, at }, damage);
      onProgress?.((at + length) / sizeBytes);
    }
  } finally {
    for (const pack of packs.values()) await pack?.close();
  }
}

/** Null when it is missing, so that its blocks are named. */
async function openPack(file: string): Promise<FileHandle | null> {
  try {
    return await open(file, 'r');
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** A sector that the disk cannot read is damage, like one that was changed. */
function unlessUnreadable(error: unknown): void {
  if (error instanceof Error && 'code' in error && error.code === 'EIO') return;
  throw error;
}

/** Asserts that everything came back as it was; tells whether its audit log fits its records. */
async function assertSame(
  folder: string,
  dataKey: Uint8Array,
  wanted: Contents,
  access?: BackupAccess,
): Promise<{ auditIntact: boolean; mayReplace: boolean }> {
  const database = databasePath(folder);
  const connection = Connection.openReadOnly(database, dataKey);
  try {
    if (JSON.stringify(readContents(connection)) !== JSON.stringify(wanted))
      throw new BackupError(
        'backup-damaged',
        'What came back is not what the backup says was backed up: counts or the audit log differ. Nothing was changed. Choose another backup.',
      );
    const clock = systemClock;
    const audit = new AuditRepository(connection, clock);
    const { problems } = await checkAudit({ folder, connection, audit, clock });
    return {
      // What users saw last is noted in clinic.json at other moments; the list's own hash covers the end.
      auditIntact: problems.every(({ what }) => what === 'not-as-seen'),
      mayReplace:
        access !== undefined && ('recoveryKey' in access || isAdministrator(connection, access)),
    };
  } finally {
    connection.close();
    for (const suffix of ['-wal', '-shm']) rmSync(database + suffix, { force: true });
  }
}

function isAdministrator(connection: Connection, { userName }: { userName: string }): boolean {
  const row = connection.get(
    `SELECT 1 FROM user WHERE login_name = :name AND role = 'administrator' AND disabled_at IS NULL`,
    { name: loginName(userName) },
  );
  return row !== undefined;
}

function mayNotReplace(): StoreError {
  return new StoreError(
    'no-access',
    'There is a clinic on this computer already, and only an administrator of the clinic in the backup may replace it, or whoever has the recovery key. Nothing was changed.',
  );
}

/** Whoever has a clinic open would go on writing into the files that are set aside. */
function assertClosed(database: string): void {
  if (!existsSync(database)) return;
  const hadIndex = existsSync(`${database}-shm`);
  let look: Connection | undefined;
  try {
    look = Connection.openReadOnly(database, randomBytes(32));
    look.pragma('user_version');
  } catch (error) {
    // Whatever else is wrong with it, it is not in use.
    if (error instanceof StoreError && error.code === 'database-in-use') throw error;
  } finally {
    look?.close();
    if (!hadIndex) rmSync(`${database}-shm`, { force: true });
  }
}

async function tryNote(folder: string, id: string, whole: boolean): Promise<void> {
  try {
    await noteProof(folder, id, { at: systemClock().toISOString(), whole });
  } catch {
    // On a medium that is write-protected the proof counts, but is not remembered.
  }
}

export function damagedAt({ file, at, firstPage, lastPage }: Damage): BackupError {
  return new BackupError(
    'backup-damaged',
    `The backup is damaged in ${file} at byte ${at}, which held the database's pages ${firstPage} to ${lastPage}. Nothing was changed. Choose another backup.`,
  );
}
