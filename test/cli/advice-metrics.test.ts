import { expect, test } from 'vitest';
import { measureAdvice } from '../../src/cli/advice-metrics.ts';
import type { Advice, Verdict } from '../../src/clinic/entities/index.ts';

function advice(possible: string[], unfamiliarity: number): Advice {
  return {
    possible,
    coverage: 0.9,
    unfamiliarity,
    unfamiliarityLimit: 10,
    entropy: 0,
  };
}

const verdict: Verdict = {
  kind: 'no-sign',
  reasons: [],
  malignancy: 0,
  confidence: 'sure',
  isLate: false,
};
const suspicious: Verdict = { ...verdict, kind: 'suspicious', reasons: ['melanoma'] };

const images = [
  { truth: 'mel', advice: advice(['mel', 'nv'], 1), verdict: suspicious },
  { truth: 'mel', advice: advice(['nv'], 2), verdict },
  { truth: 'nv', advice: advice(['nv'], 11), verdict },
  { truth: 'nv', advice: advice([], 3), verdict: suspicious },
  { truth: 'bcc', advice: advice(['bcc', 'mel', 'nv'], 4), verdict },
];

test('referral, coverage and set size are those counted by hand', () => {
  expect(measureAdvice(images, [])).toEqual({
    referral: { sensitivity: 1 / 2, specificity: 2 / 3 },
    conformal: { coverage: 3 / 5, meanSetSize: 7 / 5 },
  });
});

test('pictures of other things are ranked against skin, ties counting one half', () => {
  const strangers = [advice([], 12), advice([], 11), advice([], 2)];
  expect(measureAdvice(images, strangers).outOfDistribution).toEqual({
    // Of fifteen pairs: 5, 4 and a half, 1 and a half.
    auroc: 11 / 15,
    rejected: 2 / 3,
    skinLost: 1 / 5,
  });
});

test('without a melanoma there is no sensitivity', () => {
  expect(measureAdvice(images.slice(2), []).referral.sensitivity).toBeNull();
});
