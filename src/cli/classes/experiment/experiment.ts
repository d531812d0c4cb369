import type { Head } from '../../../snn/index.ts';
import { shuffled } from '../../../snn/learning/evaluate/lesion-folds.ts';
import {
  areaUnderRoc,
  asReleased,
  classifyLearned,
  type Example,
  type Foundation,
  foundationOf,
  type KnownClass,
  type LearnedHead,
  type Learner,
  learnHead,
  statisticsOf,
} from '../../../snn/learning/index.ts';
import { median } from '../../bench/statistics.ts';
import type { CountedImage } from '../labelled-counts.ts';
import { baseHead } from './head.ts';
import { JOINT_HEADS } from './joint.ts';
import type { Scorer } from './logistic.ts';

export interface ExperimentSettings {
  readonly networkSha256: string;
  readonly views: number;
  readonly base: readonly string[];
  readonly added: readonly string[];
  readonly orders: readonly (readonly string[])[];
  readonly learner: Learner;
  /** Lesions of each added class that are learned; all, if `null`. */
  readonly shots: number | null;
  /** How often those are drawn. */
  readonly draws: number;
  /** Tested in turn: of base classes only the others of these are learned. */
  readonly heldOut: readonly string[];
  /** Only the analytic head is trained on all at once. */
  readonly isQuick: boolean;
}

export interface ExperimentResult {
  readonly learner: Learner;
  readonly orders: readonly (readonly string[])[];
  readonly shots: number | null;
  /** Images of each class learned and tested, on average over the folds. */
  readonly learned: Readonly<Record<string, number>>;
  readonly tested: Readonly<Record<string, number>>;
  readonly jointHead: string;
  readonly jointBalancedAccuracy: number;
  readonly jointHeads: Readonly<Record<string, number>>;
  readonly finalBalancedAccuracy: number;
  readonly finalRecall: Readonly<Record<string, number>>;
  /** Balanced accuracy of the base classes before anything is added. */
  readonly baseBalancedAccuracy: number;
  /** Over the classes but the last: the best recall at an earlier stage less that at the end. */
  readonly forgetting: number;
  /** The same of a head of the same kind that is trained jointly at each stage. */
  readonly jointForgetting: number;
  /** Over orders, of each class at the stage where it was added. */
  readonly newClassRecall: number;
  readonly averageIncrementalAccuracy: number;
  /** Of each added class against the one that it is mistaken for most. */
  readonly pairs: readonly {
    readonly code: string;
    readonly against: string;
    readonly auroc: number;
  }[];
  /** One thread: a class from at most 50 examples; 100,000 images' counts to probabilities. */
  readonly learnMs: number;
  readonly rescorePer100kMs: number;
}

/** A test fold and what may be learned beside it. */
export interface Fold {
  readonly name: string;
  readonly foundation: Foundation;
  readonly test: readonly CountedImage[];
  readonly training: ReadonlyMap<string, readonly CountedImage[]>;
}

/** Recall of each class. */
export type Recalls = ReadonlyMap<string, number>;

const EXAMPLES_TIMED = 50;
const ROUNDS_TIMED = 7;

/** What all learners of an experiment are held against. */
export interface Prepared {
  readonly folds: readonly Fold[];
  /** Recalls of each of `JOINT_HEADS`, trained on everything. */
  readonly joint: ReadonlyMap<string, Recalls>;
  readonly jointForgetting: number;
}

export function prepare(
  images: readonly CountedImage[],
  settings: Omit<ExperimentSettings, 'learner'>,
  progress: (text: string) => void,
): Prepared {
  const folds = settings.heldOut.map((name) => foldOf(images, settings, name));
  return {
    folds,
    joint: jointRecalls(folds, settings, progress),
    jointForgetting: jointForgetting(folds, settings, progress),
  };
}

