import { createHash } from 'node:crypto';
import { type Assessment, assessed, classify, type Head } from '../snn/index.ts';
import {
  classifyLearned,
  type LearnedHead,
  learnedHeadDocument,
  readLearnedHead,
} from '../snn/learning/index.ts';
import { adviceOf } from './advice.ts';
import type { Advice, ClassProbability, QualityWarning, Verdict } from './entities/index.ts';
import type { ShippedModel } from './model.ts';
import { verdictOf } from './verdict.ts';

/** A head that turns spike counts of the shipped network into what a reading says. */
export interface ScoringHead extends Pick<Head, 'classes' | 'calibration'> {
  readonly name: string;
  readonly sha256: string;
  readonly networkSha256: string;
  /** The document that `sha256` is of. */
  readonly file: string;
  probabilities(counts: Int32Array): Float64Array;
}

export interface Score {
  /** In the classes' order. */
  readonly probabilities: Float64Array;
  readonly advice: Advice | null;
  readonly verdict: Verdict;
}

export function shippedScoring({ head, headSha256, headFile, sha256 }: ShippedModel): ScoringHead {
  return {
    name: head.name,
    sha256: headSha256,
    networkSha256: sha256,
    file: headFile,
    classes: head.classes,
    calibration: head.calibration,
    probabilities: (counts) => classify(head, counts).probabilities,
  };
}

export function learnedScoring(model: ShippedModel, learned: LearnedHead): ScoringHead {
  const file = JSON.stringify(learnedHeadDocument(learned));
  return scoringOf(model, learned, file);
}

/** Of a stored document. Throws SnnError 'learned-head-invalid', also for another network's. */
export function storedScoring(model: ShippedModel, file: string): ScoringHead {
  return scoringOf(model, readLearnedHead(JSON.parse(file), model.head, model.headSha256), file);
}

function scoringOf(model: ShippedModel, learned: LearnedHead, file: string): ScoringHead {
  return {
    name: learned.name,
    sha256: createHash('sha256').update(file).digest('hex'),
    networkSha256: model.sha256,
    file,
    classes: learned.classes,
    calibration: learned.calibration,
    probabilities: (counts) => classifyLearned(learned, model.head, counts).probabilities,
  };
}

/** The head with a clinic's own operating point of melanoma; `null` for the one that it has. */
export function atMelanomaThreshold(head: ScoringHead, threshold: number | null): ScoringHead {
  const { calibration } = head;
  if (threshold === null || !calibration) return head;
  const referral = { ...calibration.referral, melanomaThreshold: threshold };
  return { ...head, calibration: { ...calibration, referral } };
}

/** @param unfamiliarity `null` where it is not known */
export function scoreCounts(
  head: ScoringHead,
  counts: Int32Array,
  unfamiliarity: number | null,
  qualityWarnings: readonly QualityWarning[],
): Score {
  const probabilities = head.probabilities(counts);
  const assessment: Assessment | null =
    head.calibration && unfamiliarity !== null
      ? assessed(head.calibration, probabilities, unfamiliarity)
      : null;
  return {
    probabilities,
    advice: adviceOf(head, assessment),
    verdict: verdictOf(head, probabilities, assessment, qualityWarnings),
  };
}

/** Most probable first; of equals, in the head's order. */
export function ranked(head: ScoringHead, probabilities: Float64Array): ClassProbability[] {
  return head.classes
    .map(({ code, name, gravity }, index) => ({
      ...{ code, name, gravity },
      probability: probabilities[index] ?? 0,
    }))
    .toSorted((a, b) => b.probability - a.probability);
}
