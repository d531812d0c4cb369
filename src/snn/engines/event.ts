import { checkImage, inputTable } from '../input.ts';
import {
  type Add,
  type Concat,
  type Convolution,
  type Dense,
  elementCount,
  type Network,
  type Operator,
  type Shape,
  type Tensor,
  type TransposedConvolution,
  tensorOf,
} from '../network.ts';
import type { Engine, EngineResult, LayerActivity, TensorSource } from './engine.ts';
import { type Membranes, membranesOf } from './membranes.ts';
import { activatorOf, Neurons } from './neurons.ts';
import { Scratch } from './synapses.ts';

/**
 * The event-driven engine. A layer is a population of integrate-and-fire neurons without
 * leak, and an image is one integration period:
 *
 *  1. integrate: membranes start at their resting potential, and each event of the input adds
 *     its magnitude times the synapse's weight (membranes.ts);
 *  2. fire: a neuron at or above its threshold emits one graded spike, the requantized
 *     potential; the others stay silent (neurons.ts);
 *  3. reset: the next image starts from the resting potentials again.
 *
 * The integers are those of the reference engine, and the work follows the events. All
 * buffers are made once.
 */
export class EventEngine implements Engine, TensorSource {
  readonly kind = 'event';
  readonly network: Network;
  readonly #inputTable: Int16Array;
  readonly #maps = new Map<string, SpikeMap>();
  readonly #stages: readonly Stage[];

  constructor(network: Network) {
    this.network = network;
    const first = tensorOf(network, network.input.tensor);
    this.#inputTable = inputTable(network.input, first.type === 'int8');
    for (const [name, tensor] of Object.entries(network.tensors)) {
      this.#maps.set(name, newSpikeMap(tensor));
    }
    const channels = Object.values(network.tensors).map(({ shape }) => shape[0]);
    const scratch = new Scratch(Math.max(...channels));
    this.#stages = network.operators.map((operator) => this.#stage(operator, scratch));
  }

  run(image: Uint8Array): EngineResult & { readonly layerActivity: readonly LayerActivity[] } {
    checkImage(this.network, image);
    this.#quantizeInput(image);
    const layerActivity = this.#stages.map(({ operator, inputs, run }): LayerActivity => {
      const synapticOperations = run();
      return {
        layer: operator.name,
        events: inputs.reduce((sum, { events }) => sum + events, 0),
        activations: inputs.reduce((sum, { shape }) => sum + elementCount(shape), 0),
        synapticOperations,
      };
    });
    return {
      spikeCounts: this.tensor(this.network.spikeTensor),
      output: this.tensor(this.network.output.tensor),
      outputs: this.network.outputs.map(({ tensor }) => this.tensor(tensor)),
      layerActivity,
    };
  }

  /** A copy of a tensor as the last run left it, in C×H×W order. */
  tensor(name: string): Int32Array {
    const { shape, values } = this.#map(name);
    const [channels, height, width] = shape;
    const pixels = height * width;
    return Int32Array.from({ length: values.length }, (_, index) => {
      const channel = Math.floor(index / pixels);
      return values[(index % pixels) * channels + channel] ?? 0;
    });
  }

  #map(name: string): SpikeMap {
    const map = this.#maps.get(name);
    if (map === undefined) throw new RangeError(`The network has no tensor '${name}'`);
    return map;
  }

  #quantizeInput(image: Uint8Array): void {
    const map = this.#map(this.network.input.tensor);
    const { spikes, shape } = map;
    const [channels, height, width] = shape;
    const pixels = height * width;
    const table = this.#inputTable;
    let events = 0;
    for (let channel = 0; channel < channels; channel++) {
      for (let pixel = 0; pixel < pixels; pixel++) {
        const byte = image[channel * pixels + pixel] ?? 0;
        const spike = table[channel * 256 + byte] ?? 0;
        spikes[pixel * channels + channel] = spike;
        if (spike !== 0) events++;
      }
    }
    map.events = events;
  }

  #stage(operator: Operator, scratch: Scratch): Stage {
    const inputs = operator.inputs.map((name) => this.#map(name));
    const [left, right = left] = inputs;
    const output = this.#map(operator.output);
    if (left === undefined || right === undefined) {
      throw new RangeError(`Layer '${operator.name}' has no input`);
    }
    switch (operator.kind) {
      case 'convolution':
        return { operator, inputs, run: convolutionStage(operator, left, output, scratch) };
      case 'transposed-convolution':
        return {
          operator,
          inputs,
          run: mapStage(operator, left, output, membranesOf(operator, scratch)),
        };
      case 'dense':
        return { operator, inputs, run: denseStage(operator, left, output, scratch) };
      case 'add':
        return { operator, inputs, run: addStage(operator, left, right, output) };
      case 'concat':
        return { operator, inputs, run: concatStage(operator, left, right, output) };
    }
  }
}

