import { z } from 'zod';
import { id } from '../../clinic/entities/index.ts';
import { command, deciders, none, stream } from './procedures.ts';

export const patientFolderProcedures = {
  /**
   * Writes all of a patient, unencrypted, into a new folder within one of the station's computer: a
   * summary, the original images, the records. Cancelled, it leaves nothing. The audit log says who did.
   */
  'patientFolder.write': command(
    deciders,
    z.object({ patientId: id, writingId: id, folder: z.string().trim().min(1).max(1000) }),
    z.object({ folder: z.string() }),
  ),
  'patientFolder.progress': stream(deciders, none, z.object({ writingId: id, share: z.number() })),
} as const;
