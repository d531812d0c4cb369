import { exp } from '../head/exp.ts';
import type { Affine } from '../head/head.ts';
import { AnalyticFit } from './analytic.ts';
import { type Choices, choiceLogits, type Expectation, fitChoices, logSum } from './choice.ts';
import { edgeThresholds } from './edge.ts';
import { EdgeFit } from './edge-fit.ts';
import type { Fit } from './fit.ts';
import { drawnOf, type Foundation, SAMPLES } from './foundation.ts';
import type { Learner, Trunk } from './learned-head.ts';
import { PrototypeFit } from './prototype.ts';
import type { RidgeFit } from './ridge.ts';
import { type ClassStatistics, noStatistics } from './statistics.ts';
import type { Workings } from './workings.ts';

/** An image that is learned, among the classes side by side. */
export interface TrunkExample {
  /** Index of its class. */
  readonly truth: number;
  readonly lesion: string;
  readonly counts: Int32Array;
  /** What the shipped head makes of it, before the softmax. */
  readonly shipped: Float64Array;
}

/** A trunk, and the logits that images would get from it, had they not been learned. */
export interface FittedTrunk {
  readonly trunk: Trunk;
  /** Of each example, in their order. */
  readonly examples: readonly Float64Array[];
  /** Of each of the foundation's surrogates, in their order. */
  readonly surrogates: readonly Float64Array[];
}

/** @param codes the shipped head's classes in its order, then those added, each with an example. */
export function fitTrunk(
  foundation: Foundation,
  learner: Learner,
  codes: readonly string[],
  examples: readonly TrunkExample[],
  workings: Workings,
): FittedTrunk {
  const { surrogates } = foundation;
  const known = foundation.classes.length;
  if (codes.length === known) {
    return {
      trunk: shippedTrunk(foundation, codes),
      examples: examples.map(({ shipped }) => shipped),
      surrogates: surrogates.map(({ shipped }) => shipped),
    };
  }
  const fit = fitOf(foundation, learner, codes.length, examples, workings);
  const model = learner === 'extension' ? extending(known, codes.length) : scaling(codes.length);
  const images = [...examples, ...surrogates];
  const scores = [...unseen(fit, examples), ...unseenSurrogates(fit, foundation)];
  const weights = balancing(foundation, codes.length, examples);
  const choices: Choices = {
    images: images.length,
    uses: model.uses,
    ...model.choices(
      scores,
      images.map(({ shipped }) => shipped),
    ),
    truths: Int32Array.from(images, ({ truth }) => truth),
    weights: Float64Array.from(weights),
  };
  const parameters = fitChoices(choices, model.expectation);
  const logits = choiceLogits(choices, parameters);
  return {
    trunk: model.trunk(fit, codes, parameters),
    examples: logits.slice(0, examples.length),
    surrogates: logits.slice(examples.length),
  };
}

/** Nothing stands beside the shipped classes: their head as it is. */
function shippedTrunk({ head }: Foundation, codes: readonly string[]): Trunk {
  const columns = head.featureScale.length;
  const none = { rows: 0, columns, weights: new Float64Array(), bias: new Float64Array() };
  return { kind: 'extension', codes, added: none, follow: new Float64Array() };
}

type TrunkFit = AnalyticFit | RidgeFit | PrototypeFit | EdgeFit;

/** Raw scores of all classes: the analytic regression's for an extension. */
function fitOf(
  foundation: Foundation,
  learner: Learner,
  size: number,
  examples: readonly TrunkExample[],
  workings: Workings,
): TrunkFit {
  const statistics = statisticsOfClasses(foundation, size, examples, workings);
  switch (learner) {
    case 'analytic':
      return new AnalyticFit(statistics);
    case 'extension':
      return new AnalyticFit(statistics).regression;
    case 'prototype':
      return new PrototypeFit(statistics);
    case 'edge':
      return new EdgeFit(
        edgeThresholds(statistics),
        statistics.map((_, truth) => [
          ...lesionsOf(examples, truth).map((images) => images.map(({ counts }) => counts)),
          ...foundation.surrogates.flatMap((each) => (each.truth === truth ? [[each.counts]] : [])),
        ]),
      );
  }
}

