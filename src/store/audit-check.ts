import type { KeyObject } from 'node:crypto';
import { readClinicFile } from './clinic-file.ts';
import { type Parameters, scalar } from './connection.ts';
import { nextRows } from './give-way.ts';
import type { UserSlot } from './key-slots.ts';
import type { OpenClinic } from './open-clinic.ts';
import { type RecordHash, recordHashes } from './records.ts';
import {
  type ChainedEntry,
  chainHash,
  chainStart,
  saltedHash,
  signedText,
} from './repositories/audit.ts';
import { fromJson } from './repositories/decode.ts';
import { UserKeyRepository } from './repositories/user-keys.ts';
import { seenText } from './seen.ts';
import { isSignedBy, signingKey } from './user-keys.ts';

/** Rows between which others have their turn: a few milliseconds' work. */
const batchRows = 250;
/** In a clinic where more is saved than can be looked at meanwhile the rest is looked at in the end. */
const mostRounds = 6;
/** Told one by one; of more it is said how many. */
const mostTold = 20;

/** What does not fit: an entry by its number, a record by its kind and id. */
export interface AuditProblem {
  readonly what:
    | 'chain'
    | 'signature'
    | 'missing-entries'
    | 'not-as-seen'
    | 'record-changed'
    | 'record-missing'
    | 'record-unknown';
  /** `entry:12` or `review:0197…`. */
  readonly subject: string;
}

export interface AuditVerdict {
  readonly entries: number;
  /** Of them, how many are from before entries were signed. */
  readonly unsigned: number;
  /** How many records the entries vouch for. */
  readonly records: number;
  readonly intact: boolean;
  /** The first ones; there may be more. */
  readonly problems: readonly AuditProblem[];
  readonly problemsInAll: number;
}

export interface CheckOptions {
  /** Told from 0 to 1. */
  readonly onProgress?: (share: number) => void;
  /** Rejects with its reason when aborted. */
  readonly signal?: AbortSignal;
}

/**
 * Recomputes the audit log: the chain of hashes, each entry's signature, what users saw of it, and the
 * hash of every record that an entry vouches for. Works in pieces, between which the station answers
 * others; what is changed meanwhile is looked at again at the end.
 */
export async function checkAudit(
  clinic: Audited,
  { onProgress = () => {}, signal }: CheckOptions = {},
): Promise<AuditVerdict> {
  const check = new AuditCheck(clinic);
  const inAll = await check.size();
  let done = 0;
  const turn = async (rows: number) => {
    done += rows;
    onProgress(Math.min(1, done / inAll));
    await new Promise(setImmediate);
    signal?.throwIfAborted();
    if (!clinic.connection.isOpen) throw new DOMException('The clinic was locked.', 'AbortError');
  };
  await turn(0);
  await check.entries(turn);
  await check.seen();
  await check.records(turn);
  return check.verdict();
}

/** A copy of a clinic can be looked at as well. */
export type Audited = Pick<OpenClinic, 'folder' | 'connection' | 'audit' | 'clock'>;

type Turn = (rows: number) => Promise<void>;

class AuditCheck {
  readonly #clinic: Audited;
  readonly #keys: ReadonlyMap<string, { userId: string; key: KeyObject }>;
  /** Tables whose rows are not looked at. */
  readonly #large: ReadonlySet<string>;
  /** By the newest entry about each: the hash, or null where it is gone. */
  readonly #vouched = new Map<string, string | null>();
  /** Users and their keys that have signed entries, and so seen some. */
  readonly #authors = new Set<string>();
  readonly #problems: AuditProblem[] = [];
  #problemsInAll = 0;
  #entries = 0;
  #last = 0;
  #unsigned = 0;
  #records = 0;
  #hash: Uint8Array = chainStart;
  readonly #slots: readonly UserSlot[];
  /** Hashes that users say to have seen, by the entry's number. */
  readonly #wanted = new Map<number, Uint8Array | undefined>();
  /** Entries that say nothing of records any more, until the erasure that emptied them says so. */
  readonly #emptied = new Set<string>();
  /** The entries at which a loss was accepted by the recovery key. */
  readonly #lossesAt: number[] = [];

