import { z } from 'zod';
import { id, instant, note } from './primitives.ts';

export const visit = z.object({ id, patientId: id, startedAt: instant, note });
export type Visit = z.infer<typeof visit>;
