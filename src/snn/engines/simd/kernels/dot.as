// The one instruction on which the two tiers differ: in each 32-bit lane, a sum of four products
// of bytes, added to a potential.
//
// RELAXED: i32x4.relaxed_dot_i8x16_i7x16_add_s. Every engine computes it alike while its second
// operand lies in 0…127: the activations, where none is above. On many machines it is exact to 255
// as well. On the others such activations are the first operand, less 128, and the second one are
// weights: the magnitudes of the negative ones first, then, once their sum has been subtracted, the
// positive ones (`split`).
// Otherwise: two dot products of 16 bits, one over the even bytes and one over the odd ones.
// A vector of weights is then stored as two: its even bytes and its odd bytes, as int16.

/** Bytes that four taps of four neurons take. */
// @ts-ignore: decorator
@inline export const WEIGHT_VECTOR: i32 = RELAXED ? 16 : 32;

/** What the second half of a vector of weights holds, where there is one. */
// @ts-ignore: decorator
@inline
export function oddWeights(weights: usize): v128 {
  return RELAXED ? i32x4.splat(0) : v128.load(weights, 16);
}

/** @param split the weights are magnitudes */
// @ts-ignore: decorator
@inline
export function dot(potentials: v128, activations: v128, weights: v128, oddWeights: v128, split: bool): v128 {
  if (RELAXED) {
    return split
      ? i32x4.relaxed_dot_i8x16_i7x16_add_s(v128.xor(activations, i8x16.splat(-128)), weights, potentials)
      : i32x4.relaxed_dot_i8x16_i7x16_add_s(weights, activations, potentials);
  }
  const even = i16x8.shr_u(i16x8.shl(activations, 8), 8);
  const odd = i16x8.shr_u(activations, 8);
  const first = i32x4.add(potentials, i32x4.dot_i16x8_s(even, weights));
  return i32x4.add(first, i32x4.dot_i16x8_s(odd, oddWeights));
}
