import path from 'node:path';
import { z } from 'zod';
import { coverage95 } from '../measuring/index.ts';
import { productRoot } from '../processes/dist.ts';
import { sha256 } from './entities/index.ts';
import { fileOfCard, readModelFolder } from './model-folder.ts';

const numbers = z.array(z.number());

/** `model.json`: a mixed linear model of a lesion's course, see docs/follow-up.md. */
const courseFile = z.object({
  name: z.string().min(1),
  /** Of roots of spike counts: their mean, and a row a character. */
  characters: z.object({ mean: numbers, directions: z.array(numbers) }),
  /** Of the logarithm of the long axis in millimetres, then of the characters; each by its year. */
  figures: z.object({
    intercept: numbers,
    slope: numbers,
    interceptSd: numbers,
    slopeSd: numbers,
    errorSd: numbers,
  }),
  /** Of every hundredth of simulated lesions that go on as they did: how unusual it was. */
  quantiles: z.object({ size: numbers, counts: numbers, both: numbers }),
});

const courseCard = z.object({ modelSha256: sha256, networkSha256: sha256 });

export interface CourseModel extends z.infer<typeof courseFile> {
  /** Of the network whose counts it knows. */
  readonly networkSha256: string;
}

export const courseModelFolder: string = path.join(productRoot, 'models', 'change-1');

/** @throws BridgeError `model-invalid`, naming what is wrong with the folder. */
export function loadCourseModel(folder: string = courseModelFolder): CourseModel {
  return readModelFolder('The model of a lesion’s course', folder, (json) => {
    const { modelSha256, networkSha256 } = courseCard.parse(json);
    const text = fileOfCard(folder, 'model.json', modelSha256).toString();
    return { ...courseFile.parse(JSON.parse(text)), networkSha256 };
  });
}

/** A visit, by what its images have: NaN or `null` where they have none of it. */
export interface CourseVisit {
  /** Since the first visit. */
  readonly years: number;
  readonly longAxisMm: number | null;
  /** Spike counts of each image that the model's network read. */
  readonly counts: readonly Int32Array[];
}

/** What was to be expected of the newest visit by those before it, and how unusual it is. */
export interface Course {
  /** Middle, and the ends of what holds in 95 of 100 cases; `null` where no visit before has a size. */
  readonly longAxisMm: {
    readonly value: number;
    readonly low: number;
    readonly high: number;
  } | null;
  /** Of 100 lesions that go on as they did, how many look at least as unusual; `null` without the figure. */
  readonly asUnusual: {
    readonly size: number | null;
    readonly counts: number | null;
    readonly both: number;
  };
}

/** Characters of a visit: their mean over its images, `null` where none was read. */
export function charactersOf(
  { characters: { mean, directions } }: CourseModel,
  counts: readonly Int32Array[],
): number[] | null {
  if (counts.length === 0) return null;
  return directions.map(
    (direction) =>
      counts.reduce(
        (sum, each) =>
          sum +
          direction.reduce(
            (along, weight, at) => along + weight * (Math.sqrt(each[at] ?? 0) - (mean[at] ?? 0)),
            0,
          ),
        0,
      ) / counts.length,
  );
}

/** Figures of a visit, in the model's order; NaN where there is none. */
export interface FiguredVisit {
  readonly years: number;
  readonly figures: readonly number[];
}

/**
 * Mean and variance of the newest visit's figures by those before it: intercept and slope of the lesion
 * are normal around those of all, and each visit that is seen makes them surer (a Kalman filter whose
 * state does not move).
 */
