import { type Calibration, readCalibration } from '../head/calibration.ts';
import {
  asHash,
  asList,
  asNumber,
  asOneOf,
  asRecord,
  asText,
  asVector,
  asWhole,
  invalid,
  readDocument,
} from '../head/fields.ts';
import { type Affine, asAffine, GRAVITIES, type Head, type HeadClass } from '../head/head.ts';
import { type CameraAdapter, GAIN_UNIT, MOST_GAIN } from './camera.ts';
import {
  EDGE_OFFSET,
  EDGE_READOUT,
  type EdgeNeurons,
  edgeWords,
  MAX_EDGE_NEURONS,
} from './edge.ts';

/**
 * A head that was learned at a clinic, on the frozen network and beside its shipped head. It is never
 * changed: another one is learned. Spike counts first go through the trunk, which names classes side
 * by side; then through the steps, in their order.
 */
export interface LearnedHead {
  readonly name: string;
  /** Of the network whose spike counts it reads, and of the `head.json` on which it stands. */
  readonly networkSha256: string;
  readonly baseHeadSha256: string;
  readonly views: Head['views'];
  readonly learner: Learner;
  readonly classes: readonly LearnedClass[];
  /** Through which counts go first; `null` where they are read as they are. */
  readonly camera: CameraAdapter | null;
  readonly trunk: Trunk;
  readonly steps: readonly Step[];
  /** Derived for this head; nothing of the shipped head's is passed on. */
  readonly calibration: Calibration;
  readonly licence: string;
}

export interface LearnedClass extends HeadClass {
  /** The class that it is a kind of, or `null`. */
  readonly parent: string | null;
}

export type Learner = (typeof LEARNERS)[number];
export const LEARNERS = ['analytic', 'extension', 'prototype', 'edge'] as const;

/** One logit a class of `codes`; the softmax of them all is what the steps begin with. */
export type Trunk =
  /** logits = weights · counts + bias */
  | { readonly kind: 'linear'; readonly codes: readonly string[]; readonly scores: Affine }
  /**
   * The shipped head's scores as they are, of its classes in its order; then, of each class added,
   * weights · counts + bias + follow · ln Σ e^(shipped scores).
   */
  | {
      readonly kind: 'extension';
      readonly codes: readonly string[];
      readonly added: Affine;
      readonly follow: Float64Array;
    }
  /** logits = slope · scores + bias, of the whole numbers of `docs/arithmetic.md` */
  | {
      readonly kind: 'edge';
      readonly codes: readonly string[];
      readonly neurons: EdgeNeurons;
      readonly slope: number;
      readonly bias: Float64Array;
    };

export type Step =
  /** `code` takes the share σ(weights · counts + bias) of what `parent` had. */
  | {
      readonly kind: 'split';
      readonly parent: string;
      readonly code: string;
      readonly weights: Float64Array;
      readonly bias: number;
    }
  /** `into` is as probable as all of `codes` together, and takes their place. */
  | { readonly kind: 'merge'; readonly codes: readonly string[]; readonly into: string };

const FORMAT = 'dermaspike-learned-head';
/** The second version has a `camera`; a head without one is written in the first. */
const VERSIONS = [1, 2];
const MAX_CLASSES = 4_096;
const MAX_STEPS = 256;

/**
 * Reads the parsed document of a learned head. Every length is checked against the others, every
 * number for finiteness, every code for what it names. Throws SnnError 'learned-head-invalid' naming
 * the field, also for a head of another network or of another shipped head.
 * @param base the shipped head and the SHA-256 of its file
 */
