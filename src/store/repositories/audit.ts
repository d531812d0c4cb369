import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { Connection } from '../connection.ts';
import { type RecordHash, Records } from '../records.ts';
import type { UserKeys } from '../user-keys.ts';
import { decode } from './decode.ts';

export interface NewAuditEntry {
  /** Null when the program itself acted. */
  readonly userId: string | null;
  /** For example `image.import`; `renderer/src/settings/audit-words.ts` has a word for each. */
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
  /** As stored; null in entries of before migration 16. */
  records: z.string().nullable(),
  /** Null in entries of before migration 23, and where what the records were was erased. */
  recordsSalt: z.instanceof(Uint8Array).nullable(),
  /** SHA-256 of both; null in entries of before migration 23. */
  recordsHash: z.instanceof(Uint8Array).nullable(),
  keyId: z.string().nullable(),
  hash: z.instanceof(Uint8Array),
  signature: z.instanceof(Uint8Array).nullable(),
});
export type ChainedEntry = z.infer<typeof chainedEntry>;

const headRow = z.object({ seq: z.int(), hash: z.instanceof(Uint8Array) });
/** The newest entry: with its hash it stands for the whole log. */
export type AuditHead = z.infer<typeof headRow>;

const atRow = z.object({ at: z.string() });
const lastRow = z.object({ at: z.string(), subject: z.string() });
/** Spelled out, so that each uses its index. */
const lastQueries = {
  check: `SELECT at, subject FROM audit_entry WHERE action = 'clinic.check' ORDER BY seq DESC LIMIT 1`,
  dataKey: `SELECT at, subject FROM audit_entry WHERE action = 'clinic.data-key'
    ORDER BY seq DESC LIMIT 1`,
} as const;
const lastBackupQueries = {
  make: `SELECT at FROM audit_entry WHERE action = 'backup.make' ORDER BY seq DESC LIMIT 1`,
  prove: `SELECT at FROM audit_entry WHERE action = 'backup.prove' ORDER BY seq DESC LIMIT 1`,
  damaged: `SELECT at FROM audit_entry WHERE action = 'backup.damaged' ORDER BY seq DESC LIMIT 1`,
} as const;

export const chainStart = new Uint8Array(32);
const saltBytes = 16;

/**
 * Who did what and when: a chain of hashes, added to and never changed. Each entry carries the hashes of
 * the records that its transaction changed before it, and is signed by the user who acted.
 */
export class AuditRepository {
  readonly records: Records;
  readonly #connection: Connection;
  readonly #clock: Clock;
  readonly #signers = new Map<string, UserKeys>();

  /** From here on, until it is closed, what the connection changes is noticed. */
  constructor(connection: Connection, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
    this.records = new Records(connection);
    this.records.watch();
  }

  /** From now on the user's entries are signed, and those of the program while nobody else is there. */
  admit(userId: string, keys: UserKeys): void {
    this.#signers.set(userId, keys);
  }

  /** Runs `work` while another user's entries are signed by their keys as well. */
  signedBy<T>(userId: string, keys: UserKeys, work: () => T): T {
    const isAdmitted = this.#signers.has(userId);
    if (!isAdmitted) this.#signers.set(userId, keys);
    try {
      return work();
    } finally {
      if (!isAdmitted) this.#signers.delete(userId);
    }
  }

  /** The user's key, while the clinic is unlocked by them. */
  signer(userId: string): UserKeys | undefined {
    return this.#signers.get(userId);
  }

  dismiss(userId: string): void {
    this.#signers.delete(userId);
  }

  /**
   * Called within the transaction that does what the entry tells, once it is done: the entry vouches
   * for what has been changed until then.
   */
  append(entry: NewAuditEntry): void {
    this.#connection.transaction(() => this.vouch(entry, this.records.takeTouched()));
  }

  /** Called at the end of each transaction: enters what was changed and no entry vouches for. */
  enterRest(): void {
    const rest = this.records.takeTouched();
    if (rest.length === 0) return;
    this.vouch({ userId: null, action: 'record.change', subject: `records:${rest.length}` }, rest);
  }

