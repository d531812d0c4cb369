import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type ClinicFile, parseClinicFile } from '../clinic-file.ts';
import { pageBytes } from '../connection.ts';
import { writeDurably } from '../durable-file.ts';
import { BackupError } from './errors.ts';
import { type BackupKeys, nameBytes } from './seal.ts';

/** Raised when an older program would misread a backup. */
const formatVersion = 1;
export const blockBytes = 128 * 2 ** 10;
/** SQLite locks these bytes and keeps nothing there; Windows lets nobody read them meanwhile. */
const lockPageAt = 2 ** 30;

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

/** What can be said of a backup without its key. */
const backupHead = z.object({
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
});
export type BackupHead = z.infer<typeof backupHead>;

const body = z.object({
  contents,
  /** The names of the files that hold blocks. */
  packs: z.array(z.uuid()),
  /** For each block of the database its name, the pack's number and where it begins there, in base64. */
  blocks: z.base64(),
});

export interface Block {
  readonly name: Buffer;
  readonly pack: string;
  readonly at: number;
}

export interface Manifest {
  readonly head: BackupHead;
  readonly contents: Contents;
  readonly blocks: readonly Block[];
}

const entryBytes = nameBytes + 4 + 8;

export function writeManifest(file: string, keys: BackupKeys, manifest: Manifest): void {
  const packs = [...new Set(manifest.blocks.map(({ pack }) => pack))];
  const numbers = new Map(packs.map((pack, number) => [pack, number]));
  const table = Buffer.alloc(manifest.blocks.length * entryBytes);
  manifest.blocks.forEach(({ name, pack, at }, index) => {
    const start = index * entryBytes;
    table.set(name, start);
    table.writeUInt32BE(numbers.get(pack) ?? 0, start + nameBytes);
    table.writeBigUInt64BE(BigInt(at), start + nameBytes + 4);
  });
  const text = JSON.stringify({
    contents: manifest.contents,
    packs,
    blocks: table.toString('base64'),
  });
  const head = JSON.stringify(manifest.head);
  const sealed = keys.seal(Buffer.from(text), Buffer.from(head));
  writeDurably(file, `${head}\n${sealed.toString('base64')}\n`);
}

/** What a manifest says in the clear. Throws `backup-damaged`, `backup-newer`. */
export function readHead(file: string): { head: BackupHead; clinic: ClinicFile } {
  const { head } = split(file);
  return { head, clinic: parseClinicFile(head.keys) };
}

/** Throws `backup-damaged` for whatever was changed in it. */
export function readManifest(file: string, keys: BackupKeys): Manifest {
  const { head, headText, sealed } = split(file);
  const text = keys.open(Buffer.from(sealed, 'base64'), Buffer.from(headText));
  if (!text) throw damaged(file);
  const { contents, packs, blocks } = body.parse(JSON.parse(text.toString('utf8')));
  const table = Buffer.from(blocks, 'base64');
  return {
    head,
    contents,
    blocks: Array.from({ length: table.length / entryBytes }, (_, index) => {
      const start = index * entryBytes;
      const pack = packs[table.readUInt32BE(start + nameBytes)];
      if (pack === undefined) throw damaged(file);
      const name = table.subarray(start, start + nameBytes);
      return { name, pack, at: Number(table.readBigUInt64BE(start + nameBytes + 4)) };
    }),
  };
}

/** Where the blocks of a database of this size are in it. */
export function* blockPlaces(sizeBytes: number): Generator<{ at: number; length: number }> {
  for (let at = 0; at < sizeBytes; ) {
    if (at === lockPageAt) at += pageBytes;
    const length = Math.min(blockBytes, sizeBytes - at);
    if (length <= 0) return;
    yield { at, length };
    at += length;
  }
}

function split(file: string): { head: BackupHead; headText: string; sealed: string } {
  const [headText = '', sealed = ''] = readFileSync(file, 'utf8').split('\n');
  const content = parseJson(headText);
  const version = z.object({ format: z.int() }).safeParse(content);
  if (version.success && version.data.format > formatVersion)
    throw new BackupError(
      'backup-newer',
      'A newer Dermaspike made this backup. Install the newest version, then restore it.',
    );
  const parsed = backupHead.safeParse(content);
  if (!parsed.success) throw damaged(file);
  return { head: parsed.data, headText, sealed };
}

function damaged(file: string): BackupError {
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
