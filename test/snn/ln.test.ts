import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ln } from '../../src/snn/ln.ts';

const BITS = 256n;
const ONE = 1n << BITS;

/** 2·atanh(s) = 2·(s + s³/3 + s⁵/5 + …), all as whole numbers of 2^−256; |s| < ½. */
function twiceAtanh(s: bigint): bigint {
  const square = (s * s) >> BITS;
  let sum = 0n;
  let power = s;
  for (let n = 1n; power !== 0n && n < 600n; n += 2n) {
    sum += power / n;
    power = (power * square) >> BITS;
    if (power === -1n) break;
  }
  return 2n * sum;
}

const LN2 = twiceAtanh(ONE / 3n);

/** ln x as a whole number of 2^−256; x a double above 0. */
function exactLn(x: number): bigint {
  let exponent = 0n;
  let value = x;
  while (value < 2 ** 52) {
    value *= 2;
    exponent--;
  }
  while (value >= 2 ** 53) {
    value /= 2;
    exponent++;
  }
  const mantissa = BigInt(value) << (BITS - 53n); // x = mantissa/2^256 · 2^(exponent + 53)
  const s = ((mantissa - ONE) << BITS) / (mantissa + ONE);
  return twiceAtanh(s) + (exponent + 53n) * LN2;
}

/** Error in units of the last place of the exact value. */
function ulps(x: number): number {
  const exact = exactLn(x);
  const nearest = Number(exact >> 128n) / 2 ** 128;
  const unit = 2 ** (Math.floor(Math.log2(Math.abs(nearest))) - 52);
  const got = ln(x);
  const whole = BigInt(Math.floor(got * 2 ** 40)) << (BITS - 40n);
  const rest = BigInt((got * 2 ** 40 - Math.floor(got * 2 ** 40)) * 2 ** 88);
  const error = whole + (rest << (BITS - 128n)) - exact;
  return Math.abs(Number(error >> 100n) / 2 ** 156) / unit;
}

test('ln is within 2 ulp of the exact value over all magnitudes', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-300, max: 1.7e308, noNaN: true }), (x) => {
      expect(ulps(x)).toBeLessThan(2);
    }),
    { numRuns: 300 },
  );
});

test('ln is within 2 ulp of the exact value for probabilities and near 1', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.double({ min: 1e-9, max: 1, noNaN: true }),
        fc.double({ min: 0.99, max: 1.01, noNaN: true }),
        fc.double({ min: Math.SQRT1_2 - 1e-6, max: Math.SQRT1_2 + 1e-6, noNaN: true }),
      ),
      (x) => {
        if (Math.abs(x - 1) > 1e-6) expect(ulps(x)).toBeLessThan(2);
        else expect(Math.abs(ln(x) - Math.log1p(x - 1))).toBeLessThan(1e-21);
      },
    ),
    { numRuns: 600 },
  );
});

test('ln of 1 is 0, of 0 minus infinity, of a negative number none', () => {
  expect(ln(1)).toBe(0);
  expect(ln(0)).toBe(Number.NEGATIVE_INFINITY);
  expect(ln(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
  expect(ln(-1)).toBeNaN();
  expect(ln(Number.NaN)).toBeNaN();
});

test('ln reaches from the smallest to the largest double', () => {
  expect(ln(5e-324)).toBeCloseTo(-744.4400719213812, 11);
  expect(ln(2.2250738585072014e-308)).toBeCloseTo(-708.3964185322641, 11);
  expect(ln(Number.MAX_VALUE)).toBeCloseTo(709.782712893384, 11);
});
