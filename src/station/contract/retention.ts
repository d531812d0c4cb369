import { z } from 'zod';
import { overduePatient, retentionRule } from '../../clinic/entities/index.ts';
import { administrators, careTeam, command, deciders, none, query } from './procedures.ts';

export const retentionProcedures = {
  'retention.rule': query(careTeam, none, retentionRule),
  'retention.setRule': command(administrators, retentionRule, retentionRule),
  /** Whose time is over by the rule, the longest first. Nothing is done to them by itself. */
  'retention.overdue': query(
    deciders,
    none,
    z.object({ count: z.int(), entries: z.array(overduePatient) }),
  ),
} as const;
