import { powerOfTwo } from './power-of-two.ts';

/** Limits of a signed integer of `bits` bits. */
export function signedLimits(bits: number): readonly [low: number, high: number] {
  return [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1];
}

/**
 * The definition of requantization, for one potential: `clip(⌊p·M/2^s + ½⌋, low, high)`.
 * In float64 it is exact for int32 p, uint8 M and |s| ≤ 32: p·M has at most 39 bits and the
 * division only moves the exponent. The quotient has at most 32 bits after the point, so ½ is
 * added without rounding unless the quotient is a whole number beyond 2^52, which saturates.
 */
export function requantize(
  potential: number,
  multiplier: number,
  shift: number,
  low: number,
  high: number,
): number {
  const rounded = Math.floor((potential * multiplier) / powerOfTwo(shift) + 0.5);
  return Math.min(Math.max(rounded, low), high);
}