  constructor(clinic: Audited) {
    this.#clinic = clinic;
    this.#keys = new Map(
      new UserKeyRepository(clinic.connection, clinic.clock)
        .list()
        .map(({ id, userId, signing }) => [id, { userId, key: signingKey(signing) }]),
    );
    this.#large = new Set(
      clinic.audit.records.kinds.flatMap(({ table, isLarge }) => (isLarge ? [table] : [])),
    );
    this.#slots = readClinicFile(clinic.folder).users;
    for (const { seen } of this.#slots) if (seen) this.#wanted.set(seen.seq, undefined);
  }

  async size(): Promise<number> {
    const { audit, connection } = this.#clinic;
    let rows = audit.head().seq;
    for (const { table, isLarge } of audit.records.kinds) {
      if (isLarge || !connection.isOpen) continue;
      rows += audit.records.count(table);
      await new Promise(setImmediate);
    }
    return Math.max(1, rows);
  }

  async entries(turn: Turn): Promise<void> {
    // An entry may speak of a whole clinic.
    let limit = 1;
    for (;;) {
      const begun = performance.now();
      const checks = this.#nextEntries(limit);
      const tookMs = performance.now() - begun;
      await Promise.all(checks);
      await turn(checks.length);
      if (checks.length < limit) return;
      limit = Math.min(batchRows, nextRows(limit, tookMs));
    }
  }

  #nextEntries(limit: number): Promise<void>[] {
    const batch = this.#clinic.audit.chained(this.#last, limit);
    return batch.map((entry) => this.#examine(entry));
  }

  /** SQLite's own memory of the last number tells of entries missing at the end. */
  #examineTail(): void {
    const last = scalar(
      this.#clinic.connection,
      "SELECT coalesce(max(seq), 0) AS value FROM sqlite_sequence WHERE name = 'audit_entry'",
    );
    if (last > this.#last) this.#tell('missing-entries', `entry:${this.#last + 1}`);
  }

  async #examine(entry: ChainedEntry): Promise<void> {
    const { seq, records, signature, keyId, userId, action } = entry;
    const before = this.#hash;
    const isNext = seq === this.#last + 1;
    this.#entries += 1;
    this.#last = seq;
    this.#hash = entry.hash;
    if (this.#wanted.has(seq)) this.#wanted.set(seq, entry.hash);
    if (!isNext || !chainHash(before, entry).equals(entry.hash))
      this.#tell('chain', `entry:${seq}`);
    if (records === null) {
      this.#unsigned += 1;
      // None of them comes after one that is signed.
      if (this.#entries !== this.#unsigned) this.#tell('signature', `entry:${seq}`);
      return;
    }
    if (action === 'clinic.accept-loss') this.#lossesAt.push(seq);
    this.#examineRecords(entry, records);
    const known = keyId === null ? undefined : this.#keys.get(keyId);
    const isOwn = known && (userId === null || known.userId === userId);
    const isSigned =
      isOwn && signature && (await isSignedBy(known.key, signedText(entry.hash), signature));
    for (const author of [userId, keyId]) if (author !== null) this.#authors.add(author);
    if (!isSigned) this.#tell('signature', `entry:${seq}`);
  }

  #examineRecords({ seq, action, recordsSalt, recordsHash }: ChainedEntry, records: string): void {
    if (recordsHash && !recordsSalt) this.#emptied.add(String(seq));
    else if (recordsHash && recordsSalt && !saltedHash(recordsSalt, records).equals(recordsHash))
      this.#tell('chain', `entry:${seq}`);
    const isErasure = /^(patient|image|overview)\.erase$/.test(action);
    for (const [kind, id, hash] of recordHashes.parse(fromJson(records)))
      if (kind === 'audit_entry') {
        if (isErasure) this.#emptied.delete(id);
      } else if (!this.#large.has(kind)) this.#vouched.set(`${kind} ${id}`, hash);
  }

  /** What each user saw must be there yet, and said by them. */
  async seen(): Promise<void> {
    const { clinicId } = readClinicFile(this.#clinic.folder);
    for (const slot of this.#slots) {
      const { seen, userId, own } = slot;
      // Nobody but the user themselves signs by a key that is newer than the one in their slot.
      if (own && this.#newestKeyOf(userId) !== own.keyId) this.#tell('signature', `user:${userId}`);
      if (!seen) {
        // A key that is new, as an administrator gives one, has seen nothing yet.
        if (this.#authors.has(own?.keyId ?? userId)) this.#tell('not-as-seen', `user:${userId}`);
        continue;
      }
      const hash = Buffer.from(seen.hash, 'base64');
      const isThere = this.#wanted.get(seen.seq);
      const wasGivenUp = this.#lossesAt.some((seq) => seq <= seen.seq);
      if (!isThere || !hash.equals(isThere)) {
        if (!wasGivenUp) this.#tell('not-as-seen', `entry:${seen.seq}`);
        continue;
      }
      const key = own && this.#keys.get(own.keyId);
      const text = seenText(clinicId, userId, seen);
      const signature = Buffer.from(seen.signature, 'base64');
      if (key?.userId !== userId || !(await isSignedBy(key.key, text, signature)))
        this.#tell('not-as-seen', `user:${userId}`);
    }
  }

  #newestKeyOf(userId: string): string | undefined {
    return [...this.#keys].findLast(([, key]) => key.userId === userId)?.[0];
  }

  /** Every record as it is now, against the newest entry about it. */
  async records(turn: Turn): Promise<void> {
    const { records } = this.#clinic.audit;
    const unknown: RecordHash[] = [];
    for (const { table, isLarge } of records.kinds) {
      if (isLarge) continue;
      for (let after: Parameters | null = {}; after; ) {
        const page = records.page(table, after, batchRows);
        for (const record of page.records) {
          const [kind, id, hash] = record;
          const key = `${kind} ${id}`;
          if (!this.#vouched.has(key)) unknown.push(record);
          else if (this.#vouched.get(key) === hash) this.#vouched.delete(key);
        }
        this.#records += page.records.length;
        after = page.last;
        await turn(page.records.length);
      }
    }
    // What was changed meanwhile stands in new entries: most of that is looked at while others go on.
    for (let round = 0; round < mostRounds; round++) {
      const known = this.#entries;
      await this.entries(turn);
      await this.#settle(unknown, turn);
      if (this.#entries - known < batchRows) break;
    }
    // From here on nothing comes in between.
    const late: Promise<void>[] = [];
    const more = () => this.#nextEntries(batchRows);
    for (let next = more(); next.length > 0; next = more()) late.push(...next);
    this.#examineTail();
    for (const seq of this.#emptied) this.#tell('chain', `entry:${seq}`);
    this.#compare(unknown);
    await Promise.all(late);
  }

  /** Lets go of what fits as it is now: whatever changes it has an entry to come. */
  async #settle(unknown: RecordHash[], turn: Turn): Promise<void> {
    const isUnknown = unknown.filter(([kind, id]) => !this.#vouched.has(`${kind} ${id}`));
    unknown.splice(0, unknown.length, ...isUnknown);
    let rows = 0;
    for (const [key, hash] of this.#vouched) {
      const { kind, id } = namedBy(key);
      if (this.#clinic.audit.records.hash(kind, id) === hash) this.#vouched.delete(key);
      if (++rows % batchRows === 0) await turn(0);
    }
  }

  /** What did not fit at first: the records, and the newest entries about them. */
  #compare(unknown: readonly RecordHash[]): void {
    const { records } = this.#clinic.audit;
    for (const [kind, id] of unknown)
      if (!this.#vouched.has(`${kind} ${id}`) && records.hash(kind, id) !== null)
        this.#tell('record-unknown', `${kind}:${id}`);
    for (const [key, hash] of this.#vouched) {
      const { kind, id } = namedBy(key);
      const now = records.hash(kind, id);
      if (now === hash) continue;
      this.#tell(now === null ? 'record-missing' : 'record-changed', `${kind}:${id}`);
    }
  }

  verdict(): AuditVerdict {
    return {
      entries: this.#entries,
      unsigned: this.#unsigned,
      records: this.#records,
      intact: this.#problemsInAll === 0,
      problems: this.#problems,
      problemsInAll: this.#problemsInAll,
    };
  }

  #tell(what: AuditProblem['what'], subject: string): void {
    this.#problemsInAll += 1;
    if (this.#problems.length < mostTold) this.#problems.push({ what, subject });
  }
}

function namedBy(key: string): { kind: string; id: string } {
  const end = key.indexOf(' ');
  return { kind: key.slice(0, end), id: key.slice(end + 1) };
}
