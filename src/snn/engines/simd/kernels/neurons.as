// Potentials become spikes: clamp to where the result saturates, multiply, round, shift.
// docs/arithmetic.md shows why 32 bits suffice and why one shift does for all channels.
//
// A block is eight neurons: two quartets of constants, the byte that stands for 0 in the output
// (0 or 128) sixteen times, then the weights. Each constant is a vector of four int32.

/** Common binary exponent of all multipliers. */
const SHIFT: i32 = 23;

// @ts-ignore: decorator
@inline export const RESTING: usize = 0;
// @ts-ignore: decorator
@inline const LOW: usize = 16;
// @ts-ignore: decorator
@inline const HIGH: usize = 32;
// @ts-ignore: decorator
@inline const MULTIPLIER: usize = 48;
/** 2^(SHIFT − 1), from memory: a constant in the code would take a register or be made anew. */
// @ts-ignore: decorator
@inline const HALF: usize = 64;
// @ts-ignore: decorator
@inline export const QUARTET: usize = 80;
// @ts-ignore: decorator
@inline const ZERO: usize = 160;
// @ts-ignore: decorator
@inline export const WEIGHTS: usize = 176;

/** Spikes of two pixels' eight neurons, saturated to 8 bits: the first pixel's, then the second's. */
// @ts-ignore: decorator
@inline
export function fire(a0: v128, a1: v128, b0: v128, b1: v128, block: usize): v128 {
  const first = i16x8.narrow_i32x4_s(rescale(a0, block), rescale(a1, block + QUARTET));
  const second = i16x8.narrow_i32x4_s(rescale(b0, block), rescale(b1, block + QUARTET));
  return v128.xor(i8x16.narrow_i16x8_s(first, second), v128.load(block, ZERO));
}

/** ⌊p · multiplier / 2^SHIFT + ½⌋ */
// @ts-ignore: decorator
@inline
function rescale(potentials: v128, quartet: usize): v128 {
  const above = i32x4.max_s(potentials, v128.load(quartet, LOW));
  const clamped = i32x4.min_s(above, v128.load(quartet, HIGH));
  const product = i32x4.mul(clamped, v128.load(quartet, MULTIPLIER));
  return i32x4.shr_s(i32x4.add(product, v128.load(quartet, HALF)), SHIFT);
}
