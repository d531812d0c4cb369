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
): Range[] {
  const weightsPerChannel = weights.length / bias.length;
  const least = Math.min(0, input.low);
  const most = Math.max(0, input.high);
  return Array.from(bias, (resting, channel) => {
    const first = channel * weightsPerChannel;
    const [positive, negative] = signSums(weights, first, first + weightsPerChannel);
    return checkInt32(label, {
      low: Math.min(resting, 0) + positive * least + negative * most,
      high: Math.max(resting, 0) + positive * most + negative * least,
    });
  });
}

/** The sum of the weights above 0, and of those below. */
function signSums(weights: Int8Array, first: number, end: number): readonly [number, number] {
  let positive = 0;
  let negative = 0;
  for (let index = first; index < end; index++) {
    const weight = weights[index] ?? 0;
    const sign = weight >> 31; // no branch: nothing foretells a weight's sign
    positive += weight & ~sign;
    negative += weight & sign;
  }
  return [positive, negative];
}

/** Largest magnitude in the ranges. */
export function largestMagnitude(ranges: readonly Range[]): number {
  return ranges.reduce((largest, { low, high }) => Math.max(largest, -low, high), 0);
}

/** Throws SnnError 'accumulator-overflow' where a range leaves ±(2^31 − 1). */
export function checkInt32(label: string, range: Range): Range {
  if (range.low < -INT32_MAX || range.high > INT32_MAX) {
    throw new SnnError(
      'accumulator-overflow',
      `${label} can reach a membrane potential of ${Math.max(-range.low, range.high)}, beyond 2^31 − 1`,
    );
  }
  return range;
}

/** The range after the activation. */
export function activatedRange(
  activation: Activation,
  { low, high }: Range,
  channel: number,
): Range {
  switch (activation.kind) {
    case 'none':
      return { low, high };
    case 'relu':
      return { low: 0, high: Math.max(high, 0) };
    case 'relu-clipped': {
      const maximum = activation.maximum[channel] ?? 0;
      return { low: 0, high: Math.min(Math.max(high, 0), maximum) };
    }
    case 'lut':
      return {
        low: activation.table.reduce((least, value) => Math.min(least, value)),
        high: activation.table.reduce((most, value) => Math.max(most, value)),
      };
  }
}

/** The smallest range that holds the requantized results of all channels. */
export function requantizedRange(requantization: Requantization, ranges: readonly Range[]): Range {
  const [least, most] = signedLimits(requantization.bits);
  let low = most;
  let high = least;
  for (const [channel, range] of ranges.entries()) {
    const multiplier = requantization.multiplier[channel] ?? 0;
    const shift = requantization.shift[channel] ?? 0;
    low = Math.min(low, requantize(range.low, multiplier, shift, least, most));
    high = Math.max(high, requantize(range.high, multiplier, shift, least, most));
  }
  return { low, high };
}

export function sumsAreFloat32Exact(ranges: readonly Range[]): boolean {
  return largestMagnitude(ranges) <= FLOAT32_INTEGERS;
}

/**
 * Whether `clip(floor(p / 2^s · M + 0.5))`, each operation rounded to float32, equals the
 * exact result for every potential p of the ranges. Both are non-decreasing in p, so they
 * are equal everywhere when they are equal on both sides of each step of the exact one.
 */
export function requantizationIsFloat32Exact(
  { bits, multiplier, shift }: Requantization,
  ranges: readonly Range[],
): boolean {
  const [low, high] = signedLimits(bits);
  return ranges.every((range, channel) => {
    const m = multiplier[channel] ?? 0;
    const s = shift[channel] ?? 0;
    const unit = powerOfTwo(s);
    // Below the saturated results p·M + 2^(s−1) stays under 2^(bits−1)·2^s: all exact.
    if (m === 0 || unit * 2 ** (bits - 1) <= FLOAT32_INTEGERS) return true;
    const inFloat32 = (p: number) =>
      Math.floor(Math.fround(Math.fround(Math.fround(p / unit) * m) + 0.5));
    const first = requantize(range.low, m, s, low, high);
    const last = requantize(range.high, m, s, low, high);
    for (let result = first + 1; result <= last; result++) {
      const step = Math.ceil(((result - 0.5) * unit) / m);
      if (inFloat32(step) < result || inFloat32(step - 1) >= result) return false;
    }
    // No step lies outside [first, last], but a rounding could still reach one just beyond.
    return (
      (last === high || inFloat32(range.high) === last) &&
      (first === low || inFloat32(range.low) === first)
    );
  });
}
