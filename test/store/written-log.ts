/** A write-ahead log as https://sqlite.org/fileformat2.html#walformat has it, made by hand. */
export interface WrittenLog {
  readonly isBigEndian?: boolean;
  readonly salt?: Buffer;
  readonly frames: readonly WrittenFrame[];
}

export interface WrittenFrame {
  readonly page: number;
  /** How many pages the database has after the commit that this frame ends; 0 where it ends none. */
  readonly pagesInAll: number;
  /** Of an earlier log that was not written over. */
  readonly salt?: Buffer;
}

export const pageBytes = 4096;
export const frameBytes = 24 + pageBytes;
/** Where a frame begins in the log. */
export const frameAt = (index: number) => 32 + index * frameBytes;

const ownSalt = Buffer.from('0123456789abcdef', 'hex');
export const otherSalt = Buffer.from('0123456889abcdef', 'hex');

/** Frames of so many commits, each of so many pages. */
export function commitsOf(count: number, pages = 1): WrittenFrame[] {
  return Array.from({ length: count * pages }, (_, n) => ({
    page: n + 1,
    pagesInAll: (n + 1) % pages === 0 ? 7 : 0,
  }));
}

export function writtenLog({ isBigEndian = false, salt = ownSalt, frames }: WrittenLog): Buffer {
  let sums: [number, number] = [0, 0];
  const add = (bytes: Buffer) => {
    for (let at = 0; at < bytes.length; at += 8) {
      const word = (where: number) =>
        isBigEndian ? bytes.readUInt32BE(where) : bytes.readUInt32LE(where);
      const first = (sums[0] + word(at) + sums[1]) % 2 ** 32;
      sums = [first, (sums[1] + word(at + 4) + first) % 2 ** 32];
    }
  };
  const words = (...values: readonly number[]) => {
    const bytes = Buffer.alloc(values.length * 4);
    for (const [n, value] of values.entries()) bytes.writeUInt32BE(value, n * 4);
    return bytes;
  };
  const magic = isBigEndian ? 0x377f0683 : 0x377f0682;
  const head = Buffer.concat([words(magic, 3_007_000, pageBytes, 0), salt]);
  add(head);
  const log = [head, words(...sums)];
  for (const { page, pagesInAll, salt: other } of frames) {
    const begin = words(page, pagesInAll);
    const content = Buffer.alloc(pageBytes, page % 251);
    add(begin);
    add(content);
    log.push(begin, Buffer.from(other ?? salt), words(...sums), content);
  }
  return Buffer.concat(log);
}
