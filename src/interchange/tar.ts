import type { FileHandle } from 'node:fs/promises';

/** The bytes are not a tar archive, or one that ends too early. */
export class TarError extends Error {
  override readonly name = 'TarError';
  readonly code = 'archive-damaged';
}

/** A regular file inside an archive: where its bytes lie. */
export interface TarEntry {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
}

const block = 512;
/** Of a header that only carries a long name. */
const maxNameBytes = 64 * 1024;

/**
 * The regular files of an archive, in its order, by reading headers only: POSIX ustar with pax
 * paths, and GNU long names. Folders, links and devices are passed over. @throws TarError
 */
export async function* tarEntries(archive: FileHandle): AsyncGenerator<TarEntry> {
  const { size: archiveSize } = await archive.stat();
  let longName: string | undefined;
  let offset = 0;
  while (offset + block <= archiveSize) {
    const header = await readAt(archive, offset, block);
    if (header.every((byte) => byte === 0)) return;
    const { name, size, type } = parseHeader(header, offset);
    offset += block;
    if (offset + size > archiveSize)
      throw new TarError(`The archive ends inside ${name}: it was not copied whole.`);
    if (type === 'x' || type === 'L') {
      if (size > maxNameBytes) throw new TarError(`The header at byte ${offset} is too long.`);
      const text = (await readAt(archive, offset, size)).toString('utf8');
      longName = type === 'L' ? text.replace(/\0.*$/s, '') : (paxPath(text) ?? longName);
    } else {
      if (type === '0' || type === '\0') yield { name: longName ?? name, offset, size };
      // A pax header for the whole archive says nothing of the next name.
      if (type !== 'g') longName = undefined;
    }
    offset += Math.ceil(size / block) * block;
  }
}

export function readTarEntry(archive: FileHandle, { offset, size }: TarEntry): Promise<Buffer> {
  return readAt(archive, offset, size);
}

async function readAt(archive: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await archive.read(buffer, 0, length, position);
  if (bytesRead < length) throw new TarError('The archive became shorter while it was read.');
  return buffer;
}

function parseHeader(header: Buffer, offset: number) {
  const stored = octal(header, 148, 8);
  const sum = header.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 32 : byte), 0);
  if (stored !== sum)
    throw new TarError(`This is not a tar archive, or it is damaged at byte ${offset}.`);
  const size = octal(header, 124, 12);
  if (size === undefined)
    throw new TarError(`A file at byte ${offset} has no readable size, or one beyond 8 GiB.`);
  const isPosix = text(header, 257, 6) === 'ustar';
  const prefix = isPosix ? text(header, 345, 155) : '';
  const name = text(header, 0, 100);
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    size,
    type: String.fromCharCode(header[156] ?? 0),
  };
}

function text(header: Buffer, start: number, length: number): string {
  const field = header.subarray(start, start + length);
  const end = field.indexOf(0);
  return field.subarray(0, end < 0 ? length : end).toString('utf8');
}

function octal(header: Buffer, start: number, length: number): number | undefined {
  const digits = text(header, start, length).trim();
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : undefined;
}

/** A pax header's records are `length key=value\n`. */
function paxPath(records: string): string | undefined {
  return /(?:^|\n)\d+ path=([^\n]*)\n/.exec(records)?.[1];
}
