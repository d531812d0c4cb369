import { z } from 'zod';
import { placedImageEntry } from './images.ts';
import { everyUser, none, query } from './procedures.ts';

/** With whether the person who asks has begun a review. */
const waitingEntry = placedImageEntry.extend({ isBegun: z.boolean() });
export type WaitingEntry = z.infer<typeof waitingEntry>;

export const worklistProcedures = {
  'worklist.list': query(everyUser, none, z.array(waitingEntry)),
} as const;
