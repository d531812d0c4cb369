import { softmax } from '../head/classify.ts';
import { type CalibrationImage, calibrated } from './calibrate.ts';
import type { CameraAdapter } from './camera.ts';
import { stepped, trunkLogits } from './classify-learned.ts';
import { drawnOf, type Foundation } from './foundation.ts';
import type { LearnedHead, Learner, Step } from './learned-head.ts';
import { type Change, codeAfter, type Plan, planChanges, refused } from './plan.ts';
import { type FittedSplit, fitSplit, type SplitExample } from './split.ts';
import { fitTrunk, type TrunkExample } from './trunk.ts';
import { Workings } from './workings.ts';

/** An image of a clinic's, whose diagnosis is known. */
export interface Example {
  readonly id: string;
  /** Of the class that it is an example of. */
  readonly code: string;
  /** Images of one lesion are never on both sides of a comparison. */
  readonly lesion: string;
  readonly counts: Int32Array;
  /** As its reading has it; `null` where it has none. */
  readonly unfamiliarity: number | null;
}

export interface LearnRequest {
  readonly name: string;
  readonly learner: Learner;
  readonly changes: readonly Change[];
  readonly examples: readonly Example[];
  /** What a change to the clinic's camera asks for; the examples' counts are given as they were read. */
  readonly camera?: CameraAdapter | null;
}

/**
 * A head that knows what the changes and the examples say: the same bits for the same request,
 * everywhere, whatever the examples' order. A change or an example that is left out leaves no trace.
 * Throws SnnError 'learning-refused' where the request makes no sense.
 */
export function learnHead(foundation: Foundation, request: LearnRequest): LearnedHead {
  return learn(foundation, request).head;
}

/** A learned head, and what heads make of each image, its lesion left out, on which it is calibrated. */
export interface Learned {
  readonly head: LearnedHead;
  /** The examples by their ids, then the foundation's surrogates in their order. */
  readonly images: readonly CalibrationImage[];
}

/** As `learnHead`. @param workings of other heads from the same images, which make no difference */
export function learn(
  foundation: Foundation,
  request: LearnRequest,
  workings: Workings = new Workings(),
): Learned {
  const { head, headSha256, surrogates } = foundation;
  if (!head.calibration) throw refused(`The head "${head.name}" has no calibration to start from`);
  const plan = planChanges(head, request.changes);
  const camera = plan.isAdapted ? (request.camera ?? null) : null;
  if (plan.isAdapted && !camera) throw refused('No adapter to the camera was estimated');
  const examples = checked(plan, request.examples, head.featureScale.length).map((example) => {
    const counts = workings.adapted(camera, example.counts);
    return { ...example, counts, shipped: workings.shippedScores(head, counts) };
  });
  const side = sideBySide(plan, examples);
  const trunk = fitTrunk(foundation, request.learner, plan.trunk, side, workings);
  const logits = new Map(side.map(({ id }, index) => [id, trunk.examples[index]]));
  const splits = learnedSplits(foundation, plan, examples, workings);
  const steps = plan.steps.map((step): Step => {
    if (step.kind === 'merge') return step;
    const { weights, bias } = splits.get(step.code)?.step ?? {
      weights: new Float64Array(),
      bias: 0,
    };
    return { ...step, weights, bias };
  });
  const drawn = drawnOf(surrogates, foundation.classes.length);
  const images = [
    ...examples.map((example): CalibrationImage => {
      const { id, code, counts, shipped, unfamiliarity } = example;
      const probabilities = stepped(
        plan.trunk,
        softmax(logits.get(id) ?? trunkLogits(trunk.trunk, head, counts)),
        steps,
        (step) => splits.get(step.code)?.shareOf(example) ?? 0,
      );
      return {
        code: codeAfter(plan, code),
        weight: 1,
        probabilities,
        shipped: head.classes.some((each) => each.code === code) ? softmax(shipped) : null,
        unfamiliarity,
      };
    }),
    ...surrogates.map(({ truth, counts, shipped }, index): CalibrationImage => {
      const { code = '' } = head.classes[truth] ?? {};
      return {
        code: codeAfter(plan, code),
        weight: (foundation.classes[truth]?.statistics.count ?? 0) / (drawn[truth] ?? 1),
        probabilities: stepped(
          plan.trunk,
          softmax(trunk.surrogates[index] ?? new Float64Array()),
          steps,
          (step) => splits.get(step.code)?.share(counts) ?? 0,
        ),
        shipped: softmax(shipped),
        unfamiliarity: null,
      };
    }),
  ];
  const learned = {
    name: request.name,
    networkSha256: head.networkSha256,
    baseHeadSha256: headSha256,
    views: head.views,
    learner: request.learner,
    classes: plan.classes,
    camera,
    trunk: trunk.trunk,
    steps,
    calibration: calibrated(images, plan.classes, head.classes, head.calibration),
    licence: head.licence,
  };
  return { head: learned, images };
}

