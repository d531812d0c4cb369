import { hkdfSync, randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statfsSync,
} from 'node:fs';
import { v7 as newId } from 'uuid';
import { z } from 'zod';
import type { Accounts } from './accounts.ts';
import { checkAudit } from './audit-check.ts';
import { blockBytes, placeOfBlock } from './backup/manifest.ts';
import { databasePath, keyChangePath, type NewClinicFile, writeClinicFile } from './clinic-file.ts';
import { readClinicState } from './clinic-state.ts';
import { Connection, pageBytes, scalar } from './connection.ts';
import { syncFolder, writeDurably } from './durable-file.ts';
import { StoreError, translated } from './errors.ts';
import {
  base64OfLength,
  dataKeyBytes,
  recoverySlot,
  resealSlot,
  sealRecoverySlot,
  type UserSlot,
  unwrap,
  wrap,
  wrappedKey,
} from './key-slots.ts';
import { keyFileOf, type OpenClinic } from './open-clinic.ts';
import { Pages, saltBytes } from './pages.ts';
import { newRecoveryKey } from './recovery-key.ts';
import { newSalt, Reencryption, tokenBytes } from './reencryption.ts';
import { UserKeyRepository } from './repositories/user-keys.ts';

/** Blocks between which others have their turn, and a backup its begin: 8 MiB. */
const blocksAtOnce = 64;
/** So many may be left for when the database is closed: some milliseconds' work. */
const blocksAtLast = 32;
/** A clinic that is written to all the time is closed with more of them left. */
const mostRounds = 6;
/** Left free beside the new file, for the records that are saved meanwhile. */
const marginBytes = 8 * 2 ** 20;

/** The change that is under way; lies beside the clinic until it is done. */
const keyChange = z.object({
  change: z.uuid(),
  begunAt: z.iso.datetime(),
  /** Of the new file. */
  salt: base64OfLength(saltBytes),
  /** The new data key, under a key made from the one that is in force. */
  key: wrappedKey,
  /** Of the new data key. */
  recovery: recoverySlot,
});
type KeyChange = z.infer<typeof keyChange>;

