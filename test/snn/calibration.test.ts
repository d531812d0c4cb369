import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assess, classify, readHead } from '../../src/snn/index.ts';

/** Two features, whose squeeze-and-excitation gates are all one half. */
const headJson = {
  format: 'dermaspike-head',
  version: 3,
  name: 'calibrated',
  networkSha256: '0'.repeat(64),
  views: 8,
  classes: [
    { code: 'nv', name: 'Naevus' },
    { code: 'mel', name: 'Melanoma' },
    { code: 'df', name: 'Dermatofibroma' },
  ],
  featureScale: [1, 0.5],
  featureOffset: [0, 1],
  squeezeExcitation: {
    reduce: { weights: [[0, 0]], bias: [0] },
    expand: { weights: [[0], [0]], bias: [0, 0] },
  },
  classifier: {
    weights: [
      [2, 0],
      [0, 2],
      [0, 0],
    ],
    bias: [0, 0, 0],
  },
  temperature: 1,
  priorAdjustment: [0, 0, 0],
  calibration: {
    conformal: { coverage: 0.9, thresholds: [0.3, 0.2, 0.5] },
    outOfDistribution: {
      mean: [1, 1],
      components: [[0.6, 0.8]],
      variances: [4],
      residualVariance: 0.25,
      scale: 2,
      appearance: {
        mean: [0.5, 0],
        precision: [
          [2, 1],
          [1, 3],
        ],
        scale: 4,
      },
      threshold: 5,
    },
    referral: { melanomaThreshold: 0.4, entropyThreshold: 1 },
  },
  licence: 'Apache-2.0',
};
const head = readHead(headJson);

/** As the training's images look on average. */
const usual = Float64Array.of(0.5, 0);

function assessed(...counts: number[]) {
  const spikes = Int32Array.from(counts);
  return assess(head, spikes, classify(head, spikes).probabilities, usual);
}

test('the counts’ distance is Σ z²/variance + rest/residual variance, of √count − mean', () => {
  // Roots 4 and 3: offset (3, 2), z = 3.4, |d|² = 13.
  const z = 3.4;
  const distance = (z * z) / 4 + (13 - z * z) / 0.25;
  expect(assessed(16, 9)?.unfamiliarity).toBeCloseTo(distance / 2, 10);
});

test('every axis counts by its own variance', () => {
  const { calibration } = headJson;
  const two = readHead({
    ...headJson,
    calibration: {
      ...calibration,
      outOfDistribution: {
        ...calibration.outOfDistribution,
        components: [
          [0.6, 0.8],
          [0.8, -0.6],
        ],
        variances: [4, 0.5],
      },
    },
  });
  // The axes span the plane: z = 3.4 and 1.2, and nothing is left over.
  const spikes = Int32Array.of(16, 9);
  const { unfamiliarity } = assess(two, spikes, classify(two, spikes).probabilities, usual) ?? {};
  expect(unfamiliarity).toBeCloseTo((3.4 ** 2 / 4 + 1.2 ** 2 / 0.5) / 2, 10);
});

test('the appearance’s distance is aᵀ·precision·a, and comes on top', () => {
  const spikes = Int32Array.of(16, 9);
  const { probabilities } = classify(head, spikes);
  const strange = assess(head, spikes, probabilities, Float64Array.of(2.5, -1));
  // a = (2, −1): 2·4 + 2·1·(−2) + 3·1 = 7.
  expect(strange?.unfamiliarity).toBeCloseTo((assessed(16, 9)?.unfamiliarity ?? 0) + 7 / 4, 10);
  expect(() => assess(head, spikes, probabilities, Float64Array.of(1))).toThrow(RangeError);
});

test('a set holds the classes that reach their thresholds, most probable first', () => {
  // Logits 2, 2, 0: p = .468, .468, .063.
  expect(assessed(2, 2)?.conformalSet).toEqual([0, 1]);
  // Logits 1, 3, 0: melanoma alone.
  expect(assessed(1, 4)?.conformalSet).toEqual([1]);
});

test('each finding has its own limit', () => {
  // Logits 0, 1, 0: entropy 0.98 nats; 0, 0.6, 0 is above 1.
  expect(assessed(0, 0)).toMatchObject({ isUncertain: false });
  expect(assessed(60, 0)).toMatchObject({ isUnfamiliar: true });
  expect(assessed(1, 0)).toMatchObject({ isUnfamiliar: false });
});

test('the entropy is that of the probabilities', () => {
  const spikes = Int32Array.of(3, 2);
  const { probabilities } = classify(head, spikes);
  const expected = -probabilities.reduce((sum, p) => sum + p * Math.log(p), 0);
  expect(assess(head, spikes, probabilities, usual)?.entropy).toBeCloseTo(expected, 12);
  expect(assess(head, spikes, Float64Array.of(1, 0, 0), usual)?.entropy).toBe(0);
});

test('a set may be empty', () => {
  const none = assess(head, Int32Array.of(0, 0), Float64Array.of(0.29, 0.19, 0.49), usual);
  expect(none?.conformalSet).toEqual([]);
});

