import type { Assessment, Head } from '../snn/index.ts';
import type { Advice, QualityWarning, ReferralReason } from './entities/index.ts';

/**
 * What to tell the clinician beside the probabilities. A reading is never withheld: a reason to
 * refer stands beside it.
 */
export function adviceOf(
  { classes, calibration }: Head,
  assessment: Assessment | null,
  qualityWarnings: readonly QualityWarning[],
): Advice | null {
  if (!assessment || !calibration) return null;
  const { conformalSet, isMelanomaSuspected, isUnfamiliar, isUncertain } = assessment;
  const reasons: [reason: ReferralReason, applies: boolean][] = [
    ['melanoma-suspected', isMelanomaSuspected],
    ['unfamiliar', isUnfamiliar],
    ['no-class-fits', conformalSet.length === 0],
    ['uncertain', isUncertain],
    ['poor-quality', qualityWarnings.length > 0],
  ];
  return {
    possible: conformalSet.flatMap((index) => classes[index]?.code ?? []),
    coverage: calibration.conformal.coverage,
    unfamiliarity: assessment.unfamiliarity,
    unfamiliarityLimit: calibration.outOfDistribution.threshold,
    entropy: assessment.entropy,
    referralReasons: reasons.filter(([, applies]) => applies).map(([reason]) => reason),
  };
}
