import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { pageBytes } from '../connection.ts';
import { renameDurably } from '../durable-file.ts';
import { StoreError, translated } from '../errors.ts';
import { ivBytes, ivOf, Pages, usedBytes } from '../pages.ts';
import { childrenOf, treePages, withoutRemains } from './trees.ts';

const macBytes = 32;
const numberBytes = 4;
const commitsBytes = 8;

/** Pages that are being written in place, so that one which a power cut tears is made good. */
const notePath = (database: string) => `${database}-pages`;

interface InnerPage {
  readonly iv: Buffer;
  readonly children: readonly number[];
}

/** What is done of it, over as many turns as it takes. */
export class Overwriting {
  /** Those that were trees' when it began: what became one since holds nothing of before. */
  #left: PageSet | undefined;
  #commits = -1;
  #roots = '';
  /** Where the trees' inner pages lead to, and the IV that each then had: it is new with every writing. */
  #inner = new Map<number, InnerPage>();
  #looked = 0;
  #written = 0;

  get pagesLooked(): number {
    return this.#looked;
  }

  get pagesWritten(): number {
    return this.#written;
  }

  get share(): number {
    const inAll = this.#looked + (this.#left?.size ?? 1);
    return this.#looked / inAll;
  }

  get isDone(): boolean {
    return this.#left?.size === 0;
  }

  /**
   * Looks through up to `limit` more pages of the closed database. `commits` is how many it has had:
   * when that is as it was, so are its trees. Returns the pages that were written.
   */
  someMore(
    file: string,
    dataKey: Uint8Array,
    given: { roots: readonly number[]; commits: number; limit: number },
  ): number[] {
    const { roots, commits, limit } = given;
    const database = new DatabaseFile(file, dataKey);
    try {
      if (this.#commits !== commits) this.#seeTrees(database, roots);
      this.#commits = commits;
      const fresh = new Map<number, Buffer>();
      for (const number of this.#left?.take(limit) ?? []) {
        const { page, text } = database.open(number);
        const blank = withoutRemains(text, number);
        if (blank) fresh.set(number, database.pages.seal(blank, number, page));
        this.#looked += 1;
      }
      this.#written += fresh.size;
      if (fresh.size === 0) return [];
      // Noted aside first, so that a crash at any moment leaves pages that can be told and made good.
      writeNote(file, dataKey, commits, fresh);
      database.write(fresh);
      rmSync(notePath(file));
      // They lead where they led.
      for (const [number, page] of fresh) {
        const known = this.#inner.get(number);
        if (known) this.#inner.set(number, { iv: ivOf(page), children: known.children });
      }
      return [...fresh.keys()];
    } finally {
      database.close();
    }
  }

  /** Leaves out what is no tree's page any more. While the inner pages are as they were, so are the trees. */
  #seeTrees(database: DatabaseFile, roots: readonly number[]): void {
    const isAsBefore =
      this.#left && this.#roots === String(roots) && this.#areInnerAsBefore(database);
    this.#roots = String(roots);
    if (isAsBefore) return;
    const before = this.#inner;
    this.#inner = new Map();
    const now = new PageSet(
      treePages(roots, (number) => this.#childrenIn(database, number, before)),
    );
    this.#left?.keepThoseOf(now);
    this.#left ??= now;
  }

  #areInnerAsBefore(database: DatabaseFile): boolean {
    for (const [number, { iv }] of this.#inner) if (!database.iv(number).equals(iv)) return false;
    return true;
  }

  /** Opens those pages alone that were written since `before`: in a large clinic there are thousands. */
  #childrenIn(
    database: DatabaseFile,
    number: number,
    before: ReadonlyMap<number, InnerPage>,
  ): readonly number[] | null {
    const known = this.#inner.get(number) ?? before.get(number);
    if (known && database.iv(number).equals(known.iv)) {
      this.#inner.set(number, known);
      return known.children;
    }
    const { page, text } = database.open(number);
    const children = childrenOf(text, number);
    if (children) this.#inner.set(number, { iv: ivOf(page), children });
    return children;
  }
}

/** Numbers of pages, a byte each: of a large clinic there are hundreds of thousands, and they are gone through often. */
class PageSet {
  #has: Uint8Array;
  #size = 0;
  /** None is in it before this one. */
  #first = 0;

  constructor(numbers: readonly number[]) {
    let last = 0;
    for (const number of numbers) last = Math.max(last, number);
    this.#has = new Uint8Array(last + 1);
    for (const number of numbers) this.#has[number] = 1;
    this.#count();
  }

  get size(): number {
    return this.#size;
  }

