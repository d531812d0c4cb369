import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { type Connection, scalar } from '../connection.ts';
import { decode } from './decode.ts';

export interface NewAuditEntry {
  /** Null when the program itself acted. */
  readonly userId: string | null;
  /** For example `image.import`. */
  readonly action: string;
  /** What it was done to, by id: `image:0197…`. */
  readonly subject: string;
}

const listedEntry = z.object({
  at: z.string(),
  userName: z.string(),
  action: z.string(),
  subject: z.string(),
});
export type AuditListEntry = z.infer<typeof listedEntry>;

const chainedEntry = z.object({
  seq: z.int(),
  at: z.string(),
  userId: z.string().nullable(),
  action: z.string(),
  subject: z.string(),
  hash: z.instanceof(Uint8Array),
});
type ChainedEntry = z.infer<typeof chainedEntry>;

export interface AuditVerdict {
  readonly entries: number;
  readonly intact: boolean;
  /** The number of the first entry that was changed, is missing or does not belong. */
  readonly firstBroken?: number;
}

const selectChain = `
  SELECT seq, at, user_id AS userId, action, subject, hash FROM audit_entry`;

const chainStart = new Uint8Array(32);

/** Who did what and when: a chain of hashes, added to and never changed. */
export class AuditRepository {
  readonly #connection: Connection;
  readonly #clock: Clock;

  constructor(connection: Connection, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
  }

  /** Called within the transaction that does what the entry tells. */
  append({ userId, action, subject }: NewAuditEntry): void {
    this.#connection.transaction(() => {
      const last = this.#connection.get(`${selectChain} ORDER BY seq DESC LIMIT 1`);
      const previous = last ? decode(chainedEntry, last, 'audit entry') : undefined;
      const entry = {
        seq: (previous?.seq ?? 0) + 1,
        at: this.#clock().toISOString(),
        userId,
        action,
        subject,
      };
      this.#connection.run(
        `INSERT INTO audit_entry (seq, at, user_id, action, subject, hash)
         VALUES (:seq, :at, :userId, :action, :subject, :hash)`,
        { ...entry, hash: chainHash(previous?.hash ?? chainStart, entry) },
      );
    });
  }

  /** The newest `limit` entries, newest first. */
  list(limit: number): AuditListEntry[] {
    return this.#connection
      .all(
        `SELECT at, coalesce(user.name, 'Dermaspike') AS userName, action, subject
         FROM audit_entry LEFT JOIN user ON user.id = audit_entry.user_id
         ORDER BY seq DESC LIMIT :limit`,
        { limit },
      )
      .map((row) => decode(listedEntry, row, 'audit entry'));
  }

  /** Computes the chain again from its start. */
  verify(): AuditVerdict {
    let entries = 0;
    let previous: Uint8Array = chainStart;
    let firstBroken: number | undefined;
    this.#connection.each(`${selectChain} ORDER BY seq`, (row) => {
      const entry = decode(chainedEntry, row, 'audit entry');
      entries += 1;
      const fits = entry.seq === entries && chainHash(previous, entry).equals(entry.hash);
      if (!fits) firstBroken ??= entries;
      previous = entry.hash;
    });
    // SQLite's own memory of the last number tells of entries missing at the end.
    const last = scalar(
      this.#connection,
      "SELECT coalesce(max(seq), 0) AS value FROM sqlite_sequence WHERE name = 'audit_entry'",
    );
    if (last !== entries) firstBroken ??= entries + 1;
    return firstBroken === undefined
      ? { entries, intact: true }
      : { entries, intact: false, firstBroken };
  }
}

function chainHash(previous: Uint8Array, entry: Omit<ChainedEntry, 'hash'>): Buffer {
  const { action, at, seq, subject, userId } = entry;
  // Canonical: these members in this order, no blanks.
  const json = JSON.stringify({ action, at, seq, subject, userId });
  return createHash('sha256').update(previous).update(json).digest();
}
