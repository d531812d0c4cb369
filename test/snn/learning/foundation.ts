import { readHead } from '../../../src/snn/index.ts';
import { type Foundation, foundationOf } from '../../../src/snn/learning/foundation.ts';
import type { Example } from '../../../src/snn/learning/learn.ts';
import { statisticsOf } from '../../../src/snn/learning/statistics.ts';
import { cluster } from './clusters.ts';

export const FEATURES = 12;
export const HEAD_SHA256 = 'ab'.repeat(32);

const classes = [
  { code: 'bkl', name: 'Benign keratosis', gravity: 'benign' },
  { code: 'mel', name: 'Melanoma', gravity: 'malignant' },
  { code: 'nv', name: 'Naevus', gravity: 'benign' },
];

/** A class's images: the first channels of its number stand out. */
export function imagesOf(kind: number, images: number, draw: number): Int32Array[] {
  return cluster(FEATURES, images, 77, draw).map((counts, image) =>
    counts.map((count, channel) => count + (channel % 5 === kind ? 60 : 0) + (image % 3)),
  );
}

const zeros = (length: number) => new Array<number>(length).fill(0);
const unit = (length: number, one: number) => zeros(length).with(one, 1);

const all = [0, 1, 2].flatMap((kind) => imagesOf(kind, 40, 5));
const typical = zeros(FEATURES).map(
  (_, channel) => all.reduce((sum, counts) => sum + (counts[channel] ?? 0), 0) / all.length,
);

/** A head of plain sums of the channels that stand out, with a calibration. */
export const headJson = {
  format: 'dermaspike-head',
  version: 4,
  name: 'shipped',
  networkSha256: 'cd'.repeat(32),
  views: 8,
  classes,
  featureScale: zeros(FEATURES).fill(0.02),
  featureOffset: typical.map((count) => -0.02 * count),
  squeezeExcitation: {
    reduce: { weights: [zeros(FEATURES)], bias: [0] },
    expand: { weights: zeros(FEATURES).map(() => [0]), bias: zeros(FEATURES).fill(40) },
  },
  classifier: {
    weights: classes.map((_, kind) =>
      zeros(FEATURES).map((_zero, channel) => (channel % 5 === kind ? 1 : -0.2)),
    ),
    bias: zeros(3),
  },
  temperature: 1,
  priorAdjustment: [0, 0, 0.5],
  calibration: {
    conformal: { coverage: 0.9, thresholds: [0.1, 0.1, 0.1] },
    outOfDistribution: {
      mean: zeros(FEATURES).fill(15),
      components: [unit(FEATURES, 0)],
      variances: [4],
      residualVariance: 1,
      scale: 1,
      appearance: { mean: [0], precision: [[1]], scale: 1 },
      threshold: 5,
    },
    referral: { melanomaThreshold: 0.2, malignancyThreshold: 0.25, entropyThreshold: 0.8 },
  },
  licence: 'CC0',
};

export const head = readHead(headJson);

export const foundation: Foundation = foundationOf(head, HEAD_SHA256, {
  networkSha256: head.networkSha256,
  views: head.views,
  source: 'invented',
  licence: 'CC0',
  classes: classes.map(({ code }, kind) => ({
    code,
    lesions: 60,
    statistics: statisticsOf(FEATURES, imagesOf(kind, 80, kind)),
  })),
});

/** Two images a lesion. */
export function examplesOf(code: string, kind: number, images: number): Example[] {
  return imagesOf(kind, images, 10 + kind).map((counts, index) => ({
    id: `${code}-${String(index).padStart(3, '0')}`,
    code,
    lesion: `${code}-${Math.floor(index / 2)}`,
    counts,
    unfamiliarity: 2 + (index % 4),
  }));
}
