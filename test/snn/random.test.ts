import { expect, test } from 'vitest';
import { randomStream, Xoshiro128 } from '../../src/snn/random.ts';

test("the generator gives the numbers of its authors' xoshiro128** 1.1 from state 1, 2, 3, 4", () => {
  const random = new Xoshiro128(1, 2, 3, 4);
  const numbers = Array.from({ length: 10 }, () => random.next());
  expect(numbers).toEqual([
    11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597,
    4258142804,
  ]);
});

test('streams of neighbouring seeds, passes and purposes share no beginning', () => {
  const beginnings = new Set<string>();
  for (let seed = 0; seed < 12; seed++) {
    for (let pass = 0; pass < 12; pass++) {
      for (let purpose = 0; purpose < 12; purpose++) {
        const random = randomStream(seed, pass, purpose);
        beginnings.add(`${random.next()} ${random.next()}`);
      }
    }
  }
  expect(beginnings.size).toBe(12 ** 3);
});

test('first numbers are uniform in bits and bytes across seeds, passes and purposes', () => {
  const streams = 4096;
  for (const place of [0, 1, 2]) {
    const bits = new Float64Array(32);
    const bytes = new Float64Array(256);
    for (let index = 0; index < streams; index++) {
      const key: [number, number, number] = [5, 5, 5];
      key[place] = index;
      const number = randomStream(...key).next();
      for (let bit = 0; bit < 32; bit++) bits[bit] = (bits[bit] ?? 0) + ((number >>> bit) & 1);
      bytes[number >>> 24] = (bytes[number >>> 24] ?? 0) + 1;
    }
    // Five standard deviations of a binomial count; χ² of 255 degrees of freedom below 1 − 1e-6.
    for (const count of bits) expect(Math.abs(count - streams / 2)).toBeLessThan(5 * 32);
    const expected = streams / 256;
    const chiSquare = bytes.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    expect(chiSquare).toBeLessThan(375);
  }
});
