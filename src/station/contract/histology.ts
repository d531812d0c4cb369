import { z } from 'zod';
import { histology, histologyDetails, id } from '../../clinic/entities/index.ts';
import { command, deciders } from './procedures.ts';

export const histologyProcedures = {
  /**
   * Ends what waits for a finding of the lesion. `isExcised` closes it: nothing of it is left. Refused
   * with `invalid-input` for a specimen of the future.
   */
  'histology.add': command(
    deciders,
    z.object({ lesionId: id, details: histologyDetails, isExcised: z.boolean().default(false) }),
    histology,
  ),
  /** The former finding stays among the records. */
  'histology.correct': command(
    deciders,
    z.object({ histologyId: id, details: histologyDetails }),
    histology,
  ),
  /** Entered by mistake. */
  'histology.withdraw': command(deciders, z.object({ histologyId: id }), histology),
} as const;
