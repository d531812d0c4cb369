import type { Activation, Add, Requantization, Tensor } from '../network.ts';
import { powerOfTwo } from '../power-of-two.ts';
import type { AddConstants, NeuronConstants } from './plan.ts';

/** The common exponent of the multipliers in `NeuronConstants`. */
const NEURON_SHIFT = 23;
const INT32_LOW = -(2 ** 31);
const INT32_HIGH = 2 ** 31 - 1;

/**
 * Activation and requantization to 8 bits in 32-bit integers, with one shift for all channels:
 * `p·M/2^s = p·(M·2^(23−s))/2^23`. Clamped first to the nearest potentials that saturate, the
 * product stays below 255·2^23 (docs/arithmetic.md). Undefined where a divisor exceeds 2^23 or
 * the activation is a table.
 */
export function neuronConstants(
  activation: Activation,
  { bits, multiplier, shift }: Requantization,
): NeuronConstants | undefined {
  if (activation.kind === 'lut' || bits !== 8) return undefined;
  const channels = multiplier.length;
  const constants = {
    low: new Int32Array(channels),
    high: new Int32Array(channels),
    multiplier: new Int32Array(channels),
  };
  for (let channel = 0; channel < channels; channel++) {
    const factor = multiplier[channel] ?? 0;
    const exponent = shift[channel] ?? 0;
    if (exponent > NEURON_SHIFT) return undefined;
    // A factor beyond 255 is 255: either way a potential of ±1 saturates.
    const scaled = Math.min(factor * powerOfTwo(-exponent), 255);
    constants.multiplier[channel] = scaled * powerOfTwo(NEURON_SHIFT);
    const unit = powerOfTwo(exponent);
    const saturatesHigh = factor === 0 ? INT32_HIGH : Math.ceil((126.5 * unit) / factor);
    const saturatesLow = factor === 0 ? INT32_LOW : Math.ceil((-127.5 * unit) / factor) - 1;
    const [low, high] = activationLimits(activation, channel);
    constants.low[channel] = Math.max(low, saturatesLow);
    constants.high[channel] = Math.min(high, saturatesHigh);
  }
  return constants;
}

/** The interval to which an activation clamps a potential. */
export function activationLimits(
  activation: Exclude<Activation, { kind: 'lut' }>,
  channel: number,
): readonly [low: number, high: number] {
  switch (activation.kind) {
    case 'none':
      return [INT32_LOW, INT32_HIGH];
    case 'relu':
      return [0, INT32_HIGH];
    case 'relu-clipped':
      return [0, activation.maximum[channel] ?? 0];
  }
}

/**
 * An addition in 16 bits. With u, v, s shifted by the same number so that 1 ≤ s ≤ 15,
 * `⌊(left·2^u + right·2^v)/2^s + ½⌋ = ⌊sum·2^(15−s)/2^15 + ½⌋`, the rounding product that the
 * instruction set has. Undefined where a channel's sum could leave 16 bits.
 */
export function addConstants(operator: Add, left: Tensor, right: Tensor): AddConstants | undefined {
  const { leftFactor, rightFactor, requantization } = operator;
  if (requantization === undefined || requantization.bits !== 8) return undefined;
  const channels = leftFactor.length;
  const constants = {
    leftFactor: new Int16Array(channels),
    rightFactor: new Int16Array(channels),
    multiplier: new Int16Array(channels),
  };
  for (let channel = 0; channel < channels; channel++) {
    if (requantization.multiplier[channel] !== 1) return undefined;
    let divisor = powerOfTwo(requantization.shift[channel] ?? 0);
    let x = leftFactor[channel] ?? 0;
    let y = rightFactor[channel] ?? 0;
    while (x % 2 === 0 && y % 2 === 0 && divisor > 2) [x, y, divisor] = [x / 2, y / 2, divisor / 2];
    while (divisor < 2) [x, y, divisor] = [x * 2, y * 2, divisor * 2];
    const low = left.low * x + right.low * y;
    const high = left.high * x + right.high * y;
    if (divisor > 2 ** 15 || low < -(2 ** 15) || high >= 2 ** 15) return undefined;
    if (x >= 2 ** 15 || y >= 2 ** 15) return undefined;
    constants.leftFactor[channel] = x;
    constants.rightFactor[channel] = y;
    constants.multiplier[channel] = 2 ** 15 / divisor;
  }
  return constants;
}
