import { z } from 'zod';
import { cardEvidence } from '../../clinic/card.ts';
import { gravity } from '../../clinic/entities/index.ts';
import { anyone, none, query } from './procedures.ts';

/** A package of others that is in the program, by its own words. */
export const thirdParty = z.object({
  name: z.string(),
  version: z.string(),
  /** An SPDX expression. */
  licence: z.string(),
  homepage: z.string().nullable(),
  text: z.string(),
});
export type ThirdParty = z.infer<typeof thirdParty>;

export const aboutProcedures = {
  /** The program and this computer, a line each, for whoever maintains them. Nothing of the clinic's. */
  'about.diagnostics': query(anyone, none, z.array(z.string())),
  /** What is in the program of others, and under which licences. */
  'about.thirdParties': query(anyone, none, z.array(thirdParty)),
  about: query(
    anyone,
    none,
    z.object({
      version: z.string(),
      network: z.object({
        name: z.string(),
        sha256: z.string(),
        inputSizePx: z.int(),
        trained: z.string(),
        licence: z.string(),
        classes: z.array(z.object({ code: z.string(), name: z.string(), gravity })),
        figures: z.record(z.string(), z.union([z.number(), z.record(z.string(), z.number())])),
        evidence: cardEvidence,
        data: z.string(),
        limitations: z.array(z.string()),
      }),
    }),
  ),
} as const;
