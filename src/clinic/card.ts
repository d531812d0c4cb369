import { z } from 'zod';
import { sha256, verdictKind } from './entities/index.ts';

const share = z.number().min(0).max(1);
/** 95 %, by bootstrap over lesions. */
const interval = z.tuple([share, share]);

/** The verdict on malignant and pre-malignant images against benign ones, as `cli evaluate` measures it. */
export const verdictEvidence = z.object({
  /** Share of the former that are suspicious or unclear, and of the latter without a sign. */
  sensitivity: share,
  specificity: share,
  /** Of suspicious alone. */
  suspicious: z.object({ sensitivity: share, specificity: share }),
  /** Share of each class that is suspicious or unclear. */
  found: z.record(z.string(), share),
  /** Images by what they are and what they came to. */
  counts: z.record(z.string(), z.record(verdictKind, z.int().min(0))),
  intervals: z.record(z.string(), interval),
});
export type VerdictEvidence = z.infer<typeof verdictEvidence>;

/** What stands behind a network's figures. */
export const cardEvidence = z.object({
  /** Of the figures, by name. */
  intervals: z.record(z.string(), interval),
  /** Of each class's recall, by code. */
  recallIntervals: z.record(z.string(), interval),
  /** Images by what they are (rows) and what was named, in the order of `codes`. */
  confusion: z.array(z.array(z.int().min(0))),
  codes: z.array(z.string()),
  /** Images by the probability of the class that was named: how many were right. */
  reliability: z.array(z.object({ confidence: share, accuracy: share, count: z.int().min(1) })),
  /** Cards of heads without a verdict have none. */
  verdict: verdictEvidence.optional(),
  /** Of the melanomas, and of all else, at the operating point of melanoma. */
  referral: z.object({ sensitivity: share, specificity: share }),
  conformal: z.object({ coverage: share, meanSetSize: z.number().min(0) }),
  /** Pictures of other things: how well they are told from skin, and shares called unfamiliar. */
  outOfDistribution: z.object({ auroc: share, rejected: share, skinLost: share }),
  /** Other hospitals' images, of which the calibration has seen other lesions. */
  sources: z
    .array(
      z.object({
        source: z.string(),
        count: z.int().min(0),
        melanomas: z.int().min(0),
        accuracy: share,
        balancedAccuracy: share,
        melanomaAuroc: share,
        /** Of the possible classes: how often they hold the right one, and how many they are. */
        coverage: share,
        setSize: z.number().min(0),
      }),
    )
    .optional(),
  /** By how the diagnosis was confirmed. */
  confirmation: z
    .array(z.object({ group: z.string(), count: z.int().min(0), accuracy: share }))
    .optional(),
  /** Of naevi that somebody thought worth a biopsy: told from melanomas, and called without a sign. */
  melanomaAgainstBiopsiedNaevi: z
    .object({ auroc: share, naevi: z.int().min(0), withoutASign: share })
    .optional(),
  /** Of the images whose patients' age is known: figures, and 95 % intervals of what age gains. */
  age: z
    .object({
      count: z.int().min(0),
      alone: z.record(z.string(), share),
      withAge: z.record(z.string(), share),
      gains: z.record(z.string(), z.tuple([z.number(), z.number()])),
    })
    .optional(),
  /** Share of changed pictures that are given the class of the unchanged one, by kind of change. */
  consistency: z.record(z.string(), z.number().min(0)).optional(),
  /** By body site, sex and age; `null` where a group is too small to tell. */
  subgroups: z.array(
    z.object({
      by: z.string(),
      group: z.string(),
      count: z.int().min(0),
      accuracy: share.nullable(),
      balancedAccuracy: share.nullable(),
      melanomaRecall: share.nullable(),
    }),
  ),
});
export type CardEvidence = z.infer<typeof cardEvidence>;

/** What the trainer says of a network: how it was made, how well it does, what it cannot do. */
export const modelCard = z.looseObject({
  name: z.string().min(1),
  networkSha256: sha256,
  /** Width and height of the network's input. */
  inputSize: z.int().min(1).max(1024),
  trained: z.string(),
  licence: z.string(),
  data: z.looseObject({ name: z.string(), split: z.string() }),
  figures: z.record(z.string(), z.union([z.number(), z.record(z.string(), z.number())])),
  evidence: cardEvidence,
  limitations: z.array(z.string()),
});
export type ModelCard = z.infer<typeof modelCard>;
