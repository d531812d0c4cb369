import { z } from 'zod';
import { id, reading } from '../../clinic/entities/index.ts';
import { command, everyUser } from './procedures.ts';

export const readingProcedures = {
  /** Reads an image (again) with the current network and head. */
  'readings.read': command(everyUser, z.object({ imageId: id }), reading),
} as const;
