// The one instruction on which the two tiers differ: in each 32-bit lane, a sum of four products
// of an unsigned activation and a signed weight, all of them bytes, added to a potential.
//
// RELAXED: i32x4.relaxed_dot_i8x16_i7x16_add_s. It is exact by specification for activations
// 0…127, and on many machines for 0…255; the engine tests which before it uses it.
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

// @ts-ignore: decorator
@inline
export function dot(potentials: v128, activations: v128, weights: v128, oddWeights: v128): v128 {
  if (RELAXED) return i32x4.relaxed_dot_i8x16_i7x16_add_s(weights, activations, potentials);
  const even = i16x8.shr_u(i16x8.shl(activations, 8), 8);
  const odd = i16x8.shr_u(activations, 8);
  const first = i32x4.add(potentials, i32x4.dot_i16x8_s(even, weights));
  return i32x4.add(first, i32x4.dot_i16x8_s(odd, oddWeights));
}
