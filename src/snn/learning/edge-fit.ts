import type { Affine } from '../head/head.ts';
import { AnalyticFit } from './analytic.ts';
import {
  EDGE_NEURONS_PER_CLASS,
  EDGE_OFFSET,
  EDGE_READOUT,
  type EdgeNeurons,
  edgeBits,
  edgePotentials,
  edgeScores,
  MAX_EDGE_NEURONS,
} from './edge.ts';
import type { Fit } from './fit.ts';
import { statisticsOf } from './statistics.ts';

/** Images of one lesion, in the order in which they are learned. */
export type EdgeLesion = readonly Int32Array[];

/**
 * The edge learner. Of each class the first lesions' first images become neurons; how much each
 * neuron's potential says for each class is then found on all images' potentials, which are whole
 * numbers as spike counts are, by the analytic learner, and rounded.
 */
export class EdgeFit implements Fit {
  readonly neurons: EdgeNeurons;
  /** Logits of the analytic learner to one of the scores. */
  readonly unit: number;
  readonly #readout: AnalyticFit;
  /** Of each class, its first neuron and how many it has. */
  readonly #own: readonly { readonly first: number; readonly size: number }[];

  constructor(thresholds: Int32Array, classes: readonly (readonly EdgeLesion[])[]) {
    const most = Math.min(EDGE_NEURONS_PER_CLASS, Math.floor(MAX_EDGE_NEURONS / classes.length));
    const learned = classes.map((lesions) =>
      lesions.slice(0, most).flatMap(([image]) => (image ? [edgeBits(thresholds, image)] : [])),
    );
    const weights = Uint32Array.from(learned.flat().flatMap((bits) => [...bits]));
    let first = 0;
    this.#own = learned.map(({ length: size }) => {
      const own = { first, size };
      first += size;
      return own;
    });
    this.neurons = { thresholds, weights, readout: new Int32Array(), offsets: new Int32Array() };
    const statistics = classes.map((lesions, target) =>
      statisticsOf(
        first,
        lesions.flatMap((lesion, index) => {
          const neuron = index < most ? index : -1;
          return lesion.map((image) => this.#potentials(image, target, neuron));
        }),
      ),
    );
    this.#readout = new AnalyticFit(statistics);
    const { unit, ...rounded } = wholeNumbers(this.#readout.scores);
    this.neurons = { thresholds, weights, ...rounded };
    this.unit = unit;
  }

  score(counts: Int32Array): Float64Array {
    return Float64Array.from(edgeScores(this.neurons, counts), (score) => score * this.unit);
  }

  withoutThem(images: readonly Int32Array[], target: number): Float64Array[] {
    const [image = new Int32Array()] = images;
    const neuron = this.#neuronOf(image, target);
    const potentials = images.map((each) => this.#potentials(each, target, neuron));
    return this.#readout.withoutThem(potentials, target);
  }

  asIfUnseen(target: number, samples: readonly Int32Array[]): (counts: Int32Array) => Float64Array {
    const potentials = samples.map((image) =>
      this.#potentials(image, target, this.#neuronOf(image, target)),
    );
    const corrected = this.#readout.asIfUnseen(target, potentials);
    return (counts) => corrected(this.#potentials(counts, target, this.#neuronOf(counts, target)));
  }

  /** The neuron of its class, counted from 0, that learned this image; −1 if none did. */
  #neuronOf(image: Int32Array, target: number): number {
    const { thresholds, weights } = this.neurons;
    const bits = edgeBits(thresholds, image);
    const { first, size } = this.#own[target] ?? { first: 0, size: 0 };
    for (let neuron = 0; neuron < size; neuron++) {
      const start = (first + neuron) * bits.length;
      if (bits.every((word, at) => word === weights[start + at])) return neuron;
    }
    return -1;
  }

  /** The neuron that learned the image's own lesion is given what the class's others say on average. */
  #potentials(image: Int32Array, target: number, neuron: number): Int32Array {
    const potentials = edgePotentials(this.neurons, image);
    const { first, size } = this.#own[target] ?? { first: 0, size: 0 };
    if (neuron < 0) return potentials;
    const others = potentials
      .subarray(first, first + size)
      .filter((_, index) => index !== neuron || size === 1);
    const sum = others.reduce((total, each) => total + each, 0);
    return potentials.with(first + neuron, Math.floor(sum / others.length));
  }
}

function wholeNumbers({ rows, columns, weights, bias }: Affine) {
  // What is added to every class's score makes no difference: the mean is taken out first.
  const centred = (values: Float64Array, stride: number) =>
    values.map((value, at) => {
      let sum = 0;
      for (let row = 0; row < rows; row++) sum += values[row * stride + (at % stride)] ?? 0;
      return value - sum / rows;
    });
  const flat = centred(weights, columns);
  const offsets = centred(bias, 1);
  const largest = flat.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const far = offsets.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const unit = Math.max(largest / EDGE_READOUT, far / EDGE_OFFSET, Number.MIN_VALUE);
  const whole = (value: number) => Math.floor(value / unit + 0.5);
  return { unit, readout: Int32Array.from(flat, whole), offsets: Int32Array.from(offsets, whole) };
}
