import { z } from 'zod';
import { id, instant, name, sha256 } from './primitives.ts';
import { gravity, verdictKind } from './verdicts.ts';

export const classCode = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9][a-z0-9-]{0,23}$/, 'expected up to 24 letters, digits and hyphens');

/** A change of the classes that readings name; a list of them is in order. */
export const classChange = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('add'),
    code: classCode,
    name,
    gravity,
    /** The class that it is a kind of. */
    parent: z.string().nullable(),
  }),
  z.object({ kind: z.literal('rename'), code: z.string(), name }),
  z.object({
    kind: z.literal('merge'),
    codes: z.array(z.string()).min(2).max(100),
    into: z.object({ code: classCode, name, gravity }),
  }),
  /** Counts are adapted to the clinic's camera before they are scored. */
  z.object({ kind: z.literal('camera') }),
]);
export type ClassChange = z.infer<typeof classChange>;

export const storedChange = z.object({
  id,
  change: classChange,
  madeBy: z.string(),
  madeAt: instant,
});
export type StoredChange = z.infer<typeof storedChange>;

/** How a diagnosis was confirmed, the surest first. */
export const confirmation = z.enum(['histology', 'follow-up', 'consensus', 'clinical']);
export type Confirmation = z.infer<typeof confirmation>;

/** An image whose diagnosis is known, from which a class is learned. */
export const classExample = z.object({
  id,
  imageId: id,
  code: z.string(),
  confirmedBy: confirmation,
  addedBy: z.string(),
  addedAt: instant,
});
export type ClassExample = z.infer<typeof classExample>;

export const learner = z.enum(['analytic', 'extension', 'prototype', 'edge']);

const share = z.number().min(0).max(1);
const measured = z.object({ value: z.number(), low: z.number(), high: z.number() }).nullable();
export type Measured = NonNullable<z.infer<typeof measured>>;
const beforeAfter = z.object({ before: measured, after: measured, difference: measured });

export const evaluationGuard = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('few-lesions'), code: z.string(), lesions: z.int(), least: z.int() }),
  z.object({
    kind: z.literal('dominated'),
    code: z.string(),
    by: z.enum(['patient', 'camera', 'day']),
    share,
    auroc: share.nullable(),
  }),
  z.object({ kind: z.literal('camera-unmeasured'), lesions: z.int(), least: z.int() }),
  z.object({ kind: z.literal('conflict'), images: z.array(id) }),
  z.object({ kind: z.literal('near-duplicates'), images: z.array(z.tuple([id, id])) }),
  z.object({ kind: z.literal('unfamiliar'), code: z.string(), images: z.array(id) }),
  z.object({ kind: z.literal('fall'), code: z.string(), fall: z.number(), limit: share }),
]);
export type EvaluationGuard = z.infer<typeof evaluationGuard>;

/** What a learned head is worth; `src/snn/learning/evaluate` measures it. */
export const classEvaluation = z.object({
  learner,
  folds: z.int(),
  images: z.int(),
  lesions: z.int(),
  added: z.array(
    z.object({
      code: z.string(),
      name: z.string(),
      gravity,
      images: z.int(),
      lesions: z.int(),
      sensitivity: measured,
      specificity: measured,
      auroc: measured,
      nearest: z
        .object({ code: z.string(), lostTo: share, wonFrom: share, auroc: measured })
        .nullable(),
      curve: z.array(z.object({ lesions: z.int(), sensitivity: share, auroc: share.nullable() })),
      lesionsWanted: z.int(),
    }),
  ),
  known: z.array(
    beforeAfter.extend({
      code: z.string(),
      name: z.string(),
      examples: z.int(),
      limit: share,
      isBeyondLimit: z.boolean(),
    }),
  ),
  melanoma: beforeAfter.nullable(),
  /** Evaluations of before there were adapters have none. */
  camera: z
    .object({
      examples: z.int(),
      lesions: z.int(),
      named: beforeAfter,
      melanoma: beforeAfter.nullable(),
    })
    .nullable()
    .default(null),
  confusion: z.object({
    rows: z.array(z.string()),
    columns: z.array(z.string()),
    before: z.array(z.array(z.number())),
    after: z.array(z.array(z.number())),
  }),
  guards: z.array(evaluationGuard),
});
export type ClassEvaluation = z.infer<typeof classEvaluation>;

export const headState = z.enum(['evaluated', 'approved', 'active', 'retired', 'erased']);
export type HeadState = z.infer<typeof headState>;

/** A head that was learned at the clinic; it never changes, but what becomes of it does. */
export const headVersion = z.object({
  number: z.int().min(1),
  headSha256: sha256,
  headName: z.string(),
  networkSha256: sha256,
  /** Which version read when it was learned; `null`: the shipped head. */
  parentNumber: z.int().nullable(),
  learner,
  changes: z.array(classChange),
  evaluation: classEvaluation,
  authorId: id,
  authorName: z.string(),
  createdAt: instant,
  state: headState,
  approverName: z.string().nullable(),
  approvedAt: instant.nullable(),
  /** Why it was approved although a class falls beyond its limit. */
  reason: z.string().nullable(),
  examples: z.int(),
  /** Of those, how many were withdrawn since, or their images removed. */
  withdrawn: z.int(),
});
export type HeadVersion = z.infer<typeof headVersion>;

/** Brings the archive's readings up to the head that reads. */
export const rescoring = z.object({
  seq: z.int(),
  headSha256: sha256,
  fromHeadSha256: sha256,
  startedAt: instant,
  done: z.int(),
  total: z.int(),
  isPaused: z.boolean(),
  endedAt: instant.nullable(),
});
export type Rescoring = z.infer<typeof rescoring>;

/** What a reading says in short. */
export const readingSummary = z.object({
  kind: verdictKind,
  code: z.string(),
  probability: share,
  malignancy: z.number(),
});
export type ReadingSummary = z.infer<typeof readingSummary>;

export const rescoringChange = z.object({
  imageId: id,
  before: readingSummary,
  after: readingSummary,
});
export type RescoringChange = z.infer<typeof rescoringChange>;
