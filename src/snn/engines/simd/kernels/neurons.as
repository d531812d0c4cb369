// Potentials become spikes: multiply, round, shift, clamp. docs/arithmetic.md shows why 32 bits suffice
// and why one shift does for all neurons.
//
// A block is eight neurons, each constant a vector over four or over eight twice, then the weights.

// @ts-ignore: decorator
@inline export const RESTING: usize = 0;
// @ts-ignore: decorator
@inline const MULTIPLIER: usize = 32;
/** 2^(shift − 1), from memory: a constant in the code would take a register or be made anew. */
// @ts-ignore: decorator
@inline const HALF: usize = 64;
/** Limits of the spikes, bytes. */
// @ts-ignore: decorator
@inline const LOW: usize = 80;
// @ts-ignore: decorator
@inline const HIGH: usize = 96;
/** The byte that stands for 0 in the output. */
// @ts-ignore: decorator
@inline const ZERO: usize = 112;
/** Nearest potentials that saturate. */
// @ts-ignore: decorator
@inline const FLOOR: usize = 128;
// @ts-ignore: decorator
@inline const CEILING: usize = 160;
/** Not 0 where a product could leave 32 bits unless its potential is clamped. */
// @ts-ignore: decorator
@inline const CLAMPED: usize = 192;
// @ts-ignore: decorator
@inline export const WEIGHTS: usize = 208;

/** Binary exponent of the multipliers of a block, and of one that is clamped. */
const SHIFT: i32 = 18;
const CLAMPED_SHIFT: i32 = 23;

// @ts-ignore: decorator
@inline
export function isClamped(block: usize): bool {
  return load<i32>(block, CLAMPED) != 0;
}

/** Stores eight spikes of each of two pixels, whose potentials are a0, a1 and b0, b1. */
// @ts-ignore: decorator
@inline
export function fire(a0: v128, a1: v128, b0: v128, b1: v128, block: usize, toA: usize, toB: usize): void {
  const half = v128.load(block, HALF);
  const m0 = v128.load(block, MULTIPLIER);
  const m1 = v128.load(block, MULTIPLIER + 16);
  const a = i16x8.narrow_i32x4_s(rescale(a0, m0, half, SHIFT), rescale(a1, m1, half, SHIFT));
  const b = i16x8.narrow_i32x4_s(rescale(b0, m0, half, SHIFT), rescale(b1, m1, half, SHIFT));
  emit(a, b, block, toA, toB);
}

// @ts-ignore: decorator
@inline
export function fireClamped(a0: v128, a1: v128, b0: v128, b1: v128, block: usize, toA: usize, toB: usize): void {
  const a = i16x8.narrow_i32x4_s(rescaleClamped(a0, block), rescaleClamped(a1, block + 16));
  const b = i16x8.narrow_i32x4_s(rescaleClamped(b0, block), rescaleClamped(b1, block + 16));
  emit(a, b, block, toA, toB);
}

/** ⌊p · multiplier / 2^shift + ½⌋ */
// @ts-ignore: decorator
@inline
function rescale(potentials: v128, multiplier: v128, half: v128, shift: i32): v128 {
  return i32x4.shr_s(i32x4.add(i32x4.mul(potentials, multiplier), half), shift);
}

// @ts-ignore: decorator
@inline
function rescaleClamped(potentials: v128, quartet: usize): v128 {
  const above = i32x4.max_s(potentials, v128.load(quartet, FLOOR));
  const clamped = i32x4.min_s(above, v128.load(quartet, CEILING));
  const half = i32x4.splat(1 << (CLAMPED_SHIFT - 1));
  return rescale(clamped, v128.load(quartet, MULTIPLIER), half, CLAMPED_SHIFT);
}

// @ts-ignore: decorator
@inline
function emit(a: v128, b: v128, block: usize, toA: usize, toB: usize): void {
  const saturated = i8x16.narrow_i16x8_s(a, b);
  const clipped = i8x16.max_s(i8x16.min_s(saturated, v128.load(block, HIGH)), v128.load(block, LOW));
  const spikes = v128.xor(clipped, v128.load(block, ZERO));
  v128.store64_lane(toA, spikes, 0);
  v128.store64_lane(toB, spikes, 1);
}
