import { type FileHandle, open, rename, stat } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { v7 as newId } from 'uuid';
import { readClinicFile } from '../clinic-file.ts';
import { carryErased, erasedListFile } from '../erasure/erased-list.ts';
import { StoreError } from '../errors.ts';
import { schemaVersion } from '../migrations.ts';
import { keysForCopy, type OpenClinic } from '../open-clinic.ts';
import { readAhead, readContents } from './contents.ts';
import { holdsErased, lastErasure } from './erased.ts';
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
import { damagedAt, damagesOf } from './restore.ts';
import { BackupKeys } from './seal.ts';

/** What is known of changes is not believed for longer: then the whole database is read again. */
const readWholeAfterMs = 7 * 86_400_000;
/** Between them others have their turn. */
const unchangedAtOnce = 2048;

export interface BackupOptions {
  /** Written anew from the first to the last block, and every former backup let go of: after an erasure. */
  readonly onlyThis?: boolean;
  /** The list of what was erased, which goes along: it outlives the backups that hold it. */
  readonly erasedList?: string;
  readonly onProgress?: (share: number) => void;
  readonly signal?: AbortSignal | undefined;
}

export interface BackupResult {
  readonly id: string;
  readonly madeAt: string;
  readonly blocks: number;
  /** Those that may have changed, and were read. */
  readonly readBlocks: number;
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
  { onlyThis = false, erasedList, onProgress = () => {}, signal }: BackupOptions = {},
): Promise<BackupResult> {
  const { connection, dataKey, clock } = clinic;
  const { clinicId } = readClinicFile(clinic.folder);
  const keys = new BackupKeys(clinicId, dataKey);
  const half = packFile(folder, newId()) + halfEnd;
  try {
    await makeMedium(folder);
    await assertOwn(folder, clinicId);
    if (!connection.isOpen) throw closedMeanwhile();
    // Blocks are not taken from backups that hold what was erased since, so that these can go.
    const clearsAway = onlyThis || (await holdsErased(folder, keys, lastErasure(connection)));
    const former = clearsAway ? new FormerBlocks() : await FormerBlocks.read(folder, keys);
    await readAhead(connection);
    if (!connection.isOpen) throw closedMeanwhile();
    const { manifest, result, watched, wholeAt } = await connection.whileFileRests(
      async (resting) => {
        const { sizeBytes } = resting;
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
        const watched = clinic.changes.watch();
        const contents = readContents(connection);
        const since = former.newest && clinic.changes.since(former.newest.head.id);
        const isKnown =
          since !== undefined &&
          clock().getTime() - Date.parse(since.wholeAt) < readWholeAfterMs &&
          sizeBytes >= (former.newest?.head.sizeBytes ?? Number.POSITIVE_INFINITY);
        const pack = new PackWriter(half, keys);
        try {
          const blocks = new BlockTable();
          let readBlocks = 0;
          for (const { at, length } of blockPlaces(sizeBytes)) {
            const unchanged =
              isKnown && !since.blocks.has(blocks.length) && former.at(blocks.length);
            if (unchanged) {
              blocks.add(unchanged);
              if (blocks.length % unchangedAtOnce === 0) await turn();
            } else {
              readBlocks += 1;
              const content = Buffer.allocUnsafe(length);
              await resting.read(content, at);
              const name = keys.name(content);
              blocks.add(former.find(blocks.length, name) ?? (await pack.add(name, content)));
            }
            if (!connection.isOpen) throw closedMeanwhile();
            assertGoesOn(signal);
            onProgress((at + length) / sizeBytes);
          }
          await pack.finish();
          const { newBlocks, writtenBytes } = pack;
          const { id, madeAt } = head;
          const counts = { blocks: blocks.length, readBlocks, newBlocks };
          const result = { id, madeAt, ...counts, writtenBytes };
          const manifest: Manifest = { head, contents, blocks };
          return { manifest, result, watched, wholeAt: isKnown ? since.wholeAt : madeAt };
        } catch (error) {
          watched.end();
          throw error;
        } finally {
          await pack.close();
        }
      },
    );
    try {
      if (result.newBlocks > 0) await rename(half, half.slice(0, -halfEnd.length));
      await writeManifest(manifestFile(folder, result.id), keys, manifest);
      watched.keep(result.id, wholeAt);
    } finally {
      watched.end();
    }
    if (erasedList) await carryErased(erasedList, erasedListFile(folder));
    if (clearsAway) await assertReadable(folder, manifest, keys, signal);
    await prune(folder, keys, clearsAway ? result.id : undefined);
    return result;
  } catch (error) {
    await removeIfThere(half);
    throw asBackupError(ofMedium(error));
  } finally {
    keys.forget();
  }
}

