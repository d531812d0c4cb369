import type { Assessment, Head } from '../snn/index.ts';
import type { Advice } from './entities/index.ts';

/** What stands beside the probabilities, in the classes' codes. */
export function adviceOf(
  { classes, calibration }: Pick<Head, 'classes' | 'calibration'>,
  assessment: Assessment | null,
): Advice | null {
  if (!assessment || !calibration) return null;
  return {
    possible: assessment.conformalSet.flatMap((index) => classes[index]?.code ?? []),
    coverage: calibration.conformal.coverage,
    unfamiliarity: assessment.unfamiliarity,
    unfamiliarityLimit: calibration.outOfDistribution.threshold,
    entropy: assessment.entropy,
  };
}
