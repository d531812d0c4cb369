import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Grid } from '../../../src/snn/explain/grid.ts';

const magnitudeArbitrary = fc.double({ min: 1e-280, max: 1e300, noNaN: true });

test('a number becomes the nearest multiple of the unit', () => {
  fc.assert(
    fc.property(magnitudeArbitrary, fc.double({ min: -1, max: 1, noNaN: true }), (most, share) => {
      const grid = new Grid(most);
      const snapped = grid.snap(share * most);
      expect(Number.isSafeInteger(snapped / grid.unit)).toBe(true);
      expect(Math.abs(snapped - share * most)).toBeLessThanOrEqual(grid.unit / 2);
    }),
  );
  const { unit } = new Grid(1);
  expect(new Grid(1).snap(2.5 * unit)).toBe(3 * unit);
  expect(new Grid(1).snap(-2.5 * unit)).toBe(-2 * unit);
});

test('the unit is between a 2^51st and a 2^50th of the magnitudes', () => {
  fc.assert(
    fc.property(magnitudeArbitrary, (most) => {
      const share = new Grid(most).unit / most;
      expect(share).toBeGreaterThan(2 ** -51);
      expect(share).toBeLessThanOrEqual(2 ** -50);
    }),
  );
});
