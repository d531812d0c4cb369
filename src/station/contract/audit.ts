import { z } from 'zod';
import { command, everyUser, keepers, none, query } from './procedures.ts';

/** A record by kind and id, or a screen by name: never a text of a patient's. */
const printed = z
  .string()
  .regex(/^(?:(?:patient|image|overview):[\da-f-]{36}|screen:[a-z]{1,20})$/);

export const auditVerdict = z.object({
  entries: z.int(),
  /** From before entries were signed. */
  unsigned: z.int(),
  records: z.int(),
  intact: z.boolean(),
  /** The first of them, each an entry's or a record's kind and id: `review:0197…`. */
  problems: z.array(z.object({ what: z.string(), subject: z.string() })),
  problemsInAll: z.int(),
});

export const auditProcedures = {
  /** Recomputes the audit log's chain, its signatures, and the records that it vouches for. */
  'audit.verify': query(keepers, none, auditVerdict),
  'audit.list': query(
    keepers,
    z.object({ limit: z.int().min(1).max(500).default(100) }),
    z.array(
      z.object({ at: z.string(), userName: z.string(), action: z.string(), subject: z.string() }),
    ),
  ),
  /** That the caller prints what is on their screen, or saves it as a PDF. */
  'audit.printed': command(everyUser, z.object({ subject: printed }), none),
} as const;
