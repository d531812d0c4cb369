/**
 * The learner that a device could run: 1-bit inputs, 1-bit weights, whole numbers alone. Its order and
 * arithmetic stand in `docs/arithmetic.md`.
 *
 * A spike count becomes one bit: whether it reaches its channel's threshold. A neuron learns one
 * image: its weights are that image's bits. Its potential for another image is the number of channels
 * whose bits agree. A class's potential is the mean of its neurons'.
 */
export interface EdgeNeurons {
  /** One whole number a channel. */
  readonly thresholds: Int32Array;
  /** Of each class: its neurons' weights, 32 channels a word, a neuron after the other. */
  readonly neurons: readonly Uint32Array[];
}

/** Neurons of one class; images beyond them are not learned. */
export const MAX_EDGE_NEURONS = 256;
/** Potentials are given in 1/65,536 of a channel. */
export const EDGE_UNIT = 65_536;

/**
 * Each channel's threshold: the mean of the classes' mean counts, rounded down. Classes without an
 * image do not count.
 */
export function edgeThresholds(
  sums: readonly { readonly sum: Float64Array; readonly count: number }[],
): Int32Array {
  const learned = sums.filter(({ count }) => count > 0);
  const features = learned[0]?.sum.length ?? 0;
  return Int32Array.from({ length: features }, (_, index) => {
    const means = learned.map(({ sum, count }) => Math.floor((sum[index] ?? 0) / count));
    return Math.floor(means.reduce((total, mean) => total + mean, 0) / learned.length);
  });
}

/** The bits of an image: channel i is bit i mod 32 of word ⌊i/32⌋. */
export function edgeBits(thresholds: Int32Array, counts: Int32Array): Uint32Array {
  const bits = new Uint32Array(Math.ceil(thresholds.length / 32));
  for (const [index, threshold] of thresholds.entries()) {
    const word = index >>> 5;
    if ((counts[index] ?? 0) >= threshold) bits[word] = (bits[word] ?? 0) | (1 << (index & 31));
  }
  return bits;
}

/** The weights of a class's neurons, in the images' order. */
export function learnEdgeNeurons(
  thresholds: Int32Array,
  images: readonly Int32Array[],
): Uint32Array {
  const learned = images.slice(0, MAX_EDGE_NEURONS);
  const words = Math.ceil(thresholds.length / 32);
  const weights = new Uint32Array(words * learned.length);
  for (const [index, image] of learned.entries()) {
    weights.set(edgeBits(thresholds, image), index * words);
  }
  return weights;
}

/** The classes' potentials, ⌊EDGE_UNIT · Σ agreements / neurons⌋; −1 for a class without a neuron. */
export function edgePotentials(
  { thresholds, neurons }: EdgeNeurons,
  counts: Int32Array,
): Int32Array {
  const bits = edgeBits(thresholds, counts);
  const words = bits.length;
  return Int32Array.from(neurons, (weights) => {
    if (weights.length === 0) return -1;
    let differences = 0;
    for (const [at, weight] of weights.entries())
      differences += ones(weight ^ (bits[at % words] ?? 0));
    const size = weights.length / words;
    const agreements = size * thresholds.length - differences;
    return Math.floor((agreements * EDGE_UNIT) / size);
  });
}

/** Bits of a word that are 1 (Warren, Hacker's Delight, 5-1). */
function ones(word: number): number {
  let n = word - ((word >>> 1) & 0x55555555);
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
