import { z } from 'zod';
import { anyone, none, stream } from './procedures.ts';

/** Parts of the clinic that lists on screen depend on. */
export const topic = z.enum([
  'session',
  'patients',
  'lesions',
  'images',
  'readings',
  'reviews',
  'opinions',
  'measures',
  'overviews',
  'followUps',
  'consents',
  'sharing',
  'drafts',
  'users',
  'settings',
  'templates',
  'views',
  'accelerators',
  'classes',
  'commissioning',
  'copies',
  'backups',
  'erasures',
  'health',
]);
export type Topic = z.infer<typeof topic>;

export const changeProcedures = {
  /** Says which lists to fetch again. */
  changes: stream(anyone, none, z.object({ topics: z.array(topic) })),
} as const;
