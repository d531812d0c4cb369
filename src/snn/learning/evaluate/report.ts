import type { Gravity } from '../../head/head.ts';
import type { Learner } from '../learned-head.ts';
import type { Guard } from './guards.ts';
import type { Measured } from './measured.ts';

/**
 * What a learned head is worth, measured before anyone approves it. Of the clinic's examples each was
 * read by a head that had seen no image of its lesion. Of the shipped classes, whose images are not at
 * hand, images drawn from their statistics stand in as well, so those figures are estimates.
 */
export interface EvaluationReport {
  readonly learner: Learner;
  readonly folds: number;
  readonly images: number;
  readonly lesions: number;
  readonly added: readonly AddedClass[];
  readonly known: readonly KnownClassChange[];
  /** Share of melanomas that are suspicious, by each head's own operating points. */
  readonly melanoma: BeforeAfter | null;
  /** Where counts are adapted to the clinic's camera: what that does to its own labelled images. */
  readonly camera: CameraChange | null;
  readonly confusion: Confusion;
  readonly guards: readonly Guard[];
}

export interface AddedClass {
  readonly code: string;
  readonly name: string;
  readonly gravity: Gravity;
  readonly images: number;
  readonly lesions: number;
  /** Of its images, the share that is named so; of all others, the share that is not. */
  readonly sensitivity: Measured | null;
  readonly specificity: Measured | null;
  readonly auroc: Measured | null;
  /** The class with which it is mistaken most; its kinds count for it. */
  readonly nearest: Nearest | null;
  /** From few lesions to all of them. */
  readonly curve: readonly CurvePoint[];
  /** More lesions that would bring the sensitivity's interval to ± `WANTED_HALF_WIDTH`. */
  readonly lesionsWanted: number;
}

export interface Nearest {
  readonly code: string;
  /** Of the added class's images, the share that is named this. */
  readonly lostTo: number;
  /** Of this class's images, the share that is named the added class. */
  readonly wonFrom: number;
  /** How well the two are told apart. */
  readonly auroc: Measured | null;
}

export interface CurvePoint {
  readonly lesions: number;
  readonly sensitivity: number;
  readonly auroc: number | null;
}

/** Of examples of shipped classes; nothing is drawn for it. */
export interface CameraChange {
  readonly examples: number;
  readonly lesions: number;
  /** Share that is named right; kinds of a class count for it. */
  readonly named: BeforeAfter;
  /** Share of melanomas that are suspicious; `null` where there is none. */
  readonly melanoma: BeforeAfter | null;
}

export interface BeforeAfter {
  readonly before: Measured | null;
  readonly after: Measured | null;
  /** After minus before, image by image. */
  readonly difference: Measured | null;
}

/** How much of a shipped class is still found, its kinds counted for it. */
export interface KnownClassChange extends BeforeAfter {
  readonly code: string;
  readonly name: string;
  /** Of the clinic's, beside those that stand in for the training's. */
  readonly examples: number;
  /** The fall that needs an administrator's word. */
  readonly limit: number;
  readonly isBeyondLimit: boolean;
}

/** Shares of a class's images (rows) that are named so (columns). */
export interface Confusion {
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly before: readonly (readonly number[])[];
  readonly after: readonly (readonly number[])[];
}

/** Half of a 95 % interval that is worth having. */
export const WANTED_HALF_WIDTH = 0.1;
