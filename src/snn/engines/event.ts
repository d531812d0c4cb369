import { checkImage, inputTable } from '../input.ts';
import { elementCount, type Network, type Operator, tensorOf } from '../network.ts';
import type { Engine, EngineResult, LayerActivity, TensorSource } from './engine.ts';
import { Neurons } from './neurons.ts';
import {
  type Fire,
  firingActivation,
  newSpikeMap,
  type SpikeMap,
  type Stage,
  stageOf,
} from './stages.ts';
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
  readonly #stages: readonly LayerStage[];

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

  #stage(operator: Operator, scratch: Scratch): LayerStage {
    const inputs = operator.inputs.map((name) => this.#map(name));
    const output = this.#map(operator.output);
    return {
      operator,
      inputs,
      run: stageOf(operator, inputs, output, fireOf(operator), scratch),
    };
  }
}

interface LayerStage {
  readonly operator: Operator;
  readonly inputs: readonly SpikeMap[];
  readonly run: Stage;
}

function fireOf(operator: Operator): Fire | undefined {
  if (operator.kind === 'concat' || operator.requantization === undefined) return undefined;
  const neurons = new Neurons(firingActivation(operator), operator.requantization);
  return (potentials, from, spikes, at) => neurons.fire(potentials, from, spikes, at);
}