function statisticsOfClasses(
  { classes, head }: Foundation,
  size: number,
  examples: readonly TrunkExample[],
  workings: Workings,
): ClassStatistics[] {
  return Array.from({ length: size }, (_, truth) => {
    const own = examples.flatMap((each) => (each.truth === truth ? [each.counts] : []));
    const shipped = classes[truth]?.statistics ?? noStatistics(head.featureScale.length);
    return workings.statistics(`trunk ${truth}`, shipped, own);
  });
}

/** A lesion's images of a class, lesion by lesion, in the examples' order. */
export function lesionsOf<T extends { readonly truth: number; readonly lesion: string }>(
  examples: readonly T[],
  truth: number,
): T[][] {
  const lesions = new Map<string, T[]>();
  for (const example of examples) {
    if (example.truth !== truth) continue;
    const lesion = lesions.get(example.lesion);
    if (lesion) lesion.push(example);
    else lesions.set(example.lesion, [example]);
  }
  return [...lesions.values()];
}

/** Each example scored by what was learned without its lesion. */
export function unseen<
  T extends { readonly truth: number; readonly lesion: string; readonly counts: Int32Array },
>(fit: Fit, examples: readonly T[]): Float64Array[] {
  fit.prepare?.(examples.map(({ counts }) => counts));
  const scores = new Map<T, Float64Array>();
  for (const truth of new Set(examples.map((each) => each.truth))) {
    for (const lesion of lesionsOf(examples, truth)) {
      const left = fit.withoutThem(
        lesion.map(({ counts }) => counts),
        truth,
      );
      for (const [index, example] of lesion.entries()) {
        scores.set(example, left[index] ?? new Float64Array());
      }
    }
  }
  return examples.map((example) => scores.get(example) ?? new Float64Array());
}

function unseenSurrogates(fit: Fit, { classes, surrogates }: Foundation): Float64Array[] {
  const corrections = classes.map((_, truth) => {
    const own = surrogates.filter((each) => each.truth === truth).slice(0, SAMPLES);
    return fit.asIfUnseen(
      truth,
      own.map(({ counts }) => counts),
    );
  });
  return surrogates.map(({ truth, counts }) => corrections[truth]?.(counts) ?? fit.score(counts));
}

/**
 * Weights of examples, then surrogates. Classes weigh against each other as the shipped head's prior
 * adjustment has it; an added class like the middle of them. Within a class a surrogate counts for its
 * part of the images that the statistics are of.
 */
function balancing(
  { head, classes, surrogates }: Foundation,
  size: number,
  examples: readonly TrunkExample[],
): number[] {
  const drawn = drawnOf(surrogates, classes.length);
  const raw = [
    ...examples.map(() => 1),
    ...surrogates.map(({ truth }) => (classes[truth]?.statistics.count ?? 0) / (drawn[truth] ?? 1)),
  ];
  const truths = [...examples, ...surrogates].map(({ truth }) => truth);
  const totals = new Float64Array(size);
  for (const [index, truth] of truths.entries()) {
    totals[truth] = (totals[truth] ?? 0) + (raw[index] ?? 0);
  }
  const wanted = totals.map((_, truth) => exp(head.priorAdjustment[truth] ?? 0));
  const scale = truths.length / wanted.reduce((sum, each) => sum + each, 0);
  return truths.map(
    (truth, index) => ((raw[index] ?? 0) / (totals[truth] ?? 1)) * (wanted[truth] ?? 0) * scale,
  );
}

