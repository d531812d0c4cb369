import fc from 'fast-check';
import { expect, test } from 'vitest';
import { informationOf } from '../../../src/snn/uncertainty/information.ts';

/** Passes × classes; some probabilities are 0, some passes nearly alike. */
const passesArbitrary = fc
  .record({ classes: fc.integer({ min: 1, max: 9 }), passes: fc.integer({ min: 1, max: 20 }) })
  .chain(({ classes, passes }) =>
    fc.array(
      fc.array(fc.oneof(fc.constant(0), fc.double({ min: 1e-12, max: 1, noNaN: true })), {
        minLength: classes,
        maxLength: classes,
      }),
      { minLength: passes, maxLength: passes },
    ),
  )
  .map((passes) =>
    passes.map((pass) => {
      const sum = pass.reduce((total, p) => total + p, 0);
      return Float64Array.from(pass, (p) => (sum === 0 ? 1 / pass.length : p / sum));
    }),
  );

test('mutual information is between 0 and ln passes, entropies between 0 and ln classes', () => {
  fc.assert(
    fc.property(passesArbitrary, (passes) => {
      const information = informationOf(passes);
      const mostEntropy = Math.log(passes[0]?.length ?? 0) + 1e-12;
      expect(information.mutualInformation).toBeGreaterThanOrEqual(0);
      expect(information.mutualInformation).toBeLessThanOrEqual(Math.log(passes.length) + 1e-12);
      for (const entropy of [information.predictiveEntropy, information.expectedEntropy]) {
        expect(entropy).toBeGreaterThanOrEqual(0);
        expect(entropy).toBeLessThanOrEqual(mostEntropy);
      }
    }),
  );
});

test('predictive entropy is expected entropy plus mutual information', () => {
  fc.assert(
    fc.property(passesArbitrary, (passes) => {
      const { predictiveEntropy, expectedEntropy, mutualInformation } = informationOf(passes);
      expect(Math.abs(predictiveEntropy - expectedEntropy - mutualInformation)).toBeLessThan(1e-12);
    }),
  );
});

test('means sum to 1 and lie between the lowest and the highest pass', () => {
  fc.assert(
    fc.property(passesArbitrary, (passes) => {
      const { classes, agreement } = informationOf(passes);
      expect(classes.reduce((sum, { mean }) => sum + mean, 0)).toBeCloseTo(1, 12);
      for (const { mean, low, high, deviation } of classes) {
        expect(mean).toBeGreaterThanOrEqual(low - 1e-15);
        expect(mean).toBeLessThanOrEqual(high + 1e-15);
        expect(deviation).toBeLessThanOrEqual((high - low) * Math.SQRT1_2 * 1.01 + 1e-15);
      }
      expect(agreement).toBeLessThanOrEqual(1);
    }),
  );
});

test('equal passes have no mutual information and no deviation, exactly', () => {
  fc.assert(
    fc.property(passesArbitrary, fc.integer({ min: 1, max: 20 }), ([pass], count) => {
      const same = Array.from({ length: count }, () => pass ?? new Float64Array());
      const { mutualInformation, classes, agreement } = informationOf(same);
      expect(mutualInformation).toBe(0);
      expect(classes.map(({ mean }) => mean)).toEqual(Array.from(pass ?? []));
      expect(classes.every(({ deviation, low, high }) => deviation === 0 && low === high)).toBe(
        true,
      );
      expect(agreement).toBe(1);
    }),
  );
});

test('passes that are sure of different classes carry all their uncertainty as information', () => {
  const { predictiveEntropy, expectedEntropy, mutualInformation, agreement, classes } =
    informationOf([Float64Array.of(1, 0), Float64Array.of(0, 1)]);
  expect(predictiveEntropy).toBeCloseTo(Math.LN2, 15);
  expect(expectedEntropy).toBe(0);
  expect(mutualInformation).toBeCloseTo(Math.LN2, 15);
  expect(agreement).toBe(0.5);
  expect(classes[0]).toEqual({
    mean: 0.5,
    low: 0,
    high: 1,
    deviation: Math.SQRT1_2,
    standardError: 0.5,
  });
});

test('mutual information is not below 0 where rounding is all that differs', () => {
  const passes = [
    Float64Array.of(0.5450271212773576, 0.45497287872264236),
    Float64Array.of(0.5450271212773575, 0.45497287872264247),
  ];
  expect(informationOf(passes).mutualInformation).toBe(0);
});

test('a probability so small that its mean is 0 leaves all figures finite', () => {
  const passes = [Float64Array.of(5e-324, 1), ...Array(3).fill(Float64Array.of(0, 1))];
  const { mutualInformation, predictiveEntropy } = informationOf(passes);
  expect(mutualInformation).toBe(0);
  expect(predictiveEntropy).toBe(0);
});

test('of classes that are equally likely the first counts', () => {
  const passes = [Float64Array.of(0.5, 0.5), Float64Array.of(0.75, 0.25)];
  expect(informationOf(passes).agreement).toBe(1);
});
