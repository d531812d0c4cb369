import { readTensor, type TensorSource } from '../engines/engine.ts';
import { SnnError } from '../errors.ts';
import { classify, gatedFeatures } from '../head/classify.ts';
import type { Head } from '../head/head.ts';
import { type Network, tensorOf } from '../network.ts';
import { powerOfTwo } from '../power-of-two.ts';
import { requantize, signedLimits } from '../requantize.ts';
import { Grid } from './grid.ts';
import { spikeLayerPotentials } from './spike-layer.ts';

/** Why each class has its score for one image, position by position of the spike layer's map. */
export interface Explanation {
  readonly height: number;
  readonly width: number;
  /** The power of two of which every term but `residual` is a whole multiple. */
  readonly unit: number;
  /** In the order of `head.classes`. */
  readonly classes: readonly ClassExplanation[];
}

/**
 * `Σ map + bias + rounding + saturation + residual = score` as real numbers, hence to the last
 * bit. In doubles too: the first four may be added in any order, then the residual.
 */
export interface ClassExplanation {
  readonly code: string;
  /** What the spikes of each position add to the score; H·W values, row by row. */
  readonly map: Float64Array;
  /** The score without any spike, with the gate held at its value for this image. */
  readonly bias: number;
  /** What rounding the pooled spike counts to whole numbers adds. */
  readonly rounding: number;
  /** What clipping them at the largest spike count adds. */
  readonly saturation: number;
  /** Rounding of the doubles: those of the head, and of these terms to `unit`. */
  readonly residual: number;
  /** The class's logit as `classify` gives it, before prior adjustment and temperature. */
  readonly score: number;
}

/**
 * Splits each class's logit by position. With A(k, q) the activated potential of channel k at
 * position q, M/2^s the requantization of the spike layer, n the spike counts, and the gate g
 * held at its value for this image,
 *
 *     logit  = Σ_k W(k)·g(k)·(n(k)·scale(k) + offset(k)) + w
 *     n(k)   = Σ_q A(k, q)·M(k)/2^s(k) + rounding(k) + saturation(k)
 *     map(q) = Σ_k W(k)·g(k)·scale(k)·M(k)/2^s(k)·A(k, q)
 *
 * Terms are summed in doubles, channels upward, then rounded to one grid (grid.ts), on which
 * they add without rounding. The maps of two classes are on the same grid, so that their
 * difference splits the difference of the two scores.
 *
 * @param tensors those of the image's run, such as an `EventEngine` after `run`.
 * @throws SnnError 'head-invalid' where the head is not this network's or its numbers overflow,
 *   'graph-invalid' where the network pools no map; RangeError where the tensors are not those of one run of this network.
 */
