import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { pattern } from '../../native-bridge/golden/golden-images.ts';

/** One image, given by a formula, and the spike counts that the network must give for it. */
export interface GoldenCase {
  readonly name: string;
  /** uint8, 3 × S × S. */
  readonly image: Uint8Array;
  readonly counts: readonly number[];
}

const goldenFile = z.object({
  format: z.literal('dermaspike-golden'),
  version: z.literal(1),
  inputSize: z.int().min(1).max(1024),
  cases: z
    .array(
      z.object({
        name: z.string(),
        a: z.int(),
        b: z.int(),
        k: z.int(),
        counts: z.array(z.int()),
      }),
    )
    .min(1),
});

/** The cases of a model folder's `golden.json`. */
export function readGoldenCases(modelFolder: string): GoldenCase[] {
  const text = readFileSync(path.join(modelFolder, 'golden.json'), 'utf8');
  const { inputSize, cases } = goldenFile.parse(JSON.parse(text));
  return cases.map(({ name, counts, ...formula }) => ({
    name,
    image: pattern(formula, [3, inputSize, inputSize]),
    counts,
  }));
}
