import type { Calibration } from '../../head/calibration.ts';
import { MELANOMA } from '../../head/calibration.ts';
import { classify } from '../../head/classify.ts';
import type { HeadClass } from '../../head/head.ts';
import { isSuspicious } from '../calibrate.ts';
import { classifyLearned } from '../classify-learned.ts';
import type { Foundation } from '../foundation.ts';
import { type Learned, type LearnRequest, learn } from '../learn.ts';
import { codeAfter, type Plan, planChanges, refused } from '../plan.ts';
import { Workings } from '../workings.ts';
import { familiesOf, familyNamed, mostProbable, placesOf, rootOf } from './families.ts';
import {
  type EvaluationExample,
  exampleGuards,
  GUARD_LIMITS,
  type Guard,
  type GuardLimits,
} from './guards.ts';
import { area, type Judged, mean, part, share } from './judged.ts';
import { lesionFolds, shuffled } from './lesion-folds.ts';
import { areaUnderRoc } from './measured.ts';
import {
  type AddedClass,
  type BeforeAfter,
  type Confusion,
  type CurvePoint,
  type EvaluationReport,
  type KnownClassChange,
  type Nearest,
  WANTED_HALF_WIDTH,
} from './report.ts';

export interface EvaluationRequest extends LearnRequest {
  readonly examples: readonly EvaluationExample[];
}

export interface Evaluated extends Learned {
  readonly report: EvaluationReport;
}

const FOLDS = 5;
/** Points of the learning curve before the last: lesions of the class; each learned for some folds. */
const CURVE = [5, 15, 45];
const CURVE_FOLDS = 2;
const SEED = 14;

/**
 * Learns the head of a request and measures it: five folds by lesion, each learned without the images
 * on which it is measured. The same for the same request, whatever the examples' order. Throws what
 * `learnHead` does, and SnnError 'learning-refused' where a class has a single lesion.
 */
export function evaluate(
  foundation: Foundation,
  request: EvaluationRequest,
  limits: GuardLimits = GUARD_LIMITS,
): Evaluated {
  const workings = new Workings();
  const learned = learn(foundation, request, workings);
  const plan = planChanges(foundation.head, request.changes);
  const examples = onceEach(request.examples);
  const folds = foldCount(plan, examples);
  const foldOf = lesionFolds(examples, folds, SEED);
  const run = { foundation, request, plan, examples, foldOf, folds, workings };
  const judged = [...crossed(run, (training) => training), ...standIns(foundation, learned, plan)];
  const known = knownChanges(foundation, judged, plan, limits);
  const camera = plan.isAdapted ? cameraChange(foundation, plan, judged) : null;
  const report: EvaluationReport = {
    learner: request.learner,
    folds,
    images: examples.length,
    lesions: new Set(examples.map(({ lesion }) => lesion)).size,
    added: plan.added
      .filter((code) => plan.classes.some((each) => each.code === code))
      .map((code) => addedClass(run, judged, code)),
    known,
    melanoma: melanomas(judged),
    camera,
    confusion: confusionOf(foundation, plan, judged),
    guards: [
      ...exampleGuards(
        plan.added,
        examples,
        foundation.head.calibration?.outOfDistribution.threshold ?? Number.POSITIVE_INFINITY,
        limits,
      ),
      ...(camera && camera.lesions < limits.leastLesions
        ? [unmeasured(camera.lesions, limits.leastLesions)]
        : []),
      ...known.flatMap(({ code, difference, limit, isBeyondLimit }): Guard[] =>
        isBeyondLimit ? [{ kind: 'fall', code, fall: -(difference?.value ?? 0), limit }] : [],
      ),
    ],
  };
  return { ...learned, report };
}

interface Run {
  readonly foundation: Foundation;
  readonly request: EvaluationRequest;
  readonly plan: Plan;
  readonly examples: readonly EvaluationExample[];
  readonly foldOf: readonly number[];
  readonly folds: number;
  readonly workings: Workings;
}

/** Each example of the first `some` folds, judged by a head of the others. @param chosen what it learns of those */
function crossed(
  { foundation, request, plan, examples, foldOf, folds, workings }: Run,
  chosen: (training: readonly EvaluationExample[], fold: number) => readonly EvaluationExample[],
  measured: (example: EvaluationExample) => boolean = () => true,
  some = folds,
): Judged[] {
  const { head } = foundation;
  return Array.from({ length: some }, (_, fold) => fold).flatMap((fold) => {
    const training = examples.filter((_, index) => foldOf[index] !== fold);
    const left = examples.filter((each, index) => foldOf[index] === fold && measured(each));
    if (left.length === 0) return [];
    const part = { ...request, examples: chosen(training, fold) };
    const learned = learn(foundation, part, workings).head;
    return left.map(({ code, lesion, counts }): Judged => {
      const before = classify(head, counts).probabilities;
      const after = classifyLearned(learned, head, counts).probabilities;
      return {
        ...{
          code,
          root: rootOf(plan, code),
          lesion,
          isStandIn: false,
          weight: 1,
          lesionsBehind: 0,
        },
        ...suspicions(foundation, learned, before, after),
      };
    });
  });
}

