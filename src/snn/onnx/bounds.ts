import { SnnError } from '../errors.ts';
import type { Activation, Requantization } from '../network.ts';
import { powerOfTwo } from '../power-of-two.ts';
import { requantize, signedLimits } from '../requantize.ts';

/**
 * Range analysis: how far the integers of a layer can go for any input, from its weights
 * alone. It proves that 32 bits suffice, and finds the layers in which the float32 function
 * body of the file could give another integer (docs/arithmetic.md, "float32").
 */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/** One range a channel. */
export interface Ranges {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** Every integer up to this magnitude is a float32. */
const FLOAT32_INTEGERS = 2 ** 24;
const INT32_MAX = 2 ** 31 - 1;

/**
 * The range of `bias + any partial sum of weight·input`, per output channel, for weights
 * stored as `weightsPerChannel` consecutive values. Partial sums in any order stay inside.
 */
export function potentialRanges(
  label: string,
  weights: Int8Array,
  bias: Int32Array,
  input: Range,
): Ranges {
  const weightsPerChannel = weights.length / bias.length;
  const least = Math.min(0, input.low);
  const most = Math.max(0, input.high);
  const low = new Float64Array(bias.length);
  const high = new Float64Array(bias.length);
  for (let channel = 0; channel < bias.length; channel++) {
    const end = (channel + 1) * weightsPerChannel;
    let positive = 0;
    let negative = 0;
    for (let index = channel * weightsPerChannel; index < end; index++) {
      const weight = weights[index] ?? 0;
      const sign = weight >> 31; // no branch: nothing foretells a weight's sign
      positive += weight & ~sign;
      negative += weight & sign;
    }
    const resting = bias[channel] ?? 0;
    low[channel] = Math.min(resting, 0) + positive * least + negative * most;
    high[channel] = Math.max(resting, 0) + positive * most + negative * least;
  }
  return checkInt32(label, { low, high });
}

/** Largest magnitude in the ranges. */
export function largestMagnitude(ranges: Ranges): number {
  const { low, high } = enclosing(ranges);
  return Math.max(-low, high, 0);
}

/** Throws SnnError 'accumulator-overflow' where a range leaves ±(2^31 − 1). */
export function checkInt32(label: string, ranges: Ranges): Ranges {
  const largest = largestMagnitude(ranges);
  if (largest <= INT32_MAX) return ranges;
  throw new SnnError(
    'accumulator-overflow',
    `${label} can reach a membrane potential of ${largest}, beyond 2^31 − 1`,
  );
}

/** The smallest range that holds all channels'. */
export function enclosing(ranges: Ranges): Range {
  return {
    low: ranges.low.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY),
    high: ranges.high.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY),
  };
}

/** The ranges after the activation. */
export function activatedRanges(activation: Activation, ranges: Ranges): Ranges {
  if (activation.kind === 'none') return ranges;
  if (activation.kind === 'lut') {
    const channels = ranges.low.length;
    return {
      low: new Float64Array(channels).fill(Math.min(...activation.table)),
      high: new Float64Array(channels).fill(Math.max(...activation.table)),
    };
  }
  const maximum = activation.kind === 'relu-clipped' ? activation.maximum : undefined;
  const high = new Float64Array(ranges.high.length);
  for (let channel = 0; channel < high.length; channel++) {
    const rectified = Math.max(ranges.high[channel] ?? 0, 0);
    high[channel] = maximum === undefined ? rectified : Math.min(rectified, maximum[channel] ?? 0);
  }
  return { low: new Float64Array(high.length), high };
}

/** The ranges of sums over any of so many pixels. Throws as `checkInt32` does. */
export function summedRanges(label: string, { low, high }: Ranges, pixels: number): Ranges {
  return checkInt32(label, {
    low: low.map((value) => Math.min(value * pixels, 0)),
    high: high.map((value) => Math.max(value * pixels, 0)),
  });
}

/** The smallest range that holds the requantized results of all channels. */
export function requantizedRange(
  { bits, multiplier, shift }: Requantization,
  ranges: Ranges,
): Range {
  const [least, most] = signedLimits(bits);
  let low = most;
  let high = least;
  for (let channel = 0; channel < multiplier.length; channel++) {
    const m = multiplier[channel] ?? 0;
    const s = shift[channel] ?? 0;
    low = Math.min(low, requantize(ranges.low[channel] ?? 0, m, s, least, most));
    high = Math.max(high, requantize(ranges.high[channel] ?? 0, m, s, least, most));
  }
  return { low, high };
}

export function sumsAreFloat32Exact(ranges: Ranges): boolean {
  return largestMagnitude(ranges) <= FLOAT32_INTEGERS;
}

/**
 * Whether `clip(floor(p / 2^s · M + 0.5))`, each operation rounded to float32, equals the
 * exact result for every potential p of the ranges. Both are non-decreasing in p, so they
 * are equal everywhere when they are equal on both sides of each step of the exact one.
 */
export function requantizationIsFloat32Exact(
  { bits, multiplier, shift }: Requantization,
  ranges: Ranges,
): boolean {
  const [low, high] = signedLimits(bits);
  for (let channel = 0; channel < multiplier.length; channel++) {
    const m = multiplier[channel] ?? 0;
    const s = shift[channel] ?? 0;
    const unit = powerOfTwo(s);
    // Below the saturated results p·M + 2^(s−1) stays under 2^(bits−1)·2^s: all exact.
    if (m === 0 || unit * 2 ** (bits - 1) <= FLOAT32_INTEGERS) continue;
    const least = ranges.low[channel] ?? 0;
    const most = ranges.high[channel] ?? 0;
    const inFloat32 = (p: number) =>
      Math.floor(Math.fround(Math.fround(Math.fround(p / unit) * m) + 0.5));
    const first = requantize(least, m, s, low, high);
    const last = requantize(most, m, s, low, high);
    for (let result = first + 1; result <= last; result++) {
      const step = Math.ceil(((result - 0.5) * unit) / m);
      if (inFloat32(step) < result || inFloat32(step - 1) >= result) return false;
    }
    // No step lies outside [first, last], but a rounding could still reach one just beyond.
    if (last !== high && inFloat32(most) !== last) return false;
    if (first !== low && inFloat32(least) !== first) return false;
  }
  return true;
}