/** How raw scores and the shipped head's become logits. */
interface Model {
  readonly expectation: Expectation;
  readonly uses: Choices['uses'];
  choices(
    scores: readonly Float64Array[],
    shipped: readonly Float64Array[],
  ): Pick<Choices, 'offsets' | 'factors'>;
  trunk(fit: TrunkFit, codes: readonly string[], parameters: Float64Array): Trunk;
}

/** How far a slope and an offset are expected from their centre before anything is seen. */
const SLOPE_DEVIATION = 100;
const OFFSET_DEVIATION = 10;
const FOLLOW_DEVIATION = 1;

/** logit = slope · score + offset of the class */
function scaling(size: number): Model {
  const parameters = size + 1;
  return {
    expectation: {
      centre: new Float64Array(parameters),
      deviation: new Float64Array(parameters).fill(OFFSET_DEVIATION).with(0, SLOPE_DEVIATION),
    },
    uses: Array.from({ length: size }, (_, k) => [0, 1 + k]),
    choices: (scores) => {
      const factors = new Float64Array(2 * size * scores.length).fill(1);
      for (const [image, own] of scores.entries()) {
        for (let k = 0; k < size; k++) factors[2 * (image * size + k)] = own[k] ?? 0;
      }
      return { offsets: new Float64Array(size * scores.length), factors };
    },
    trunk: (fit, codes, [slope = 0, ...offsets]) => {
      if (fit instanceof EdgeFit) {
        const { neurons, unit } = fit;
        return {
          kind: 'edge',
          codes,
          neurons,
          slope: slope * unit,
          bias: Float64Array.from(offsets),
        };
      }
      const { rows, columns, weights, bias } = fit.scores;
      const scores = {
        rows,
        columns,
        weights: weights.map((weight) => slope * weight),
        bias: bias.map((value, k) => slope * value + (offsets[k] ?? 0)),
      };
      return { kind: 'linear', codes, scores };
    },
  };
}

/**
 * Of a shipped class the shipped score; of an added one
 * slope · score + offset + follow · ln Σ e^(shipped scores).
 */
function extending(known: number, size: number): Model {
  const added = size - known;
  const parameters = 3 * added;
  const each = (values: readonly number[]) =>
    Float64Array.from({ length: parameters }, (_, index) => values[index % 3] ?? 0);
  return {
    expectation: {
      centre: each([0, 0, 1]),
      deviation: each([SLOPE_DEVIATION, OFFSET_DEVIATION, FOLLOW_DEVIATION]),
    },
    uses: Array.from({ length: size }, (_, k) =>
      k < known ? [] : [0, 1, 2].map((m) => 3 * (k - known) + m),
    ),
    choices: (scores, shipped) => {
      const offsets = new Float64Array(size * scores.length);
      const factors = new Float64Array(parameters * scores.length);
      for (const [image, own] of shipped.entries()) {
        offsets.set(own, image * size);
        const all = logSum(own);
        for (let index = 0; index < added; index++) {
          const score = scores[image]?.[known + index] ?? 0;
          factors.set([score, 1, all], image * parameters + 3 * index);
        }
      }
      return { offsets, factors };
    },
    trunk: (fit, codes, parameters_) => {
      if (fit instanceof EdgeFit) throw new TypeError('Edge neurons do not extend a head');
      const { columns, weights, bias } = fit.scores;
      const slopes = Float64Array.from({ length: added }, (_, i) => parameters_[3 * i] ?? 0);
      const scores: Affine = {
        rows: added,
        columns,
        weights: weights
          .slice(known * columns)
          .map((weight, at) => (slopes[Math.floor(at / columns)] ?? 0) * weight),
        bias: bias
          .slice(known)
          .map((value, i) => (slopes[i] ?? 0) * value + (parameters_[3 * i + 1] ?? 0)),
      };
      const follow = Float64Array.from({ length: added }, (_, i) => parameters_[3 * i + 2] ?? 0);
      return { kind: 'extension', codes, added: scores, follow };
    },
  };
}
