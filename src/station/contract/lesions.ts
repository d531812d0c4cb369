import { z } from 'zod';
import { id, lesion, lesionDetails } from '../../clinic/entities/index.ts';
import { command, everyUser } from './procedures.ts';

export const lesionProcedures = {
  'lesions.add': command(everyUser, z.object({ patientId: id, details: lesionDetails }), lesion),
  'lesions.update': command(everyUser, z.object({ lesionId: id, details: lesionDetails }), lesion),
} as const;
