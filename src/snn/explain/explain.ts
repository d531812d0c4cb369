import { readTensor, type TensorSource } from '../engines/engine.ts';
import { SnnError } from '../errors.ts';
import { classify, gatedFeatures } from '../head/classify.ts';
import type { Head } from '../head/head.ts';
import { uprightPosition } from '../head/views.ts';
import { type Network, tensorOf } from '../network.ts';
import { powerOfTwo } from '../power-of-two.ts';
import { requantize, signedLimits } from '../requantize.ts';
import { Grid } from './grid.ts';
import { type SpikeLayerPotentials, spikeLayerPotentials } from './spike-layer.ts';

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
 * For a head of several views, n and A are their sums, each map turned upright.
 *
 * @param runs the tensors of the image's run, such as an `EventEngine` after `run`; for a head of
 *   several views, those of each in the order of `views`, read one at a time.
 * @throws SnnError 'head-invalid' where the head is not this network's or its numbers overflow,
 *   'graph-invalid' where the network pools no map; RangeError where the
 *   tensors are not those of one run of this network, or there are not as many runs as views.
 */
export function explain(
  network: Network,
  head: Head,
  runs: TensorSource | Iterable<TensorSource>,
): Explanation {
  if (head.networkSha256 !== network.sha256) {
    throw new SnnError('head-invalid', `The head '${head.name}' was made for another network`);
  }
  const { spikes, counts, factor, rounding, saturation } = sumViews(network, head, runs);
  const [channels] = tensorOf(network, network.spikeTensor).shape;
  const { logits } = classify(head, counts);
  const { gates } = gatedFeatures(head, counts);
  const raw = head.classes.map((_, row) => {
    const { weights, bias } = head.classifier;
    const gated = gates.map((gate, k) => (weights[row * channels + k] ?? 0) * gate);
    const perCount = gated.map((weight, k) => weight * (head.featureScale[k] ?? 0));
    const perPotential = perCount.map((weight, k) => weight * (factor[k] ?? 0));
    return {
      map: Array.from({ length: spikes.height * spikes.width }, (_, position) =>
        dot(
          perPotential,
          spikes.activated.subarray(position * channels, (position + 1) * channels),
        ),
      ),
      bias: plus(dot(gated, head.featureOffset), bias[row] ?? 0),
      rounding: dot(perCount, rounding),
      saturation: dot(perCount, saturation),
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
  const { height, width } = spikes;
  return { height, width, unit: grid.unit, classes };
}

/** The pooled counts of all runs, and their spike maps laid over each other upright. */
function sumViews(
  network: Network,
  head: Head,
  runs: TensorSource | Iterable<TensorSource>,
): Views {
  let sum: Views | undefined;
  let view = 0;
  for (const tensors of Symbol.iterator in runs ? runs : [runs]) {
    const spikes = spikeLayerPotentials(network, tensors);
    const { requantization, potentialShape } = spikes.layer;
    const pooled = poolCounts(spikes.activated, potentialShape[0], requantization);
    if (!sameCounts(pooled.counts, readTensor(tensors, network.spikeTensor))) {
      throw new RangeError('The tensors to explain are not those of one run of this network');
    }
    const upright = { ...spikes, activated: turnUpright(spikes, view) };
    sum = sum ? addViews(sum, { ...pooled, spikes: upright }) : { ...pooled, spikes: upright };
    view++;
  }
  if (!sum || view !== head.views) {
    throw new RangeError(`The head '${head.name}' sums ${head.views} views; ${view} were run`);
  }
  return sum;
}

function turnUpright({ activated, layer, height, width }: SpikeLayerPotentials, view: number) {
  if (view === 0) return activated;
  if (height !== width) {
    throw new SnnError('graph-invalid', 'The network makes a map that is no square of a square');
  }
  const [channels] = layer.potentialShape;
  const turned = new Float64Array(activated.length);
  for (let position = 0; position < height * width; position++) {
    const y = Math.floor(position / width);
    const to = uprightPosition(view, y, position % width, width);
    const from = position * channels;
    turned.set(activated.subarray(from, from + channels), to * channels);
  }
  return turned;
}

type Views = PooledCounts & { readonly spikes: SpikeLayerPotentials };

/** Whole numbers below 2^53 and multiples of powers of two near them: these sums are exact. */
function addViews(left: Views, right: Views): Views {
  const add = (a: Float64Array, b: Float64Array) => a.map((value, at) => value + (b[at] ?? 0));
  return {
    counts: left.counts.map((count, k) => count + (right.counts[k] ?? 0)),
    factor: left.factor,
    rounding: add(left.rounding, right.rounding),
    saturation: add(left.saturation, right.saturation),
    spikes: { ...left.spikes, activated: add(left.spikes.activated, right.spikes.activated) },
  };
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