/** A tensor in H×W×C order, with the number of its events (non-zero values). */
interface SpikeMap {
  readonly shape: Shape;
  /** 32 bits only for a last layer without requantization. */
  readonly values: Int16Array | Int32Array;
  /** `values` where they are spikes that a layer can read. */
  readonly spikes: Int16Array;
  events: number;
}

function newSpikeMap({ shape, type }: Tensor): SpikeMap {
  const spikes = new Int16Array(type === 'int32' ? 0 : elementCount(shape));
  const values = type === 'int32' ? new Int32Array(elementCount(shape)) : spikes;
  return { shape, values, spikes, events: 0 };
}

interface Stage {
  readonly operator: Operator;
  readonly inputs: readonly SpikeMap[];
  /** Runs the layer; returns its synaptic operations. */
  readonly run: () => number;
}

function convolutionStage(
  layer: Convolution,
  input: SpikeMap,
  output: SpikeMap,
  scratch: Scratch,
): Stage['run'] {
  const { pool } = layer;
  const membranes = membranesOf(layer, scratch);
  if (pool.kind === 'sum') return spikeCountStage(layer, membranes, input, output);
  const source = pool.kind === 'max' ? new WindowMaximum(layer, pool, membranes) : membranes;
  return mapStage(layer, input, output, membranes, source);
}

function mapStage(
  layer: Convolution | TransposedConvolution,
  input: SpikeMap,
  output: SpikeMap,
  membranes: Membranes,
  source: Pick<Membranes, 'locate' | 'potentials'> = membranes,
): Stage['run'] {
  const neurons = new Neurons(layer.activation, layer.requantization);
  const [channels, height, width] = layer.outputShape;
  return () => {
    const operations = membranes.integrate(input.spikes, input.events);
    let events = 0;
    for (let pixel = 0; pixel < height * width; pixel++) {
      const from = source.locate(pixel);
      events += neurons.fire(source.potentials, from, output.spikes, pixel * channels);
    }
    output.events = events;
    return operations;
  };
}

/** Global average pooling: the activated potentials of all pixels add up, then fire once. */
function spikeCountStage(
  { activation, requantization, potentialShape }: Convolution,
  membranes: Membranes,
  input: SpikeMap,
  output: SpikeMap,
): Stage['run'] {
  const [channels, height, width] = potentialShape;
  const activate = activatorOf(activation, channels);
  const neurons = new Neurons({ kind: 'none' }, requantization);
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
    output.events = neurons.fire(sums, 0, output.spikes, 0);
    return operations;
  };
}

/** Max pooling: for a pixel of the pooled map, the highest potential of its window. */
export class WindowMaximum implements Pick<Membranes, 'locate' | 'potentials'> {
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

function denseStage(
  layer: Dense,
  input: SpikeMap,
  output: SpikeMap,
  scratch: Scratch,
): Stage['run'] {
  const { activation, requantization } = layer;
  const membranes = membranesOf(layer, scratch);
  const activate = activatorOf(activation, layer.bias.length);
  const neurons = requantization && new Neurons(activation, requantization);
  return () => {
    const operations = membranes.integrate(input.spikes, input.events);
    const from = membranes.locate(0);
    const { potentials } = membranes;
    if (neurons !== undefined) {
      output.events = neurons.fire(potentials, from, output.spikes, 0);
    } else {
      activate(potentials, from);
      output.values.set(potentials.subarray(from, from + layer.bias.length));
    }
    return operations;
  };
}

/** Each event adds once, to the neuron of its own pixel and channel. */
function addStage(
  { leftFactor, rightFactor, requantization, outputShape }: Add,
  left: SpikeMap,
  right: SpikeMap,
  output: SpikeMap,
): Stage['run'] {
  const neurons = requantization && new Neurons({ kind: 'none' }, requantization);
  const [channels, height, width] = outputShape;
  const potentials = new Float64Array(channels);
  return () => {
    let events = 0;
    for (let at = 0; at < channels * height * width; at += channels) {
      for (let channel = 0; channel < channels; channel++) {
        const leftTerm = (left.spikes[at + channel] ?? 0) * (leftFactor[channel] ?? 0);
        const rightTerm = (right.spikes[at + channel] ?? 0) * (rightFactor[channel] ?? 0);
        potentials[channel] = leftTerm + rightTerm;
      }
      if (neurons === undefined) output.values.set(potentials, at);
      else events += neurons.fire(potentials, 0, output.spikes, at);
    }
    output.events = events;
    return left.events + right.events;
  };
}

function concatStage(
  { outputShape }: Concat,
  left: SpikeMap,
  right: SpikeMap,
  output: SpikeMap,
): Stage['run'] {
  const [channels, height, width] = outputShape;
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
