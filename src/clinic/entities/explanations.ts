import { z } from 'zod';
import { gravity } from './verdicts.ts';

const share = z.number().min(0).max(1);

/** What the network saw of an image; `src/snn/explain` has the formulas. */
export const explanation = z.object({
  headName: z.string(),
  /** How many views of the image its counts are summed over. */
  views: z.int().min(1),
  /** Of the map, in squares. */
  height: z.int().min(1),
  width: z.int().min(1),
  /** The part of the upright picture that the network reads: shares of its width and height. */
  square: z.object({ x: share, y: share, width: share, height: share }),
  classes: z.array(
    z.object({
      code: z.string(),
      name: z.string(),
      gravity,
      /** What each square adds to the score, row by row. */
      map: z.array(z.number()),
      bias: z.number(),
      /** Of rounding and clipping, which belong to no square. */
      rest: z.number(),
      /** Of the class before the probabilities: `Σ map + bias + rest`. */
      score: z.number(),
    }),
  ),
  /** In the order in which they run; over all views. */
  layers: z.array(
    z.object({
      layer: z.string(),
      events: z.number(),
      sparsity: z.number(),
      synapticOperations: z.number(),
    }),
  ),
  /** Estimated, never measured. */
  energy: z.object({
    arithmeticUj: z.number(),
    totalUj: z.number(),
    denseUj: z.number(),
    model: z.string(),
    source: z.string(),
    leavesOut: z.string(),
  }),
});
export type Explanation = z.infer<typeof explanation>;
