import { existsSync, read, readFileSync, renameSync, rmSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { v7 as newId } from 'uuid';
import { clinicFilePath, readClinicFile } from '../clinic-file.ts';
import { makePrivateFolder } from '../durable-file.ts';
import { StoreError } from '../errors.ts';
import { schemaVersion } from '../migrations.ts';
import type { OpenClinic } from '../open-clinic.ts';
import { readContents } from './contents.ts';
import { asBackupError, BackupError } from './errors.ts';
import { type Block, blockPlaces, type Manifest, writeManifest } from './manifest.ts';
import {
  assertOwn,
  halfEnd,
  listBackups,
  manifestFile,
  packFile,
  prune,
  tryManifest,
} from './medium.ts';
import { BackupKeys } from './seal.ts';

const readAt = promisify(read);

export interface BackupOptions {
  /** Written anew from the first to the last block, and every former backup let go of: after an erasure. */
  readonly onlyThis?: boolean;
  readonly onProgress?: (share: number) => void;
}

export interface BackupResult {
  readonly id: string;
  readonly madeAt: string;
  readonly blocks: number;
  /** Those that no former backup had. */
  readonly newBlocks: number;
  readonly writtenBytes: number;
}

/**
 * Backs the open clinic up into `folder`, as it is at this moment, while it stays in use. Blocks that a
 * former backup has are not written again. A backup exists from the moment that its list does, which is
 * written last. Throws `BackupError`, and `changed-meanwhile` when the clinic is closed before.
 */
export async function backUp(
  { folder: clinicFolder, connection, dataKey, clock }: OpenClinic,
  folder: string,
  program: string,
  { onlyThis = false, onProgress = () => {} }: BackupOptions = {},
): Promise<BackupResult> {
  const { clinicId } = readClinicFile(clinicFolder);
  const keys = new BackupKeys(clinicId, dataKey);
  const half = packFile(folder, newId()) + halfEnd;
  try {
    makeMedium(folder);
    assertOwn(folder, clinicId);
    const known = onlyThis ? new Map<string, Block>() : knownBlocks(folder, keys);
    const { manifest, result } = await connection.whileFileRests(async (source, sizeBytes) => {
      // What belongs together is read before anything else can happen.
      const head = {
        format: 1 as const,
        id: newId(),
        madeAt: clock().toISOString(),
        program,
        database: schemaVersion(connection),
        sizeBytes,
        keyId: keys.id,
        keys: readFileSync(clinicFilePath(clinicFolder), 'utf8'),
      };
      const contents = readContents(connection);
      const pack = new PackWriter(half, keys);
      try {
        const blocks: Block[] = [];
        for (const { at, length } of blockPlaces(sizeBytes)) {
          const content = Buffer.allocUnsafe(length);
          const { bytesRead } = await readAt(source, content, 0, length, at);
          if (!connection.isOpen) throw closedMeanwhile();
          if (bytesRead < length) throw new Error('The database became shorter meanwhile.');
          const name = keys.name(content);
          const text = name.toString('base64');
          const block = known.get(text) ?? (await pack.add(name, content));
          known.set(text, block);
          blocks.push(block);
          onProgress((at + length) / sizeBytes);
        }
        await pack.finish();
        const { newBlocks, writtenBytes } = pack;
        const { id, madeAt } = head;
        const result = { id, madeAt, blocks: blocks.length, newBlocks, writtenBytes };
        const manifest: Manifest = { head, contents, blocks };
        return { manifest, result };
      } finally {
        await pack.close();
      }
    });
    const whole = half.slice(0, -halfEnd.length);
    if (result.newBlocks > 0) renameSync(half, whole);
    writeManifest(manifestFile(folder, result.id), keys, manifest);
    prune(folder, keys, onlyThis ? result.id : undefined);
    return result;
  } catch (error) {
    removeIfThere(half);
    throw asBackupError(ofMedium(error));
  } finally {
    keys.forget();
  }
}

/** The new blocks of one backup, one after the other in a file. */
class PackWriter {
  newBlocks = 0;
  writtenBytes = 0;
  readonly #file: string;
  readonly #pack: string;
  readonly #keys: BackupKeys;
  #handle: FileHandle | undefined;

  constructor(file: string, keys: BackupKeys) {
    this.#file = file;
    this.#pack = path.basename(file).replace(/\..*$/, '');
    this.#keys = keys;
  }

  async add(name: Buffer, content: Buffer): Promise<Block> {
    this.#handle ??= await open(this.#file, 'wx', 0o600);
    const block = { name, pack: this.#pack, at: this.writtenBytes };
    const sealed = this.#keys.seal(content, name);
    for (let done = 0; done < sealed.length; )
      done += (await this.#handle.write(sealed, done, sealed.length - done)).bytesWritten;
    this.newBlocks += 1;
    this.writtenBytes += sealed.length;
    return block;
  }

  async finish(): Promise<void> {
    await this.#handle?.sync();
  }

  async close(): Promise<void> {
    await this.#handle?.close();
  }
}

/** Those of the backups made since damage was last found: any older one may share a damaged block. */
function knownBlocks(folder: string, keys: BackupKeys): Map<string, Block> {
  const known = new Map<string, Block>();
  const backups = listBackups(folder);
  const damageFound = backups
    .map(({ proof }) => (proof?.whole === false ? proof.at : ''))
    .sort()
    .at(-1);
  for (const { id, keyId, madeAt } of backups) {
    if (damageFound && madeAt <= damageFound) continue;
    const manifest = keyId === keys.id ? tryManifest(folder, id, keys) : undefined;
    for (const block of manifest?.blocks ?? [])
      if (existsSync(packFile(folder, block.pack))) known.set(block.name.toString('base64'), block);
  }
  return known;
}

/** The folder's parent must be there: where a medium is not mounted, nothing is made in its place. */
function makeMedium(folder: string): void {
  if (!existsSync(folder) && !existsSync(path.dirname(folder)))
    throw new BackupError(
      'medium-failed',
      `The folder ${folder} is not there. Connect the medium, then try again.`,
    );
  makePrivateFolder(folder);
}

function removeIfThere(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // The medium is gone; the next backup removes it.
  }
}

/** What the store says of the clinic's disk is the medium's fault here. */
function ofMedium(error: unknown): unknown {
  const isDisk = error instanceof StoreError && /^(disk-full|no-access)$/.test(error.code);
  return isDisk && error.cause && asBackupError(error.cause) instanceof BackupError
    ? error.cause
    : error;
}

function closedMeanwhile(): StoreError {
  return new StoreError(
    'changed-meanwhile',
    'The clinic was locked before the backup was whole, so there is none of today. Unlock it and try again.',
  );
}