  /** An entry that vouches for records as they are given. */
  vouch({ userId, action, subject }: NewAuditEntry, records: readonly RecordHash[]): void {
    const previous = this.head();
    const signer =
      userId === null ? this.#signers.values().next().value : this.#signers.get(userId);
    const said = JSON.stringify(records);
    const salt = randomBytes(saltBytes);
    const entry = {
      seq: previous.seq + 1,
      at: this.#clock().toISOString(),
      userId,
      action,
      subject,
      records: said,
      recordsSalt: salt,
      recordsHash: saltedHash(salt, said),
      keyId: signer?.public.id ?? null,
    };
    const hash = chainHash(previous.hash, entry);
    this.#connection.run(
      `INSERT INTO audit_entry (seq, at, user_id, action, subject, hash, records, records_salt,
         records_hash, key_id, signature)
       VALUES (:seq, :at, :userId, :action, :subject, :hash, :records, :recordsSalt, :recordsHash,
         :keyId, :signature)`,
      { ...entry, hash, signature: signer?.sign(signedText(hash)) ?? null },
    );
  }

  /** The latest time that the newest thousand entries bear; null where there is none. */
  latestTime(): string | null {
    const row = this.#connection.get(
      'SELECT max(at) AS at FROM (SELECT at FROM audit_entry ORDER BY seq DESC LIMIT 1000)',
    );
    return decode(z.object({ at: z.string().nullable() }), row, 'audit entry').at;
  }

  /** Takes out of an entry what it says of records; its hash stays as it is, and can no longer be tried. */
  emptyRecords(seq: number): void {
    this.#connection.run(
      "UPDATE audit_entry SET records = '[]', records_salt = NULL WHERE seq = :seq",
      { seq },
    );
  }

  head(): AuditHead {
    const row = this.#connection.get('SELECT seq, hash FROM audit_entry ORDER BY seq DESC LIMIT 1');
    return row ? decode(headRow, row, 'audit entry') : { seq: 0, hash: chainStart };
  }

  /** Undefined where there is no such entry. */
  hashOf(seq: number): Uint8Array | undefined {
    return entryHash(this.#connection, seq);
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

  /** When the clinic was last backed up, and a backup last proven or found damaged; null: never. */
  lastBackup(what: keyof typeof lastBackupQueries): string | null {
    const row = this.#connection.get(lastBackupQueries[what]);
    return row ? decode(atRow, row, 'audit entry').at : null;
  }

  /** The newest entry of a health check, or of a change of the data key; null: never. */
  last(what: keyof typeof lastQueries): { at: string; subject: string } | null {
    const row = this.#connection.get(lastQueries[what]);
    return row ? decode(lastRow, row, 'audit entry') : null;
  }

  /** When the log begins. */
  beganAt(): string | null {
    const row = this.#connection.get('SELECT at FROM audit_entry ORDER BY seq LIMIT 1');
    return row ? decode(atRow, row, 'audit entry').at : null;
  }

  /** Up to `limit` entries behind one, oldest first, with all that proves them. */
  chained(after: number, limit: number): ChainedEntry[] {
    return this.#connection
      .all(
        `SELECT seq, at, user_id AS userId, action, subject, records, records_salt AS recordsSalt,
           records_hash AS recordsHash, key_id AS keyId, hash, signature
         FROM audit_entry WHERE seq > :after ORDER BY seq LIMIT :limit`,
        { after, limit },
      )
      .map((row) => decode(chainedEntry, row, 'audit entry'));
  }
}

/** Undefined where there is no such entry. */
export function entryHash(connection: Connection, seq: number): Uint8Array | undefined {
  const row = connection.get('SELECT seq, hash FROM audit_entry WHERE seq = :seq', { seq });
  return row ? decode(headRow, row, 'audit entry').hash : undefined;
}

/** When the newest entry was made; undefined where there is none. */
export function newestEntryAt(connection: Connection): string | undefined {
  const row = connection.get('SELECT at FROM audit_entry ORDER BY seq DESC LIMIT 1');
  return row ? decode(z.object({ at: z.string() }), row, 'audit entry').at : undefined;
}

/** What a user signs of an entry. */
export function signedText(hash: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from('dermaspike audit entry\0'), hash]);
}

/** Without the salt nobody can try what the records may have been. */
export function saltedHash(salt: Uint8Array, records: string): Buffer {
  return createHash('sha256').update(salt).update(records).digest();
}

/** What an entry's hash is over. */
type Said = Omit<ChainedEntry, 'hash' | 'signature' | 'recordsSalt' | 'recordsHash'> & {
  readonly recordsHash: Uint8Array | null;
};

export function chainHash(previous: Uint8Array, entry: Said): Buffer {
  return createHash('sha256')
    .update(previous)
    .update(JSON.stringify(said(entry)))
    .digest();
}

/** Canonical: these members in this order, no blanks. */
function said(entry: Said): object {
  const { action, at, keyId, records, recordsHash, seq, subject, userId } = entry;
  if (records === null) return { action, at, seq, subject, userId };
  if (recordsHash === null) return { action, at, keyId, records, seq, subject, userId };
  const sealed = Buffer.from(recordsHash).toString('base64url');
  return { action, at, keyId, recordsHash: sealed, seq, subject, userId };
}