test('the distance is never below zero', () => {
  const count = fc.integer({ min: -1000, max: 1000 });
  fc.assert(
    fc.property(count, count, (a, b) => {
      expect(assessed(a, b)?.unfamiliarity).toBeGreaterThanOrEqual(-1e-9);
    }),
  );
});

test('a head of version 1 has one view and no assessment', () => {
  const { views: _, calibration: __, ...rest } = headJson;
  const old = readHead({ ...rest, version: 1 });
  expect(old.views).toBe(1);
  expect(assess(old, Int32Array.of(1, 1), Float64Array.of(1, 0, 0), usual)).toBeNull();
});

const newest = {
  ...headJson,
  version: 4,
  classes: headJson.classes.map((each) => ({
    ...each,
    gravity: each.code === 'mel' ? 'malignant' : 'benign',
  })),
  calibration: {
    ...headJson.calibration,
    referral: { ...headJson.calibration.referral, malignancyThreshold: 0.25 },
  },
};

test('a head of version 4 says how grave its classes are, and when they are suspicious together', () => {
  const { classes, calibration } = readHead(newest);
  expect(classes.map(({ gravity }) => gravity)).toEqual(['benign', 'malignant', 'benign']);
  expect(calibration?.referral.malignancyThreshold).toBe(0.25);
});

test('of earlier heads the gravity is that of the code; what is not known counts as malignant', () => {
  const codes = ['akiec', 'bcc', 'bkl', 'df', 'mel', 'nv', 'vasc', 'scc'];
  const { classes, calibration } = readHead({
    ...headJson,
    classes: codes.map((code) => ({ code, name: code })),
    classifier: { weights: codes.map(() => [0, 0]), bias: codes.map(() => 0) },
    priorAdjustment: codes.map(() => 0),
    calibration: {
      ...headJson.calibration,
      conformal: { coverage: 0.9, thresholds: codes.map(() => 0.1) },
    },
  });
  expect(Object.fromEntries(classes.map(({ code, gravity }) => [code, gravity]))).toEqual({
    akiec: 'pre-malignant',
    bcc: 'malignant',
    bkl: 'benign',
    df: 'benign',
    mel: 'malignant',
    nv: 'benign',
    vasc: 'benign',
    scc: 'malignant',
  });
  expect(calibration?.referral.malignancyThreshold).toBeNull();
});

describe('a calibration is refused, naming the field, when', () => {
  const { calibration } = headJson;
  const { conformal, outOfDistribution, referral } = calibration;
  test.each([
    ['it is missing', undefined, /calibration/],
    [
      'a threshold is missing',
      { ...calibration, conformal: { ...conformal, thresholds: [1] } },
      /conformal\.thresholds/,
    ],
    [
      'the coverage is no share',
      { ...calibration, conformal: { ...conformal, coverage: 1 } },
      /coverage is 1/,
    ],
    [
      'a variance is zero',
      { ...calibration, outOfDistribution: { ...outOfDistribution, variances: [0] } },
      /variances\[0\]/,
    ],
    [
      'a component is too short',
      { ...calibration, outOfDistribution: { ...outOfDistribution, components: [[1]] } },
      /components\[0\]/,
    ],
    [
      'a component has no variance',
      { ...calibration, outOfDistribution: { ...outOfDistribution, variances: [] } },
      /components/,
    ],
    [
      'the residual variance is negative',
      { ...calibration, outOfDistribution: { ...outOfDistribution, residualVariance: -1 } },
      /residualVariance/,
    ],
    [
      'the precision is not square',
      {
        ...calibration,
        outOfDistribution: {
          ...outOfDistribution,
          appearance: { ...outOfDistribution.appearance, precision: [[1, 2]] },
        },
      },
      /appearance\.precision/,
    ],
    [
      'the appearance has no scale',
      {
        ...calibration,
        outOfDistribution: {
          ...outOfDistribution,
          appearance: { ...outOfDistribution.appearance, scale: 0 },
        },
      },
      /appearance\.scale/,
    ],
    [
      'the melanoma threshold is above 1',
      { ...calibration, referral: { ...referral, melanomaThreshold: 2 } },
      /melanomaThreshold/,
    ],
    [
      'the entropy is no number',
      { ...calibration, referral: { ...referral, entropyThreshold: '1' } },
      /entropyThreshold/,
    ],
  ])('%s', (_, broken, message) => {
    expect(() => readHead({ ...headJson, calibration: broken })).toThrow(
      expect.objectContaining({ code: 'head-invalid', message: expect.stringMatching(message) }),
    );
  });
  test('a head of version 4 lacks what makes it one', () => {
    expect(() => readHead({ ...newest, classes: headJson.classes })).toThrow(
      /classes\[0\]\.gravity/,
    );
    expect(() => readHead({ ...newest, calibration })).toThrow(/malignancyThreshold/);
  });
  test('it has no class that the melanoma threshold could speak of', () => {
    const classes = headJson.classes.map((each) => ({ ...each, code: `x${each.code}` }));
    expect(() => readHead({ ...headJson, classes })).toThrow(/has no "mel"/);
  });
  test('the number of views is none that a reading can sum', () => {
    expect(() => readHead({ ...headJson, views: 3 })).toThrow(/views is 3, none of 1, 2, 4, 8/);
  });
});
