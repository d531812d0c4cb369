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
import { Pages } from '../pages.ts';
import { treePages, withoutRemains } from './trees.ts';

const macBytes = 32;
const numberBytes = 4;
const commitsBytes = 8;

/** Pages that are being written in place, so that one which a power cut tears is made good. */
const notePath = (database: string) => `${database}-pages`;

/** What is done of it, over as many turns as it takes. */
export class Overwriting {
  /** Those that were trees' when it began: what became one since holds nothing of before. */
  #left: Set<number> | undefined;
  #commits = -1;
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
    return this.#looked / Math.max(1, inAll);
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
      if (this.#commits !== commits) {
        const now = new Set(treePages(roots, (number) => database.open(number).text));
        this.#left = this.#left ? new Set([...this.#left].filter((page) => now.has(page))) : now;
        this.#commits = commits;
      }
      const fresh = new Map<number, Buffer>();
      for (const number of [...(this.#left ?? [])].slice(0, limit)) {
        const { page, text } = database.open(number);
        const blank = withoutRemains(text, number);
        if (blank) fresh.set(number, database.pages.seal(blank, number, page));
        this.#left?.delete(number);
        this.#looked += 1;
      }
      this.#written += fresh.size;
      if (fresh.size === 0) return [];
      // Noted aside first, so that a crash at any moment leaves pages that can be told and made good.
      writeNote(file, dataKey, commits, fresh);
      database.write(fresh);
      rmSync(notePath(file));
      return [...fresh.keys()];
    } finally {
      database.close();
    }
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
