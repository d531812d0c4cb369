import { powerOfTwo } from '../power-of-two.ts';

/**
 * e^x, the same last bit on every engine: only + − × ÷ of doubles in a fixed order, and exact
 * scaling by powers of two. Error below 2 ulp (1 ulp below the smallest normal double).
 *
 * x = k·ln 2 + r with |r| ≤ ½ ln 2, where k·ln 2 is subtracted in two parts (Cody & Waite):
 * the high part has 32 bits, so k·LN2_HIGH is exact. Then e^r by its Taylor series to r^13,
 * whose remainder is under 2^−57, and e^x = 2^k · e^r.
 */
export function exp(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x > MAX_ARGUMENT) return Number.POSITIVE_INFINITY;
  if (x < MIN_ARGUMENT) return 0;
  const k = Math.floor(x * LOG2_E + 0.5);
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  // Horner's rule, written out: this is the innermost of everything that is learned.
  const upper = ((((T13 * r + T12) * r + T11) * r + T10) * r + T9) * r + T8;
  const series = (((((upper * r + T7) * r + T6) * r + T5) * r + T4) * r + T3) * r + T2;
  const value = 1 + (r + r * r * series);
  // Two factors, since 2^1024 and 2^−1075 are no normal doubles; the first product is exact.
  const half = Math.floor(k / 2);
  return value * powerOfTwo(half) * powerOfTwo(k - half);
}

/** 1 / (1 + e^−x), from the side on which e^−|x| cannot overflow. */
export function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + exp(-x));
  const e = exp(x);
  return e / (1 + e);
}

const LOG2_E = Math.LOG2E;
const LN2_HIGH = 6.9314718036912382e-1; // the leading 32 bits of ln 2
const LN2_LOW = 1.9082149292705877e-10; // ln 2 − LN2_HIGH
const MAX_ARGUMENT = 709.782712893384; // ln of the largest double
const MIN_ARGUMENT = -745.1332191019412; // ln of half the smallest double

/** 1/n!: each factorial is exact in a double, each quotient rounded once. */
const T2 = 1 / 2;
const T3 = 1 / 6;
const T4 = 1 / 24;
const T5 = 1 / 120;
const T6 = 1 / 720;
const T7 = 1 / 5_040;
const T8 = 1 / 40_320;
const T9 = 1 / 362_880;
const T10 = 1 / 3_628_800;
const T11 = 1 / 39_916_800;
const T12 = 1 / 479_001_600;
const T13 = 1 / 6_227_020_800;