export interface FinishOptions {
  /** Told from 0 to 1. */
  readonly onProgress?: (share: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Says whether a change of the data key is under way in the clinic's folder. */
export function isKeyChanging(folder: string): boolean {
  return existsSync(keyChangePath(folder));
}

/** Whether `dataKey` is the one that the database in `folder`, which nobody has open, is encrypted under. */
export function opensDatabase(folder: string, dataKey: Uint8Array): boolean {
  const first = firstPage(databasePath(folder));
  // What is wrong with the file is told when it is opened.
  if (!first) return true;
  const pages = new Pages(dataKey, first);
  try {
    return pages.isAuthentic(first, 1);
  } finally {
    pages.forget();
  }
}

/**
 * Gives the clinic another data key, under which its database is encrypted anew while people work: page by page
 * into a file beside it, which takes the former one's place by one renaming. Before that clinic.json has the
 * slots of both keys, and afterwards those of the new one alone: which count is told by which key the database
 * opens under, so that there is no moment at which a crash leaves neither. Users are given the new key without
 * their passphrases, sealed for their own public keys.
 */
export class DataKeyChange {
  readonly #clinic: OpenClinic;
  readonly #accounts: Accounts;
  #finishing: Promise<void> | undefined;
  #stop = new AbortController();

  constructor(clinic: OpenClinic, accounts: Accounts) {
    this.#clinic = clinic;
    this.#accounts = accounts;
  }

  /** The change that is under way, though it may rest until `finish` goes on with it. */
  get pending(): { readonly begunAt: string } | null {
    const found = this.#read();
    found?.next.fill(0);
    return found?.change ?? null;
  }

  /**
   * Begins a change. Returns the recovery key that the clinic will have; the former one is valid until then.
   * Throws `database-in-use` where something else has to be finished first, and `disk-full`.
   */
  async begin(userId: string): Promise<string> {
    const { folder, connection, dataKey, audit, clock } = this.#clinic;
    this.#assertNothingElse();
    const next = randomBytes(dataKeyBytes);
    try {
      const recoveryKey = newRecoveryKey();
      const { clinicId } = keyFileOf(this.#clinic);
      const recovery = await sealRecoverySlot(clinicId, recoveryKey, next);
      if (!connection.isOpen) throw closedMeanwhile();
      this.#assertNothingElse();
      assertRoom(folder, connection);
      const change = newId();
      const key = wrap(next, keyForNext(dataKey), change);
      removeFiles(folder);
      const begunAt = clock().toISOString();
      const salt = newSalt().toString('base64');
      const noted: KeyChange = { change, begunAt, salt, key, recovery };
      writeDurably(keyChangePath(folder), JSON.stringify(noted));
      try {
        audit.append({ userId, action: 'clinic.change-data-key', subject: `key:${change}` });
      } catch (error) {
        removeFiles(folder);
        throw error;
      }
      return recoveryKey;
    } finally {
      next.fill(0);
    }
  }

  /**
   * Does what is left of a change that is under way, if there is one; it goes on where it was broken off. Others
   * work meanwhile. Returns when it is done, or the clinic was locked. Throws `disk-full`, `database-damaged`,
   * `last-administrator` where no administrator could be given the new key, and what `signal` does.
   */
  finish(options: FinishOptions = {}): Promise<void> {
    this.#finishing ??= this.#finish(options).finally(() => {
      this.#finishing = undefined;
    });
    return this.#finishing;
  }

  /** Leaves the data key as it is, and the former recovery key valid. */
  async giveUp(userId: string): Promise<void> {
    const { folder, audit, connection } = this.#clinic;
    this.#stop.abort();
    await this.#finishing?.catch(() => {});
    this.#stop = new AbortController();
    if (!connection.isOpen) throw closedMeanwhile();
    const found = this.#read();
    if (!found) return;
    found.next.fill(0);
    const subject = `key:${found.change.change}`;
    audit.append({ userId, action: 'clinic.keep-data-key', subject });
    removeFiles(folder);
  }

  /** Enters a change that was carried out when the computer stopped, and takes away what is left of it. */
  enterDone(): void {
    const { folder } = this.#clinic;
    if (!isKeyChanging(folder)) return;
    const found = this.#read();
    found?.next.fill(0);
    if (!found) this.#enterDone();
  }

  async #finish({ onProgress = () => {}, signal }: FinishOptions): Promise<void> {
    const { connection, changes, dataKey, folder } = this.#clinic;
    const found = this.#read();
    if (!found) return;
    const { change, next } = found;
    const goesOn = () => {
      for (const each of [signal, this.#stop.signal]) each?.throwIfAborted();
      if (!connection.isOpen) throw closedMeanwhile();
    };
    const watched = changes.watch();
    let work: Reencryption | undefined;
    try {
      // On a disk that was full at unlocking it may lack.
      this.#accounts.noteSeen();
      const { intact } = await checkAudit(this.#clinic);
      work = new Reencryption(
        filesIn(folder),
        { key: dataKey, first: await this.#firstPage() },
        { key: next, salt: Buffer.from(change.salt, 'base64') },
      );
      let inAll = 1;
      for (let index = 0; index < inAll; index += blocksAtOnce) {
        const some = Array.from({ length: blocksAtOnce }, (_, n) => index + n);
        inAll = await this.#take(work, some, goesOn);
        onProgress(Math.min(1, (index + blocksAtOnce) / inAll));
      }
      let left = watched.take();
      for (let round = 0; left.length > blocksAtLast && round < mostRounds; round++) {
        await this.#take(work, left, goesOn);
        left = watched.take();
      }
      do await connection.rested();
      while (connection.isResting);
      goesOn();
      this.#switch(change, next, work, () => new Set([...left, ...watched.take()]), intact);
    } catch (error) {
      // It goes on at the next unlocking.
      if (connection.isOpen) throw error;
    } finally {
      watched.end();
      work?.close();
      next.fill(0);
    }
  }

  /** Takes blocks as they are now. Returns how many the database has. */
  async #take(work: Reencryption, blocks: readonly number[], goesOn: () => void): Promise<number> {
    const inAll = await this.#clinic.connection.whileFileRests(
      async (resting) => {
        for (const index of blocks) {
          const place = placeOfBlock(index, resting.sizeBytes);
          if (!place) continue;
          const pages = Buffer.alloc(place.length);
          await resting.read(pages, place.at);
          goesOn();
          work.take(pages, place.at);
        }
        return Math.ceil(resting.sizeBytes / blockBytes);
      },
      { isBrief: true },
    );
    await work.settle();
    goesOn();
    return inAll;
  }

  #firstPage(): Promise<Buffer> {
    return this.#clinic.connection.whileFileRests(
      async (resting) => {
        const first = Buffer.alloc(pageBytes);
        await resting.read(first, 0);
        return first;
      },
      { isBrief: true },
    );
  }

