import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { z } from 'zod';
import {
  type ErasedListState,
  type ErasureSubject,
  erasureKind,
} from '../../clinic/entities/index.ts';
import { isMissing, writeWhole } from '../backup/medium-files.ts';
import type { Connection } from '../connection.ts';
import { StoreError } from '../errors.ts';
import { decode } from '../repositories/decode.ts';

const saltBytes = 16;
const keyBytes = 32;
/** Hashed between turns of others. */
const idsAtOnce = 5000;

const erasedEntry = z.object({
  subject: z.base64url(),
  /** The records of one person that were one: each would come back by itself. */
  all: z.array(z.base64url()),
  /** HMAC-SHA-256 by the clinic's key. The first lists had none, and prove nothing. */
  mac: z.base64url().optional(),
});
type Entry = z.infer<typeof erasedEntry>;

/**
 * What was erased, so that an older backup does not bring it back unnoticed: salted hashes of random ids,
 * which tell nothing of whom they were. Each is authenticated by itself, so that lists can be joined by whoever
 * has no key.
 */
const erasedLists = z.object({
  format: z.literal('dermaspike-erased'),
  version: z.union([z.literal(1), z.literal(2)]),
  lists: z.array(
    z.object({ clinicId: z.string(), salt: z.base64url(), erased: z.array(erasedEntry) }),
  ),
});
type Lists = z.infer<typeof erasedLists>;
type List = Lists['lists'][number];

/** In the data folder and on a backup's medium alike. */
export const erasedListFile = (folder: string) => path.join(folder, 'erased.json');

/** The clinic whose list it is. */
export interface Keyed {
  readonly clinicId: string;
  readonly key: Uint8Array;
}

const keyRow = z.object({ key: z.instanceof(Uint8Array) });

const derivedKey = (dataKey: Uint8Array, clinicId: string) =>
  Buffer.from(hkdfSync('sha256', dataKey, clinicId, 'dermaspike erased list', keyBytes));

/**
 * Made from the data key once and kept: when that is changed, copies of the clinic from before go on to believe
 * what is listed.
 */
export function erasedListKey(
  connection: Connection,
  dataKey: Uint8Array,
  clinicId: string,
): Buffer {
  const row = connection.get('SELECT key FROM erased_list_key');
  return row ? Buffer.from(decode(keyRow, row, 'key').key) : derivedKey(dataKey, clinicId);
}

/** A disk that is full does not keep anybody from the records. */
export function keepErasedListKey(
  connection: Connection,
  dataKey: Uint8Array,
  clinicId: string,
): void {
  if (connection.get('SELECT 1 FROM erased_list_key')) return;
  const key = derivedKey(dataKey, clinicId);
  try {
    connection.run('INSERT INTO erased_list_key (id, key) VALUES (1, :key)', { key });
  } catch (error) {
    if (!(error instanceof StoreError && error.code === 'disk-full')) throw error;
  } finally {
    key.fill(0);
  }
}

const hashOf = ({ salt }: List, kind: string, id: string) =>
  createHmac('sha256', Buffer.from(salt, 'base64url')).update(`${kind} ${id}`).digest('base64url');

const macOf = ({ clinicId, salt }: List, { subject, all }: Entry, key: Uint8Array) =>
  createHmac('sha256', key)
    .update(JSON.stringify([clinicId, salt, subject, all]))
    .digest();

function isProven(list: List, entry: Entry, key: Uint8Array): boolean {
  const said = Buffer.from(entry.mac ?? '', 'base64url');
  const right = macOf(list, entry, key);
  return said.length === right.length && timingSafeEqual(said, right);
}

/** Nothing of a file that is not there. One that is damaged has nothing to say, and is told of. */
async function read(file: string): Promise<{ lists: List[]; isDamaged: boolean }> {
  try {
    const { lists } = erasedLists.parse(JSON.parse(await readFile(file, 'utf8')));
    return { lists, isDamaged: false };
  } catch (error) {
    return { lists: [], isDamaged: !isMissing(error) };
  }
}

/** Of a file that was damaged what is left is kept beside the new one. */
async function write(file: string, lists: readonly List[], wasDamaged: boolean): Promise<void> {
  if (wasDamaged) await rename(file, `${file}.damaged`);
  const said: Lists = { format: 'dermaspike-erased', version: 2, lists: [...lists] };
  await writeWhole(file, `${JSON.stringify(said)}\n`);
}

interface Erased {
  readonly subject: ErasureSubject;
  /** Patients who had been merged into it. */
  readonly merged: readonly string[];
}