export function foretold(
  { figures }: CourseModel,
  visits: readonly FiguredVisit[],
): { mean: number[]; variance: number[] } {
  const newest = visits.at(-1)?.years ?? 0;
  const each = figures.intercept.map((intercept, at) => {
    let [m0, m1] = [intercept, figures.slope[at] ?? 0];
    let [p00, p01, p11] = [(figures.interceptSd[at] ?? 0) ** 2, 0, (figures.slopeSd[at] ?? 0) ** 2];
    const error = (figures.errorSd[at] ?? 0) ** 2;
    for (const { years: t, figures: seen } of visits.slice(0, -1)) {
      const y = seen[at] ?? Number.NaN;
      if (Number.isNaN(y)) continue;
      const [along0, along1] = [p00 + t * p01, p01 + t * p11];
      const variance = along0 + t * along1 + error;
      const rest = (y - m0 - t * m1) / variance;
      [m0, m1] = [m0 + along0 * rest, m1 + along1 * rest];
      [p00, p01, p11] = [
        p00 - along0 ** 2 / variance,
        p01 - (along0 * along1) / variance,
        p11 - along1 ** 2 / variance,
      ];
    }
    return {
      mean: m0 + newest * m1,
      variance: p00 + 2 * newest * p01 + newest ** 2 * p11 + error,
    };
  });
  return { mean: each.map(({ mean }) => mean), variance: each.map(({ variance }) => variance) };
}

/** `null` where there are fewer than two visits, or the newest has neither a size nor counts to compare. */
export function courseOf(model: CourseModel, visits: readonly CourseVisit[]): Course | null {
  const figured = visits.map(({ years, longAxisMm, counts }) => ({
    years,
    figures: [
      longAxisMm === null ? Number.NaN : Math.log(longAxisMm),
      ...(charactersOf(model, counts) ?? model.characters.directions.map(() => Number.NaN)),
    ],
  }));
  const newest = figured.at(-1);
  const before = figured.slice(0, -1);
  if (!newest || before.length === 0) return null;
  const { mean, variance } = foretold(model, figured);
  const isKnown = (at: number) => before.some(({ figures }) => !Number.isNaN(figures[at]));
  const z = newest.figures.map(
    (value, at) => (value - (mean[at] ?? 0)) / Math.sqrt(variance[at] ?? 1),
  );
  const [size = Number.NaN, ...characters] = z;
  const hasSize = isKnown(0) && !Number.isNaN(size);
  const hasCounts = isKnown(1) && !characters.some(Number.isNaN);
  if (!hasSize && !hasCounts) return null;
  const { quantiles } = model;
  // What grew counts; what seems smaller is an outline's error.
  const ofSize = hasSize ? tail(Math.max(0, size) ** 2, quantiles.size) : null;
  const ofCounts = hasCounts
    ? tail(
        characters.reduce((sum, each) => sum + each * each, 0),
        quantiles.counts,
      )
    : null;
  const both =
    ofSize !== null && ofCounts !== null
      ? tail(-Math.log(ofSize) - Math.log(ofCounts), quantiles.both)
      : (ofSize ?? ofCounts ?? 1);
  const spread = coverage95 * Math.sqrt(variance[0] ?? 0);
  return {
    longAxisMm: isKnown(0)
      ? {
          value: Math.exp(mean[0] ?? 0),
          low: Math.exp((mean[0] ?? 0) - spread),
          high: Math.exp((mean[0] ?? 0) + spread),
        }
      : null,
    asUnusual: {
      size: percent(ofSize),
      counts: percent(ofCounts),
      both: 100 * both,
    },
  };
}

const percent = (share: number | null): number | null => (share === null ? null : 100 * share);

/** No tail is known to be thinner. */
const leastTail = 0.002;

/** Share of what the quantiles are of that is at least as large, by straight lines between them. */
function tail(value: number, quantiles: readonly number[]): number {
  const last = quantiles.length - 1;
  const above = quantiles.findIndex((each) => each >= value);
  if (above === -1) return leastTail;
  if (above === 0) return 1;
  const [low, high] = [quantiles[above - 1] ?? 0, quantiles[above] ?? 0];
  const rank = above - 1 + (value - low) / (high - low);
  return Math.max(leastTail, 1 - rank / last);
}
