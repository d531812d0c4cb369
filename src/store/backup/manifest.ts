import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { type ClinicFile, checksum, parseClinicFile } from '../clinic-file.ts';
import { pageBytes } from '../connection.ts';
import { filePieces, lockPageAt } from '../file-pieces.ts';
import { BackupError } from './errors.ts';
import { readFirstLine, writeWhole } from './medium-files.ts';
import { type BackupKeys, nameBytes } from './seal.ts';

/** Raised when an older program would misread a backup. */
const formatVersion = 1;
export const blockBytes = 128 * 2 ** 10;

/** What was in the clinic, to be compared with what comes back. */
export const contents = z.object({
  patients: z.int(),
  lesions: z.int(),
  images: z.int(),
  readings: z.int(),
  reviews: z.int(),
  auditEntries: z.int(),
  /** The hash of the last audit entry, in hex; empty when there is none. */
  auditHead: z.string(),
  commits: z.int(),
});
export type Contents = z.infer<typeof contents>;

/** What can be said of a backup without its key. Whatever else a list says is damage: one that says more is of a newer format. */
const backupHead = z.strictObject({
  format: z.literal(formatVersion),
  id: z.uuid(),
  madeAt: z.iso.datetime(),
  program: z.string(),
  database: z.int(),
  sizeBytes: z.int(),
  /** Which of the clinic's data keys it was made under. */
  keyId: z.string(),
  /** clinic.json as it was: with it the backup opens by a passphrase or the recovery key of its time. */
  keys: z.string(),
  /** The files that hold its blocks; the first lists did not say. */
  packs: z.array(z.uuid()).optional(),
  /** A SHA-256 of the rest: tells damage without a key, and proves nothing. The first lists had none. */
  check: z.string().optional(),
});
export type BackupHead = Omit<z.infer<typeof backupHead>, 'check'>;

const body = z.object({
  contents,
  /** The names of the files that hold blocks. */
  packs: z.array(z.uuid()),
  /** For each block of the database its name, the pack's number and where it begins there, in base64. */
  blocks: z.string(),
});

/** Where a block is kept. */
export interface Block {
  readonly name: Buffer;
  readonly pack: string;
  readonly at: number;
}

const entryBytes = nameBytes + 4 + 8;

/** The blocks of a database in their order. As bytes: of a large clinic there are hundreds of thousands. */
export class BlockTable {
  readonly packs: string[];
  #bytes: Buffer;
  #length: number;
  readonly #numbers = new Map<string, number>();

  constructor(packs: readonly string[] = [], bytes: Buffer = Buffer.alloc(0)) {
    this.packs = [...packs];
    this.#bytes = bytes;
    this.#length = Math.floor(bytes.length / entryBytes);
    for (const [number, pack] of packs.entries()) this.#numbers.set(pack, number);
  }

  get length(): number {
    return this.#length;
  }

  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length * entryBytes);
  }

  /** Nothing beyond the end, or where the table names a pack that it does not have. */
  at(index: number): Block | undefined {
    if (index >= this.#length) return undefined;
    const start = index * entryBytes;
    const pack = this.packs[this.#bytes.readUInt32BE(start + nameBytes)];
    if (pack === undefined) return undefined;
    const name = this.#bytes.subarray(start, start + nameBytes);
    return { name, pack, at: Number(this.#bytes.readBigUInt64BE(start + nameBytes + 4)) };
  }

  add({ name, pack, at }: Block): void {
    const start = this.#length * entryBytes;
    if (start + entryBytes > this.#bytes.length) {
      const larger = Buffer.alloc(Math.max(1024 * entryBytes, this.#bytes.length * 2));
      this.#bytes.copy(larger);
      this.#bytes = larger;
    }
    this.#bytes.set(name, start);
    this.#bytes.writeUInt32BE(this.#numberOf(pack), start + nameBytes);
    this.#bytes.writeBigUInt64BE(BigInt(at), start + nameBytes + 4);
    this.#length += 1;
  }

  #numberOf(pack: string): number {
    const known = this.#numbers.get(pack);
    if (known !== undefined) return known;
    this.#numbers.set(pack, this.packs.length);
    return this.packs.push(pack) - 1;
  }
}

export interface Manifest {
  readonly head: BackupHead;
  readonly contents: Contents;
  readonly blocks: BlockTable;
}

export async function writeManifest(
  file: string,
  keys: BackupKeys,
  { head, contents, blocks }: Manifest,
): Promise<void> {
  const { packs } = blocks;
  const text = JSON.stringify({ contents, packs, blocks: blocks.bytes.toString('base64') });
  const whole = { ...head, packs };
  const headText = JSON.stringify({ ...whole, check: checksum(whole) });
  const sealed = keys.seal(Buffer.from(text), Buffer.from(headText));
  await writeWhole(file, `${headText}\n${sealed.toString('base64')}\n`);
}

/** What a manifest says in the clear. Throws `backup-damaged`, `backup-newer`. */
export async function readHead(file: string): Promise<{ head: BackupHead; clinic: ClinicFile }> {
  const head = parseHead(file, await readFirstLine(file));
  try {
    return { head, clinic: parseClinicFile(head.keys) };
  } catch {
    throw damagedList(file);
  }
}

/** Throws `backup-damaged` for whatever was changed in it. */
export async function readManifest(file: string, keys: BackupKeys): Promise<Manifest> {
  const [headText = '', sealed = ''] = (await readFile(file, 'utf8')).split('\n');
  const head = parseHead(file, headText);
  const text = keys.open(Buffer.from(sealed, 'base64'), Buffer.from(headText));
  if (!text) throw damagedList(file);
  const { contents, packs, blocks } = body.parse(JSON.parse(text.toString('utf8')));
  return { head, contents, blocks: new BlockTable(packs, Buffer.from(blocks, 'base64')) };
}

/** Where the blocks of a database of this size are in it. */
export const blockPlaces = (sizeBytes: number) => filePieces(sizeBytes, blockBytes);

/** Where the block of this number is in a database of this size; undefined beyond its end. */
export function placeOfBlock(
  index: number,
  sizeBytes: number,
): { at: number; length: number } | undefined {
  const begins = index * blockBytes;
  const at = begins < lockPageAt ? begins : begins + pageBytes;
  return at < sizeBytes ? { at, length: Math.min(blockBytes, sizeBytes - at) } : undefined;
}

/** The number of the block that a page lies in; the page that SQLite keeps nothing in lies in none. */
export function blockOfPage(page: number, pageBytes: number): number {
  const at = (page - 1) * pageBytes;
  // Behind the page that is left out, blocks begin one page later.
  const begins = at > lockPageAt ? at - pageBytes : at;
  return Math.floor(begins / blockBytes);
}

function parseHead(file: string, headText: string): BackupHead {
  const content = parseJson(headText);
  // Before the format is believed, which a later one says in the same way.
  if (isChanged(content)) throw damagedList(file);
  const version = z.object({ format: z.int() }).safeParse(content);
  if (version.success && version.data.format > formatVersion)
    throw new BackupError(
      'backup-newer',
      'A newer Dermaspike made this backup. Install the newest version, then restore it.',
    );
  const parsed = backupHead.safeParse(content);
  if (!parsed.success) throw damagedList(file);
  return parsed.data;
}

function isChanged(head: unknown): boolean {
  if (typeof head !== 'object' || head === null || !('check' in head)) return false;
  const { check, ...whole } = head;
  return check !== checksum(whole);
}

export function damagedList(file: string): BackupError {
  return new BackupError(
    'backup-damaged',
    `The backup's list ${file} is damaged. Choose another backup on this medium; the next one that is made will be whole.`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
