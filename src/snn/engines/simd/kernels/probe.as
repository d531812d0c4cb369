// The test by which an engine chooses its tier: the dot product against sums of plain integers.
import { dot, oddWeights, WEIGHT_VECTOR } from './dot';

/** Whether each of `count` vector pairs gives four zeros when it starts from its negated sums. */
export function probe(activations: usize, weights: usize, negativeSums: usize, count: i32): bool {
  let rest = i32x4.splat(0);
  for (let n = 0; n < count; n++) {
    const sums = dot(
      v128.load(negativeSums), v128.load(activations), v128.load(weights), oddWeights(weights), false,
    );
    rest = v128.or(rest, sums);
    activations += 16;
    weights += WEIGHT_VECTOR;
    negativeSums += 16;
  }
  return !v128.any_true(rest);
}