export function readLearnedHead(json: unknown, base: Head, baseHeadSha256: string): LearnedHead {
  return readDocument('learned-head-invalid', 'the learned head', () => {
    const head = asRecord(json, 'the document');
    if (head.format !== FORMAT) {
      throw invalid('format', `is ${JSON.stringify(head.format)}, not "${FORMAT}"`);
    }
    if (!VERSIONS.some((version) => version === head.version)) {
      const found = JSON.stringify(head.version);
      throw invalid('version', `${found} is not supported; ${VERSIONS.join(' and ')} are`);
    }
    const networkSha256 = asHash(head.networkSha256, 'networkSha256');
    if (networkSha256 !== base.networkSha256) {
      throw invalid('networkSha256', `is another network's, not ${base.networkSha256}`);
    }
    if (asHash(head.baseHeadSha256, 'baseHeadSha256') !== baseHeadSha256) {
      throw invalid('baseHeadSha256', `is another head's, not ${baseHeadSha256}`);
    }
    if (head.views !== base.views) throw invalid('views', `is not ${base.views}`);
    const features = base.featureScale.length;
    const trunk = asTrunk(head.trunk, base, features);
    const steps = asList(head.steps, 'steps', MAX_STEPS).map((each, index) =>
      asStep(each, `steps[${index}]`, features),
    );
    const classes = asClasses(head.classes);
    checkCodes(classes, codesAfter(trunk.codes, steps));
    const codes = classes.map(({ code }) => code);
    return {
      name: asText(head.name, 'name'),
      networkSha256,
      baseHeadSha256,
      views: base.views,
      learner: asOneOf(head.learner, 'learner', LEARNERS),
      classes,
      camera: head.version === 1 ? null : asCamera(head.camera, features),
      trunk,
      steps,
      calibration: readCalibration(head.calibration, codes, features, true),
      licence: asText(head.licence, 'licence'),
    };
  });
}

/** The document: `readLearnedHead` reads the same numbers from it, to the last bit. */
export function learnedHeadDocument(head: LearnedHead): object {
  const { conformal, outOfDistribution, referral } = head.calibration;
  const { appearance } = outOfDistribution;
  return {
    format: FORMAT,
    version: head.camera ? 2 : 1,
    name: head.name,
    networkSha256: head.networkSha256,
    baseHeadSha256: head.baseHeadSha256,
    views: head.views,
    learner: head.learner,
    classes: head.classes,
    ...(head.camera && { camera: { gains: [...head.camera.gains] } }),
    trunk: trunkDocument(head.trunk),
    steps: head.steps.map((step) =>
      step.kind === 'split' ? { ...step, weights: [...step.weights] } : step,
    ),
    calibration: {
      conformal: { coverage: conformal.coverage, thresholds: [...conformal.thresholds] },
      outOfDistribution: {
        mean: [...outOfDistribution.mean],
        components: rows(outOfDistribution.components, outOfDistribution.mean.length),
        variances: [...outOfDistribution.variances],
        residualVariance: outOfDistribution.residualVariance,
        scale: outOfDistribution.scale,
        appearance: {
          mean: [...appearance.mean],
          precision: rows(appearance.precision, appearance.mean.length),
          scale: appearance.scale,
        },
        threshold: outOfDistribution.threshold,
      },
      referral,
    },
    licence: head.licence,
  };
}

/** The classes in the order of their probabilities, after these steps. */
export function codesAfter(codes: readonly string[], steps: readonly Step[]): readonly string[] {
  return steps.reduce<readonly string[]>((now, step) => {
    if (step.kind === 'split') return now.flatMap((c) => (c === step.parent ? [c, step.code] : c));
    const first = now.find((code) => step.codes.includes(code));
    return now.flatMap((code) => {
      if (code === first) return step.into;
      return step.codes.includes(code) ? [] : code;
    });
  }, codes);
}

function asCamera(value: unknown, features: number): CameraAdapter {
  const gains = asVector(asRecord(value, 'camera').gains, 'camera.gains', features);
  const wrong = gains.findIndex(
    (gain) => !(gain >= 1 / MOST_GAIN && gain <= MOST_GAIN && Number.isInteger(gain * GAIN_UNIT)),
  );
  if (wrong >= 0) {
    throw invalid(`camera.gains[${wrong}]`, `is no multiple of 1/${GAIN_UNIT} from 1/4 to 4`);
  }
  return { gains };
}

function asTrunk(value: unknown, base: Head, features: number): Trunk {
  const trunk = asRecord(value, 'trunk');
  const kind = asOneOf(trunk.kind, 'trunk.kind', ['linear', 'extension', 'edge']);
  const codes = asList(trunk.codes, 'trunk.codes', MAX_CLASSES).map((code, index) =>
    asText(code, `trunk.codes[${index}]`),
  );
  if (kind === 'linear') {
    const scores = asAffine(trunk.scores, 'trunk.scores', codes.length, features);
    return { kind, codes, scores };
  }
  if (kind === 'extension') {
    const added = codes.length - base.classes.length;
    if (base.classes.some(({ code }, index) => codes[index] !== code)) {
      throw invalid('trunk.codes', 'does not begin with the shipped classes');
    }
    return {
      kind,
      codes,
      added: asAffine(trunk.added, 'trunk.added', added, features),
      follow: asVector(trunk.follow, 'trunk.follow', added),
    };
  }
  return {
    kind,
    codes,
    neurons: asNeurons(trunk, codes.length, features),
    slope: asNumber(trunk.slope, 'trunk.slope'),
    bias: asVector(trunk.bias, 'trunk.bias', codes.length),
  };
}

