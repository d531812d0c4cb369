import { z } from 'zod';

/** A share of counts, with its interval of 95 %; no value where there is nothing to count. */
export const rate = z.object({
  count: z.int().min(0),
  of: z.int().min(0),
  value: z.number().nullable(),
  low: z.number(),
  high: z.number(),
});
export type Rate = z.infer<typeof rate>;

const accuracy = z.object({ sensitivity: rate, specificity: rate });

/** A year or a quarter, by the day on which specimens were taken. */
export const qualityPeriod = accuracy.extend({ period: z.string() });
export type QualityPeriod = z.infer<typeof qualityPeriod>;

const performance = accuracy.extend({
  periods: z.array(qualityPeriod),
  /** Verified lesions with an image of which nothing was said that counts. */
  leftOut: z.int().min(0),
});

const needed = z.object({
  taken: z.int().min(0),
  found: z.int().min(0),
  number: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
});

const interval = z.object({ value: z.number(), low: z.number(), high: z.number() });

/** Of two readers of the same images. */
const agreement = z.object({
  agreed: rate,
  /** Cohen's κ with its interval of 95 %; null where there is nothing to tell from chance. */
  kappa: interval.nullable(),
});
export type Agreement = z.infer<typeof agreement>;

/** How second opinions compare with what they were asked about. */
const opinions = z.object({
  /** Of those given without knowing the first. */
  blind: z.object({ impression: agreement, suspicion: agreement, decision: agreement }),
  notBlind: z.int().min(0),
  differed: z.int().min(0),
  settled: z.object({
    count: z.int().min(0),
    toFirst: z.int().min(0),
    toSecond: z.int().min(0),
    toNeither: z.int().min(0),
  }),
});

/** Against histology: malignant and pre-malignant lesions are to be found. */
export const quality = z.object({
  /** With a finding; one that has several counts once, with the gravest. */
  lesions: z.int().min(0),
  malignant: z.int().min(0),
  /** Of which there was no image before the specimen was taken. */
  withoutImage: z.int().min(0),
  firstOn: z.iso.date().nullable(),
  lastOn: z.iso.date().nullable(),
  /** Of the verdict that stood before the finding; suspicious counts as found. */
  network: performance.extend({
    /** The same where unclear counts as found too. */
    withUnclear: accuracy,
    calibration: z.array(
      z.object({ from: z.number(), to: z.number(), stated: z.number().nullable(), found: rate }),
    ),
  }),
  /** Of each reader's impression. */
  readers: z.array(
    performance.extend({
      name: z.string(),
      /** Of lesions that the reader first judged before the reading was shown. */
      changes: z.object({
        of: z.int().min(0),
        /** Wrong before it was shown, right after. */
        toRight: z.int().min(0),
        toWrong: z.int().min(0),
      }),
    }),
  ),
  /** Of images, with histology or without. */
  opinions,
  /** Specimens for each that had to be taken. */
  needed: z.object({ all: needed, melanoma: needed }),
});
export type Quality = z.infer<typeof quality>;
