import { z } from 'zod';
import {
  classChange,
  classEvaluation,
  classExample,
  classProbability,
  confirmation,
  headVersion,
  id,
  instant,
  rescoring,
  rescoringChange,
  storedChange,
} from '../../clinic/entities/index.ts';
import { bytes } from '../../processes/contract.ts';
import { placedImageEntry } from './images.ts';
import { careTeam, command, deciders, everyUser, keepers, none, query } from './procedures.ts';

const knownClass = classProbability
  .omit({ probability: true })
  .extend({ parent: z.string().nullable() });

export const classOverview = z.object({
  /** What readings name now. */
  classes: z.array(knownClass),
  /** What they would name by the changes that stand; learned or not. */
  proposed: z.array(knownClass),
  changes: z.array(storedChange),
  /** Newest first. */
  versions: z.array(headVersion),
  /** Which version reads; `null`: the shipped head, whose name stands beside it. */
  active: z.int().nullable(),
  shippedName: z.string(),
  /** A version is active, but stands on another network: the shipped head reads instead. */
  isLost: z.boolean(),
  /** Which version read before, to roll back to; `undefined` where none did. */
  former: z.int().nullable().optional(),
  examples: z.array(
    z.object({ code: z.string(), images: z.int(), lesions: z.int(), conflicts: z.int() }),
  ),
  /** Examples that are left out, since their patients took their consent back. */
  withheld: z.object({ images: z.int(), patients: z.int() }),
  /** The network came with the statistics on which classes are learned. */
  canLearn: z.boolean(),
  rescoring: rescoring.extend({ changes: z.int() }).nullable(),
  /** A version that somebody else must approve, since the clinic has other users. */
  needsSecondUser: z.boolean(),
});
export type ClassOverview = z.infer<typeof classOverview>;

export const shownExample = placedImageEntry.extend({
  example: classExample,
  /** Other classes that it is said to be an example of. */
  others: z.array(z.string()),
});
export type ShownExample = z.infer<typeof shownExample>;

export const exampleOf = z.object({
  imageId: id,
  own: z.array(z.object({ code: z.string(), confirmedBy: confirmation })),
  /** Classes of which other images of its lesion are examples. */
  ofLesion: z.array(z.string()),
});
export type ExampleOf = z.infer<typeof exampleOf>;

export const changedReading = rescoringChange.extend({ entry: placedImageEntry });
export type ChangedReading = z.infer<typeof changedReading>;

export const neighbour = placedImageEntry.extend({
  /** 1: the same counts; 0: nothing in common. */
  likeness: z.number().min(0).max(1),
  /** What it is confirmed to be, where it is an example. */
  confirmed: z.array(z.object({ code: z.string(), confirmedBy: confirmation })),
});
export type Neighbour = z.infer<typeof neighbour>;

const place = z.tuple([z.number(), z.number()]).readonly();

/** An image among the classes; `codes`: what it is an example of. */
export const mapPoint = z.object({
  imageId: id,
  lesionLabel: z.string(),
  codes: z.array(z.string()),
  place,
});
export type MapPoint = z.infer<typeof mapPoint>;

/** Places right and up, in standard deviations within a class. */
export const classMap = z.object({
  /** The shipped classes: each one's mean; its variance across, covariance, variance upwards. */
  classes: z.array(
    z.object({
      code: z.string(),
      mean: place,
      spread: z.tuple([z.number(), z.number(), z.number()]).readonly(),
    }),
  ),
  points: z.array(mapPoint),
});
export type ClassMap = z.infer<typeof classMap>;

/** A row of a labelled folder, and what would become of it. */
export const plannedExample = z.object({
  fileName: z.string(),
  code: z.string(),
  lesion: z.string(),
  outcome: z.enum(['new', 'stored', 'no-label', 'no-file', 'unknown-class']),
});
export type PlannedExample = z.infer<typeof plannedExample>;

/** What a class pack says of itself. */
export const packSummary = knownClass.extend({
  evaluation: classEvaluation.shape.added.element.nullable(),
  clinicName: z.string(),
  madeAt: instant,
  networkName: z.string(),
  images: z.int(),
  lesions: z.int(),
  /** Of the key that signed it. */
  fingerprint: z.string(),
  isTrusted: z.boolean(),
});
export type PackSummary = z.infer<typeof packSummary>;

