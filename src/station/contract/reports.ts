import { z } from 'zod';
import { command, deciders, none } from './procedures.ts';

export const reportProcedures = {
  /**
   * A row an image that is not removed, with its lesion, what the network said of it, its newest review
   * and the lesion's last finding; patients by record number and birth year, without names. It is entered
   * in the audit log.
   */
  'reports.records': command(deciders, none, z.object({ csv: z.string(), rows: z.int() })),
} as const;