export function experiment(
  { folds, joint, jointForgetting }: Prepared,
  settings: ExperimentSettings,
  progress: (text: string) => void,
): ExperimentResult {
  const { base, added, orders } = settings;
  const all = [...base, ...added];
  const stages = new Map<string, Recalls>();
  const finals: { fold: Fold; head: LearnedHead; probabilities: Float64Array[] }[] = [];
  for (const codes of stagesOf(orders)) {
    progress(`${settings.learner}: ${[...base, ...codes].join(', ')}`);
    const runs = folds.flatMap((fold) =>
      Array.from({ length: codes.length === 0 ? 1 : settings.draws }, (_, draw) => {
        const head = learnHead(fold.foundation, requestOf(fold, settings, codes, draw));
        const probabilities = fold.test.map(
          ({ counts }) => classifyLearned(head, fold.foundation.head, counts).probabilities,
        );
        if (codes.length === added.length) finals.push({ fold, head, probabilities });
        return recallsOf(fold, [...base, ...codes], (index) => {
          const p = probabilities[index];
          return p ? (head.classes[highest(p)]?.code ?? '') : '';
        });
      }),
    );
    stages.set(keyOf(codes), meanRecalls(runs));
  }
  const [best] = [...joint].toSorted((a, b) => balanced(b[1]) - balanced(a[1]));
  const at = (codes: readonly string[]) => stages.get(keyOf(codes)) ?? new Map<string, number>();
  const final = at(added);
  return {
    learner: settings.learner,
    orders,
    shots: settings.shots,
    learned: countsOf(all, folds, (fold, code) => (fold.training.get(code) ?? []).length),
    tested: countsOf(
      all,
      folds,
      ({ test }, code) => test.filter(({ label }) => label === code).length,
    ),
    jointHead: best?.[0] ?? '',
    jointBalancedAccuracy: best ? balanced(best[1]) : 0,
    jointHeads: Object.fromEntries([...joint].map(([name, recalls]) => [name, balanced(recalls)])),
    finalBalancedAccuracy: balanced(final),
    finalRecall: Object.fromEntries(final),
    baseBalancedAccuracy: balanced(at([])),
    forgetting: mean(orders.map((order) => forgottenIn(order, base, at))),
    jointForgetting,
    newClassRecall: mean(
      orders.flatMap((order) =>
        order.map((code, index) => at(order.slice(0, index + 1)).get(code) ?? 0),
      ),
    ),
    averageIncrementalAccuracy: mean(
      orders.flatMap((order) =>
        [0, ...order.keys()].map((_, index) => balanced(at(order.slice(0, index)))),
      ),
    ),
    pairs: added.map((code) => pairOf(code, finals)),
    ...timed(folds, settings),
  };
}

function foldOf(
  images: readonly CountedImage[],
  settings: Omit<ExperimentSettings, 'learner'>,
  name: string,
): Fold {
  const { base, added, heldOut } = settings;
  const test = images.filter(({ fold }) => fold === name);
  const training = new Map(
    [...base, ...added].map((code) => [
      code,
      images.filter(
        ({ label, fold }) =>
          label === code && fold !== name && (added.includes(code) || heldOut.includes(fold)),
      ),
    ]),
  );
  const features = images[0]?.counts.length ?? 0;
  const classes = base.map((code): KnownClass => {
    const own = training.get(code) ?? [];
    return asReleased({
      code,
      lesions: new Set(own.map(({ lesion }) => lesion)).size,
      statistics: statisticsOf(
        features,
        own.map(({ counts }) => counts),
      ),
    });
  });
  const views = settings.views as Head['views'];
  const head = baseHead(settings.networkSha256, views, classes);
  const statistics = { networkSha256: head.networkSha256, views, source: '', classes, licence: '' };
  return { name, foundation: foundationOf(head, '0'.repeat(64), statistics), test, training };
}

/** Each set of added classes that some order comes through, once. */
function stagesOf(orders: readonly (readonly string[])[]): string[][] {
  const sets = new Map<string, string[]>();
  for (const order of orders) {
    for (let length = 0; length <= order.length; length++) {
      const codes = order.slice(0, length);
      if (!sets.has(keyOf(codes))) sets.set(keyOf(codes), codes);
    }
  }
  return [...sets.values()];
}

/** What is learned does not depend on the order of what was learned before. */
function keyOf(codes: readonly string[]): string {
  return codes.toSorted().join(' ');
}

function requestOf(
  fold: Fold,
  { learner, shots }: ExperimentSettings,
  codes: readonly string[],
  draw: number,
) {
  return {
    name: 'experiment',
    learner,
    changes: codes.map((code) => ({
      kind: 'add' as const,
      ...{ code, name: code, gravity: 'benign' as const, parent: null },
    })),
    examples: codes.flatMap((code) => examplesOf(fold, code, shots, draw)),
  };
}

function examplesOf(fold: Fold, code: string, shots: number | null, draw: number): Example[] {
  const own = fold.training.get(code) ?? [];
  const lesions = [...new Set(own.map(({ lesion }) => lesion))].toSorted();
  const drawn = new Set(shots === null ? lesions : shuffled(lesions, draw + 1).slice(0, shots));
  return own.flatMap(({ imageId, lesion, counts }) =>
    drawn.has(lesion) ? [{ id: imageId, code, lesion, counts, unfamiliarity: null }] : [],
  );
}

/** Of the classes that are known at a stage; images of others are no part of it. */
function recallsOf(
  { test }: Fold,
  codes: readonly string[],
  namedAt: (index: number) => string,
): Recalls {
  return new Map(
    codes.flatMap((code): [string, number][] => {
      let [hits, total] = [0, 0];
      for (const [index, { label }] of test.entries()) {
        if (label !== code) continue;
        total++;
        if (namedAt(index) === code) hits++;
      }
      return total > 0 ? [[code, hits / total]] : [];
    }),
  );
}

function jointRecalls(
  folds: readonly Fold[],
  { base, added, isQuick }: Omit<ExperimentSettings, 'learner'>,
  progress: (text: string) => void,
): Map<string, Recalls> {
  const codes = [...base, ...added];
  return new Map(
    JOINT_HEADS.slice(0, isQuick ? 1 : undefined).map(({ name, train }) => {
      progress(`all at once: ${name}`);
      return [name, meanRecalls(folds.map((fold) => recallsJointly(fold, codes, train)))];
    }),
  );
}

