import { z } from 'zod';
import {
  id,
  keptLonger,
  keptPatient,
  overduePatient,
  retentionRule,
} from '../../clinic/entities/index.ts';
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
  /** Keeps a patient until a day to come, whatever the rule says; null takes it back. */
  'retention.keepLonger': command(
    deciders,
    z.object({ patientId: id, kept: keptLonger.nullable() }),
    none,
  ),
  /** Who is kept longer, the next to end first. */
  'retention.kept': query(deciders, none, z.array(keptPatient)),
} as const;
