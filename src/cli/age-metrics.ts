import type { Label } from '../interchange/labels.ts';
import { type AgeHead, withAge } from '../snn/index.ts';
import { UsageError } from './command.ts';
import type { LabelledReading } from './labelled-readings.ts';
import { type Metrics, measure } from './metrics.ts';

/** Figures of the images whose patients' age is known, by the image alone and with age. */
export interface AgeMetrics {
  readonly alone: Metrics;
  readonly withAge: Metrics;
}

/**
 * @param ages by image, in years, as the label's group; an image without one is left out.
 * @throws UsageError where the network came without age.json, or an age is no number.
 */
export function measureWithAge(
  codes: readonly string[],
  age: AgeHead | null,
  examples: readonly LabelledReading[],
  ages: ReadonlyMap<string, Label>,
): AgeMetrics {
  if (!age) throw new UsageError('The network came without age.json, so --age has no meaning.');
  const known = examples.flatMap(({ imageId, truth, probabilities }) => {
    const cell = ages.get(imageId)?.group;
    if (!cell) return [];
    const years = Number(cell);
    if (!Number.isFinite(years)) throw new UsageError(`${imageId} has the age "${cell}".`);
    return [{ truth, probabilities, years }];
  });
  return {
    alone: measure(codes, known),
    withAge: measure(
      codes,
      known.map(({ truth, probabilities, years }) => ({
        truth,
        probabilities: [...withAge(age, probabilities, years)],
      })),
    ),
  };
}