  /** From the renaming on the clinic is one of the new key, whatever happens. */
  #switch(
    { change, recovery }: KeyChange,
    next: Buffer,
    work: Reencryption,
    left: () => ReadonlySet<number>,
    isIntact: boolean,
  ): void {
    const clinic = this.#clinic;
    const { folder, connection, dataKey, highWater, changes } = clinic;
    const before = keyFileOf(clinic);
    const users = this.#resealed(before, next, isIntact);
    const { commits } = readClinicState(connection);
    const mark = highWater.closedUnder(next);
    writeClinicFile(folder, { ...before, pending: { change, users, recovery, mark } });
    const { target } = filesIn(folder);
    try {
      highWater.settle();
      connection.whileClosed(dataKey, (database) => {
        takeClosed(database, work, left());
        assertOpens(target, next, commits);
        translated(() => renameSync(target, database));
        next.copy(dataKey);
        clinic.keyChange = change;
        ifPossible(() => syncFolder(folder));
      });
    } catch (error) {
      if (clinic.keyChange !== change) ifPossible(() => writeClinicFile(folder, before));
      throw error;
    }
    changes.begin(dataKey);
    writeClinicFile(folder, { ...keyFileOf(clinic), mark: highWater.changeKey(dataKey) });
    this.#enterDone();
  }

  /** Slots that open the new key. Who cannot be given it needs a new passphrase from an administrator. */
  #resealed({ clinicId, users }: NewClinicFile, next: Uint8Array, isIntact: boolean): UserSlot[] {
    const { audit, connection, clock } = this.#clinic;
    const stored = new UserKeyRepository(connection, clock).list();
    const resealed = users.flatMap((slot) => {
      // Whoever had the former data key may have put their own public key in place of a user's; those of
      // users who are there are known better.
      const known = stored.find(
        ({ id, userId }) => id === slot.own?.keyId && userId === slot.userId,
      );
      const owner = audit.signer(slot.userId)?.public ?? (isIntact ? known : undefined);
      const sealed = owner && resealSlot(clinicId, slot, owner, next);
      return sealed ? [sealed] : [];
    });
    const isAdministrator = ({ userId }: UserSlot) =>
      this.#accounts.get(userId).role === 'administrator';
    if (resealed.some(isAdministrator)) return resealed;
    throw new StoreError(
      'last-administrator',
      'No administrator could open the clinic afterwards, so the data key was not changed. Have an administrator unlock the clinic, then go on.',
    );
  }

  #enterDone(): void {
    const { folder, audit } = this.#clinic;
    const { change } = readNote(folder) ?? { change: 'unknown' };
    audit.append({ userId: null, action: 'clinic.data-key', subject: `key:${change}` });
    removeFiles(folder);
  }

  #assertNothingElse(): void {
    const { connection, folder } = this.#clinic;
    const refuse = (what: string) => new StoreError('database-in-use', what);
    if (isKeyChanging(folder)) throw refuse('The data key is being changed already.');
    const erasing = 'SELECT count(*) AS value FROM erasure WHERE finished_at IS NULL';
    if (scalar(connection, erasing) > 0)
      throw refuse(
        'An erasure is not finished yet, and has to be before the data key is changed. Wait until its proof is shown under Settings, Audit log; then try again.',
      );
  }

  /** Nothing where none is under way: it may just have been done. */
  #read(): { change: KeyChange; next: Buffer } | undefined {
    const { folder, dataKey } = this.#clinic;
    const change = readNote(folder);
    const next = change && unwrap(change.key, keyForNext(dataKey), change.change);
    return next && { change, next };
  }
}