interface ShownExample extends Example {
  readonly shipped: Float64Array;
}

/** Those that are of one class of the trunk, of which each class that was added has some. */
function sideBySide(
  plan: Plan,
  examples: readonly ShownExample[],
): (ShownExample & TrunkExample)[] {
  return examples.flatMap((example) => {
    const origins = plan.origins.get(example.code) ?? [];
    if (origins.length !== 1) return [];
    return { ...example, truth: plan.trunk.indexOf(origins[0] ?? '') };
  });
}

interface LearnedSplit extends FittedSplit {
  /** Of an example, had its lesion not been learned. */
  shareOf(example: Example): number;
}

function learnedSplits(
  foundation: Foundation,
  plan: Plan,
  examples: readonly ShownExample[],
  workings: Workings,
): Map<string, LearnedSplit> {
  const shippedCodes = foundation.head.classes.map(({ code }) => code);
  const splits = new Map<string, LearnedSplit>();
  for (const step of plan.steps) {
    if (step.kind !== 'split') continue;
    const { parent, code } = step;
    const kinds = kindsOf(plan, code);
    // Of a kind of a kind, the trunk's classes say nothing.
    const origins = splits.has(parent) ? [] : (plan.origins.get(parent) ?? []);
    const own = examples.flatMap((example): (SplitExample & { id: string })[] => {
      if (kinds.includes(example.code)) return [{ ...example, truth: 1 }];
      return [parent, ...origins].includes(example.code) ? [{ ...example, truth: 0 }] : [];
    });
    const shipped = origins.flatMap((each) =>
      shippedCodes.includes(each) ? shippedCodes.indexOf(each) : [],
    );
    const split = fitSplit(foundation, step, shipped, own, workings);
    const left = new Map(own.map(({ id }, index) => [id, split.examples[index]]));
    splits.set(code, {
      ...split,
      shareOf: ({ id, counts }) => left.get(id) ?? split.share(counts),
    });
  }
  return splits;
}

/** A class and all kinds of it. */
function kindsOf(plan: Plan, code: string): string[] {
  const kinds = [code];
  for (const step of plan.steps) {
    if (step.kind === 'split' && kinds.includes(step.parent)) kinds.push(step.code);
  }
  return kinds;
}

/** In an order of their own, each once. */
function checked(plan: Plan, examples: readonly Example[], features: number): Example[] {
  const byId = new Map<string, Example>();
  for (const example of examples) {
    const { id, code, counts } = example;
    if (!plan.origins.has(code)) throw refused(`There is no class "${code}" for example ${id}`);
    if (counts.length !== features) {
      throw refused(`Example ${id} has ${counts.length} spike counts; the network has ${features}`);
    }
    const other = byId.get(id);
    if (other && other.code !== code) {
      throw refused(`Example ${id} is said to be both "${other.code}" and "${code}"`);
    }
    byId.set(id, example);
  }
  const missing = plan.added.find((code) =>
    examples.every((example) => !kindsOf(plan, code).includes(example.code)),
  );
  if (missing !== undefined) throw refused(`There is no example of "${missing}"`);
  return [...byId.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
}
