import {
  type Activation,
  type Add,
  type Concat,
  type Convolution,
  elementCount,
  type Operator,
  type Shape,
  type Tensor,
} from '../network.ts';
import { type Membranes, membranesOf } from './membranes.ts';
import { activatorOf } from './neurons.ts';
import type { Scratch } from './synapses.ts';

/** A tensor in H×W×C order, with the number of its events (non-zero values). */
export interface SpikeMap {
  readonly shape: Shape;
  /** 32 bits only for a last layer without requantization. */
  readonly values: Int16Array | Int32Array;
  /** `values` where they are spikes that a layer can read. */
  readonly spikes: Int16Array;
  events: number;
}

export function newSpikeMap({ shape, type }: Pick<Tensor, 'shape' | 'type'>): SpikeMap {
  const spikes = new Int16Array(type === 'int32' ? 0 : elementCount(shape));
  const values = type === 'int32' ? new Int32Array(elementCount(shape)) : spikes;
  return { shape, values, spikes, events: 0 };
}

/**
 * Fires the neurons of a pixel, whose potentials stand in `potentials` from `from`: one activation
 * per channel, to `spikes` from `at`. Returns the number of events; may change the potentials.
 */
export type Fire = (
  potentials: Float64Array,
  from: number,
  spikes: Int16Array,
  at: number,
) => number;

/** Runs one layer; returns its synaptic operations. */
export type Stage = () => number;

/**
 * One layer, integrating by events.
 *
 * @param inputs the maps of `operator.inputs`, one or two.
 * @param fire with the activation of `firingActivation`; absent where the layer does not requantize.
 */
export function stageOf(
  operator: Operator,
  inputs: readonly SpikeMap[],
  output: SpikeMap,
  fire: Fire | undefined,
  scratch: Scratch,
): Stage {
  const [left, right = left] = inputs;
  if (left === undefined || right === undefined) {
    throw new RangeError(`Layer '${operator.name}' has no input`);
  }
  if (operator.kind === 'concat') return concatStage(operator, left, right, output);
  if (operator.kind === 'add') return addStage(operator, left, right, output, fire);
  return isSpikeCount(operator)
    ? spikeCountStage(operator, left, output, fire, scratch)
    : weightedStage(operator, left, output, fire, scratch);
}

/** What is left of a layer's activation when its potentials come to `fire`. */
export function firingActivation(operator: Exclude<Operator, Concat>): Activation {
  return operator.kind === 'add' || isSpikeCount(operator) ? { kind: 'none' } : operator.activation;
}

/** Global average pooling. */
function isSpikeCount(operator: Operator): operator is Convolution {
  return operator.kind === 'convolution' && operator.pool.kind === 'sum';
}

type Weighted = Exclude<Operator, Add | Concat>;

function weightedStage(
  layer: Weighted,
  input: SpikeMap,
  output: SpikeMap,
  fire: Fire | undefined,
  scratch: Scratch,
): Stage {
  const membranes = membranesOf(layer, scratch);
  const source =
    layer.kind === 'convolution' && layer.pool.kind === 'max'
      ? new WindowMaximum(layer, layer.pool, membranes)
      : membranes;
  const [channels, height, width] = layer.outputShape;
  const activate = activatorOf(layer.activation, channels);
  return () => {
    const operations = membranes.integrate(input.spikes, input.events);
    let events = 0;
    for (let pixel = 0; pixel < height * width; pixel++) {
      const from = source.locate(pixel);
      const { potentials } = source;
      if (fire !== undefined) events += fire(potentials, from, output.spikes, pixel * channels);
      else {
        activate(potentials, from);
        output.values.set(potentials.subarray(from, from + channels), pixel * channels);
      }
    }
    output.events = events;
    return operations;
  };
}

