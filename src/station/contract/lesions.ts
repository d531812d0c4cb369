import { z } from 'zod';
import { id, lesion, lesionClosure, lesionDetails, revision } from '../../clinic/entities/index.ts';
import { command, deciders, recorders } from './procedures.ts';

export const lesionProcedures = {
  'lesions.add': command(recorders, z.object({ patientId: id, details: lesionDetails }), lesion),
  /** `revision` is the one that the edit began from; refused with `changed-meanwhile`. */
  'lesions.update': command(
    recorders,
    z.object({ lesionId: id, revision, details: lesionDetails }),
    lesion,
  ),
  'lesions.close': command(deciders, z.object({ lesionId: id, closure: lesionClosure }), lesion),
  'lesions.reopen': command(deciders, z.object({ lesionId: id }), lesion),
  /** Hides it and its images; `lesions.restore` brings both back. */
  'lesions.remove': command(deciders, z.object({ lesionId: id }), lesion),
  /** Makes its images those of another lesion of the patient; `lesions.restore` parts them again. */
  'lesions.merge': command(deciders, z.object({ lesionId: id, intoLesionId: id }), lesion),
  'lesions.restore': command(deciders, z.object({ lesionId: id }), lesion),
} as const;
