import { expect, test } from 'vitest';
import { measureVerdicts } from '../../src/cli/verdict-metrics.ts';

const classes = [
  { code: 'mel', gravity: 'malignant' },
  { code: 'akiec', gravity: 'pre-malignant' },
  { code: 'nv', gravity: 'benign' },
] as const;

test('sensitivity, specificity and counts are those counted by hand', () => {
  const images = [
    { truth: 'mel', kind: 'suspicious' },
    { truth: 'mel', kind: 'unusable' },
    { truth: 'akiec', kind: 'unclear' },
    { truth: 'akiec', kind: 'no-sign' },
    { truth: 'nv', kind: 'no-sign' },
    { truth: 'nv', kind: 'unusable' },
    { truth: 'nv', kind: 'suspicious' },
  ] as const;
  expect(measureVerdicts(classes, images)).toEqual({
    sensitivity: 2 / 4,
    specificity: 1 / 3,
    suspicious: { sensitivity: 1 / 4, specificity: 2 / 3 },
    found: { mel: 1 / 2, akiec: 1 / 2, nv: 1 / 3 },
    counts: {
      mel: { suspicious: 1, unclear: 0, 'no-sign': 0, unusable: 1 },
      akiec: { suspicious: 0, unclear: 1, 'no-sign': 1, unusable: 0 },
      nv: { suspicious: 1, unclear: 0, 'no-sign': 1, unusable: 1 },
    },
  });
});

test('without a benign image there is no specificity', () => {
  const { specificity, sensitivity } = measureVerdicts(classes, [
    { truth: 'mel', kind: 'no-sign' },
  ]);
  expect({ specificity, sensitivity }).toEqual({ specificity: null, sensitivity: 0 });
});
