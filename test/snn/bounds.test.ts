import { describe, expect, test } from 'vitest';
import type { Activation, Requantization } from '../../src/snn/index.ts';
import type { Range, Ranges } from '../../src/snn/onnx/bounds.ts';
import {
  activatedRanges,
  checkInt32,
  largestMagnitude,
  potentialRanges,
  requantizationIsFloat32Exact,
  requantizedRange,
  sumsAreFloat32Exact,
} from '../../src/snn/onnx/bounds.ts';
import { requantize } from '../../src/snn/requantize.ts';
import { randomIntegers } from './random-network.ts';

const by = (multiplier: number, shift: number, bits: 8 | 11 = 8): Requantization => ({
  bits,
  multiplier: Uint8Array.of(multiplier),
  shift: Int8Array.of(shift),
});

const rangesOf = (...ranges: readonly Range[]): Ranges => ({
  low: Float64Array.from(ranges, ({ low }) => low),
  high: Float64Array.from(ranges, ({ high }) => high),
});

describe('potentials', () => {
  test('range over every partial sum, of the bias and of any of the weights', () => {
    const ranges = potentialRanges('a', Int8Array.of(3, -2, -128, 127), Int32Array.of(5, -7), {
      low: -4,
      high: 10,
    });
    expect(ranges).toEqual(
      rangesOf({ low: -12 - 20, high: 5 + 30 + 8 }, { low: -7 - 1280 - 508, high: 512 + 1270 }),
    );
  });

  test('of either sign count for the largest magnitude', () => {
    expect(largestMagnitude(rangesOf())).toBe(0);
    expect(largestMagnitude(rangesOf({ low: -9, high: 4 }))).toBe(9);
    expect(largestMagnitude(rangesOf({ low: -9, high: 4 }, { low: 0, high: 11 }))).toBe(11);
  });

  test('may reach 2^31 − 1 in either direction, and no further', () => {
    const limit = 2 ** 31 - 1;
    const widest = rangesOf({ low: -limit, high: limit });
    expect(checkInt32('a', widest)).toBe(widest);
    for (const range of [
      { low: -limit - 1, high: 0 },
      { low: 0, high: limit + 1 },
    ]) {
      expect(() => checkInt32('a', rangesOf({ low: 0, high: 1 }, range))).toThrow(
        expect.objectContaining({
          code: 'accumulator-overflow',
          message: expect.stringContaining('2147483648'),
        }),
      );
    }
  });

  test('up to 2^24 are float32 numbers', () => {
    expect(sumsAreFloat32Exact(rangesOf({ low: -(2 ** 24), high: 2 ** 24 }))).toBe(true);
    expect(sumsAreFloat32Exact(rangesOf({ low: -(2 ** 24) - 1, high: 0 }))).toBe(false);
    expect(sumsAreFloat32Exact(rangesOf({ low: 0, high: 2 ** 24 + 1 }))).toBe(false);
  });
});

describe('ranges', () => {
  test.each<[string, Activation, number, number]>([
    ['none', { kind: 'none' }, -30, 20],
    ['ReLU', { kind: 'relu' }, 0, 20],
    ['a clip above', { kind: 'relu-clipped', maximum: Int32Array.of(90) }, 0, 20],
    ['a clip inside', { kind: 'relu-clipped', maximum: Int32Array.of(7) }, 0, 7],
    ['a table', { kind: 'lut', index: by(1, 0, 11), table: Int32Array.of(-5, 3, 60) }, -5, 60],
  ])('after the activation: %s', (_, activation, low, high) => {
    expect(activatedRanges(activation, rangesOf({ low: -30, high: 20 }))).toEqual(
      rangesOf({ low, high }),
    );
  });

  test('after a ReLU of what is always negative are 0', () => {
    const clipped = { kind: 'relu-clipped', maximum: Int32Array.of(9) } as const;
    for (const activation of [{ kind: 'relu' } as const, clipped]) {
      const range = activatedRanges(activation, rangesOf({ low: -30, high: -2 }));
      expect(range).toEqual(rangesOf({ low: 0, high: 0 }));
    }
  });

  test('after requantization enclose all channels', () => {
    const requantization: Requantization = {
      bits: 8,
      multiplier: Uint8Array.of(1, 10),
      shift: Int8Array.of(1, 0),
    };
    const ranges = rangesOf({ low: -9, high: 30 }, { low: 2, high: 3 });
    expect(requantizedRange(requantization, ranges)).toEqual({ low: -4, high: 30 });
  });
});

describe('whether float32 gives the exact integer', () => {
  const inFloat32 = (p: number, m: number, s: number, low: number, high: number) => {
    const scaled = Math.fround(Math.fround(Math.fround(p) / 2 ** s) * m);
    return Math.min(Math.max(Math.floor(Math.fround(scaled + 0.5)), low), high);
  };

  test('is what trying every potential says', () => {
    const random = randomIntegers(31);
    const found = { exact: 0, unexact: 0 };
    for (let round = 0; round < 400; round++) {
      const m = random(1, 255);
      const s = random(16, 25);
      // Around a step, where a rounding could cross it.
      const step = Math.ceil(((random(-127, 126) + 0.5) * 2 ** s) / m);
      const range = { low: step - random(0, 300), high: step + random(0, 300) };
      if (Math.max(-range.low, range.high) > 2 ** 24) continue;
      let exact = true;
      for (let p = range.low; p <= range.high; p++) {
        exact &&= inFloat32(p, m, s, -128, 127) === requantize(p, m, s, -128, 127);
      }
      expect(
        requantizationIsFloat32Exact(by(m, s), rangesOf(range)),
        `${m} ${s} ${range.low}`,
      ).toBe(exact);
      found[exact ? 'exact' : 'unexact']++;
    }
    expect(found.exact).toBeGreaterThan(50);
    expect(found.unexact).toBeGreaterThan(5);
  });

  test('is certain for divisors up to 2^17, and for a multiplier of 0', () => {
    const all = rangesOf({ low: -(2 ** 24), high: 2 ** 24 });
    for (const m of [0, 1, 3, 127, 251, 255]) {
      expect(requantizationIsFloat32Exact(by(m, 17), all)).toBe(true);
      expect(requantizationIsFloat32Exact(by(m, -32), all)).toBe(true);
      expect(requantizationIsFloat32Exact(by(m, 14, 11), all)).toBe(true);
    }
    expect(requantizationIsFloat32Exact(by(0, 32), all)).toBe(true);
    expect(requantizationIsFloat32Exact(by(201, 26), all)).toBe(false);
  });
});