/** The foundation's surrogates, which the learned head saw only as a part of the statistics. */
function standIns(foundation: Foundation, { head, images }: Learned, plan: Plan): Judged[] {
  const { surrogates, classes } = foundation;
  const own = images.slice(images.length - surrogates.length);
  return surrogates.map(({ truth }, index): Judged => {
    const { code = '', lesions = 0 } = classes[truth] ?? {};
    const image = own[index];
    return {
      ...{ code, root: rootOf(plan, code), lesion: `${code} ${index}`, isStandIn: true },
      ...{ weight: image?.weight ?? 0, lesionsBehind: lesions },
      ...suspicions(
        foundation,
        head,
        image?.shipped ?? new Float64Array(),
        image?.probabilities ?? new Float64Array(),
      ),
    };
  });
}

function suspicions(
  { head }: Foundation,
  learned: { readonly classes: readonly HeadClass[]; readonly calibration: Calibration },
  before: Float64Array,
  after: Float64Array,
): Pick<Judged, 'before' | 'after' | 'wasSuspicious' | 'isSuspicious'> {
  return {
    before,
    after,
    wasSuspicious:
      head.calibration !== null && isSuspicious(head.classes, head.calibration.referral, before),
    isSuspicious: isSuspicious(learned.classes, learned.calibration.referral, after),
  };
}

function addedClass(run: Run, judged: readonly Judged[], code: string): AddedClass {
  const { plan, examples } = run;
  const { name, gravity } = plan.classes.find((each) => each.code === code) ?? {
    name: code,
    gravity: 'benign' as const,
  };
  const places = placesOf(plan, code);
  const codes = places.map((place) => plan.classes[place]?.code ?? '');
  const isOwn = ({ code: each }: { code: string }) => codes.includes(codeAfter(plan, each));
  const isNamed = ({ after }: Judged) => places.includes(mostProbable(after));
  const own = judged.filter(isOwn);
  const others = judged.filter((each) => !isOwn(each));
  const sensitivity = share(own, isNamed);
  const images = examples.filter(isOwn);
  const lesions = new Set(images.map(({ lesion }) => lesion)).size;
  return {
    code,
    name,
    gravity,
    images: images.length,
    lesions,
    sensitivity,
    specificity: share(others, (each) => !isNamed(each)),
    auroc: area(own, others, (each) => scoreOf(places, each)),
    nearest: nearestTo(plan, places, own, others),
    curve: curveOf(run, places, isOwn, [...own, ...others], lesions),
    lesionsWanted: sensitivity ? moreLesions(sensitivity.value, lesions) : 0,
  };
}

/** By the normal approximation 1.96·√(p(1 − p)/n), of a share that is neither 0 nor 1. */
function moreLesions(value: number, lesions: number): number {
  const p = Math.min(Math.max(value, 0.05), 0.95);
  const wanted = Math.ceil((1.96 ** 2 * p * (1 - p)) / WANTED_HALF_WIDTH ** 2);
  return Math.max(wanted - lesions, 0);
}

function scoreOf(places: readonly number[], { after }: Judged): number {
  return places.reduce((sum, place) => sum + (after[place] ?? 0), 0);
}

function nearestTo(
  plan: Plan,
  places: readonly number[],
  own: readonly Judged[],
  others: readonly Judged[],
): Nearest | null {
  const named = (each: Judged) => mostProbable(each.after);
  const candidates = plan.classes.flatMap(({ code }, place) => {
    if (places.includes(place)) return [];
    const lostTo = part(own, (each) => named(each) === place);
    const theirs = others.filter((each) => codeAfter(plan, each.code) === code);
    const wonFrom = part(theirs, (each) => places.includes(named(each)));
    return [{ code, lostTo, wonFrom, theirs }];
  });
  const [nearest] = candidates.toSorted((a, b) => b.lostTo + b.wonFrom - a.lostTo - a.wonFrom);
  if (!nearest) return null;
  const { code, lostTo, wonFrom, theirs } = nearest;
  // Examples of a class whose images stand in say more than the images that stand in for it.
  const real = theirs.filter(({ isStandIn }) => !isStandIn);
  const place = plan.classes.findIndex((each) => each.code === code);
  const odds = (each: Judged) =>
    scoreOf(places, each) / (scoreOf(places, each) + (each.after[place] ?? 0) + 1e-300);
  return { code, lostTo, wonFrom, auroc: area(own, real.length >= 10 ? real : theirs, odds) };
}

