import { z } from 'zod';
import {
  id,
  mostTemplates,
  revision,
  textTemplate,
  textTemplateDetails,
} from '../../clinic/entities/index.ts';
import { careTeam, command, deciders, none, query } from './procedures.ts';

/** A clinic's own wordings for notes. */
export const templateProcedures = {
  /** Those of all places, in their order. */
  'templates.list': query(careTeam, none, z.array(textTemplate)),
  'templates.add': command(deciders, z.object({ details: textTemplateDetails }), textTemplate),
  /** `revision` is the one that the edit began from; refused with `changed-meanwhile`. */
  'templates.update': command(
    deciders,
    z.object({ templateId: id, revision, details: textTemplateDetails }),
    textTemplate,
  ),
  /** So many places behind the first. */
  'templates.move': command(
    deciders,
    z.object({ templateId: id, to: z.int().min(0).max(mostTemplates) }),
    textTemplate,
  ),
  'templates.remove': command(deciders, z.object({ templateId: id }), textTemplate),
  /** In its place of before. */
  'templates.restore': command(deciders, z.object({ templateId: id }), textTemplate),
} as const;