  /** Takes up to `limit` of them out, the lowest first. */
  take(limit: number): number[] {
    const taken: number[] = [];
    for (; taken.length < limit && this.#first < this.#has.length; this.#first++)
      if (this.#has[this.#first]) taken.push(this.#first);
    for (const number of taken) this.#has[number] = 0;
    this.#size -= taken.length;
    return taken;
  }

  keepThoseOf(other: PageSet): void {
    this.#has = this.#has.map((has, number) => has & (other.#has[number] ?? 0));
    this.#count();
  }

  #count(): void {
    this.#size = 0;
    for (const has of this.#has) this.#size += has;
  }
}

/**
 * Makes good what a power cut tore while pages were written in place: a page that is not authentic gets
 * the content that it was to have. `commits` is how many the database must have had; a note of
 * another moment is not believed.
 */
export function healTornPages(
  file: string,
  dataKey: Uint8Array,
  commits: number | undefined,
): void {
  if (!existsSync(notePath(file))) return;
  const note = readNote(readFileSync(notePath(file)), noteKey(dataKey));
  if (note && note.commits === commits) {
    const database = new DatabaseFile(file, dataKey);
    try {
      const torn = [...note.pages].filter(([number]) => !database.isAuthentic(number));
      database.write(new Map(torn));
    } finally {
      database.close();
    }
  }
  rmSync(notePath(file), { force: true });
}

class DatabaseFile {
  readonly pages: Pages;
  readonly #descriptor: number;

  constructor(file: string, dataKey: Uint8Array) {
    this.#descriptor = translated(() => openSync(file, 'r+'));
    this.pages = new Pages(dataKey, this.#read(1));
  }

  open(number: number): { page: Buffer; text: Buffer } {
    const page = this.#read(number);
    const text = this.pages.open(page, number);
    if (text) return { page, text };
    throw new StoreError(
      'database-damaged',
      `Page ${number} of clinic.db is damaged and was left as it is. Copy the data folder, then restore it from a backup.`,
    );
  }

  iv(number: number): Buffer {
    const iv = Buffer.alloc(ivBytes);
    const at = (number - 1) * pageBytes + usedBytes;
    translated(() => readSync(this.#descriptor, iv, 0, ivBytes, at));
    return iv;
  }

  isAuthentic(number: number): boolean {
    return this.pages.isAuthentic(this.#read(number), number);
  }

  write(fresh: ReadonlyMap<number, Buffer>): void {
    translated(() => {
      for (const [number, page] of fresh)
        writeSync(this.#descriptor, page, 0, pageBytes, (number - 1) * pageBytes);
      fsyncSync(this.#descriptor);
    });
  }

  close(): void {
    this.pages.forget();
    closeSync(this.#descriptor);
  }

  #read(number: number): Buffer {
    const page = Buffer.alloc(pageBytes);
    translated(() => readSync(this.#descriptor, page, 0, pageBytes, (number - 1) * pageBytes));
    return page;
  }
}

export function writeNote(
  file: string,
  dataKey: Uint8Array,
  commits: number,
  fresh: ReadonlyMap<number, Buffer>,
): void {
  const note = notePath(file);
  translated(() => {
    const descriptor = openSync(`${note}.tmp`, 'w', 0o600);
    try {
      writeFileSync(descriptor, noteOf(fresh, noteKey(dataKey), commits));
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameDurably(`${note}.tmp`, note);
  });
}

function noteKey(dataKey: Uint8Array): Buffer {
  return Buffer.from(hkdfSync('sha256', dataKey, '', 'dermaspike overwritten pages', macBytes));
}

function noteOf(fresh: ReadonlyMap<number, Buffer>, key: Buffer, commits: number): Buffer {
  const head = Buffer.alloc(commitsBytes);
  head.writeBigUInt64BE(BigInt(commits));
  const parts = [...fresh].flatMap(([number, page]) => {
    const place = Buffer.alloc(numberBytes);
    place.writeUInt32BE(number);
    return [place, page];
  });
  const said = Buffer.concat([head, ...parts]);
  return Buffer.concat([createHmac('sha256', key).update(said).digest(), said]);
}

/** Nothing of a note that was not finished: then no page had been written yet. */
function readNote(
  bytes: Buffer,
  key: Buffer,
): { commits: number; pages: Map<number, Buffer> } | undefined {
  if (bytes.length < macBytes + commitsBytes) return undefined;
  const said = bytes.subarray(macBytes);
  const mac = createHmac('sha256', key).update(said).digest();
  if (!timingSafeEqual(mac, bytes.subarray(0, macBytes))) return undefined;
  const pages = new Map<number, Buffer>();
  for (let at = commitsBytes; at < said.length; at += numberBytes + pageBytes)
    pages.set(said.readUInt32BE(at), said.subarray(at + numberBytes, at + numberBytes + pageBytes));
  return { commits: Number(said.readBigUInt64BE()), pages };
}
