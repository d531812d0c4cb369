import { chmodSync, closeSync, fstatSync, openSync, read } from 'node:fs';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';
import { asStoreError, StoreError, translated } from './errors.ts';
import { LogFollower } from './log-follower.ts';

export type Value = string | number | Uint8Array | null;
export type Parameters = Readonly<Record<string, Value>>;

/** The encrypting build of the binding takes a key; its type package is the plain one's. */
type CipherDatabase = Database.Database & { key(key: Buffer): number };

/**
 * The file format is SQLCipher 4's: each 4 KiB page by AES-256-CBC with a random IV, then
 * authenticated by HMAC-SHA-512, in the database and in its write-ahead log alike.
 */
export const cipherName = 'sqlcipher';
const cipherVersion = 4;
export const pageBytes = 4096;

const busyTimeoutMs = 1000;

/** What a long job writes again and again is carried over to the database less often. */
const checkpointFrames = 4000;

const readAt = promisify(read);

/** Prepared statements kept; a search has one for each number of words. */
const statementLimit = 200;

/** In force before the first page is read. */
const openingPragmas = [
  // Held from the first read until close: no second program, and no shared-memory index file.
  'locking_mode = EXCLUSIVE',
  'temp_store = MEMORY',
  'trusted_schema = OFF',
  'cell_size_check = ON',
];

/** In force before the first write. */
const writingPragmas = [
  'journal_mode = WAL',
  'synchronous = FULL',
  'fullfsync = ON',
  'checkpoint_fullfsync = ON',
  'foreign_keys = ON',
  'secure_delete = ON',
  // Bytes; a log grown by a large import shrinks again.
  `journal_size_limit = ${64 * 2 ** 20}`,
  // KiB, as SQLite counts negative sizes.
  'cache_size = -65536',
  // The log is followed, and moved into the database here (`#moveLog`).
  'wal_autocheckpoint = 0',
];

/**
 * One connection to an encrypted database. SQLite's errors leave it as `StoreError`s, but those that
 * only a mistake in this program can cause.
 *
 * While it is open nothing else in this process may open the database file and close it again:
 * by POSIX rules that would release the connection's lock.
 */
export class Connection {
  #database: CipherDatabase;
  readonly #statements = new Map<string, Database.Statement<[Parameters]>>();
  #onCommit: ((commits: number) => void) | undefined;
  #beforeCommit: () => void = () => {};
  /** Of the database's file, beside SQLite's own. */
  #descriptor: number | undefined;
  #resting: Promise<void> | undefined;
  #restsBriefly = false;
  #onReopened: () => void = () => {};
  #onPages: (pages: readonly number[]) => void = () => {};
  readonly #log: LogFollower;

  private constructor(database: CipherDatabase) {
    this.#database = database;
    this.#log = new LogFollower(`${database.name}-wal`, pageBytes, (pages) => this.#onPages(pages));
  }