/** The activated potentials of all pixels add up, then fire once. */
function spikeCountStage(
  layer: Convolution,
  input: SpikeMap,
  output: SpikeMap,
  fire: Fire | undefined,
  scratch: Scratch,
): Stage {
  const [channels, height, width] = layer.potentialShape;
  const activate = activatorOf(layer.activation, channels);
  const membranes = membranesOf(layer, scratch);
  const sums = new Float64Array(channels);
  return () => {
    const operations = membranes.integrate(input.spikes, input.events);
    sums.fill(0);
    for (let pixel = 0; pixel < height * width; pixel++) {
      const from = membranes.locate(pixel);
      const { potentials } = membranes;
      activate(potentials, from);
      for (let channel = 0; channel < channels; channel++) {
        sums[channel] = (sums[channel] ?? 0) + (potentials[from + channel] ?? 0);
      }
    }
    output.events = fire?.(sums, 0, output.spikes, 0) ?? 0;
    return operations;
  };
}

/** Each event adds once, to the neuron of its own pixel and channel. */
function addStage(
  { leftFactor, rightFactor, outputShape }: Add,
  left: SpikeMap,
  right: SpikeMap,
  output: SpikeMap,
  fire: Fire | undefined,
): Stage {
  const [channels] = outputShape;
  const potentials = new Float64Array(channels);
  return () => {
    let events = 0;
    for (let at = 0; at < elementCount(outputShape); at += channels) {
      for (let channel = 0; channel < channels; channel++) {
        const leftTerm = (left.spikes[at + channel] ?? 0) * (leftFactor[channel] ?? 0);
        const rightTerm = (right.spikes[at + channel] ?? 0) * (rightFactor[channel] ?? 0);
        potentials[channel] = leftTerm + rightTerm;
      }
      if (fire === undefined) output.values.set(potentials, at);
      else events += fire(potentials, 0, output.spikes, at);
    }
    output.events = events;
    return left.events + right.events;
  };
}

function concatStage(
  { outputShape: [channels, height, width] }: Concat,
  left: SpikeMap,
  right: SpikeMap,
  output: SpikeMap,
): Stage {
  const [leftChannels] = left.shape;
  const rightChannels = channels - leftChannels;
  return () => {
    for (let pixel = 0; pixel < height * width; pixel++) {
      const at = pixel * channels;
      for (let channel = 0; channel < leftChannels; channel++) {
        output.spikes[at + channel] = left.spikes[pixel * leftChannels + channel] ?? 0;
      }
      for (let channel = 0; channel < rightChannels; channel++) {
        const spike = right.spikes[pixel * rightChannels + channel] ?? 0;
        output.spikes[at + leftChannels + channel] = spike;
      }
    }
    output.events = left.events + right.events;
    return 0;
  };
}

/** Max pooling: for a pixel of the pooled map, the highest potential of its window. */
class WindowMaximum implements Pick<Membranes, 'locate' | 'potentials'> {
  readonly potentials: Float64Array;
  readonly #layer: Convolution;
  readonly #pool: Extract<Convolution['pool'], { kind: 'max' }>;
  readonly #membranes: Membranes;

  constructor(
    layer: Convolution,
    pool: Extract<Convolution['pool'], { kind: 'max' }>,
    membranes: Membranes,
  ) {
    this.#layer = layer;
    this.#pool = pool;
    this.#membranes = membranes;
    this.potentials = new Float64Array(layer.bias.length);
  }

  locate(pixel: number): number {
    const { size, stride, pads } = this.#pool;
    const [, mapHeight, mapWidth] = this.#layer.potentialShape;
    const [, , width] = this.#layer.outputShape;
    const { potentials } = this;
    const top = Math.floor(pixel / width) * stride[0] - pads.top;
    const left = (pixel % width) * stride[1] - pads.left;
    potentials.fill(Number.NEGATIVE_INFINITY);
    for (let row = Math.max(top, 0); row < Math.min(top + size[0], mapHeight); row++) {
      for (let column = Math.max(left, 0); column < Math.min(left + size[1], mapWidth); column++) {
        const from = this.#membranes.locate(row * mapWidth + column);
        const candidates = this.#membranes.potentials;
        for (let channel = 0; channel < potentials.length; channel++) {
          const candidate = candidates[from + channel] ?? 0;
          potentials[channel] = Math.max(potentials[channel] ?? 0, candidate);
        }
      }
    }
    return 0;
  }
}
