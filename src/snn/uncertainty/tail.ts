import { readTensor, type TensorSource } from '../engines/engine.ts';
import { WindowMaximum } from '../engines/event.ts';
import { membranesOf } from '../engines/membranes.ts';
import { activatorOf } from '../engines/neurons.ts';
import { Scratch } from '../engines/synapses.ts';
import {
  type Activation,
  type Add,
  type Concat,
  type Convolution,
  elementCount,
  type Network,
  type Operator,
  type Shape,
  tensorOf,
} from '../network.ts';
import { type Masking, maskSpikes, StochasticNeurons, type ThresholdWidth } from './noise.ts';
import { type RandomSource, randomStream } from './random.ts';

/** What is random in a pass. */
export interface Noise {
  readonly thresholdWidth: ThresholdWidth;
  /**
   * Applied to the outputs of the tail's rectified layers: those with an activation, but not
   * to the spike counts.
   */
  readonly masking?: Masking;
}

/**
 * The layers of a network from one on, up to the spike counts, run again and again with noise
 * on the same input; the layers before are the frozen part, which one run of any engine gives.
 * Integrates as the event engine does; without noise it gives that engine's integers.
 */
export class StochasticTail {
  readonly network: Network;
  /** Multiply-accumulates of one dense pass over the tail. */
  readonly macs: number;
  readonly #maps = new Map<string, SpikeMap>();
  readonly #frozen: readonly string[];
  readonly #stages: readonly Stage[];
  readonly #noise: Noise;

  /**
   * @param from name of the first layer that is run with noise.
   * @throws RangeError where there is no such layer before the spike counts, or where masking
   *   is asked for and no layer of the tail can be masked.
   */
  constructor(network: Network, from: string, noise: Noise) {
    const { operators, spikeTensor } = network;
    const last = operators.findIndex(({ output }) => output === spikeTensor);
    const first = operators.findIndex(({ name }) => name === from);
    if (first === -1 || first > last) {
      throw new RangeError(`The network has no layer '${from}' up to its spike counts`);
    }
    const tail = layersToward(spikeTensor, operators.slice(first, last + 1));
    if (noise.masking && !tail.some((operator) => isMasked(operator, spikeTensor))) {
      throw new RangeError(`From layer '${from}' on there is no rectified layer to mask`);
    }
    this.network = network;
    this.macs = tail.reduce((sum, { macs }) => sum + macs, 0);
    this.#noise = noise;
    const outputs = tail.map(({ output }) => output);
    const inputs = new Set(tail.flatMap((operator) => operator.inputs));
    this.#frozen = [...inputs].filter((name) => !outputs.includes(name));
    for (const name of [...this.#frozen, ...outputs]) {
      const { shape } = tensorOf(network, name);
      this.#maps.set(name, { shape, spikes: new Int16Array(elementCount(shape)), events: 0 });
    }
    const channels = Object.values(network.tensors).map(({ shape }) => shape[0]);
    const scratch = new Scratch(Math.max(...channels));
    this.#stages = tail.map((operator) => ({
      output: this.#map(operator.output),
      masked: isMasked(operator, spikeTensor),
      purpose: 2 * operators.indexOf(operator),
      run: this.#stage(operator, scratch),
    }));
  }

  /** Takes the frozen part's tensors, those of an image's plain run; RangeError if one is missing. */
  freeze(tensors: TensorSource): void {
    for (const name of this.#frozen) {
      const map = this.#map(name);
      const [channels, height, width] = map.shape;
      const pixels = height * width;
      for (const [index, spike] of readTensor(tensors, name).entries()) {
        map.spikes[(index % pixels) * channels + Math.floor(index / pixels)] = spike;
      }
      map.events = map.spikes.reduce((events, spike) => events + (spike === 0 ? 0 : 1), 0);
    }
  }

  /** One pass; `pass` numbers it within the seed. */
  run(seed: number, pass: number): { spikeCounts: Int32Array; synapticOperations: number } {
    const { masking } = this.#noise;
    let synapticOperations = 0;
    for (const { run, output, masked, purpose } of this.#stages) {
      synapticOperations += run(randomStream(seed, pass, purpose));
      if (masking === undefined || !masked) continue;
      output.events = maskSpikes(output.spikes, masking, randomStream(seed, pass, purpose + 1));
    }
    const { spikes } = this.#map(this.network.spikeTensor);
    return { spikeCounts: Int32Array.from(spikes), synapticOperations };
  }

  #map(name: string): SpikeMap {
    const map = this.#maps.get(name);
    if (map === undefined) throw new RangeError(`The tail has no tensor '${name}'`);
    return map;
  }

  #stage(operator: Operator, scratch: Scratch): Stage['run'] {
    const [left, right = left] = operator.inputs.map((name) => this.#map(name));
    const output = this.#map(operator.output);
    if (left === undefined || right === undefined) {
      throw new RangeError(`Layer '${operator.name}' has no input`);
    }
    if (operator.kind === 'concat') return concatStage(operator, left, right, output);
    const neurons = this.#neurons(operator);
    if (operator.kind === 'add') return addStage(operator, left, right, output, neurons);
    return isSpikeCount(operator)
      ? spikeCountStage(operator, left, output, neurons, scratch)
      : weightedStage(operator, left, output, neurons, scratch);
  }

  /** A spike count is never given more than its own rounding: without a spike it stays 0. */
  #neurons(operator: Exclude<Operator, Concat>): StochasticNeurons {
    const { name, output, requantization } = operator;
    if (requantization === undefined) {
      throw new RangeError(`Layer '${name}' emits potentials, not spikes`);
    }
    const { thresholdWidth } = this.#noise;
    const counts = isSpikeCount(operator);
    const width = counts && thresholdWidth > 1 ? 1 : thresholdWidth;
    const activation: Activation =
      counts || operator.kind === 'add' ? { kind: 'none' } : operator.activation;
    return new StochasticNeurons(activation, requantization, tensorOf(this.network, output), width);
  }
}