/**
 * Has the list hold what was erased; nothing twice. What the clinic's own list holds and nobody with its key wrote
 * goes. Returns how it had been.
 */
export async function noteErased(
  file: string,
  { clinicId, key }: Keyed,
  erased: readonly Erased[],
): Promise<ErasedListState> {
  const { lists, isDamaged } = await read(file);
  let unproven = 0;
  for (const each of lists.filter((each) => each.clinicId === clinicId)) {
    const proven = each.erased.filter((entry) => isProven(each, entry, key));
    unproven += each.erased.length - proven.length;
    each.erased = proven;
  }
  const list = lists.find((each) => each.clinicId === clinicId) ?? {
    clinicId,
    salt: randomBytes(saltBytes).toString('base64url'),
    erased: [],
  };
  if (!lists.includes(list)) lists.push(list);
  const known = new Set(list.erased.map(({ subject }) => subject));
  for (const { subject, merged } of erased) {
    const hash = hashOf(list, subject.kind, subject.id);
    if (known.has(hash)) continue;
    known.add(hash);
    const entry = {
      subject: hash,
      all: [hash, ...merged.map((id) => hashOf(list, 'patient', id))],
    };
    list.erased.push({ ...entry, mac: macOf(list, entry, key).toString('base64url') });
  }
  await write(file, lists, isDamaged);
  return { isDamaged, unproven };
}

/** Whether the file can be read, and how many of the clinic's entries nobody with its key wrote. */
export async function erasedListState(
  file: string,
  { clinicId, key }: Keyed,
): Promise<ErasedListState> {
  const { lists, isDamaged } = await read(file);
  const unproven = lists
    .filter((each) => each.clinicId === clinicId)
    .flatMap((list) => list.erased.filter((entry) => !isProven(list, entry, key)));
  return { isDamaged, unproven: unproven.length };
}

/** Takes over what another place's list knows: a medium's, or that of a medium's clinic. */
export async function carryErased(from: string, to: string): Promise<void> {
  const { lists: theirs } = await read(from);
  if (theirs.length === 0) return;
  const { lists: own, isDamaged } = await read(to);
  for (const list of theirs) {
    const same = own.find(({ clinicId, salt }) => clinicId === list.clinicId && salt === list.salt);
    if (!same) own.push(list);
    else {
      const known = new Set(same.erased.map(({ subject, mac }) => `${subject} ${mac}`));
      same.erased.push(
        ...list.erased.filter(({ subject, mac }) => !known.has(`${subject} ${mac}`)),
      );
    }
  }
  await write(to, own, isDamaged);
}

const idRow = z.object({ kind: erasureKind, id: z.string() });

/**
 * What is here although it was erased: an older backup brought it back. Looked for only where the clinic
 * does not know of an erasure that the list has. Of patients who were merged, the one who was kept. Entries that
 * nobody with the clinic's key wrote do not count.
 */
export async function cameBack(
  connection: Connection,
  { clinicId, key }: Keyed,
  file: string,
): Promise<ErasureSubject[]> {
  const lists = (await read(file)).lists
    .filter((each) => each.clinicId === clinicId)
    .map((list) => ({
      ...list,
      erased: list.erased.filter((entry) => isProven(list, entry, key)),
    }));
  if (lists.length === 0) return [];
  const rows = (sql: string) => connection.all(sql).map((row) => decode(idRow, row, 'record'));
  const known = rows('SELECT kind, subject_id AS id FROM erasure');
  const wanted = new Map(
    lists.map((list) => {
      const isKnown = new Set(known.map(({ kind, id }) => hashOf(list, kind, id)));
      const unknown = list.erased.filter(({ subject }) => !isKnown.has(subject));
      return [list, new Set(unknown.flatMap(({ all }) => all))] as const;
    }),
  );
  if ([...wanted.values()].every(({ size }) => size === 0)) return [];
  const here = rows(
    `SELECT 'patient' AS kind, id FROM patient
       WHERE NOT EXISTS (SELECT 1 FROM patient_merge WHERE from_patient_id = patient.id)
     UNION ALL SELECT 'image', id FROM image
     UNION ALL SELECT 'overview', id FROM overview`,
  );
  const found: ErasureSubject[] = [];
  for (const [at, { kind, id }] of here.entries()) {
    if (at % idsAtOnce === idsAtOnce - 1) await turn();
    if ([...wanted].some(([list, hashes]) => hashes.has(hashOf(list, kind, id))))
      found.push({ kind, id });
  }
  return found;
}