/** The others are let go of: this one is read back before, from the first to the last block. */
async function assertReadable(
  folder: string,
  manifest: Manifest,
  keys: BackupKeys,
  signal: AbortSignal | undefined,
): Promise<void> {
  const [damage] = await damagesOf(folder, manifest, keys, { signal });
  if (!damage) return;
  await removeIfThere(manifestFile(folder, manifest.head.id));
  throw damagedAt(damage);
}

/** Flushed bit by bit: a disk that is busy with much at once has whoever saves beside it wait. */
const flushedAtOnce = 8 * 2 ** 20;

/** The new blocks of one backup, one after the other in a file. */
class PackWriter {
  newBlocks = 0;
  writtenBytes = 0;
  readonly #file: string;
  readonly #pack: string;
  readonly #keys: BackupKeys;
  #handle: FileHandle | undefined;
  #flushedBytes = 0;

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
    if (this.writtenBytes - this.#flushedBytes >= flushedAtOnce) await this.finish();
    return block;
  }

  async finish(): Promise<void> {
    await this.#handle?.sync();
    this.#flushedBytes = this.writtenBytes;
  }

  async close(): Promise<void> {
    await this.#handle?.close();
  }
}

/** How many former backups are looked into for a block. */
const lookedInto = 3;

/**
 * The blocks of the newest backups, of those that were made since damage was last found: any older one may
 * share a damaged block.
 */
class FormerBlocks {
  readonly #manifests: readonly Manifest[];
  /** That are on the medium. */
  readonly #packs: ReadonlySet<string>;

  constructor(manifests: readonly Manifest[] = [], packs: ReadonlySet<string> = new Set()) {
    this.#manifests = manifests;
    this.#packs = packs;
  }

  static async read(folder: string, keys: BackupKeys): Promise<FormerBlocks> {
    const backups = await listBackups(folder);
    const damageFound = backups
      .map(({ proof }) => (proof?.whole === false ? proof.at : ''))
      .sort()
      .at(-1);
    const sound = backups.filter(({ madeAt }) => !damageFound || madeAt > damageFound);
    const manifests: Manifest[] = [];
    for (const { id } of sound.filter(({ keyId }) => keyId === keys.id).slice(0, lookedInto)) {
      const manifest = await tryManifest(folder, id, keys);
      if (manifest) manifests.push(manifest);
    }
    return new FormerBlocks(manifests, await packsIn(folder));
  }

  get newest(): Manifest | undefined {
    return this.#manifests[0];
  }

  /** The newest backup's block at this place. */
  at(index: number): Block | undefined {
    return this.#there(this.newest?.blocks.at(index));
  }

  /** A block of this name at this place, of any of them. */
  find(index: number, name: Buffer): Block | undefined {
    for (const { blocks } of this.#manifests) {
      const block = this.#there(blocks.at(index));
      if (block?.name.equals(name)) return block;
    }
    return undefined;
  }

  #there(block: Block | undefined): Block | undefined {
    return block && this.#packs.has(block.pack) ? block : undefined;
  }
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
  const meant = error instanceof StoreError ? asBackupError(error.cause) : error;
  return meant instanceof BackupError ? meant : error;
}

function closedMeanwhile(): StoreError {
  return new StoreError(
    'changed-meanwhile',
    'The clinic was locked before the backup was whole, so there is none of today. Unlock it and try again.',
  );
}
