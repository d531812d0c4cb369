import { z } from 'zod';
import { cardEvidence } from '../../clinic/card.ts';
import { gravity } from '../../clinic/entities/index.ts';
import { anyone, none, query } from './procedures.ts';

export const aboutProcedures = {
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
