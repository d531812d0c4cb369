import { type Head as AnyHead, type Assessment, MELANOMA } from '../snn/index.ts';
import type {
  Confidence,
  QualityWarning,
  Verdict,
  VerdictKind,
  VerdictReason,
} from './entities/index.ts';

/** The shipped head, or one that was learned on it. */
type Head = Pick<AnyHead, 'classes' | 'calibration'>;

/**
 * The one verdict of a reading; `docs/verdict.md` tells how its rules were chosen. Where a malignant or
 * pre-malignant class gains what benign ones lose, a reason to suspect may come but not go, and one to
 * doubt goes for a reason to suspect only: more malignant probability never lowers a verdict.
 * @param assessment `null` where the head has no calibration.
 */
export function verdictOf(
  head: Head,
  probabilities: Float64Array,
  assessment: Assessment | null,
  qualityWarnings: readonly QualityWarning[],
): Verdict {
  const malignancy = malignancyOf(head, probabilities);
  const suspicions = suspicionsOf(head, probabilities, malignancy);
  const doubts = doubtsOf(head, assessment, suspicions.length > 0);
  const isUnfamiliar = assessment?.isUnfamiliar === true;
  const told = qualityWarnings.filter((warning) => warning === 'small-lesion');
  const telling = qualityWarnings.filter((warning) => warning !== 'small-lesion');
  // A frame with little skin may be filled by the lesion; unless it is unlike all lesions as well.
  const faults = telling.filter((warning) => warning !== 'little-skin' || isUnfamiliar);
  const remarks = telling.filter((warning) => !faults.includes(warning));
  return {
    kind: kindOf(faults, suspicions, [...doubts, ...remarks]),
    reasons: [
      ...faults,
      ...suspicions,
      ...doubts,
      ...remarks,
      ...(suspicions.length === 0 ? hintsOf(head, assessment) : []),
      ...told,
    ],
    malignancy,
    confidence: confidenceOf(assessment),
    isLate: false,
  };
}

function kindOf(
  faults: readonly VerdictReason[],
  suspicions: readonly VerdictReason[],
  doubts: readonly VerdictReason[],
): VerdictKind {
  if (faults.length > 0) return 'unusable';
  if (suspicions.length > 0) return 'suspicious';
  return doubts.length > 0 ? 'unclear' : 'no-sign';
}

function malignancyOf({ classes }: Head, probabilities: Float64Array): number {
  return classes.reduce(
    (sum, { gravity }, index) => (gravity === 'benign' ? sum : sum + (probabilities[index] ?? 0)),
    0,
  );
}

function suspicionsOf(
  { classes, calibration }: Head,
  probabilities: Float64Array,
  malignancy: number,
): VerdictReason[] {
  const of = (is: (one: Head['classes'][number]) => boolean) =>
    classes.reduce(
      (most, one, index) => (is(one) ? Math.max(most, probabilities[index] ?? 0) : most),
      0,
    );
  const gravest = of(({ gravity }) => gravity !== 'benign');
  const limits = calibration?.referral;
  return applying([
    ['melanoma', limits && of(({ code }) => code === MELANOMA) >= limits.melanomaThreshold],
    ['malignancy', malignancy >= (limits?.malignancyThreshold ?? Number.POSITIVE_INFINITY)],
    ['malignant-class-first', gravest > 0 && gravest >= of(({ gravity }) => gravity === 'benign')],
  ]);
}

function doubtsOf(
  { classes }: Head,
  assessment: Assessment | null,
  isSuspicious: boolean,
): VerdictReason[] {
  if (!assessment) return ['uncalibrated'];
  const { conformalSet, isUnfamiliar } = assessment;
  const fitsBenign = conformalSet.some((index) => classes[index]?.gravity === 'benign');
  return applying([
    ['unfamiliar', isUnfamiliar],
    ['no-benign-class-fits', !fitsBenign && !isSuspicious],
  ]);
}

/** What the reader should know, though it does not change the verdict. */
function hintsOf({ classes }: Head, assessment: Assessment | null): VerdictReason[] {
  const isPossible = assessment?.conformalSet.some((at) => classes[at]?.gravity !== 'benign');
  return applying([['malignant-class-possible', isPossible]]);
}

function applying(reasons: [VerdictReason, boolean | undefined][]): VerdictReason[] {
  return reasons.filter(([, applies]) => applies).map(([reason]) => reason);
}

function confidenceOf(assessment: Assessment | null): Confidence {
  if (!assessment) return 'undecided';
  const { conformalSet, isUnfamiliar, isUncertain } = assessment;
  if (isUnfamiliar || conformalSet.length === 0) return 'unfamiliar';
  if (isUncertain) return 'undecided';
  return conformalSet.length === 1 ? 'sure' : 'leaning';
}
