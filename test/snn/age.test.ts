import { expect, test } from 'vitest';
import { readAgeHead, readHead, withAge } from '../../src/snn/index.ts';

const head = readHead({
  format: 'dermaspike-head',
  version: 1,
  name: 'test head',
  networkSha256: '0'.repeat(64),
  classes: [
    { code: 'nv', name: 'Naevus' },
    { code: 'mel', name: 'Melanoma' },
  ],
  featureScale: [1],
  featureOffset: [0],
  squeezeExcitation: {
    reduce: { weights: [[0]], bias: [0] },
    expand: { weights: [[0]], bias: [0] },
  },
  classifier: { weights: [[1], [0]], bias: [0, 0] },
  temperature: 1,
  priorAdjustment: [0, 0],
  licence: 'Apache-2.0',
});
const headSha256 = '1'.repeat(64);

const json = {
  format: 'dermaspike-age',
  version: 1,
  name: 'test head with age',
  networkSha256: head.networkSha256,
  headSha256,
  classes: ['nv', 'mel'],
  age: { middle: 50, unit: 20, from: 0, to: 85 },
  offset: [0.25, -0.25],
  linear: [-0.5, 0.75],
  square: [0.125, 0],
  temperature: 1.25,
};
const read = (change: object = {}) => readAgeHead({ ...json, ...change }, head, headSha256);

test('age is added to the logarithms of the probabilities as documented', () => {
  const x = (72 - 50) / 20;
  const scores = [
    (Math.log(0.7) + 0.25 - 0.5 * x + 0.125 * (x * x - 1)) / 1.25,
    (Math.log(0.3) - 0.25 + 0.75 * x) / 1.25,
  ].map(Math.exp);
  const total = scores.reduce((sum, score) => sum + score, 0);
  const found = withAge(read(), [0.7, 0.3], 72);
  for (const [index, score] of scores.entries())
    expect(found[index]).toBeCloseTo(score / total, 12);
});

test('ages beyond those that were learned from count as the nearest of them', () => {
  expect(withAge(read(), [0.7, 0.3], 104)).toEqual(withAge(read(), [0.7, 0.3], 85));
});

test('a class that the image excludes altogether stays next to impossible at any age', () => {
  const [nv = 0, mel = 1] = withAge(read(), [1, 0], 85);
  expect(mel).toBeLessThan(1e-8);
  expect(nv + mel).toBeCloseTo(1, 12);
});

test.each([
  ['of another format', { format: 'dermaspike-head' }, /format/],
  ['of a later version', { version: 2 }, /version 2 is not supported/],
  ['made for another network', { networkSha256: '2'.repeat(64) }, /networkSha256/],
  ['made for another head of the same network', { headSha256: '2'.repeat(64) }, /headSha256/],
  ['with the classes in another order', { classes: ['mel', 'nv'] }, /classes/],
  ['with a weight that is no number', { linear: [0, Number.NaN] }, /linear\[1\]/],
  ['with too few weights', { square: [0] }, /square/],
  ['without an age', { age: { middle: 50, unit: 20, from: 85, to: 0 } }, /goes from 85 to 0/],
  ['whose ages have no unit', { age: { ...json.age, unit: 0 } }, /age\.unit/],
])('an age.json %s is refused', (_, change, message) => {
  expect(() => read(change)).toThrow(
    expect.objectContaining({ code: 'age-invalid', message: expect.stringMatching(message) }),
  );
});
