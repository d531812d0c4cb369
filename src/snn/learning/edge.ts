/**
 * What a device can run: 1-bit inputs, 1-bit weights, whole numbers alone. Its order and arithmetic
 * stand in `docs/arithmetic.md`.
 *
 * A spike count becomes one bit: whether it reaches its channel's threshold. A neuron learns one
 * image: its weights are that image's bits. Its potential for an image is the number of channels whose
 * bits agree; a class's score is a sum of the potentials, each times a whole number.
 */
export interface EdgeNeurons {
  /** One whole number a channel. */
  readonly thresholds: Int32Array;
  /** Each neuron's weights, ⌈channels/32⌉ words a neuron: channel i is bit i mod 32 of word ⌊i/32⌋. */
  readonly weights: Uint32Array;
  /** A row a class, a column a neuron, −32,767…32,767. */
  readonly readout: Int32Array;
  /** One a class, −2^30…2^30. */
  readonly offsets: Int32Array;
}

/** Neurons of one class. */
export const EDGE_NEURONS_PER_CLASS = 16;
/** 120 · 32,767 · 256 + 2^30 < 2^31: so many neurons read 256 channels without a sum beyond 32 bits. */
export const MAX_EDGE_NEURONS = 120;
/** Largest magnitude of a readout. */
export const EDGE_READOUT = 32_767;
/** Largest magnitude of an offset. */
export const EDGE_OFFSET = 1_073_741_824;

/** Each channel's threshold: the mean of the classes' mean counts, each rounded down. */
export function edgeThresholds(
  classes: readonly { readonly sum: Float64Array; readonly count: number }[],
): Int32Array {
  return Int32Array.from({ length: classes[0]?.sum.length ?? 0 }, (_, index) => {
    const means = classes.map(({ sum, count }) => Math.floor((sum[index] ?? 0) / count));
    return Math.floor(means.reduce((total, mean) => total + mean, 0) / classes.length);
  });
}

export function edgeBits(thresholds: Int32Array, counts: Int32Array): Uint32Array {
  const bits = new Uint32Array(edgeWords(thresholds.length));
  for (const [index, threshold] of thresholds.entries()) {
    const word = index >>> 5;
    if ((counts[index] ?? 0) >= threshold) bits[word] = (bits[word] ?? 0) | (1 << (index & 31));
  }
  return bits;
}

export function edgeWords(channels: number): number {
  return Math.ceil(channels / 32);
}

/** A neuron's potential after another, 0…channels. */
export function edgePotentials(
  { thresholds, weights }: Pick<EdgeNeurons, 'thresholds' | 'weights'>,
  counts: Int32Array,
): Int32Array {
  const bits = edgeBits(thresholds, counts);
  const words = bits.length;
  return Int32Array.from({ length: weights.length / words }, (_, neuron) => {
    let differences = 0;
    for (const [at, word] of bits.entries()) {
      differences += ones(word ^ (weights[neuron * words + at] ?? 0));
    }
    return thresholds.length - differences;
  });
}

/** A class's score after another. */
export function edgeScores(neurons: EdgeNeurons, counts: Int32Array): Int32Array {
  const potentials = edgePotentials(neurons, counts);
  const size = potentials.length;
  return neurons.offsets.map((offset, row) => {
    let sum = offset;
    for (const [neuron, potential] of potentials.entries()) {
      sum += (neurons.readout[row * size + neuron] ?? 0) * potential;
    }
    return sum;
  });
}

/** Bits of a word that are 1 (Warren, Hacker's Delight, 5-1). */
function ones(word: number): number {
  let n = word - ((word >>> 1) & 0x55555555);
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
