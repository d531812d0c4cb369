import type { Pads, Shape, Size } from '../network.ts';

/**
 * What the synapses of a layer look like; a fully connected layer is one big kernel. In a
 * transposed one events spread: `stride` steps over the output, and `pads` are cut off it.
 */
export interface Wiring {
  readonly transposed: boolean;
  readonly inputShape: Shape;
  readonly potentialShape: Shape;
  readonly kernel: Size;
  readonly stride: Size;
  readonly pads: Pads;
  readonly padValue: Int32Array;
  /** [output][input][y][x]; [channel][y][x] where depthwise. */
  readonly weights: Int8Array;
  readonly bias: Int32Array;
  readonly potentialBound: number;
}

/** Buffers that one layer at a time uses; sized once for the largest. */
export class Scratch {
  readonly queue: EventQueue;
  #membranes: Float64Array = new Float64Array();

  constructor(maxInputChannels: number) {
    this.queue = new EventQueue(maxInputChannels);
  }

  /** Called while layers are prepared; the largest request is what all will share. */
  reserve(length: number): void {
    if (length > this.#membranes.length) this.#membranes = new Float64Array(length);
  }

  get membranes(): Float64Array {
    return this.#membranes;
  }
}

/** The events of one pixel: where each one's weights begin, and its magnitude. */
export class EventQueue {
  readonly offsets: Int32Array;
  readonly magnitudes: Float64Array;
  count = 0;

  constructor(capacity: number) {
    this.offsets = new Int32Array(capacity + 1);
    this.magnitudes = new Float64Array(capacity + 1);
  }

  /** Collects the non-zero ones of `channels` values from `at`, without branching on them. */
  collect(spikes: Int16Array, at: number, channels: number, fanOut: number): void {
    const { offsets, magnitudes } = this;
    let count = 0;
    for (let channel = 0; channel < channels; channel++) {
      const spike = spikes[at + channel] ?? 0;
      offsets[count] = channel * fanOut;
      magnitudes[count] = spike;
      count += (spike | -spike) >>> 31;
    }
    this.count = count;
  }
}

const GROUP = 8;
const LANE = 2 ** 26;
/** Potentials below this magnitude, at any time, can share a double with a neighbour. */
const LANE_LIMIT = LANE / 2;

/**
 * Weights in the order in which events read them: [kernel position][input][output], outputs
 * padded to whole groups of eight doubles.
 *
 * Where the layer's range analysis allows (|potential| < 2^25 at any time, so nearly always),
 * a double carries two neurons: `even + odd·2^26`. A sum of magnitude × weight is then two
 * sums at the price of one, and exact: all stay whole numbers below 2^53.
 */
export class Synapses {
  readonly weights: Float64Array;
  readonly resting: Float64Array;
  /** Doubles per pixel and per input channel. */
  readonly width: number;
  readonly #paired: boolean;
  readonly #channels: number;

  constructor({ weights, bias, inputShape, kernel, potentialBound }: Wiring) {
    const [inputs] = inputShape;
    const positions = kernel[0] * kernel[1];
    const lanes = potentialBound < LANE_LIMIT ? 2 : 1;
    this.#paired = lanes === 2;
    this.#channels = bias.length;
    this.width = Math.ceil(bias.length / (lanes * GROUP)) * GROUP;
    this.weights = new Float64Array(positions * inputs * this.width);
    this.resting = new Float64Array(this.width);
    for (const [output, resting] of bias.entries()) {
      const slot = Math.floor(output / lanes);
      const unit = output % lanes === 0 ? 1 : LANE;
      this.resting[slot] = (this.resting[slot] ?? 0) + resting * unit;
      for (let input = 0; input < inputs; input++) {
        for (let position = 0; position < positions; position++) {
          const weight = weights[(output * inputs + input) * positions + position] ?? 0;
          const at = (position * inputs + input) * this.width + slot;
          this.weights[at] = (this.weights[at] ?? 0) + weight * unit;
        }
      }
    }
  }

  /** Takes the potentials of one pixel apart again. */
  unpack(packed: Float64Array, at: number, potentials: Float64Array): void {
    const channels = this.#channels;
    if (!this.#paired) {
      for (let channel = 0; channel < channels; channel++) {
        potentials[channel] = packed[at + channel] ?? 0;
      }
      return;
    }
    for (let channel = 0; channel < channels; channel += 2) {
      const pair = packed[at + channel / 2] ?? 0;
      const odd = Math.floor(pair / LANE + 0.5);
      potentials[channel] = pair - odd * LANE;
      potentials[channel + 1] = odd;
    }
  }
}

/**
 * The hot loop: adds a pixel's events to the neurons at `target`, eight doubles at a time in
 * registers. `base` is where the weights of this kernel position begin.
 */
export function deliver(
  membranes: Float64Array,
  target: number,
  { weights, width }: Synapses,
  base: number,
  { offsets, magnitudes, count }: EventQueue,
): void {
  for (let group = 0; group < width; group += GROUP) {
    const at = target + group;
    let m0 = membranes[at] ?? 0;
    let m1 = membranes[at + 1] ?? 0;
    let m2 = membranes[at + 2] ?? 0;
    let m3 = membranes[at + 3] ?? 0;
    let m4 = membranes[at + 4] ?? 0;
    let m5 = membranes[at + 5] ?? 0;
    let m6 = membranes[at + 6] ?? 0;
    let m7 = membranes[at + 7] ?? 0;
    for (let event = 0; event < count; event++) {
      const magnitude = magnitudes[event] ?? 0;
      const from = base + group + (offsets[event] ?? 0);
      m0 += magnitude * (weights[from] ?? 0);
      m1 += magnitude * (weights[from + 1] ?? 0);
      m2 += magnitude * (weights[from + 2] ?? 0);
      m3 += magnitude * (weights[from + 3] ?? 0);
      m4 += magnitude * (weights[from + 4] ?? 0);
      m5 += magnitude * (weights[from + 5] ?? 0);
      m6 += magnitude * (weights[from + 6] ?? 0);
      m7 += magnitude * (weights[from + 7] ?? 0);
    }
    membranes[at] = m0;
    membranes[at + 1] = m1;
    membranes[at + 2] = m2;
    membranes[at + 3] = m3;
    membranes[at + 4] = m4;
    membranes[at + 5] = m5;
    membranes[at + 6] = m6;
    membranes[at + 7] = m7;
  }
}
