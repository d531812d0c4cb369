import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { v7 as newId } from 'uuid';
import { z } from 'zod';
import type { Connection } from './connection.ts';
import { writeDurably } from './durable-file.ts';
import { base64OfLength } from './key-slots.ts';
import type { AuditRepository } from './repositories/audit.ts';
import { decode } from './repositories/decode.ts';

const keyBytes = 32;
/** Noted one by one; of more it is said how many. */
const mostNoted = 100;
/** Keys that are gone through at most. */
const mostSteps = 1_000_000;

const failure = z.object({
  at: z.iso.datetime(),
  /** Null for a name that no user has, which is not kept: it may be a passphrase typed too early. */
  userId: z.uuid().nullable(),
  /** HMAC-SHA-256; null where there was no key. */
  mac: base64OfLength(keyBytes).nullable(),
});

const noted = z.object({
  /** Null where the file that the clinic had made was gone. */
  chain: z.object({ id: z.uuid(), key: base64OfLength(keyBytes) }).nullable(),
  failures: z.array(failure).max(mostNoted),
  more: z.int().min(0).max(mostSteps),
});
type Noted = z.infer<typeof noted>;
type NotesChain = NonNullable<Noted['chain']>;

const stateRow = z.object({
  chain: z.string().nullable(),
  former: z.string().nullable(),
  key: z.instanceof(Uint8Array).nullable(),
});

export const failedUnlocksPath = (folder: string) => path.join(folder, 'failed-unlocks.json');

/**
 * Notes that unlocking failed, until somebody unlocks. Nobody has a key then, so each note is sealed by one
 * that is replaced at once by one made from it: who comes later can add notes, but neither change nor take
 * away those that there are, unless they put back an older copy of the file (Schneier and Kelsey, "Secure
 * audit logs", 1999). Never throws.
 */
export function noteFailedUnlock(folder: string, userId: string | null, now: Date): void {
  try {
    const found = readNoted(folder) ?? { chain: null, failures: [], more: 0 };
    const at = now.toISOString();
    const key = found.chain && Buffer.from(found.chain.key, 'base64');
    const mac = key && macOf(key, at, userId).toString('base64');
    const isFull = found.failures.length >= mostNoted;
    const chain = found.chain &&
      key && { id: found.chain.id, key: nextKey(key).toString('base64') };
    write(folder, {
      chain,
      failures: isFull ? found.failures : [...found.failures, { at, userId, mac }],
      more: Math.min(mostSteps, found.more + (isFull ? 1 : 0)),
    });
  } catch {
    // A full disk, or one that may only be read.
  }
}

/**
 * Enters into the audit log what was noted since somebody last unlocked, and whether the notes are as they
 * were made. Called once a user is there to sign. A clinic of before there were notes has begun none, and a backup
 * holds none: in a folder that was just restored there are none that the clinic began.
 */
export function enterFailedUnlocks(
  folder: string,
  connection: Connection,
  audit: AuditRepository,
  isRestored: boolean,
): void {
  const state = readState(connection);
  const found = readNoted(folder);
  const isEntered = found?.chain != null && found.chain.id === state.former;
  const isNew = state.chain === null && !found?.chain;
  const isBegunAnew = isRestored && !found?.chain;
  const isGenuine =
    isNew || isEntered || isBegunAnew || (found !== undefined && fits(found, state));
  const isCurrent = isGenuine && !isNew && !isEntered && !isBegunAnew;
  if (isCurrent && found?.failures.length === 0) return;
  const chain = connection.transaction(() => {
    const enter = (action: string, subject: string) =>
      audit.append({ userId: null, action, subject });
    if (!isGenuine) enter('session.failures-changed', found ? 'notes:changed' : 'notes:gone');
    if (found && !isEntered) {
      for (const { at, userId } of found.failures)
        enter('session.unlock-failed', `user:${userId ?? 'unknown'} at:${at}`);
      if (found.more > 0) enter('session.unlock-failed', `more:${found.more}`);
    }
    return beginNotes(connection);
  });
  writeNotes(folder, chain);
}

/** Begins notes anew, within a transaction. */
export function beginNotes(connection: Connection): NotesChain {
  const id = newId();
  const key = randomBytes(keyBytes);
  connection.run(
    `UPDATE clinic_state SET failures_former_chain = failures_chain, failures_chain = :id,
       failures_key = :key`,
    { id, key },
  );
  return { id, key: key.toString('base64') };
}

/** The file as it is, for a copy of the clinic; undefined where there is none. */
export function failedUnlocksText(folder: string): string | undefined {
  const file = failedUnlocksPath(folder);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** Never throws: notes of a former chain are known as such. */
export function writeNotes(folder: string, chain: NotesChain): void {
  try {
    write(folder, { chain, failures: [], more: 0 });
  } catch {
    // A full disk, or one that may only be read.
  }
}

function fits({ chain, failures, more }: Noted, state: z.infer<typeof stateRow>): boolean {
  if (!chain || chain.id !== state.chain || !state.key) return false;
  let key: Uint8Array = state.key;
  for (const { at, userId, mac } of failures) {
    if (!mac || !timingSafeEqual(Buffer.from(mac, 'base64'), macOf(key, at, userId))) return false;
    key = nextKey(key);
  }
  for (let step = 0; step < more; step++) key = nextKey(key);
  return timingSafeEqual(key, Buffer.from(chain.key, 'base64'));
}

function macOf(key: Uint8Array, at: string, userId: string | null): Buffer {
  const text = `dermaspike failed unlock\0${JSON.stringify([at, userId])}`;
  return createHmac('sha256', key).update(text).digest();
}

function nextKey(key: Uint8Array): Buffer {
  return createHash('sha256').update('dermaspike next key\0').update(key).digest();
}

function readState(connection: Connection) {
  const row = connection.get(
    `SELECT failures_chain AS chain, failures_former_chain AS former, failures_key AS key
     FROM clinic_state`,
  );
  return decode(stateRow, row, 'state of the clinic');
}

/** Undefined where there is none, or none that can be read. */
function readNoted(folder: string): Noted | undefined {
  const file = failedUnlocksPath(folder);
  if (!existsSync(file)) return undefined;
  try {
    return noted.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}

function write(folder: string, content: Noted): void {
  writeDurably(failedUnlocksPath(folder), `${JSON.stringify(content)}\n`);
}
