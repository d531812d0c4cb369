import { readTensor, type TensorSource } from '../engines/engine.ts';
import { activatorOf } from '../engines/neurons.ts';
import {
  type Fire,
  firingActivation,
  isSpikeCount,
  newSpikeMap,
  type SpikeMap,
  stageOf,
} from '../engines/stages.ts';
import { Scratch } from '../engines/synapses.ts';
import { type Concat, type Network, type Operator, tensorOf } from '../network.ts';
import { type RandomSource, randomStream } from '../random.ts';
import { type Masking, maskSpikes, StochasticNeurons, type ThresholdWidth } from './noise.ts';

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
  readonly #stages: readonly NoisyStage[];
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
      this.#maps.set(name, newSpikeMap(tensorOf(network, name)));
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

  #stage(operator: Operator, scratch: Scratch): NoisyStage['run'] {
    const inputs = operator.inputs.map((name) => this.#map(name));
    const output = this.#map(operator.output);
    if (operator.kind === 'concat') return stageOf(operator, inputs, output, undefined, scratch);
    const neurons = this.#neurons(operator);
    const activation = firingActivation(operator);
    const lookUp = activation.kind === 'lut' ? activatorOf(activation, output.shape[0]) : undefined;
    let source: RandomSource;
    const fire: Fire = (potentials, from, spikes, at) => {
      lookUp?.(potentials, from);
      return neurons.fire(potentials, from, spikes, at, source);
    };
    const stage = stageOf(doubled(operator), inputs, output, fire, scratch);
    return (random) => {
      source = random;
      return stage();
    };
  }

  /** A spike count is never given more than its own rounding: without a spike it stays 0. */
  #neurons(operator: Exclude<Operator, Concat>): StochasticNeurons {
    const { name, output, requantization } = operator;
    if (requantization === undefined) {
      throw new RangeError(`Layer '${name}' emits potentials, not spikes`);
    }
    const { thresholdWidth } = this.#noise;
    const width = isSpikeCount(operator) && thresholdWidth > 1 ? 1 : thresholdWidth;
    const activation = firingActivation(operator);
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

function isMasked(operator: Operator, spikeTensor: string): boolean {
  if (operator.kind === 'add' || operator.kind === 'concat') return false;
  return operator.activation.kind !== 'none' && operator.output !== spikeTensor;
}

/** One layer of the tail, with its own random numbers in each pass. */
interface NoisyStage {
  readonly output: SpikeMap;
  readonly masked: boolean;
  /** Twice its place in the network: the stream of its thresholds; the next one is its mask's. */
  readonly purpose: number;
  /** Runs the layer; returns its synaptic operations. */
  readonly run: (random: RandomSource) => number;
}

/** Rescaled spikes are at most twice as large as the range that the bound was proven for. */
function doubled(operator: Operator): Operator {
  return 'weights' in operator
    ? { ...operator, potentialBound: 2 * operator.potentialBound }
    : operator;
}
