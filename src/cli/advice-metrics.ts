import type { Advice, Verdict } from '../clinic/entities/index.ts';
import { MELANOMA } from '../snn/index.ts';
import { areaUnderRoc, ratio } from './metrics.ts';

/** One image: the code of what it is, what was advised, and what it came to. */
export interface Advised {
  readonly truth: string;
  readonly advice: Advice;
  readonly verdict: Verdict;
}

/** How well the advice beside the probabilities did; `null` where a figure is undefined. */
export interface AdviceMetrics {
  /** Share of the melanomas at or above melanoma's operating point, and of all others below it. */
  readonly referral: { readonly sensitivity: number | null; readonly specificity: number | null };
  /** Share of the images whose possible classes hold the true one, and how many these are. */
  readonly conformal: { readonly coverage: number | null; readonly meanSetSize: number | null };
  /** Whether pictures of other things are told from skin; absent where there were none. */
  readonly outOfDistribution?: {
    readonly auroc: number | null;
    /** Share of the other pictures that were called unfamiliar, and of the skin images. */
    readonly rejected: number | null;
    readonly skinLost: number | null;
  };
}

/** @param strangers what was advised for pictures of something other than skin, if any were read */
export function measureAdvice(
  images: readonly Advised[],
  strangers: readonly Advice[],
): AdviceMetrics {
  const share = <T>(of: readonly T[], has: (one: T) => boolean) =>
    ratio(of.filter(has).length, of.length);
  const isSuspected = ({ verdict }: Advised) => verdict.reasons.includes('melanoma');
  const isUnfamiliar = (advice: Advice) => advice.unfamiliarity > advice.unfamiliarityLimit;
  const skin = images.map(({ advice }) => advice);
  const sizes = skin.reduce((sum, { possible }) => sum + possible.length, 0);
  const ranked = [
    ...skin.map(({ unfamiliarity }) => ({ score: unfamiliarity, isPositive: false })),
    ...strangers.map(({ unfamiliarity }) => ({ score: unfamiliarity, isPositive: true })),
  ];
  return {
    referral: {
      sensitivity: share(
        images.filter(({ truth }) => truth === MELANOMA),
        isSuspected,
      ),
      specificity: share(
        images.filter(({ truth }) => truth !== MELANOMA),
        (image) => !isSuspected(image),
      ),
    },
    conformal: {
      coverage: share(images, ({ truth, advice }) => advice.possible.includes(truth)),
      meanSetSize: ratio(sizes, images.length),
    },
    ...(strangers.length > 0 && {
      outOfDistribution: {
        auroc: areaUnderRoc(ranked),
        rejected: share(strangers, isUnfamiliar),
        skinLost: share(skin, isUnfamiliar),
      },
    }),
  };
}
