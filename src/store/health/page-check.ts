import { pageBytes, type RestingDatabase } from '../connection.ts';
import { type Pages, usedBytes } from '../pages.ts';
import { overflowBytes, readNode } from './node.ts';
import type { Report, Turn } from './report.ts';

/** SQLite locks these bytes and keeps nothing there. */
const lockPage = 2 ** 30 / pageBytes + 1;
/** Read at once, since what belongs together mostly lies together. */
const pagesAtOnce = 32;
const keptReads = 64;

export interface Tree {
  /** Of the table or index. */
  readonly name: string;
  readonly root: number;
}

/**
 * Looks at every page of a database as it is at one moment: whether it is authentic, and whether the trees are
 * ones: each page used once, each cell within its page, numbers of rows in order, leaves all as deep, chains of
 * overflow pages as long as what they hold. As SQLite's own check does, but in pieces.
 * https://sqlite.org/fileformat2.html
 */
export class PageCheck {
  /** By the tree's root: its entries. */
  readonly entries = new Map<number, number>();
  readonly #database: RestingDatabase;
  readonly #pages: Pages;
  readonly #report: Report;
  readonly #turn: Turn;
  readonly #count: number;
  readonly #used: Uint8Array;
  readonly #read = new Map<number, Promise<Buffer>>();
  #looked = 0;
  /** Something could not be read: what it leads to is not known. */
  #isTorn = false;

  constructor(database: RestingDatabase, pages: Pages, report: Report, turn: Turn) {
    this.#database = database;
    this.#pages = pages;
    this.#report = report;
    this.#turn = turn;
    this.#count = database.sizeBytes / pageBytes;
    this.#used = new Uint8Array(this.#count + 1);
  }

  get pages(): number {
    return this.#count;
  }

  async run(trees: readonly Tree[]): Promise<void> {
    // A smaller database has none, and nothing is set.
    this.#used[lockPage] = 1;
    for (const tree of trees) await this.#walk(tree);
    await this.#walkFreePages();
    if (this.#isTorn) return;
    for (let number = 1; number <= this.#count; number++)
      if (!this.#used[number]) this.#report.tell(`page ${number} belongs to nothing`);
  }

  async #walk({ name, root }: Tree): Promise<void> {
    const stack = [{ number: root, depth: 0 }];
    let leafDepth: number | undefined;
    let entries = 0;
    let lastRow = Number.NEGATIVE_INFINITY;
    let isIndex: boolean | undefined;
    const tell = (what: string) => this.#report.tell(`${name}: ${what}`);
    for (let next = stack.pop(); next; next = stack.pop()) {
      const { number, depth } = next;
      const text = await this.#open(number, name);
      if (!text) continue;
      const node = readNode(text, number);
      if (typeof node === 'string') {
        this.#isTorn = true;
        tell(`page ${number} ${node}`);
        continue;
      }
      isIndex ??= node.isIndex;
      if (isIndex !== node.isIndex) tell(`page ${number} is of the wrong kind`);
      if (node.isIndex || node.isLeaf) entries += node.cells.length;
      if (node.isLeaf) {
        leafDepth ??= depth;
        if (leafDepth !== depth) tell(`page ${number} is not as deep as the others`);
      }
      for (const { rowid, overflow } of node.cells) {
        if (node.isLeaf && rowid !== undefined) {
          if (rowid <= lastRow) tell(`row ${rowid} on page ${number} is out of order`);
          lastRow = rowid;
        }
        if (overflow) await this.#follow(overflow.page, overflow.bytes, name);
      }
      // The last one is looked at first.
      for (const child of node.children.toReversed())
        stack.push({ number: child, depth: depth + 1 });
    }
    this.entries.set(root, entries);
  }

  async #follow(first: number, bytes: number, name: string): Promise<void> {
    let number = first;
    for (let left = bytes; left > 0; left -= overflowBytes) {
      const text = await this.#open(number, name);
      if (!text) return;
      number = text.readUInt32BE(0);
    }
    if (number !== 0)
      this.#report.tell(`${name}: more follows where an entry ends, on page ${number}`);
  }

  async #walkFreePages(): Promise<void> {
    const first = await this.#peek(1);
    if (!first) return;
    let trunk = first.readUInt32BE(32);
    let found = 0;
    while (trunk !== 0) {
      const text = await this.#open(trunk, 'free pages');
      if (!text) return;
      const leaves = text.readUInt32BE(4);
      if (leaves > usedBytes / 4 - 2) {
        this.#isTorn = true;
        return this.#report.tell(`free pages: page ${trunk} is not what it should be`);
      }
      found += 1 + leaves;
      for (let n = 0; n < leaves; n++) await this.#open(text.readUInt32BE(8 + 4 * n), 'free pages');
      trunk = text.readUInt32BE(0);
    }
    const said = first.readUInt32BE(36);
    if (said !== found) this.#report.tell(`free pages: ${found} instead of ${said}`);
  }

  /** The page's text, once: nothing where it is another's already, or not as it was written. */
  async #open(number: number, name: string): Promise<Buffer | undefined> {
    if (number < 1 || number > this.#count || this.#used[number]) {
      this.#isTorn = true;
      const what = this.#used[number] ? 'is used twice' : 'is not there';
      this.#report.tell(`${name}: page ${number} ${what}`);
      return undefined;
    }
    this.#used[number] = 1;
    this.#looked += 1;
    await this.#turn(this.#looked / this.#count);
    const text = await this.#peek(number);
    if (text) return text;
    this.#isTorn = true;
    this.#report.tell(`${name}: page ${number} is damaged`);
    return undefined;
  }

  async #peek(number: number): Promise<Buffer | undefined> {
    return this.#pages.open(await this.#raw(number), number);
  }

  async #raw(number: number): Promise<Buffer> {
    const block = Math.floor((number - 1) / pagesAtOnce);
    let read = this.#read.get(block);
    if (!read) {
      const at = block * pagesAtOnce * pageBytes;
      const buffer = Buffer.alloc(Math.min(pagesAtOnce * pageBytes, this.#database.sizeBytes - at));
      read = this.#database.read(buffer, at).then(() => buffer);
      this.#read.set(block, read);
      for (const oldest of [...this.#read.keys()].slice(0, -keptReads)) this.#read.delete(oldest);
    }
    const from = ((number - 1) % pagesAtOnce) * pageBytes;
    return (await read).subarray(from, from + pageBytes);
  }
}