export function explain(network: Network, head: Head, tensors: TensorSource): Explanation {
  if (head.networkSha256 !== network.sha256) {
    throw new SnnError('head-invalid', `The head '${head.name}' was made for another network`);
  }
  const { layer, height, width, activated } = spikeLayerPotentials(network, tensors);
  const [channels] = tensorOf(network, network.spikeTensor).shape;
  const pooled = poolCounts(activated, channels, layer.requantization);
  if (!sameCounts(pooled.counts, readTensor(tensors, network.spikeTensor))) {
    throw new RangeError('The tensors to explain are not those of one run of this network');
  }
  const { logits } = classify(head, pooled.counts);
  const { gates } = gatedFeatures(head, pooled.counts);
  const raw = head.classes.map((_, row) => {
    const { weights, bias } = head.classifier;
    const gated = gates.map((gate, k) => (weights[row * channels + k] ?? 0) * gate);
    const perCount = gated.map((weight, k) => weight * (head.featureScale[k] ?? 0));
    const perPotential = perCount.map((weight, k) => weight * (pooled.factor[k] ?? 0));
    return {
      map: Array.from({ length: height * width }, (_, position) =>
        dot(perPotential, activated.subarray(position * channels, (position + 1) * channels)),
      ),
      bias: plus(dot(gated, head.featureOffset), bias[row] ?? 0),
      rounding: dot(perCount, pooled.rounding),
      saturation: dot(perCount, pooled.saturation),
    };
  });
  const magnitudes = raw.map(({ map, bias, rounding, saturation }) =>
    [...map, bias, rounding, saturation].reduce((sum, term) => sum + term.magnitude, 0),
  );
  const magnitude = Math.max(...magnitudes);
  if (!Number.isFinite(magnitude)) {
    throw new SnnError('head-invalid', `The head '${head.name}' gives terms that are not finite`);
  }
  const grid = new Grid(magnitude);
  const classes = head.classes.map(({ code }, row) => {
    const terms = raw[row];
    const map = Float64Array.from(terms?.map ?? [], ({ value }) => grid.snap(value));
    const bias = grid.snap(terms?.bias.value ?? 0);
    const saturation = grid.snap(terms?.saturation.value ?? 0);
    const rounding = grid.snap(terms?.rounding.value ?? 0);
    const score = logits[row] ?? 0;
    const sum = map.reduce((total, value) => total + value, 0) + bias + rounding + saturation;
    const residual = score - sum;
    // A score far below one unit is all rounding of doubles: then the terms sum to 0.
    return isExactDifference(score, sum, residual)
      ? { code, map, bias, rounding, saturation, residual, score }
      : { code, map, bias, rounding: rounding - sum, saturation, residual: score, score };
  });
  return { height, width, unit: grid.unit, classes };
}

interface PooledCounts {
  readonly counts: Int32Array;
  /** M/2^s: counts per unit of potential, before rounding. Exact. */
  readonly factor: Float64Array;
  /** The rounded count less the unrounded one, −½ … ½. Exact. */
  readonly rounding: Float64Array;
  /** The count less the rounded one: 0 unless it is clipped. */
  readonly saturation: Float64Array;
}

function poolCounts(
  activated: Float64Array,
  channels: number,
  { bits, multiplier, shift }: { bits: number; multiplier: Uint8Array; shift: Int8Array },
): PooledCounts {
  const [low, high] = signedLimits(bits);
  const sums = new Float64Array(channels);
  for (const [index, potential] of activated.entries()) {
    const channel = index % channels;
    sums[channel] = (sums[channel] ?? 0) + potential;
  }
  const counts = Int32Array.from(sums, (sum, k) =>
    requantize(sum, multiplier[k] ?? 0, shift[k] ?? 0, low, high),
  );
  const factor = sums.map((_, k) => (multiplier[k] ?? 0) * powerOfTwo(-(shift[k] ?? 0)));
  const unrounded = sums.map((sum, k) => sum * (factor[k] ?? 0));
  const rounded = unrounded.map((value) => Math.floor(value + 0.5));
  return {
    counts,
    factor,
    rounding: rounded.map((value, k) => value - (unrounded[k] ?? 0)),
    saturation: rounded.map((value, k) => (counts[k] ?? 0) - value),
  };
}

/** A sum, and the sum of its terms' magnitudes. */
interface Term {
  readonly value: number;
  readonly magnitude: number;
}

function dot(left: Float64Array, right: Float64Array): Term {
  let value = 0;
  let magnitude = 0;
  for (let index = 0; index < left.length; index++) {
    const product = (left[index] ?? 0) * (right[index] ?? 0);
    value += product;
    magnitude += Math.abs(product);
  }
  return { value, magnitude };
}

function plus({ value, magnitude }: Term, addend: number): Term {
  return { value: value + addend, magnitude: magnitude + Math.abs(addend) };
}

function sameCounts(left: Int32Array, right: Int32Array): boolean {
  return left.length === right.length && left.every((count, index) => count === right[index]);
}

/** Whether `difference`, the double nearest to a − b, is a − b (Knuth's TwoSum). */
function isExactDifference(a: number, b: number, difference: number): boolean {
  const shadow = difference - a;
  return a - (difference - shadow) - (b + shadow) === 0;
}
