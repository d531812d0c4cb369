import { closeSync, existsSync, openSync, readSync } from 'node:fs';

const headerBytes = 32;
const frameHeaderBytes = 24;

/**
 * Follows the write-ahead log of the open database: which pages stand in it, where, and which were written
 * at all. A transaction's frames count once its last one says so; what an undone one left behind has no last
 * one, and is written over. A log that began anew has another salt.
 * https://sqlite.org/fileformat2.html#walformat
 */
export class LogFollower {
  readonly #file: string;
  readonly #pageBytes: number;
  readonly #onPages: (pages: readonly number[]) => void;
  #descriptor: number | undefined;
  #salt = '';
  #at = headerBytes;
  /** For each page in the log where its newest content begins there. */
  #places = new Map<number, number>();
  #pagesInAll = 0;
  #frames = 0;

  /** `onPages` is told of each page that a transaction wrote, once it has ended. */
  constructor(
    file: string,
    pageBytes: number,
    onPages: (pages: readonly number[]) => void = () => {},
  ) {
    this.#file = file;
    this.#pageBytes = pageBytes;
    this.#onPages = onPages;
  }

  /** Reads what was added since it was last asked. Frames in the log that the database may lack. */
  read(): number {
    if (this.#descriptor === undefined && existsSync(this.#file))
      this.#descriptor = openSync(this.#file, 'r');
    const descriptor = this.#descriptor;
    if (descriptor === undefined) return 0;
    // An empty log has no salt, and no frames.
    const header = Buffer.alloc(headerBytes);
    readSync(descriptor, header, 0, headerBytes, 0);
    const salt = header.toString('latin1', 16, 24);
    if (salt !== this.#salt) this.#begin(salt);
    const frame = Buffer.alloc(frameHeaderBytes);
    let pending: { page: number; at: number }[] = [];
    const hasFrame = (at: number) =>
      readSync(descriptor, frame, 0, frameHeaderBytes, at) === frameHeaderBytes;
    for (let at = this.#at; hasFrame(at); ) {
      if (frame.toString('latin1', 8, 16) !== salt) break;
      pending.push({ page: frame.readUInt32BE(0), at: at + frameHeaderBytes });
      at += frameHeaderBytes + this.#pageBytes;
      const pagesInAll = frame.readUInt32BE(4);
      if (pagesInAll === 0) continue;
      for (const { page, at } of pending) this.#places.set(page, at);
      this.#onPages(pending.map(({ page }) => page));
      this.#frames += pending.length;
      this.#pagesInAll = pagesInAll;
      this.#at = at;
      pending = [];
    }
    return this.#frames;
  }

  /** All of it is in the database: SQLite begins the log anew with the next transaction. */
  wasMoved(): void {
    this.#places = new Map();
    this.#frames = 0;
  }

  /** The log as it is now: the pages that it holds, and how many the database has with them. */
  snapshot(): {
    places: ReadonlyMap<number, number>;
    pagesInAll: number;
    descriptor: number;
  } | null {
    if (this.read() === 0 || this.#descriptor === undefined) return null;
    const { places, pagesInAll } = { places: new Map(this.#places), pagesInAll: this.#pagesInAll };
    return { places, pagesInAll, descriptor: this.#descriptor };
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #begin(salt: string): void {
    this.#salt = salt;
    this.#at = headerBytes;
    this.wasMoved();
  }
}