/** The last blocks of the database, which nobody has open now. */
function takeClosed(database: string, work: Reencryption, blocks: ReadonlySet<number>): void {
  translated(() => {
    const descriptor = openSync(database, 'r');
    try {
      const { size } = fstatSync(descriptor);
      for (const index of blocks) {
        const place = placeOfBlock(index, size);
        if (!place) continue;
        const pages = Buffer.alloc(place.length);
        readSync(descriptor, pages, 0, place.length, place.at);
        work.take(pages, place.at);
      }
      work.end(size);
    } finally {
      closeSync(descriptor);
    }
  });
}

/** Opens the new file with the new key, and looks whether it is the clinic as it is now. */
function assertOpens(file: string, dataKey: Uint8Array, commits: number): void {
  const connection = Connection.openReadOnly(file, dataKey);
  try {
    if (readClinicState(connection).commits === commits) return;
  } finally {
    connection.close();
    for (const suffix of ['-wal', '-shm']) rmSync(file + suffix, { force: true });
  }
  throw new StoreError(
    'database-damaged',
    'The database under the new key is not what was encrypted: the disk failed. Nothing was changed. Check the disk, then try again.',
  );
}

function assertRoom(folder: string, connection: Connection): void {
  const pages = scalar(connection, 'SELECT page_count AS value FROM pragma_page_count');
  const { bavail, bsize } = translated(() => statfsSync(folder));
  const needed = pages * (pageBytes + tokenBytes) + marginBytes;
  if (bavail * bsize >= needed) return;
  const mb = (bytes: number) => `${Math.ceil(bytes / 1e6).toLocaleString('en-GB')} MB`;
  throw new StoreError(
    'disk-full',
    `To change the data key the clinic is encrypted anew beside itself, which needs ${mb(needed)}, and the disk has ${mb(bavail * bsize)} free. Nothing was changed. Free some space on it and try again.`,
  );
}

function readNote(folder: string): KeyChange | undefined {
  try {
    return keyChange.parse(JSON.parse(readFileSync(keyChangePath(folder), 'utf8')));
  } catch {
    return undefined;
  }
}

function filesIn(folder: string): { target: string; tokens: string } {
  const note = keyChangePath(folder);
  return { target: `${note}-new`, tokens: `${note}-done` };
}

/** The note last: what it speaks of is gone by then. */
function removeFiles(folder: string): void {
  const { target, tokens } = filesIn(folder);
  for (const file of [target, tokens, keyChangePath(folder)])
    translated(() => rmSync(file, { force: true }));
}

function firstPage(database: string): Buffer | undefined {
  try {
    const descriptor = openSync(database, 'r');
    try {
      const first = Buffer.alloc(pageBytes);
      return readSync(descriptor, first, 0, pageBytes, 0) === pageBytes ? first : undefined;
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return undefined;
  }
}

function keyForNext(dataKey: Uint8Array): Buffer {
  return Buffer.from(hkdfSync('sha256', dataKey, '', 'dermaspike next data key', dataKeyBytes));
}

function closedMeanwhile(): StoreError {
  return new StoreError(
    'changed-meanwhile',
    'The clinic was locked meanwhile, so nothing was changed. Unlock it and try again.',
  );
}

/** What is left undone is done when the clinic is next opened. */
function ifPossible(work: () => void): void {
  try {
    work();
  } catch {
    // As before.
  }
}
