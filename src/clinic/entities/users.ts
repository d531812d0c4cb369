import { z } from 'zod';
import { id, instant, name } from './primitives.ts';

/** What each may do stands in the station's contract, procedure by procedure. */
export const role = z.enum(['administrator', 'clinician', 'assistant', 'steward', 'reader']);
export type Role = z.infer<typeof role>;

export const user = z.object({
  id,
  name,
  role,
  createdAt: instant,
  /** Set while the user's passphrase does not open the clinic. */
  disabledAt: instant.nullable(),
});
export type User = z.infer<typeof user>;

/** Characters; a passphrase of fewer is refused. */
export const passphraseMinLength = 10;

/** How well a passphrase withstands guessing, and what to say of it. Below 2 it is refused. */
export const passphraseStrength = z.object({
  level: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3), z.literal(4)]),
  advice: z.string(),
});
export type PassphraseStrength = z.infer<typeof passphraseStrength>;
