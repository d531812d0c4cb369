import type { Convolution, Dense } from '../../network.ts';
import { activationLimits } from '../../plan/constants.ts';
import { GROUP } from '../../plan/layout.ts';
import type {
  AddStep,
  BorderStep,
  DepthwiseStep,
  ProductStep,
  Step,
  SumStep,
} from '../../plan/plan.ts';
import { type Kernels, type Tier, WEIGHT_VECTOR } from './kernels.ts';

// The layout of a block of eight neurons; kernels/neurons.as reads it.
const QUARTET_BYTES = 80;
const ZERO_AT = 160;
const HEADER_BYTES = 176;
const HALF = 2 ** 22;
/** Of eight channels of an addition; kernels/maps.as reads it. */
const ADD_GROUP_BYTES = 80;

/** Bytes of constants that a step's kernel reads. */
export function constantBytes(step: Step): number {
  switch (step.kernel) {
    case 'product':
    case 'depthwise':
      return blockCount(step) * blockBytes(step);
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

/** Bytes that packing a step's weights needs for a moment. */
export function stagingBytes(step: Step): number {
  if (step.kernel !== 'product' && step.kernel !== 'depthwise') return 0;
  return step.operator.weights.length + 4 + 4 * tapsOf(step).length;
}

export function blockCount({ output }: ProductStep | DepthwiseStep): number {
  return output.width / GROUP;
}

function blockBytes(step: ProductStep | DepthwiseStep): number {
  return HEADER_BYTES + (tapsOf(step).length / 4) * 2 * WEIGHT_VECTOR[step.dot];
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
    const memory = this.#memory;
    const taps = tapsOf(step);
    const size = blockBytes(step);
    const perNeuron = weightsPerNeuron(operator);
    const weightsAt = this.#staging;
    const tapsAt = Math.ceil((weightsAt + operator.weights.length) / 4) * 4;
    new Int8Array(memory.buffer, weightsAt).set(operator.weights);
    new Int32Array(memory.buffer, tapsAt).set(taps);
    for (let block = at; block < at + blockCount(step) * size; block += size) {
      new Uint8Array(memory.buffer, block + ZERO_AT, 16).fill(output.zero);
      for (let lane = 0; lane < GROUP; lane++)
        memory.setInt32(laneAt(block, lane) + 64, HALF, true);
    }
    for (const [neuron, position] of output.positions.entries()) {
      const block = at + Math.floor(position / GROUP) * size;
      const lane = position % GROUP;
      const to = laneAt(block, lane);
      memory.setInt32(to, operator.bias[neuron] ?? 0, true);
      if (neurons !== undefined) {
        memory.setInt32(to + 16, neurons.low[neuron] ?? 0, true);
        memory.setInt32(to + 32, neurons.high[neuron] ?? 0, true);
        memory.setInt32(to + 48, neurons.multiplier[neuron] ?? 0, true);
      }
      const weights = weightsAt + neuron * perNeuron;
      this.#kernels[step.dot]?.pack(weights, tapsAt, taps.length, block, lane, input.zero);
    }
  }

  #addition({ constants, left, right, output }: AddStep, at: number): void {
    const { leftFactor, rightFactor, multiplier } = constants;
    for (const [channel, position] of output.positions.entries()) {
      const x = leftFactor[channel] ?? 0;
      const y = rightFactor[channel] ?? 0;
      const to = at + Math.floor(position / GROUP) * ADD_GROUP_BYTES + (position % GROUP) * 2;
      this.#memory.setInt16(to, x, true);
      this.#memory.setInt16(to + 16, y, true);
      this.#memory.setInt16(to + 32, -(x * left.zero + y * right.zero), true); // modulo 2^16
      this.#memory.setInt16(to + 48, multiplier[channel] ?? 0, true);
    }
    for (let group = 0; group < output.width / GROUP; group++) {
      const zero = at + group * ADD_GROUP_BYTES + 64;
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

function laneAt(block: number, lane: number): number {
  return block + Math.floor(lane / 4) * QUARTET_BYTES + (lane % 4) * 4;
}

function weightsPerNeuron({ weights, bias }: Convolution | Dense): number {
  return weights.length / bias.length;
}

/** Which weight of a neuron each byte that a kernel multiplies has, −1 for none. */
function tapsOf(step: ProductStep | DepthwiseStep): Int32Array {
  if (step.kernel === 'product') return step.taps;
  // Bands of four kernel rows; within a band column by column, and in a column row by row.
  const [rows, columns] = step.operator.kernel;
  return Int32Array.from({ length: Math.ceil(rows / 4) * columns * 4 }, (_, tap) => {
    const column = Math.floor(tap / 4) % columns;
    const row = Math.floor(tap / 4 / columns) * 4 + (tap % 4);
    return row < rows ? row * columns + column : -1;
  });
}
