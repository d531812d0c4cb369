import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { pageBytes } from './connection.ts';

/** SQLite's write-ahead log: a header, then frames of a header and an (encrypted) page each. */
const headerBytes = 32;
const frameHeaderBytes = 24;
const frameBytes = frameHeaderBytes + pageBytes;
const framesAtOnce = 256;

/** The last bit tells the order of the bytes in the words that are summed. */
const magic = 0x377f0682;

export interface LogVerdict {
  /** What stands in the log was on the disk when it was damaged. */
  readonly isDamaged: boolean;
  /** The commits that stand behind the damage, at least; SQLite passes over them. */
  readonly lostCommits: number;
}

/**
 * Looks for damage that SQLite takes for the log's end: it reads frames up to the first whose checksum is
 * wrong, as the last one's may be when a computer stops. But a commit is on the disk before the next
 * frame is written, so frames of this log's own salt behind a commit that is not read mean damage. Left
 * alone are the rest of a transaction that was undone or never ended, which has no commit, and frames of
 * an earlier log that was written over, which have another salt. Needs no key.
 * https://sqlite.org/fileformat2.html#walformat
 */
export function examineLogFrames(file: string): LogVerdict {
  const sound: LogVerdict = { isDamaged: false, lostCommits: 0 };
  if (!existsSync(file)) return sound;
  const descriptor = openSync(file, 'r');
  try {
    // The header is flushed before the first frame is written.
    if (fstatSync(descriptor).size <= headerBytes) return sound;
    const header = Buffer.alloc(headerBytes);
    readSync(descriptor, header, 0, headerBytes, 0);
    const sums = new Sums(header);
    if (!sums.isGoodHeader(header)) return { isDamaged: true, lostCommits: 0 };
    return examineFrames(descriptor, header.subarray(16, 24), sums);
  } finally {
    closeSync(descriptor);
  }
}

function examineFrames(descriptor: number, salt: Uint8Array, sums: Sums): LogVerdict {
  const buffer = Buffer.alloc(frameBytes * framesAtOnce);
  let isRead = true;
  /** Commits that are not read; a last one that nothing follows may never have been acknowledged. */
  let commits = 0;
  let followed = 0;
  for (let at = headerBytes; ; at += buffer.length) {
    const length = readSync(descriptor, buffer, 0, buffer.length, at);
    if (length < frameHeaderBytes) break;
    // A page that is cut off at the end of the file does not make its header unreadable.
    for (let start = 0; start + frameHeaderBytes <= length; start += frameBytes) {
      const frame = buffer.subarray(start, Math.min(start + frameBytes, length));
      if (isRead) isRead = frame.length === frameBytes && sums.isGoodFrame(frame, salt);
      if (isRead || !frame.subarray(8, 16).equals(salt)) continue;
      followed = commits;
      if (frame.readUInt32BE(4) !== 0) commits += 1;
    }
  }
  return { isDamaged: followed > 0, lostCommits: followed > 0 ? commits : 0 };
}

/** The running checksum of the log. */
class Sums {
  readonly #isBigEndian: boolean;
  #first = 0;
  #second = 0;

  constructor(header: Buffer) {
    this.#isBigEndian = (header.readUInt32BE(0) & 1) === 1;
  }

  isGoodHeader(header: Buffer): boolean {
    this.#add(header, 0, 24);
    const isLog = (header.readUInt32BE(0) & ~1) === magic && header.readUInt32BE(8) === pageBytes;
    return isLog && this.#is(header, 24);
  }

  isGoodFrame(frame: Buffer, salt: Uint8Array): boolean {
    if (!frame.subarray(8, 16).equals(salt)) return false;
    this.#add(frame, 0, 8);
    this.#add(frame, frameHeaderBytes, frame.length);
    return this.#is(frame, 16);
  }

  #is(bytes: Buffer, at: number): boolean {
    return bytes.readUInt32BE(at) === this.#first && bytes.readUInt32BE(at + 4) === this.#second;
  }

  #add(bytes: Buffer, from: number, to: number): void {
    let first = this.#first;
    let second = this.#second;
    for (let at = from; at < to; at += 8) {
      const one = this.#isBigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at);
      const other = this.#isBigEndian ? bytes.readUInt32BE(at + 4) : bytes.readUInt32LE(at + 4);
      first = (first + one + second) >>> 0;
      second = (second + other + first) >>> 0;
    }
    this.#first = first;
    this.#second = second;
  }
}
