import { z } from 'zod';
import {
  followUp,
  histology,
  id,
  lesion,
  lesionClosure,
  lesionDetails,
  patient,
  review,
  revision,
} from '../../clinic/entities/index.ts';
import { imageEntry } from './images.ts';
import { careTeam, command, deciders, query, recorders } from './procedures.ts';

export const lesionProcedures = {
  /** Of one that was merged, the other one's. */
  'lesions.get': query(
    careTeam,
    z.object({ lesionId: id }),
    z.object({
      lesion,
      patient,
      /** Those that are not removed, in the order of import; of each all reviews, the newest first. */
      images: z.array(imageEntry.extend({ reviews: z.array(review) })),
      /** Those that have ended, too, in the order in which they were planned. */
      followUps: z.array(followUp),
      histology: z.array(histology),
    }),
  ),
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
