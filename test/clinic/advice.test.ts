import { expect, test } from 'vitest';
import { adviceOf } from '../../src/clinic/advice.ts';
import type { Assessment, Head } from '../../src/snn/index.ts';

const head = {
  classes: ['nv', 'mel', 'df'].map((code) => ({ code, name: code })),
  calibration: { conformal: { coverage: 0.9 }, outOfDistribution: { threshold: 400 } },
} as unknown as Head;

const calm: Assessment = {
  conformalSet: [1, 0],
  unfamiliarity: 250,
  isUnfamiliar: false,
  entropy: 0.5,
  isUncertain: false,
  isMelanomaSuspected: false,
};

test('names the possible classes and no reason to refer when there is none', () => {
  expect(adviceOf(head, calm, [])).toEqual({
    possible: ['mel', 'nv'],
    coverage: 0.9,
    unfamiliarity: 250,
    unfamiliarityLimit: 400,
    entropy: 0.5,
    referralReasons: [],
  });
});

test.each([
  ['melanoma-suspected', { isMelanomaSuspected: true }, []],
  ['unfamiliar', { isUnfamiliar: true }, []],
  ['no-class-fits', { conformalSet: [] }, []],
  ['uncertain', { isUncertain: true }, []],
  ['poor-quality', {}, ['blurred'] as const],
] as const)('refers for the reason "%s" alone', (reason, finding, warnings) => {
  expect(adviceOf(head, { ...calm, ...finding }, [...warnings])?.referralReasons).toEqual([reason]);
});

test('tells the most urgent reason first', () => {
  const all = { ...calm, isMelanomaSuspected: true, isUncertain: true, isUnfamiliar: true };
  expect(adviceOf(head, { ...all, conformalSet: [] }, ['too-dark'])?.referralReasons).toEqual([
    'melanoma-suspected',
    'unfamiliar',
    'no-class-fits',
    'uncertain',
    'poor-quality',
  ]);
});

test('a head without calibration gives no advice', () => {
  expect(adviceOf({ ...head, calibration: null }, null, ['blurred'])).toBeNull();
});