function asNeurons(
  trunk: Readonly<Record<string, unknown>>,
  classes: number,
  features: number,
): EdgeNeurons {
  const words = edgeWords(features);
  const weights = asList(trunk.weights, 'trunk.weights', words * MAX_EDGE_NEURONS);
  const neurons = weights.length / words;
  if (!Number.isInteger(neurons)) {
    throw invalid('trunk.weights', `is not a multiple of ${words} words long`);
  }
  const whole = (field: string, length: number, least: number, most: number) => {
    const list = asList(trunk[field], `trunk.${field}`, length);
    if (list.length !== length) throw invalid(`trunk.${field}`, `is not ${length} long`);
    return list.map((each, index) => asWhole(each, `trunk.${field}[${index}]`, least, most));
  };
  return {
    thresholds: Int32Array.from(whole('thresholds', features, 0, 32_767)),
    weights: Uint32Array.from(whole('weights', weights.length, 0, 4_294_967_295)),
    readout: Int32Array.from(whole('readout', classes * neurons, -EDGE_READOUT, EDGE_READOUT)),
    offsets: Int32Array.from(whole('offsets', classes, -EDGE_OFFSET, EDGE_OFFSET)),
  };
}

function asStep(value: unknown, field: string, features: number): Step {
  const step = asRecord(value, field);
  const kind = asOneOf(step.kind, `${field}.kind`, ['split', 'merge']);
  if (kind === 'merge') {
    const codes = asList(step.codes, `${field}.codes`, MAX_CLASSES).map((code, index) =>
      asText(code, `${field}.codes[${index}]`),
    );
    return { kind, codes, into: asText(step.into, `${field}.into`) };
  }
  return {
    kind,
    parent: asText(step.parent, `${field}.parent`),
    code: asText(step.code, `${field}.code`),
    weights: asVector(step.weights, `${field}.weights`, features),
    bias: asNumber(step.bias, `${field}.bias`),
  };
}

function asClasses(value: unknown): LearnedClass[] {
  return asList(value, 'classes', MAX_CLASSES).map((each, index) => {
    const field = `classes[${index}]`;
    const entry = asRecord(each, field);
    return {
      code: asText(entry.code, `${field}.code`),
      name: asText(entry.name, `${field}.name`),
      gravity: asOneOf(entry.gravity, `${field}.gravity`, GRAVITIES),
      parent: entry.parent === null ? null : asText(entry.parent, `${field}.parent`),
    };
  });
}

function checkCodes(classes: readonly LearnedClass[], expected: readonly string[]): void {
  const codes = classes.map(({ code }) => code);
  if (codes.length !== expected.length || codes.some((code, index) => code !== expected[index])) {
    throw invalid('classes', `is not ${expected.join(', ')}, which trunk and steps come to`);
  }
  if (new Set(codes).size !== codes.length) throw invalid('classes', 'has the same code twice');
  const orphan = classes.findIndex(({ parent }) => parent !== null && !codes.includes(parent));
  if (orphan >= 0) throw invalid(`classes[${orphan}].parent`, 'is no class');
}

function trunkDocument(trunk: Trunk): object {
  switch (trunk.kind) {
    case 'linear':
      return { ...trunk, scores: affineDocument(trunk.scores) };
    case 'extension':
      return { ...trunk, added: affineDocument(trunk.added), follow: [...trunk.follow] };
    case 'edge': {
      const { kind, codes, neurons, slope, bias } = trunk;
      return {
        kind,
        codes,
        thresholds: [...neurons.thresholds],
        weights: [...neurons.weights],
        readout: [...neurons.readout],
        offsets: [...neurons.offsets],
        slope,
        bias: [...bias],
      };
    }
  }
}

function affineDocument({ weights, bias, columns }: Affine): object {
  return { weights: rows(weights, columns), bias: [...bias] };
}

function rows(values: Float64Array, columns: number): number[][] {
  return Array.from({ length: columns === 0 ? 0 : values.length / columns }, (_, row) => [
    ...values.subarray(row * columns, (row + 1) * columns),
  ]);
}
