import type { Convolution, Dense } from '../../network.ts';
import { activationLimits, NEURON_SHIFT, spikeAt } from '../../plan/constants.ts';
import { channelsAt, eventRowBytes, GROUP } from '../../plan/layout.ts';
import type {
  AddStep,
  BorderStep,
  DepthwiseStep,
  DotKind,
  EventStep,
  NeuronConstants,
  ProductStep,
  Step,
  SumStep,
} from '../../plan/plan.ts';
import { type Kernels, type Tier, WEIGHT_VECTOR } from './kernels.ts';

// The layout of a block of eight neurons; kernels/neurons.as reads it.
const MULTIPLIER_AT = 32;
const HALF_AT = 64;
const LOW_AT = 80;
const HIGH_AT = 96;
const ZERO_AT = 112;
const FLOOR_AT = 128;
const CEILING_AT = 160;
const CLAMPED_AT = 192;
const HEADER_BYTES = 208;
/** The multipliers' exponent where no product can leave 32 bits. */
const SHIFT = 18;
/** What a clamped block's multipliers are in units of the others'. */
const CLAMPED_UNIT = 2 ** (NEURON_SHIFT - SHIFT);
/** Of eight channels of an addition; kernels/maps.as reads it. */
const ADD_GROUP_BYTES = 144;

/** Bytes of constants that a step's kernel reads. */
export function constantBytes(step: Step): number {
  switch (step.kernel) {
    case 'product':
    case 'depthwise':
      return blockCount(step) * blockBytes(step);
    case 'events':
      return rowsAt(step) + step.input.width * eventRowBytes(step.output);
    case 'add':
      return (step.output.width / GROUP) * ADD_GROUP_BYTES;
    case 'border':
      return step.output.width;
    case 'sum':
      return step.input.width * 8;
    default:
      return 0;
  }
}

/** Where the rows of weights are, from the start of the step's constants. */
export function rowsAt(step: EventStep): number {
  return blockCount(step) * HEADER_BYTES;
}

/** Bytes that packing a step's weights needs for a moment. */
export function stagingBytes(step: Step): number {
  if (step.kernel !== 'product' && step.kernel !== 'depthwise') return 0;
  return step.operator.weights.length + 4 + 4 * tapCount(step);
}

export function blockCount({ output }: ProductStep | DepthwiseStep | EventStep): number {
  return output.width / GROUP;
}

function blockBytes(step: ProductStep | DepthwiseStep): number {
  const vectors = (tapCount(step) / 4) * 2 * (step.dot === 'split' ? 2 : 1);
  return HEADER_BYTES + vectors * WEIGHT_VECTOR[tierOf(step.dot)];
}

/** Whose kernels do this. */
export function tierOf(dot: DotKind): Tier {
  return dot === 'v128' ? 'v128' : 'relaxed';
}

/** Writes the constants of each step's kernel into memory; weights are packed by the kernels. */
export class ConstantWriter {
  readonly #kernels: Readonly<Partial<Record<Tier, Kernels>>>;
  readonly #memory: DataView;
  readonly #staging: number;

  /** @param staging where `stagingBytes` of any step are free */
  constructor(
    kernels: Partial<Record<Tier, Kernels>>,
    memory: WebAssembly.Memory,
    staging: number,
  ) {
    this.#kernels = kernels;
    this.#memory = new DataView(memory.buffer);
    this.#staging = staging;
  }

  write(step: Step, at: number): void {
    switch (step.kernel) {
      case 'product':
      case 'depthwise':
        this.#neurons(step, at);
        break;
      case 'events':
        this.#rows(step, at);
        break;
      case 'add':
        this.#addition(step, at);
        break;
      case 'border':
        this.#border(step, at);
        break;
      case 'sum':
        this.#limits(step, at);
        break;
    }
  }

