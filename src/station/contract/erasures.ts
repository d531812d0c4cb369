import { z } from 'zod';
import {
  erasedListState,
  erasure,
  erasurePlan,
  erasureReason,
  erasureSubject,
  id,
  lesion,
  patient,
} from '../../clinic/entities/index.ts';
import { command, deciders, keepers, none, query } from './procedures.ts';

export const erasureProcedures = {
  'erasures.plan': query(
    deciders,
    z.object({ subject: erasureSubject }),
    z.object({
      plan: erasurePlan,
      /** Copies of the clinic on this computer that may hold it, and are deleted with it. */
      copies: z.int(),
      /** Who may be the second pair of eyes; of a clinic with one such user nobody is asked. */
      seconds: z.array(z.object({ id, name: z.string() })),
    }),
  ),
  /**
   * Erases it for good. Where the clinic has two users who may, the second one says so with their
   * passphrase. Answered when nothing of it is left in the clinic's files.
   */
  'erasures.erase': command(
    deciders,
    z.object({
      subject: erasureSubject,
      reason: erasureReason,
      second: z.object({ userId: id, passphrase: z.string() }).nullable(),
    }),
    erasure,
  ),
  /**
   * What is here although it was erased: an older backup brought it back. To be erased again, which the
   * program does not do by itself.
   */
  'erasures.cameBack': query(
    deciders,
    none,
    z.array(z.object({ subject: erasureSubject, patient, lesion: lesion.nullable() })),
  ),
  /** Of the list that tells what came back: what is damaged or forged in it is not heeded. */
  'erasures.listState': query(deciders, none, erasedListState),
  /** Writes it anew, with what this clinic itself knows. */
  'erasures.mendList': command(deciders, none, none),
  /** Newest first; they name nobody but users. */
  'erasures.list': query(keepers, none, z.array(erasure)),
} as const;
