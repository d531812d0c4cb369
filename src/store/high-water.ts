import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { v7 as newId } from 'uuid';
import { z } from 'zod';
import { base64OfLength } from './key-slots.ts';

const macBytes = 32;

/** How far the clinic's database has come; an older copy of it has not. */
export const highWaterMark = z.object({
  /** The commits that the database has had, at least. */
  commits: z.int().min(0),
  /** Who has the clinic open, or had when the computer stopped; null when it was closed. */
  session: z.uuid().nullable(),
  /** HMAC-SHA-256 by a key made from the data key: nobody without it can make a mark. */
  mac: base64OfLength(macBytes),
});
export type HighWaterMark = z.infer<typeof highWaterMark>;

/** Of `clinic.db-mark`, which is overwritten in place and so keeps its length. */
const noteBytes = 256;

/**
 * Holds the database to what was acknowledged. clinic.json has the mark at which the clinic was
 * opened, and clinic.db-mark beside it follows each commit until the clinic is closed. It is written
 * after the commit is on the disk and not flushed: a killed process leaves it exact, a power cut may
 * leave it behind, never ahead.
 */
export class HighWater {
  readonly #file: string;
  readonly #clinicId: string;
  readonly #key: Buffer;
  readonly #session = newId();
  #descriptor: number | undefined;
  #commits = 0;

  constructor(file: string, clinicId: string, dataKey: Uint8Array) {
    this.#file = file;
    this.#clinicId = clinicId;
    const info = 'dermaspike high-water mark';
    this.#key = Buffer.from(hkdfSync('sha256', dataKey, clinicId, info, macBytes));
  }

  /** The commits that the database must have had; undefined if the clinic's key did not make the mark. */
  proven(mark: HighWaterMark): number | undefined {
    if (!this.#isGenuine(mark)) return undefined;
    const noted = mark.session && this.#noted();
    return noted && noted.session === mark.session
      ? Math.max(noted.commits, mark.commits)
      : mark.commits;
  }

  /** Begins a session with the mark for clinic.json. */
  begin(commits: number): HighWaterMark {
    this.#commits = commits;
    return this.mark;
  }

  /** As the session has it. */
  get mark(): HighWaterMark {
    return this.#seal(this.#session);
  }

  /** From now on clinic.db-mark is kept. Where it cannot be made, clinic.json alone holds a mark. */
  follow(): void {
    try {
      this.#descriptor = openSync(this.#file, 'w', 0o600);
      this.reached(this.#commits);
      fsyncSync(this.#descriptor);
    } catch {
      // It proves less, and nothing false.
    }
  }

  /** A commit is on the disk. Never throws: what was done is done. */
  reached(commits: number): void {
    this.#commits = commits;
    if (this.#descriptor === undefined) return;
    const note = Buffer.from(`${JSON.stringify(this.mark).padEnd(noteBytes - 1)}\n`);
    try {
      writeSync(this.#descriptor, note, 0, noteBytes, 0);
    } catch {
      // An older mark proves less, and nothing false.
    }
  }

  /** Ends the session; `write` puts its last mark into clinic.json. */
  end(write: (mark: HighWaterMark) => void): void {
    try {
      write(this.#seal(null));
      rmSync(this.#file, { force: true });
    } catch {
      // As after a crash: clinic.db-mark stays, and counts.
    }
    this.abandon();
  }

  /** Leaves everything as it is. */
  abandon(): void {
    this.#key.fill(0);
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #seal(session: string | null): HighWaterMark {
    const commits = this.#commits;
    return { commits, session, mac: this.#mac(commits, session).toString('base64') };
  }

  #noted(): HighWaterMark | undefined {
    try {
      const noted = highWaterMark.parse(JSON.parse(readFileSync(this.#file, 'utf8')));
      return this.#isGenuine(noted) ? noted : undefined;
    } catch {
      // Torn by a power cut, or not there.
      return undefined;
    }
  }

  #isGenuine({ commits, session, mac }: HighWaterMark): boolean {
    return timingSafeEqual(Buffer.from(mac, 'base64'), this.#mac(commits, session));
  }

  #mac(commits: number, session: string | null): Buffer {
    const text = JSON.stringify([this.#clinicId, commits, session]);
    return createHmac('sha256', this.#key).update(text).digest();
  }
}
