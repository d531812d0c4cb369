// Weights in the order in which the kernels read them: for each vector, four taps of four neurons.
import { RESTING, WEIGHTS } from './neurons';
import { WEIGHT_VECTOR } from './dot';

/**
 * One neuron's weights into lane 0…7 of its block. `taps` lists where each of `count` bytes of the
 * receptive field has its weight, −1 for none. An input byte is its value + `zero`, so the resting
 * potential takes −zero · Σ weights. Where `split`, the magnitudes of the negative weights come first,
 * then the positive weights. Returns Σ |weight|.
 */
export function pack(
  weights: usize, taps: usize, count: i32, block: usize, lane: i32, zero: i32, split: bool,
): i32 {
  let sum = 0;
  let magnitudes = 0;
  const first = block + WEIGHTS + (lane >> 2) * WEIGHT_VECTOR;
  const positive = (count >> 2) * 2 * WEIGHT_VECTOR;
  for (let tap = 0; tap < count; tap++) {
    const from = load<i32>(taps + (tap << 2));
    const weight: i32 = from < 0 ? 0 : load<i8>(weights + from);
    sum += weight;
    magnitudes += weight < 0 ? -weight : weight;
    const vector = first + (tap >> 2) * 2 * WEIGHT_VECTOR;
    const at = vector + ((lane & 3) << 2) + (tap & 3);
    if (!RELAXED) store<i16>(vector + ((tap & 1) << 4) + ((lane & 3) << 2) + (tap & 2), weight);
    else if (!split) store<i8>(at, weight);
    else if (weight < 0) store<i8>(at, -weight);
    else store<i8>(at + positive, weight);
  }
  const resting = block + RESTING + (lane << 2);
  store<i32>(resting, load<i32>(resting) - zero * sum);
  return magnitudes;
}
