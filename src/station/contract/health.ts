import { z } from 'zod';
import { instant } from '../../clinic/entities/index.ts';
import { auditVerdict } from './audit.ts';
import { command, keepers, none, query, stream } from './procedures.ts';

const healthState = z.object({
  /** The last check, and how much was wrong; null: never. */
  last: z.object({ at: instant, problems: z.int() }).nullable(),
  running: z.object({ share: z.number() }).nullable(),
});
export type HealthState = z.infer<typeof healthState>;

export const healthProcedures = {
  'health.state': query(keepers, none, healthState),
  /**
   * Looks through the whole clinic while it is used: every page, every row by every index, the audit log. Goes on
   * when the caller leaves.
   */
  'health.check': command(
    keepers,
    none,
    z.object({
      ok: z.boolean(),
      pages: z.int(),
      rows: z.int(),
      /** The first of them: names of tables, numbers of pages, never their content. */
      problems: z.array(z.string()),
      problemsInAll: z.int(),
      /** Null where damage kept it from being verified. */
      audit: auditVerdict.nullable(),
    }),
  ),
  'health.progress': stream(keepers, none, z.object({ share: z.number() })),
} as const;