const version = z.int().min(1);
const fileName = z.string().min(1).max(500);

export const classProcedures = {
  'classes.overview': query(everyUser, none, classOverview),
  /** Refused where it makes no sense after those that stand. */
  'classes.change': command(keepers, z.object({ change: classChange }), storedChange),
  /** It and its examples leave no trace in what is learned from now on. */
  'classes.undoChange': command(keepers, z.object({ changeId: id }), none),
  'classes.examples': query(deciders, z.object({ code: z.string() }), z.array(shownExample)),
  /** What images are examples of already, and what others of their lesions are. */
  'classes.examplesOf': query(
    deciders,
    z.object({ imageIds: z.array(id).min(1).max(1000) }),
    z.array(exampleOf),
  ),
  'classes.addExamples': command(
    deciders,
    z.object({
      code: z.string(),
      examples: z
        .array(z.object({ imageId: id, confirmedBy: confirmation }))
        .min(1)
        .max(1000),
    }),
    none,
  ),
  'classes.withdrawExamples': command(
    deciders,
    z.object({ imageIds: z.array(id).min(1).max(1000), code: z.string() }),
    none,
  ),
  /** What importing these files by this table would do; nothing is changed. */
  'classes.planImport': query(
    keepers,
    z.object({ labels: z.string().max(10_000_000), fileNames: z.array(fileName).max(10_000) }),
    z.array(plannedExample),
  ),
  /** Stores one file of a labelled folder, in a collection of such images, as an example. */
  'classes.importExample': command(
    keepers,
    z.object({
      collection: z.string().trim().min(1).max(100),
      lesion: z.string().trim().min(1).max(100),
      code: z.string(),
      confirmedBy: confirmation,
      fileName,
      bytes,
    }),
    z.object({ outcome: z.enum(['imported', 'duplicate', 'unread']) }),
  ),
  /** Learns the changes that stand in more than one way and measures each; the proposed one first. */
  'classes.evaluate': command(keepers, none, z.array(headVersion).min(1)),
  /** `reason` is an administrator's, why a class may fall beyond its limit. */
  'classes.approve': command(
    keepers,
    z.object({ number: version, reason: z.string().trim().min(1).max(1000).nullable() }),
    headVersion,
  ),
  /** From now on it reads, and the archive is brought up to it; `null`: the shipped head. */
  'classes.activate': command(keepers, z.object({ number: version.nullable() }), none),
  'classes.retire': command(keepers, z.object({ number: version }), headVersion),
  /** A candidate beside the head that reads, on the newest images: what would change. */
  'classes.compare': query(
    deciders,
    z.object({ number: version, images: z.int().min(1).max(5000).default(1000) }),
    z.object({ images: z.int(), changes: z.array(changedReading) }),
  ),
  'classes.pauseRescoring': command(keepers, z.object({ isPaused: z.boolean() }), none),
  /** Of the newest job, the gravest change first. */
  'classes.changedReadings': query(
    deciders,
    z.object({ limit: z.int().min(1).max(500).default(100) }),
    z.array(changedReading),
  ),
  /** A class's statistics, signed, without images or anything of a patient. */
  'classes.exportPack': query(
    keepers,
    z.object({ code: z.string() }),
    z.object({ bytes, fileName: z.string() }),
  ),
  'classes.inspectPack': query(keepers, z.object({ bytes }), packSummary),
  /** `trust`: an administrator has compared the key's fingerprint with the clinic's. */
  'classes.importPack': command(keepers, z.object({ bytes, trust: z.boolean() }), packSummary),
  /**
   * Where examples lie among the shipped classes, or an image, first, and its nearest neighbours.
   * `null`: the network came without statistics, or has not read the image.
   */
  'classes.map': query(careTeam, z.object({ around: id.nullable() }), classMap.nullable()),
  'classes.neighbours': query(
    careTeam,
    z.object({ imageId: id, limit: z.int().min(1).max(50).default(6) }),
    z.array(neighbour),
  ),
} as const;