/** Those of the layers, in their order, whose results reach the tensor. */
function layersToward(tensor: string, layers: readonly Operator[]): readonly Operator[] {
  const needed = new Set([tensor]);
  const reaching = layers.toReversed().filter(({ output, inputs }) => {
    if (!needed.has(output)) return false;
    for (const name of inputs) needed.add(name);
    return true;
  });
  return reaching.reverse();
}

function isSpikeCount(operator: Operator): operator is Convolution {
  return operator.kind === 'convolution' && operator.pool.kind === 'sum';
}

function isMasked(operator: Operator, spikeTensor: string): boolean {
  if (operator.kind === 'add' || operator.kind === 'concat') return false;
  return operator.activation.kind !== 'none' && operator.output !== spikeTensor;
}

type Weighted = Exclude<Operator, Add | Concat>;

/** A tensor in H×W×C order, with the number of its events. */
interface SpikeMap {
  readonly shape: Shape;
  readonly spikes: Int16Array;
  events: number;
}

interface Stage {
  readonly output: SpikeMap;
  readonly masked: boolean;
  /** Twice its place in the network: the stream of its thresholds; the next one is its mask's. */
  readonly purpose: number;
  /** Runs the layer; returns its synaptic operations. */
  readonly run: (random: RandomSource) => number;
}

/** Rescaled spikes are at most twice as large as the range that the bound was proven for. */
function doubled<L extends Weighted>(layer: L): L {
  return { ...layer, potentialBound: 2 * layer.potentialBound };
}

function weightedStage(
  layer: Weighted,
  input: SpikeMap,
  output: SpikeMap,
  neurons: StochasticNeurons,
  scratch: Scratch,
): Stage['run'] {
  const { activation } = layer;
  const channels = layer.bias.length;
  const lookUp = activation.kind === 'lut' ? activatorOf(activation, channels) : undefined;
  const membranes = membranesOf(doubled(layer), scratch);
  const source =
    layer.kind === 'convolution' && layer.pool.kind === 'max'
      ? new WindowMaximum(layer, layer.pool, membranes)
      : membranes;
  return (random) => {
    const operations = membranes.integrate(input.spikes, input.events);
    let events = 0;
    for (let at = 0, pixel = 0; at < output.spikes.length; at += channels, pixel++) {
      const from = source.locate(pixel);
      lookUp?.(source.potentials, from);
      events += neurons.fire(source.potentials, from, output.spikes, at, random);
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
  neurons: StochasticNeurons,
  scratch: Scratch,
): Stage['run'] {
  const [channels, height, width] = layer.potentialShape;
  const activate = activatorOf(layer.activation, channels);
  const membranes = membranesOf(doubled(layer), scratch);
  const sums = new Float64Array(channels);
  return (random) => {
    const operations = membranes.integrate(input.spikes, input.events);
    sums.fill(0);
    for (let pixel = 0; pixel < height * width; pixel++) {
      const from = membranes.locate(pixel);
      activate(membranes.potentials, from);
      for (let k = 0; k < channels; k++) {
        sums[k] = (sums[k] ?? 0) + (membranes.potentials[from + k] ?? 0);
      }
    }
    output.events = neurons.fire(sums, 0, output.spikes, 0, random);
    return operations;
  };
}

/** Each event adds once, to the neuron of its own pixel and channel. */
function addStage(
  { leftFactor, rightFactor }: Add,
  left: SpikeMap,
  right: SpikeMap,
  output: SpikeMap,
  neurons: StochasticNeurons,
): Stage['run'] {
  const channels = leftFactor.length;
  const potentials = new Float64Array(channels);
  return (random) => {
    let events = 0;
    for (let at = 0; at < output.spikes.length; at += channels) {
      for (let k = 0; k < channels; k++) {
        const leftTerm = (left.spikes[at + k] ?? 0) * (leftFactor[k] ?? 0);
        potentials[k] = leftTerm + (right.spikes[at + k] ?? 0) * (rightFactor[k] ?? 0);
      }
      events += neurons.fire(potentials, 0, output.spikes, at, random);
    }
    output.events = events;
    return left.events + right.events;
  };
}

function concatStage(
  { outputShape: [channels] }: Concat,
  left: SpikeMap,
  right: SpikeMap,
  output: SpikeMap,
): Stage['run'] {
  const [leftChannels] = left.shape;
  return () => {
    for (let at = 0; at < output.spikes.length; at++) {
      const pixel = Math.floor(at / channels);
      const k = at % channels;
      output.spikes[at] =
        (k < leftChannels
          ? left.spikes[pixel * leftChannels + k]
          : right.spikes[pixel * (channels - leftChannels) + k - leftChannels]) ?? 0;
    }
    output.events = left.events + right.events;
    return 0;
  };
}
