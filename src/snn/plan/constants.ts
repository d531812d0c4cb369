import type { Activation, Add, Convolution, Requantization, Tensor } from '../network.ts';
import { powerOfTwo } from '../power-of-two.ts';
import { requantize } from '../requantize.ts';
import type { AddConstants, NeuronConstants, RescalingConstants } from './plan.ts';

/** The exponent of the multipliers in `NeuronConstants`. */
export const NEURON_SHIFT = 23;
const INT32_LOW = -(2 ** 31);
const INT32_HIGH = 2 ** 31 - 1;

/**
 * Activation and requantization to 8 bits in 32-bit integers, with one shift for all neurons:
 * `p·M/2^s = p·(M·2^(23−s))/2^23`. Clamped first to the nearest potentials that saturate, the
 * product stays below 255·2^23 (docs/arithmetic.md). Rescaling never decreases, so an activation
 * that clamps the potential clamps the spike as well. Undefined where a divisor exceeds 2^23 or
 * the activation is a table.
 */
export function neuronConstants(
  activation: Activation,
  { bits, multiplier, shift }: Requantization,
): NeuronConstants | undefined {
  if (activation.kind === 'lut' || bits !== 8) return undefined;
  const neurons = multiplier.length;
  const constants = {
    floor: new Int32Array(neurons),
    ceiling: new Int32Array(neurons),
    multiplier: new Int32Array(neurons),
    low: new Int8Array(neurons),
    high: new Int8Array(neurons),
  };
  for (let neuron = 0; neuron < neurons; neuron++) {
    const factor = multiplier[neuron] ?? 0;
    const exponent = shift[neuron] ?? 0;
    if (exponent > NEURON_SHIFT) return undefined;
    // A factor beyond 255 is 255: either way a potential of ±1 saturates.
    const unit = powerOfTwo(exponent);
    constants.multiplier[neuron] = Math.min(factor / unit, 255) * 2 ** NEURON_SHIFT;
    const saturatesLow = factor === 0 ? INT32_LOW : Math.ceil((-127.5 * unit) / factor) - 1;
    const saturatesHigh = factor === 0 ? INT32_HIGH : Math.ceil((126.5 * unit) / factor);
    constants.floor[neuron] = Math.max(INT32_LOW, saturatesLow);
    constants.ceiling[neuron] = Math.min(INT32_HIGH, saturatesHigh);
    const [least, most] = activationLimits(activation, neuron);
    constants.low[neuron] = requantize(least, factor, exponent, -128, 127);
    constants.high[neuron] = requantize(most, factor, exponent, -128, 127);
  }
  return constants;
}

/** The spike of a neuron at a potential, as the kernels compute it; exact in float64. */
export function spikeAt(constants: NeuronConstants, neuron: number, potential: number): number {
  const { floor, ceiling, multiplier, low, high } = constants;
  const above = Math.max(potential, floor[neuron] ?? 0);
  const clamped = Math.min(above, ceiling[neuron] ?? 0);
  const product = clamped * (multiplier[neuron] ?? 0);
  const rounded = Math.floor(product / 2 ** NEURON_SHIFT + 0.5);
  return Math.max(Math.min(rounded, high[neuron] ?? 0), low[neuron] ?? 0);
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

/**
 * A 1×1 convolution in which each channel sees only itself, as a rounding product in 16 bits:
 * `y·w·M/2^s = (y·2^a)·m/2^15` with the least a for which `w·M/2^s < 2^a`, hence m = w·M·2^(15−a−s)
 * below 2^15; a whole number, as w·M has 15 bits. From a slope of 2^8 on, every spike but 0
 * saturates. Undefined where there is no such m, or where the layer does more than rescale.
 * @param operator depthwise
 */
export function rescalingConstants(operator: Convolution): RescalingConstants | undefined {
  const { activation, bias, pool, requantization, stride, pads, weights } = operator;
  const { top, left, bottom, right } = pads;
  if (pool.kind !== 'none' || stride[0] * stride[1] !== 1 || top + left + bottom + right > 0) {
    return undefined;
  }
  const isRectified = activation.kind === 'relu';
  if ((activation.kind !== 'none' && !isRectified) || bias.some((resting) => resting !== 0)) {
    return undefined;
  }
  const factor = new Int16Array(weights.length);
  const multiplier = new Int16Array(weights.length);
  for (let channel = 0; channel < weights.length; channel++) {
    const times = (weights[channel] ?? 0) * (requantization.multiplier[channel] ?? 0);
    const slope = times / powerOfTwo(requantization.shift[channel] ?? 0);
    let power = 1;
    while (power <= slope && power < 2 ** 8) power *= 2;
    const product = Math.min((slope * 2 ** 15) / power, 2 ** 15 - 1);
    if (times < 0 || !Number.isInteger(product)) return undefined;
    factor[channel] = power;
    multiplier[channel] = product;
  }
  return { low: isRectified ? 0 : -128, factor, multiplier };
}
