import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fsync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs';
import { promisify } from 'node:util';
import { pageBytes } from './connection.ts';
import { asStoreError, StoreError, translated } from './errors.ts';
import { Pages, saltBytes, usedBytes } from './pages.ts';

const fsyncLater = promisify(fsync);

/** Of a page's IV: as much as tells one writing of the page from another. */
export const tokenBytes = 8;

const noToken = Buffer.alloc(tokenBytes);
const noPage = Buffer.alloc(pageBytes);

export const newSalt = (): Buffer => randomBytes(saltBytes);

/**
 * A database's pages under another key, in a file beside it, as far as they are done. A page has another IV
 * whenever it is written, so the IVs of the pages that were taken tell which have changed since: they are kept
 * in a second file, and say nothing of a page before that page is on the disk. So it goes on where it was
 * broken off, by whatever.
 */
export class Reencryption {
  readonly #target: number;
  readonly #tokens: number;
  readonly #from: Pages;
  readonly #to: Pages;
  readonly #salt: Buffer;
  /** Of pages that are not known to be on the disk yet. */
  #fresh: { readonly at: number; readonly tokens: Buffer }[] = [];
  #isClosed = false;

  /**
   * @param files where the pages go, and what tells which they are.
   * @param first the database's first page.
   * @param salt of the new file.
   */
  constructor(
    files: { readonly target: string; readonly tokens: string },
    from: { readonly key: Uint8Array; readonly first: Uint8Array },
    to: { readonly key: Uint8Array; readonly salt: Buffer },
  ) {
    const flags = constants.O_RDWR | constants.O_CREAT;
    this.#target = translated(() => openSync(files.target, flags, 0o600));
    this.#tokens = translated(() => openSync(files.tokens, flags, 0o600));
    this.#from = new Pages(from.key, from.first);
    this.#salt = to.salt;
    this.#to = new Pages(to.key, to.salt);
  }

  /** Takes over those of the database's pages from `at` on that are not as they were when last taken. */
  take(pages: Buffer, at: number): void {
    const first = at / pageBytes + 1;
    const count = pages.length / pageBytes;
    const tokens = this.#tokensAt(first, count);
    let isNew = false;
    for (let n = 0; n < count; n++) {
      const page = pages.subarray(n * pageBytes, (n + 1) * pageBytes);
      const iv = page.subarray(usedBytes, usedBytes + tokenBytes);
      const token = tokens.subarray(n * tokenBytes, (n + 1) * tokenBytes);
      // One that was never written has no IV, and nothing in the new file: SQLite had no use for it.
      if (token.equals(iv) && (!iv.equals(noToken) || page.equals(noPage))) continue;
      this.#write(this.#sealed(page, first + n), at + n * pageBytes);
      token.set(iv);
      isNew = true;
    }
    if (isNew) this.#fresh.push({ at: (first - 1) * tokenBytes, tokens });
  }

  /** Has what was taken on the disk. */
  async settle(): Promise<void> {
    try {
      if (this.#fresh.length === 0) return;
      await fsyncLater(this.#target);
      this.#noteFresh();
    } catch (error) {
      throw asStoreError(error);
    }
  }

  /** Ends the new file where the database ends, and has it on the disk. */
  end(sizeBytes: number): void {
    translated(() => {
      ftruncateSync(this.#target, sizeBytes);
      fsyncSync(this.#target);
    });
  }

  /** Safe to call twice. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#from.forget();
    this.#to.forget();
    closeSync(this.#target);
    closeSync(this.#tokens);
  }

  #sealed(page: Buffer, number: number): Buffer {
    const text = this.#from.open(page, number);
    if (!text)
      throw new StoreError(
        'database-damaged',
        `Page ${number} of clinic.db is damaged, so nothing was changed. Copy the data folder, then restore it from a backup.`,
      );
    const sealed = this.#to.seal(text, number, this.#salt);
    text.fill(0);
    return sealed;
  }

  #write(page: Buffer, at: number): void {
    translated(() => {
      const written = writeSync(this.#target, page, 0, pageBytes, at);
      // A full disk may take a part, and refuses the next.
      if (written < pageBytes)
        writeSync(this.#target, page, written, pageBytes - written, at + written);
    });
  }

  #tokensAt(first: number, count: number): Buffer {
    const at = (first - 1) * tokenBytes;
    const tokens = Buffer.alloc(count * tokenBytes);
    translated(() => readSync(this.#tokens, tokens, 0, tokens.length, at));
    return tokens;
  }

  #noteFresh(): void {
    for (const { at, tokens } of this.#fresh) writeSync(this.#tokens, tokens, 0, tokens.length, at);
    this.#fresh = [];
  }
}
