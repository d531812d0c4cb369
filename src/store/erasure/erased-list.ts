import { createHmac, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { z } from 'zod';
import type { ErasureSubject } from '../../clinic/entities/index.ts';
import { writeWhole } from '../backup/medium-files.ts';
import type { Connection } from '../connection.ts';
import { decode } from '../repositories/decode.ts';

const saltBytes = 16;
/** Hashed between turns of others. */
const idsAtOnce = 5000;

/**
 * What was erased, so that an older backup does not bring it back unnoticed: salted hashes of random ids,
 * which tell nothing of whom they were.
 */
const erasedLists = z.object({
  format: z.literal('dermaspike-erased'),
  version: z.literal(1),
  lists: z.array(
    z.object({
      clinicId: z.string(),
      salt: z.base64url(),
      erased: z.array(
        z.object({
          subject: z.base64url(),
          /** The records of one person that were one: each would come back by itself. */
          all: z.array(z.base64url()),
        }),
      ),
    }),
  ),
});
type Lists = z.infer<typeof erasedLists>;
type List = Lists['lists'][number];

/** In the data folder and on a backup's medium alike. */
export const erasedListFile = (folder: string) => path.join(folder, 'erased.json');

const hashOf = ({ salt }: List, kind: string, id: string) =>
  createHmac('sha256', Buffer.from(salt, 'base64url')).update(`${kind} ${id}`).digest('base64url');

/** Nothing of a file that is not there or damaged: then a list begins anew. */
async function read(file: string): Promise<List[]> {
  try {
    return erasedLists.parse(JSON.parse(await readFile(file, 'utf8'))).lists;
  } catch {
    return [];
  }
}

const write = (file: string, lists: readonly List[]) =>
  writeWhole(
    file,
    `${JSON.stringify({ format: 'dermaspike-erased', version: 1, lists: [...lists] } satisfies Lists)}\n`,
  );

interface Erased {
  readonly subject: ErasureSubject;
  /** Patients who had been merged into it. */
  readonly merged: readonly string[];
}

/** Adds what was erased to the list; nothing twice. */
export async function noteErased(
  file: string,
  clinicId: string,
  erased: readonly Erased[],
): Promise<void> {
  const lists = await read(file);
  const list = lists.find((each) => each.clinicId === clinicId) ?? {
    clinicId,
    salt: randomBytes(saltBytes).toString('base64url'),
    erased: [],
  };
  if (!lists.includes(list)) lists.push(list);
  for (const { subject, merged } of erased) {
    const hash = hashOf(list, subject.kind, subject.id);
    if (list.erased.some((each) => each.subject === hash)) continue;
    const all = [hash, ...merged.map((id) => hashOf(list, 'patient', id))];
    list.erased.push({ subject: hash, all });
  }
  await write(file, lists);
}

/** Takes over what another place's list knows: a medium's, or that of a medium's clinic. */
export async function carryErased(from: string, to: string): Promise<void> {
  const theirs = await read(from);
  if (theirs.length === 0) return;
  const own = await read(to);
  for (const list of theirs) {
    const same = own.find(({ clinicId, salt }) => clinicId === list.clinicId && salt === list.salt);
    if (!same) own.push(list);
    else
      same.erased.push(
        ...list.erased.filter(
          ({ subject }) => !same.erased.some((each) => each.subject === subject),
        ),
      );
  }
  await write(to, own);
}

const idRow = z.object({ kind: z.enum(['patient', 'image']), id: z.string() });

/**
 * What is here although it was erased: an older backup brought it back. Looked for only where the clinic
 * does not know of an erasure that the list has. Of patients who were merged, the one who was kept.
 */
export async function cameBack(
  connection: Connection,
  clinicId: string,
  file: string,
): Promise<ErasureSubject[]> {
  const lists = (await read(file)).filter((each) => each.clinicId === clinicId);
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
     UNION ALL SELECT 'image', id FROM image`,
  );
  const found: ErasureSubject[] = [];
  for (const [at, { kind, id }] of here.entries()) {
    if (at % idsAtOnce === idsAtOnce - 1) await turn();
    if ([...wanted].some(([list, hashes]) => hashes.has(hashOf(list, kind, id))))
      found.push({ kind, id });
  }
  return found;
}
