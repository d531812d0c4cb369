import { sigmoid } from '../head/exp.ts';
import { AnalyticFit } from './analytic.ts';
import { fitChoices } from './choice.ts';
import { type Foundation, SAMPLES } from './foundation.ts';
import type { Step } from './learned-head.ts';
import { refused } from './plan.ts';
import { combined, noStatistics } from './statistics.ts';
import { unseen } from './trunk.ts';
import type { Workings } from './workings.ts';

/** An example, and whether it is of the new kind (1) or of what is left of its parent (0). */
export interface SplitExample {
  readonly truth: 0 | 1;
  readonly lesion: string;
  readonly counts: Int32Array;
}

export interface FittedSplit {
  readonly step: Step & { readonly kind: 'split' };
  /** The new kind's share of its parent, for images that were not learned. */
  share(counts: Int32Array): number;
  /** Of each example, had its lesion not been learned. */
  readonly examples: readonly number[];
}

const SLOPE_DEVIATION = 100;
const OFFSET_DEVIATION = 10;

/**
 * Tells a new kind from the rest of its parent: the analytic learner's two scores, whose difference is
 * scaled so that both sides weigh the same. Where the parent's statistics hold images of the new kind
 * too, unlabelled, the direction is the same; the share then comes out smaller.
 * @param shipped indices of the shipped classes whose images the parent's are
 */
export function fitSplit(
  foundation: Foundation,
  { parent, code }: { readonly parent: string; readonly code: string },
  shipped: readonly number[],
  examples: readonly SplitExample[],
  workings: Workings,
): FittedSplit {
  const features = foundation.head.featureScale.length;
  const known = shipped.flatMap((index) => foundation.classes[index]?.statistics ?? []);
  const statistics = [known.reduce(combined, noStatistics(features)), noStatistics(features)].map(
    (all, truth) =>
      workings.statistics(
        `${code} ${truth}`,
        all,
        examples.flatMap((each) => (each.truth === truth ? [each.counts] : [])),
      ),
  );
  if (statistics[0]?.count === 0) {
    throw refused(
      `To tell "${code}" from the rest of "${parent}", examples of that rest are needed`,
    );
  }
  const fit = new AnalyticFit(statistics);
  const difference = (scores: Float64Array) => (scores[1] ?? 0) - (scores[0] ?? 0);
  const drawn = foundation.surrogates.filter(({ truth }) => shipped.includes(truth));
  const corrected = fit.asIfUnseen(
    0,
    drawn.slice(0, SAMPLES).map(({ counts }) => counts),
  );
  const stood = known.reduce((sum, { count }) => sum + count, 0);
  const left = unseen(fit, examples).map(difference);
  const images = [
    ...examples.map(({ truth }, index) => ({ truth, value: left[index] ?? 0, stands: 1 })),
    ...drawn.map(({ counts }) => ({
      truth: 0,
      value: difference(corrected(counts)),
      stands: stood / drawn.length,
    })),
  ];
  const totals = [0, 1].map((side) =>
    images.reduce((sum, { truth, stands }) => (truth === side ? sum + stands : sum), 0),
  );
  const choices = {
    images: images.length,
    uses: [[], [0, 1]],
    offsets: new Float64Array(2 * images.length),
    factors: Float64Array.from(images.flatMap(({ value }) => [value, 1])),
    truths: Int32Array.from(images, ({ truth }) => truth),
    weights: Float64Array.from(
      images,
      ({ truth, stands }) => (stands * images.length) / 2 / (totals[truth] ?? 1),
    ),
  };
  const parameters = fitChoices(choices, {
    centre: new Float64Array(2),
    deviation: Float64Array.of(SLOPE_DEVIATION, OFFSET_DEVIATION),
  });
  const [slope = 0, offset = 0] = parameters;
  const { weights, bias } = fit.scores;
  const step: FittedSplit['step'] = {
    kind: 'split',
    parent,
    code,
    weights: weights
      .slice(features)
      .map((weight, index) => slope * (weight - (weights[index] ?? 0))),
    bias: slope * difference(bias) + offset,
  };
  return {
    step,
    share: (counts) => sigmoid(slope * difference(fit.score(counts)) + offset),
    examples: left.map((value) => sigmoid(slope * value + offset)),
  };
}
