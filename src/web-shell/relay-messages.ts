import { z } from 'zod';
import { keptAdmissions } from './admissions.ts';

/** What the process that listens says to the one that serves. A connection comes with `socket`. */
export const toRelay = z.discriminatedUnion('type', [
  z.object({ type: z.literal('serve'), port: z.int(), admissions: keptAdmissions.optional() }),
  z.object({ type: z.literal('socket') }),
  z.object({ type: z.literal('new-link') }),
  /** Once: with a backup, where one is due. Again: without waiting for it. */
  z.object({ type: z.literal('stop') }),
]);
export type ToRelay = z.infer<typeof toRelay>;

/** And what that one says. */
export const fromRelay = z.discriminatedUnion('type', [
  z.object({ type: z.literal('link'), link: z.string() }),
  z.object({ type: z.literal('let-in') }),
  z.object({ type: z.literal('admissions'), kept: keptAdmissions }),
  /** The last screen is locked: another one is to take its place. */
  z.object({ type: z.literal('retire') }),
  z.object({ type: z.literal('gave-up') }),
]);
export type FromRelay = z.infer<typeof fromRelay>;
