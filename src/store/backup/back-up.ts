import { read } from 'node:fs';
import { type FileHandle, open, rename, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { v7 as newId } from 'uuid';
import { readClinicFile } from '../clinic-file.ts';
import { StoreError } from '../errors.ts';
import { schemaVersion } from '../migrations.ts';
import { keysForCopy, type OpenClinic } from '../open-clinic.ts';
import { readContents } from './contents.ts';
import { asBackupError, assertGoesOn, BackupError } from './errors.ts';
import { type Block, BlockTable, blockPlaces, type Manifest, writeManifest } from './manifest.ts';
import {
  assertOwn,
  halfEnd,
  listBackups,
  manifestFile,
  packFile,
  packsIn,
  prune,
  tryManifest,
} from './medium.ts';
import { isMissing, makeFolder, removeIfThere } from './medium-files.ts';
import { BackupKeys } from './seal.ts';

const readAt = promisify(read);

export interface BackupOptions {
  /** Written anew from the first to the last block, and every former backup let go of: after an erasure. */
  readonly onlyThis?: boolean;
  readonly onProgress?: (share: number) => void;
  readonly signal?: AbortSignal | undefined;
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
 * written last. Throws `BackupError`, `cancelled` among them, and `changed-meanwhile` when the clinic is closed before.
 */
export async function backUp(
  clinic: OpenClinic,
  folder: string,
  program: string,
  { onlyThis = false, onProgress = () => {}, signal }: BackupOptions = {},
): Promise<BackupResult> {
  const { connection, dataKey, clock } = clinic;
  const { clinicId } = readClinicFile(clinic.folder);
  const keys = new BackupKeys(clinicId, dataKey);
  const half = packFile(folder, newId()) + halfEnd;
  try {
    await makeMedium(folder);
    await assertOwn(folder, clinicId);
    const former = onlyThis ? () => undefined : await formerBlocks(folder, keys);
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
        keys: keysForCopy(clinic),
      };
      const contents = readContents(connection);
      const pack = new PackWriter(half, keys);
      try {
        const blocks = new BlockTable();
        for (const { at, length } of blockPlaces(sizeBytes)) {
          const content = Buffer.allocUnsafe(length);
          const { bytesRead } = await readAt(source, content, 0, length, at);
          if (!connection.isOpen) throw closedMeanwhile();
          assertGoesOn(signal);
          if (bytesRead < length) throw new Error('The database became shorter meanwhile.');
          const name = keys.name(content);
          blocks.add(former(blocks.length, name) ?? (await pack.add(name, content)));
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
    if (result.newBlocks > 0) await rename(half, whole);
    await writeManifest(manifestFile(folder, result.id), keys, manifest);
    await prune(folder, keys, onlyThis ? result.id : undefined);
    return result;
  } catch (error) {
    await removeIfThere(half);
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

/** How many former backups are looked into for a block. */
const lookedInto = 3;

/**
 * Finds a block by its place and name in the newest backups, of those that were made since damage was last
 * found: any older one may share a damaged block.
 */
async function formerBlocks(
  folder: string,
  keys: BackupKeys,
): Promise<(index: number, name: Buffer) => Block | undefined> {
  const backups = await listBackups(folder);
  const damageFound = backups
    .map(({ proof }) => (proof?.whole === false ? proof.at : ''))
    .sort()
    .at(-1);
  const sound = backups.filter(({ madeAt }) => !damageFound || madeAt > damageFound);
  const packs = await packsIn(folder);
  const tables: BlockTable[] = [];
  for (const { id } of sound.filter(({ keyId }) => keyId === keys.id).slice(0, lookedInto)) {
    const manifest = await tryManifest(folder, id, keys);
    if (manifest) tables.push(manifest.blocks);
  }
  return (index, name) => {
    for (const table of tables) {
      const block = table.at(index);
      if (block?.name.equals(name) && packs.has(block.pack)) return block;
    }
    return undefined;
  };
}

/** The folder's parent must be there: where a medium is not mounted, nothing is made in its place. */
async function makeMedium(folder: string): Promise<void> {
  try {
    await stat(path.dirname(folder));
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new BackupError(
      'medium-failed',
      `The folder ${folder} is not there. Connect the medium, then try again.`,
    );
  }
  await makeFolder(folder);
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
