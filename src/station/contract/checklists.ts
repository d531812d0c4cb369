import { z } from 'zod';
import { checklist, checklistDetails, id } from '../../clinic/entities/index.ts';
import { careTeam, command, deciders, query } from './procedures.ts';

export const checklistProcedures = {
  /** All of an image, the newest first. */
  'checklists.ofImage': query(careTeam, z.object({ imageId: id }), z.array(checklist)),
  'checklists.save': command(
    deciders,
    z.object({ imageId: id, details: checklistDetails }),
    checklist,
  ),
} as const;