function curveOf(
  run: Run,
  places: readonly number[],
  isOwn: (example: { code: string }) => boolean,
  judged: readonly Judged[],
  lesions: number,
): CurvePoint[] {
  const point = (count: number, images: readonly Judged[]): CurvePoint => {
    const own = images.filter(isOwn);
    return {
      lesions: count,
      sensitivity: part(own, ({ after }) => places.includes(mostProbable(after))),
      auroc: areaUnderRoc(
        images.map((each) => scoreOf(places, each)),
        images.map(isOwn),
      ),
    };
  };
  const training = Math.floor((lesions * (run.folds - 1)) / run.folds);
  const stands = judged.filter(({ isStandIn }) => isStandIn);
  const points = CURVE.filter((count) => count < 0.8 * training).map((count) => {
    const some = crossed(
      run,
      (examples, fold) => {
        const own = [...new Set(examples.filter(isOwn).map(({ lesion }) => lesion))].toSorted();
        const kept = new Set(shuffled(own, SEED + fold).slice(0, count));
        return examples.filter((each) => !isOwn(each) || kept.has(each.lesion));
      },
      isOwn,
      CURVE_FOLDS,
    );
    return point(count, [...some, ...stands]);
  });
  const all = judged.filter((each) => isOwn(each));
  return [...points, point(training, [...all, ...stands])];
}

function knownChanges(
  { head }: Foundation,
  judged: readonly Judged[],
  plan: Plan,
  { fall, melanomaFall }: GuardLimits,
): KnownClassChange[] {
  const families = familiesOf(plan);
  return head.classes.map(({ code, name }, place) => {
    const own = judged.filter((each) => each.code === code);
    const root = families.codes.indexOf(rootOf(plan, code));
    const changes = beforeAfter(
      own,
      ({ before }) => mostProbable(before) === place,
      ({ after }) => familyNamed(families.places, after) === root,
    );
    const limit = code === MELANOMA ? melanomaFall : fall;
    return {
      code,
      name,
      examples: own.filter(({ isStandIn }) => !isStandIn).length,
      ...changes,
      limit,
      isBeyondLimit: -(changes.difference?.value ?? 0) > limit,
    };
  });
}

function unmeasured(lesions: number, least: number): Guard {
  return { kind: 'camera-unmeasured', lesions, least };
}

/** On the clinic's own examples alone: what stands in for the training's images has no camera. */
function cameraChange(
  { head }: Foundation,
  plan: Plan,
  judged: readonly Judged[],
): EvaluationReport['camera'] {
  const codes = head.classes.map(({ code }) => code);
  const families = familiesOf(plan);
  const own = judged.filter(({ code, isStandIn }) => !isStandIn && codes.includes(code));
  return {
    examples: own.length,
    lesions: new Set(own.map(({ lesion }) => lesion)).size,
    named: beforeAfter(
      own,
      ({ before, code }) => codes[mostProbable(before)] === code,
      ({ after, root }) => families.codes[familyNamed(families.places, after)] === root,
    ),
    melanoma: melanomas(own),
  };
}

function melanomas(judged: readonly Judged[]): BeforeAfter | null {
  const own = judged.filter(({ code }) => code === MELANOMA);
  if (own.length === 0) return null;
  return beforeAfter(
    own,
    ({ wasSuspicious }) => wasSuspicious,
    ({ isSuspicious }) => isSuspicious,
  );
}

function beforeAfter(
  images: readonly Judged[],
  was: (image: Judged) => boolean,
  is: (image: Judged) => boolean,
): BeforeAfter {
  const of = (value: (image: Judged) => number) => mean(images, value);
  return {
    before: of((image) => Number(was(image))),
    after: of((image) => Number(is(image))),
    difference: of((image) => Number(is(image)) - Number(was(image))),
  };
}

function confusionOf({ head }: Foundation, plan: Plan, judged: readonly Judged[]): Confusion {
  const rows = [...head.classes.map(({ code }) => code), ...plan.added].filter((code) =>
    judged.some((each) => each.code === code),
  );
  const columns = plan.classes.map(({ code }) => code);
  const shares = (named: (image: Judged) => string) =>
    rows.map((row) => {
      const own = judged.filter(({ code }) => code === row);
      return columns.map((column) => part(own, (image) => named(image) === column));
    });
  return {
    rows,
    columns,
    before: shares(({ before }) => codeAfter(plan, head.classes[mostProbable(before)]?.code ?? '')),
    after: shares(({ after }) => columns[mostProbable(after)] ?? ''),
  };
}

function onceEach(examples: readonly EvaluationExample[]): EvaluationExample[] {
  const byId = new Map(examples.map((example) => [example.id, example]));
  return [...byId.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/** As many as the smallest added class has lesions, so that each fold leaves some of it. */
function foldCount(plan: Plan, examples: readonly EvaluationExample[]): number {
  const counts = plan.added.map(
    (code) =>
      new Set(examples.filter((each) => each.code === code).map(({ lesion }) => lesion)).size,
  );
  const fewest = Math.min(FOLDS, ...counts.filter((count) => count > 0));
  if (plan.added.length > 0 && fewest < 2) {
    throw refused('A class of a single lesion cannot be evaluated; add examples of other lesions');
  }
  return fewest;
}