  #neurons(step: ProductStep | DepthwiseStep, at: number): void {
    const { operator, output, neurons, input } = step;
    const { buffer } = this.#memory;
    const taps = tapsOf(step);
    const perNeuron = weightsPerNeuron(operator);
    const weightsAt = this.#staging;
    const tapsAt = Math.ceil((weightsAt + operator.weights.length) / 4) * 4;
    new Int8Array(buffer, weightsAt).set(operator.weights);
    new Int32Array(buffer, tapsAt).set(taps);
    const pack = this.#kernels[tierOf(step.dot)]?.pack;
    if (pack === undefined) throw new RangeError(`There are no ${step.dot} kernels`);
    const isSplit = step.dot === 'split';
    const zero = isSplit ? input.zero - 128 : input.zero;
    const size = blockBytes(step);
    const channels = channelsAt(output);
    const largestInput = input.zero === 0 ? 255 : 128;
    /** How far a potential can be from its resting one, for the eight lanes of a block. */
    const reach = new Float64Array(GROUP);
    for (let index = 0; index < blockCount(step); index++) {
      const block = at + index * size;
      const octet = channels.subarray(index * GROUP, (index + 1) * GROUP);
      for (let lane = 0; lane < GROUP; lane++) {
        const neuron = octet[lane] ?? -1;
        if (neuron < 0) continue;
        this.#memory.setInt32(block + lane * 4, operator.bias[neuron] ?? 0, true);
        const from = weightsAt + neuron * perNeuron;
        const magnitudes = pack(from, tapsAt, taps.length, block, lane, zero, isSplit ? 1 : 0);
        reach[lane] = largestInput * magnitudes;
      }
      if (neurons === undefined) continue;
      this.#block(block, octet, neurons, operator.bias, reach);
      new Uint8Array(buffer, block + ZERO_AT, 16).fill(output.zero);
    }
  }

  #rows(step: EventStep, at: number): void {
    const { operator, input, output, neurons } = step;
    const { weights, bias } = operator;
    const inputs = input.positions.length;
    const rows = new Int8Array(this.#memory.buffer, at + rowsAt(step));
    const size = eventRowBytes(step.output);
    const reach = new Float64Array(bias.length);
    for (const [neuron, position] of output.positions.entries()) {
      for (const [channel, inputPosition] of input.positions.entries()) {
        const weight = weights[neuron * inputs + channel] ?? 0;
        rows[inputPosition * size + position] = weight;
        reach[neuron] = (reach[neuron] ?? 0) + 127 * Math.abs(weight);
      }
    }
    const channels = channelsAt(output);
    for (let index = 0; index < blockCount(step); index++) {
      const block = at + index * HEADER_BYTES;
      const octet = channels.subarray(index * GROUP, (index + 1) * GROUP);
      for (const [lane, neuron] of octet.entries()) {
        this.#memory.setInt32(block + lane * 4, bias[neuron] ?? 0, true);
      }
      const reaches = Float64Array.from(octet, (neuron) => reach[neuron] ?? 0);
      this.#block(block, octet, neurons, bias, reaches);
      new Uint8Array(this.#memory.buffer, block + ZERO_AT, 16).fill(output.zero);
    }
  }

  /**
   * The constants of eight neurons. Where no product can leave 32 bits they need no clamping; a
   * neuron whose spike is the same at both ends of its range is a constant.
   * @param octet the neurons, −1 for none
   */
  #block(
    block: number,
    octet: Int32Array,
    constants: NeuronConstants,
    bias: Int32Array,
    reach: Float64Array,
  ): void {
    const { floor, ceiling, multiplier, low, high } = constants;
    const memory = this.#memory;
    let isClamped = false;
    for (let lane = 0; lane < GROUP; lane++) {
      const neuron = octet[lane] ?? -1;
      if (neuron < 0) continue;
      const least = (bias[neuron] ?? 0) - (reach[lane] ?? 0);
      const most = (bias[neuron] ?? 0) + (reach[lane] ?? 0);
      const spike = spikeAt(constants, neuron, least);
      const isConstant = spike === spikeAt(constants, neuron, most);
      const factor = isConstant ? 0 : (multiplier[neuron] ?? 0);
      const largest = (Math.max(-least, most) * factor) / CLAMPED_UNIT + 2 ** (SHIFT - 1);
      if (factor % CLAMPED_UNIT !== 0 || largest >= 2 ** 31) isClamped = true;
      const to = block + lane * 4;
      memory.setInt32(to + MULTIPLIER_AT, factor, true);
      memory.setInt32(to + FLOOR_AT, floor[neuron] ?? 0, true);
      memory.setInt32(to + CEILING_AT, ceiling[neuron] ?? 0, true);
      for (let copy = lane; copy < 2 * GROUP; copy += GROUP) {
        memory.setInt8(block + LOW_AT + copy, isConstant ? spike : (low[neuron] ?? 0));
        memory.setInt8(block + HIGH_AT + copy, isConstant ? spike : (high[neuron] ?? 0));
      }
    }
    memory.setInt32(block + CLAMPED_AT, isClamped ? 1 : 0, true);
    for (let at = 0; at < 16; at += 4)
      memory.setInt32(block + HALF_AT + at, 2 ** (SHIFT - 1), true);
    if (isClamped) return;
    for (let to = block + MULTIPLIER_AT; to < block + HALF_AT; to += 4) {
      memory.setInt32(to, memory.getInt32(to, true) / CLAMPED_UNIT, true);
    }
  }

  #addition({ constants, rescaling, left, right, output }: AddStep, at: number): void {
    const { leftFactor, rightFactor, multiplier } = constants;
    for (const [channel, position] of output.positions.entries()) {
      const x = leftFactor[channel] ?? 0;
      const y = rightFactor[channel] ?? 0;
      const to = at + Math.floor(position / GROUP) * ADD_GROUP_BYTES + (position % GROUP) * 2;
      this.#memory.setInt16(to, x, true);
      this.#memory.setInt16(to + 16, y, true);
      this.#memory.setInt16(to + 32, -(x * left.zero + y * right.zero), true); // modulo 2^16
      this.#memory.setInt16(to + 48, multiplier[channel] ?? 0, true);
      this.#memory.setInt16(to + 64, rescaling?.low ?? 0, true);
      this.#memory.setInt16(to + 80, 127, true);
      this.#memory.setInt16(to + 96, rescaling?.factor[channel] ?? 0, true);
      this.#memory.setInt16(to + 112, rescaling?.multiplier[channel] ?? 0, true);
    }
    for (let group = 0; group < output.width / GROUP; group++) {
      const zero = at + group * ADD_GROUP_BYTES + 128;
      new Uint8Array(this.#memory.buffer, zero, 16).fill(output.zero);
    }
  }

  /** One pixel of padding. */
  #border({ operator, output }: BorderStep, at: number): void {
    for (const [channel, position] of output.positions.entries()) {
      this.#memory.setUint8(at + position, (operator.padValue[channel] ?? 0) + output.zero);
    }
  }

  #limits({ activation, input }: SumStep, at: number): void {
    for (const [channel, position] of input.positions.entries()) {
      const [low, high] = activationLimits(activation, channel);
      const to = at + Math.floor(position / 4) * 32 + (position % 4) * 4;
      this.#memory.setInt32(to, low, true);
      this.#memory.setInt32(to + 16, high, true);
    }
  }
}

function weightsPerNeuron({ weights, bias }: Convolution | Dense): number {
  return weights.length / bias.length;
}

function tapCount(step: ProductStep | DepthwiseStep): number {
  if (step.kernel === 'product') return step.taps.length;
  const [rows, columns] = step.operator.kernel;
  return Math.ceil(rows / 4) * columns * 4;
}

/** Which weight of a neuron each byte that a kernel multiplies has, −1 for none. */
function tapsOf(step: ProductStep | DepthwiseStep): Int32Array {
  if (step.kernel === 'product') return step.taps;
  // Bands of four kernel rows; within a band column by column, and in a column row by row.
  const [rows, columns] = step.operator.kernel;
  return Int32Array.from({ length: tapCount(step) }, (_, tap) => {
    const column = Math.floor(tap / 4) % columns;
    const row = Math.floor(tap / 4 / columns) * 4 + (tap % 4);
    return row < rows ? row * columns + column : -1;
  });
}
