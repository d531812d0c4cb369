import { z } from 'zod';
import { everyUser, none, query } from './procedures.ts';

export const auditProcedures = {
  /** Re-computes the audit log's hash chain. */
  'audit.verify': query(everyUser, none, z.object({ entries: z.int(), intact: z.boolean() })),
  'audit.list': query(
    everyUser,
    z.object({ limit: z.int().min(1).max(500).default(100) }),
    z.array(
      z.object({ at: z.string(), userName: z.string(), action: z.string(), subject: z.string() }),
    ),
  ),
} as const;
