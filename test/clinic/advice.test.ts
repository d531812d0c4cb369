import { expect, test } from 'vitest';
import { adviceOf } from '../../src/clinic/advice.ts';
import type { Assessment, Head } from '../../src/snn/index.ts';

const head = {
  classes: ['nv', 'mel', 'df'].map((code) => ({ code, name: code })),
  calibration: { conformal: { coverage: 0.9 }, outOfDistribution: { threshold: 400 } },
} as unknown as Head;

const assessment: Assessment = {
  conformalSet: [1, 0],
  unfamiliarity: 250,
  isUnfamiliar: false,
  entropy: 0.5,
  isUncertain: false,
};

test('names the possible classes by their codes', () => {
  expect(adviceOf(head, assessment)).toEqual({
    possible: ['mel', 'nv'],
    coverage: 0.9,
    unfamiliarity: 250,
    unfamiliarityLimit: 400,
    entropy: 0.5,
  });
});

test('a head without calibration gives no advice', () => {
  expect(adviceOf({ ...head, calibration: null }, null)).toBeNull();
});