function recallsJointly(
  fold: Fold,
  codes: readonly string[],
  train: (images: Int32Array[][]) => Scorer,
): Recalls {
  const score = train(
    codes.map((code) => (fold.training.get(code) ?? []).map(({ counts }) => counts)),
  );
  return recallsOf(fold, codes, (index) => {
    const image = fold.test[index];
    return image ? (codes[highest(score(image.counts))] ?? '') : '';
  });
}

/** Of the analytic learner on all images of the classes known so far: what the task itself costs. */
function jointForgetting(
  folds: readonly Fold[],
  { base, orders }: Omit<ExperimentSettings, 'learner'>,
  progress: (text: string) => void,
): number {
  const [{ train } = { train: () => () => new Float64Array() }] = JOINT_HEADS;
  const stages = new Map(
    stagesOf(orders).map((codes) => {
      progress(`all at once: ${[...base, ...codes].join(', ')}`);
      return [
        keyOf(codes),
        meanRecalls(folds.map((fold) => recallsJointly(fold, [...base, ...codes], train))),
      ];
    }),
  );
  const at = (codes: readonly string[]) => stages.get(keyOf(codes)) ?? new Map<string, number>();
  return mean(orders.map((order) => forgottenIn(order, base, at)));
}

function forgottenIn(
  order: readonly string[],
  base: readonly string[],
  at: (codes: readonly string[]) => Recalls,
): number {
  const stages = [0, ...order.keys()].map((_, index) => at(order.slice(0, index)));
  const end = stages.at(-1);
  return mean(
    [...base, ...order.slice(0, -1)].map((code) => {
      const earlier = stages.slice(0, -1).map((recalls) => recalls.get(code) ?? 0);
      return Math.max(...earlier) - (end?.get(code) ?? 0);
    }),
  );
}

function pairOf(
  code: string,
  finals: readonly { fold: Fold; head: LearnedHead; probabilities: readonly Float64Array[] }[],
): { code: string; against: string; auroc: number } {
  const others =
    finals[0]?.head.classes.map((each) => each.code).filter((each) => each !== code) ?? [];
  const pairs = others.map((against) => {
    const scored = finals.flatMap(({ fold, head, probabilities }) => {
      const [own, theirs] = [code, against].map((each) =>
        head.classes.findIndex((known) => known.code === each),
      );
      return fold.test.flatMap(({ label }, index) => {
        if (label !== code && label !== against) return [];
        const p = probabilities[index];
        const [a, b] = [p?.[own ?? 0] ?? 0, p?.[theirs ?? 0] ?? 0];
        return [{ isOwn: label === code, score: a / (a + b + 1e-300) }];
      });
    });
    const auroc = areaUnderRoc(
      scored.map(({ score }) => score),
      scored.map(({ isOwn }) => isOwn),
    );
    return { code, against, auroc: auroc ?? 1 };
  });
  return pairs.reduce((least, pair) => (pair.auroc < least.auroc ? pair : least));
}

function timed([fold]: readonly Fold[], settings: ExperimentSettings) {
  const [code = ''] = settings.added;
  if (!fold) throw new RangeError('There is no fold to test');
  const examples = examplesOf(fold, code, null, 0).slice(0, EXAMPLES_TIMED);
  const request = { ...requestOf(fold, settings, [code], 0), examples };
  const learnMs: number[] = [];
  const rescoreMs: number[] = [];
  for (let round = 0; round < ROUNDS_TIMED; round++) {
    let startedAt = performance.now();
    const head = learnHead(fold.foundation, request);
    learnMs.push(performance.now() - startedAt);
    startedAt = performance.now();
    for (const { counts } of fold.test) classifyLearned(head, fold.foundation.head, counts);
    rescoreMs.push(((performance.now() - startedAt) / fold.test.length) * 100_000);
  }
  return { learnMs: median(learnMs), rescorePer100kMs: median(rescoreMs) };
}

function highest(values: Float64Array): number {
  let best = 0;
  for (const [index, value] of values.entries()) if (value > (values[best] ?? 0)) best = index;
  return best;
}

function meanRecalls(runs: readonly Recalls[]): Recalls {
  const codes = new Set(runs.flatMap((recalls) => [...recalls.keys()]));
  return new Map(
    [...codes].map((code) => [code, mean(runs.flatMap((recalls) => recalls.get(code) ?? []))]),
  );
}

function balanced(recalls: Recalls): number {
  return mean([...recalls.values()]);
}

function countsOf(
  codes: readonly string[],
  folds: readonly Fold[],
  count: (fold: Fold, code: string) => number,
): Record<string, number> {
  return Object.fromEntries(
    codes.map((code) => [code, mean(folds.map((fold) => count(fold, code)))]),
  );
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(values.length, 1);
}