  /** Makes a new database at `file`. `key` is 32 random bytes, used as they are. */
  static create(file: string, key: Uint8Array): Connection {
    const connection = Connection.#open(file, key, {});
    return connection.#orClose(() => {
      chmodSync(file, 0o600);
      connection.allowWriting();
    });
  }

  /** Opens the database for this program alone. Nothing is written before `allowWriting`. */
  static open(file: string, key: Uint8Array): Connection {
    const connection = Connection.#open(file, key, { fileMustExist: true });
    return connection.#orClose(() => {
      connection.pragma('user_version');
    });
  }

  /** Opens the database to look at it: neither it nor its log is changed, not even at close. */
  static openReadOnly(file: string, key: Uint8Array): Connection {
    return Connection.#open(file, key, { readonly: true });
  }

  static #open(file: string, key: Uint8Array, options: Database.Options): Connection {
    const connection = translated(
      () =>
        new Connection(
          new Database(file, { ...options, timeout: busyTimeoutMs }) as CipherDatabase,
        ),
    );
    return connection.#orClose(() => {
      connection.#applyKey(key);
      if (options.readonly) return;
      for (const pragma of openingPragmas) connection.pragma(pragma);
    });
  }

  /** Applies what the first write needs, in particular the write-ahead log. */
  allowWriting(): void {
    for (const pragma of writingPragmas) this.pragma(pragma);
  }

  /**
   * From now on each commit is counted in the database, in the commit itself; `onCommit` is told the
   * number when it is on the disk.
   */
  countCommits(onCommit: (commits: number) => void): void {
    this.#onCommit = onCommit;
  }

  /** From now on `work` ends each counted transaction, and belongs to it. */
  beforeCommit(work: () => void): void {
    this.#beforeCommit = work;
  }

  /** From now on `listener` is told of every page that is written, before it is in the database's file. */
  onPages(listener: (pages: readonly number[]) => void): void {
    this.#onPages = listener;
  }

  /** Brings `onPages` up to date. */
  followLog(): void {
    this.#log.read();
  }

  run(sql: string, parameters: Parameters = {}): void {
    const run = () => this.#with(sql, (statement) => statement.run(parameters));
    if (this.#onCommit && !this.#database.inTransaction) this.transaction(run);
    else run();
  }

  get(sql: string, parameters: Parameters = {}): unknown {
    return this.#with(sql, (statement) => statement.get(parameters));
  }

  all(sql: string, parameters: Parameters = {}): unknown[] {
    return this.#with(sql, (statement) => statement.all(parameters));
  }

  /** Calls `visit` with each row in turn, so that a long table need not fit in memory. */
  each(sql: string, visit: (row: unknown) => void, parameters: Parameters = {}): void {
    this.#with(sql, (statement) => {
      for (const row of statement.iterate(parameters)) visit(row);
    });
  }

  /** Runs several statements, as in a migration. */
  script(sql: string): void {
    translated(() => this.#database.exec(sql));
  }

  /** The first value that a pragma answers with, if any. */
  pragma(pragma: string): unknown {
    return translated(() => this.#database.pragma(pragma, { simple: true }));
  }

  /**
   * Runs `work` in an immediate transaction, or in a savepoint of the one under way. When this
   * returns from the outermost, what was written is on the disk.
   */
  transaction<T>(work: () => T): T {
    const onCommit = this.#onCommit;
    if (!onCommit || this.#database.inTransaction)
      return translated(() => this.#database.transaction(work).immediate());
    const counted = () => {
      const result = work();
      this.#beforeCommit();
      const count = 'UPDATE clinic_state SET commits = commits + 1 RETURNING commits AS value';
      return { result, commits: scalar(this, count) };
    };
    const { result, commits } = translated(() => this.#database.transaction(counted).immediate());
    onCommit(commits);
    if (this.#log.read() >= checkpointFrames) this.#moveLog();
    return result;
  }

  /**
   * Runs `work` while the database stays readable as it is at this moment: what is committed meanwhile stands
   * in the log behind it. Nobody waits for this to begin. When the connection is closed before `work` is done
   * the content changes. Throws `database-in-use` while other work is at it, unless one of them is brief: then it
   * has its turn.
   */
  async whileFileRests<T>(
    work: (resting: RestingDatabase) => Promise<T>,
    { isBrief = false }: { isBrief?: boolean } = {},
  ): Promise<T> {
    while (this.#resting && (isBrief || this.#restsBriefly)) await this.#resting;
    if (this.#resting)
      throw new StoreError(
        'database-in-use',
        'A copy of the clinic or a backup is being made already. Wait until that is done, then try again.',
      );
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#resting = promise;
    this.#restsBriefly = isBrief;
    try {
      this.#descriptor ??= openSync(this.#database.name, 'r');
      return await work(restingDatabase(this.#descriptor, this.#log));
    } catch (error) {
      throw asStoreError(error);
    } finally {
      this.#resting = undefined;
      resolve();
      if (!this.isOpen) this.#closeDescriptors();
      else if (this.#log.read() >= checkpointFrames) this.#moveLog();
    }
  }

  /** Resolves when `whileFileRests` is not at work. */
  async rested(): Promise<void> {
    while (this.#resting) await this.#resting;
  }

  get isResting(): boolean {
    return this.#resting !== undefined;
  }

  /** From now on `work` brings back what belongs to a connection, when `whileClosed` opens another one. */
  afterReopening(work: () => void): void {
    this.#onReopened = work;
  }

  /**
   * Runs `work` on the database's file while nobody has it open, and all of the log is in it; then opens
   * it again. `key` is the one that it was opened with.
   */
  whileClosed<T>(key: Uint8Array, work: (file: string) => T): T {
    if (this.#resting || this.#database.inTransaction) throw new Error('The database is in use.');
    const { name } = this.#database;
    this.#log.read();
    if (this.pragma('wal_checkpoint(TRUNCATE)') !== 0)
      throw new Error('The log could not be moved into the database.');
    this.close();
    try {
      return work(name);
    } finally {
      this.#database = Connection.open(name, key).#database;
      this.allowWriting();
      this.#onReopened();
    }
  }

  get isOpen(): boolean {
    return this.#database.open;
  }

  /** Moves the log's content into the database, removes the log and releases the lock. */
  close(): void {
    this.#statements.clear();
    this.#database.close();
    if (!this.#resting) this.#closeDescriptors();
  }

  /** Where a query is under way it is left for the next time. */
  #moveLog(): void {
    if (this.#resting) return;
    try {
      const [done] = this.#database.pragma('wal_checkpoint(PASSIVE)') as CheckpointRow[];
      if (done?.busy === 0 && done.log === done.checkpointed) this.#log.wasMoved();
    } catch (error) {
      const known = asStoreError(error);
      if (!(known instanceof StoreError && /^(database-in-use|disk-full)$/.test(known.code)))
        throw known;
    }
  }

  #closeDescriptors(): void {
    this.#log.close();
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #applyKey(key: Uint8Array): void {
    // A build without encryption would ignore the key and write in the clear.
    if (this.pragma(`cipher = '${cipherName}'`) !== cipherName)
      throw new Error('The SQLite in use cannot encrypt.');
    this.pragma(`legacy = ${cipherVersion}`);
    const raw = Buffer.concat([Buffer.from('raw:'), key]);
    translated(() => this.#database.key(raw));
    raw.fill(0);
  }

  #with<T>(sql: string, use: (statement: Database.Statement<[Parameters]>) => T): T {
    try {
      let statement = this.#statements.get(sql);
      if (!statement) {
        if (this.#statements.size >= statementLimit) this.#statements.clear();
        statement = this.#database.prepare<[Parameters]>(sql);
        this.#statements.set(sql, statement);
      }
      return use(statement);
    } catch (error) {
      throw asStoreError(error);
    }
  }

  #orClose(work: () => void): this {
    try {
      work();
      return this;
    } catch (error) {
      this.close();
      throw error;
    }
  }
}

interface CheckpointRow {
  readonly busy: number;
  readonly log: number;
  readonly checkpointed: number;
}

/** The database's content at one moment, as it is encrypted in its file and its log. */
export interface RestingDatabase {
  readonly sizeBytes: number;
  /** Fills `buffer` with what stands at `at`, a page's beginning. */
  read(buffer: Buffer, at: number): Promise<void>;
}

function restingDatabase(descriptor: number, log: LogFollower): RestingDatabase {
  const added = log.snapshot();
  const sizeBytes = added ? added.pagesInAll * pageBytes : fstatSync(descriptor).size;
  return {
    sizeBytes,
    read: async (buffer, at) => {
      const { bytesRead } = await readAt(descriptor, buffer, 0, buffer.length, at);
      for (let done = 0; done < buffer.length; done += pageBytes) {
        const place = added?.places.get((at + done) / pageBytes + 1);
        if (added && place !== undefined)
          await readAt(added.descriptor, buffer, done, pageBytes, place);
        else if (bytesRead < done + pageBytes)
          throw new Error('The database became shorter while it was copied.');
      }
    },
  };
}

/** A single number from a query that answers with one column named `value`. */
export function scalar(connection: Connection, sql: string, parameters: Parameters = {}): number {
  const row = connection.get(sql, parameters);
  if (row && typeof row === 'object' && 'value' in row && typeof row.value === 'number')
    return row.value;
  throw new StoreError(
    'database-damaged',
    "The clinic's database gave an answer without its value. Restore it from a backup.",
  );
}
