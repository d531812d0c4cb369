import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import {
  closeSync,
  constants,
  existsSync,
  fdatasync,
  fsyncSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { v7 as newId } from 'uuid';
import { z } from 'zod';
import { syncFolder } from './durable-file.ts';
import { translated } from './errors.ts';
import { base64OfLength } from './key-slots.ts';

const macBytes = 32;

/** The newest audit entry when the mark was made, and when that was. */
const markedHead = z.object({
  seq: z.int().min(0),
  hash: base64OfLength(32),
  at: z.iso.datetime(),
});
export type MarkedHead = z.infer<typeof markedHead>;

/** How far the clinic's database has come; an older copy of it has not. */
export const highWaterMark = z.object({
  /** The commits that the database has had, at least. */
  commits: z.int().min(0),
  /** Who has the clinic open, or had when the computer stopped; null when it was closed. */
  session: z.uuid().nullable(),
  /** Missing in the marks of earlier programs. */
  head: markedHead.optional(),
  /** HMAC-SHA-256 by a key made from the data key: nobody without it can make a mark. */
  mac: base64OfLength(macBytes),
});
export type HighWaterMark = z.infer<typeof highWaterMark>;

/** What the marks prove. */
export interface Proven {
  /** The commits that the database must have had. */
  readonly commits: number;
  readonly head: MarkedHead | undefined;
}

/** clinic.db-mark: two notes, written in turn, so that a power cut tears one at most. */
const noteBytes = 512;
/** How long a note may be in the system's memory only. */
const flushMs = 500;

/**
 * Holds the database to what was acknowledged. clinic.json has the mark at which the clinic was opened or
 * closed, and clinic.db-mark beside it follows each commit and stays. It is written after the commit is
 * on the disk and flushed half a second later: a killed process leaves it exact, a power cut may leave it
 * that far behind, never ahead.
 */
export class HighWater {
  readonly #file: string;
  readonly #clinicId: string;
  #key: Buffer;
  readonly #session = newId();
  #descriptor: number | undefined;
  #reached: { commits: number; head: MarkedHead | undefined } = { commits: 0, head: undefined };
  #written = 0;
  #flush: NodeJS.Timeout | undefined;

  constructor(file: string, clinicId: string, dataKey: Uint8Array) {
    this.#file = file;
    this.#clinicId = clinicId;
    this.#key = keyFrom(dataKey, clinicId);
  }

  /**
   * By clinic.json's mark and the notes. Undefined if the clinic's key did not make the mark, or if the
   * clinic was not closed and the notes are gone: then nothing is proven.
   */
  proven(mark: HighWaterMark): Proven | undefined {
    if (!this.#isGenuine(mark)) return undefined;
    const noted = this.#noted();
    const isFollowed = noted.some(({ commits }) => commits >= mark.commits);
    if (mark.session !== null && mark.head && !isFollowed) return undefined;
    const furthest = [mark, ...noted].reduce((one, other) =>
      other.commits > one.commits ? other : one,
    );
    return { commits: furthest.commits, head: furthest.head };
  }

  /**
   * Begins a session: clinic.db-mark is kept from now on. Returns the mark for clinic.json; where
   * clinic.db-mark cannot be kept, that of a clinic which is closed.
   */
  begin(commits: number, head: MarkedHead): HighWaterMark {
    this.#reached = { commits, head };
    try {
      const isNew = !existsSync(this.#file);
      // Not emptied: one of the former notes stays until clinic.json has the new mark.
      this.#descriptor = openSync(this.#file, constants.O_RDWR | constants.O_CREAT, 0o600);
      this.#note();
      fsyncSync(this.#descriptor);
      if (isNew) syncFolder(path.dirname(this.#file));
      return this.#seal(this.#session);
    } catch {
      if (this.#descriptor !== undefined) closeSync(this.#descriptor);
      this.#descriptor = undefined;
      return this.closed;
    }
  }

  /** A commit is on the disk. Never throws: what was done is done. */
  reached(commits: number, head: MarkedHead): void {
    this.#reached = { commits, head };
    if (this.#descriptor === undefined) return;
    try {
      this.#note();
    } catch {
      // An older mark proves less, and nothing false.
    }
    this.#flush ??= setTimeout(() => {
      this.#flush = undefined;
      if (this.#descriptor !== undefined) fdatasync(this.#descriptor, () => {});
    }, flushMs).unref();
  }

  /** The mark of a clinic that is closed as it now is, which needs no notes: for clinic.json and copies of it. */
  get closed(): HighWaterMark {
    return this.#seal(null);
  }

  /** `closed`, as it will be under another data key. */
  closedUnder(dataKey: Uint8Array): HighWaterMark {
    const key = keyFrom(dataKey, this.#clinicId);
    try {
      return this.#seal(null, key);
    } finally {
      key.fill(0);
    }
  }

  /** Marks are made under another data key from now on. Returns the one for clinic.json, as `begin` does. */
  changeKey(dataKey: Uint8Array): HighWaterMark {
    this.#key.fill(0);
    this.#key = keyFrom(dataKey, this.#clinicId);
    if (this.#descriptor === undefined) return this.closed;
    const descriptor = this.#descriptor;
    translated(() => {
      // Both: neither counts under the former key.
      this.#note();
      this.#note();
      fsyncSync(descriptor);
    });
    return this.#seal(this.#session);
  }

  /** Has the mark on the disk, so that it holds after a power cut as well. */
  settle(): void {
    const descriptor = this.#descriptor;
    if (descriptor !== undefined) translated(() => fsyncSync(descriptor));
  }

  /** Ends the session; `write` puts its last mark into clinic.json. */
  end(write: (mark: HighWaterMark) => void): void {
    try {
      if (this.#descriptor !== undefined) fsyncSync(this.#descriptor);
      write(this.closed);
    } catch {
      // As after a crash.
    }
    this.abandon();
  }

  /** Leaves everything as it is. */
  abandon(): void {
    this.#key.fill(0);
    clearTimeout(this.#flush);
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #note(): void {
    if (this.#descriptor === undefined) return;
    const text = JSON.stringify(this.#seal(this.#session));
    const note = Buffer.from(`${text.padEnd(noteBytes - 1)}\n`);
    writeSync(this.#descriptor, note, 0, noteBytes, (this.#written++ % 2) * noteBytes);
  }

  #seal(session: string | null, key = this.#key): HighWaterMark {
    const { commits, head } = this.#reached;
    const mark = { commits, session, ...(head && { head }) };
    return { ...mark, mac: this.#mac(mark, key).toString('base64') };
  }

  #noted(): HighWaterMark[] {
    if (!existsSync(this.#file)) return [];
    const bytes = readFileSync(this.#file);
    return [0, noteBytes].flatMap((at) => {
      const noted = readNote(bytes.subarray(at, at + noteBytes));
      return noted && this.#isGenuine(noted) ? [noted] : [];
    });
  }

  #isGenuine(mark: HighWaterMark): boolean {
    return timingSafeEqual(Buffer.from(mark.mac, 'base64'), this.#mac(mark));
  }

  #mac({ commits, session, head }: Omit<HighWaterMark, 'mac'>, key = this.#key): Buffer {
    const said = head ? [head.seq, head.hash, head.at] : [];
    const text = JSON.stringify([this.#clinicId, commits, session, ...said]);
    return createHmac('sha256', key).update(text).digest();
  }
}

function keyFrom(dataKey: Uint8Array, clinicId: string): Buffer {
  const info = 'dermaspike high-water mark';
  return Buffer.from(hkdfSync('sha256', dataKey, clinicId, info, macBytes));
}

/** Undefined for one that a power cut tore. */
function readNote(bytes: Buffer): HighWaterMark | undefined {
  try {
    return highWaterMark.parse(JSON.parse(bytes.toString('utf8')));
  } catch {
    return undefined;
  }
}
