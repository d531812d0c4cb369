import type { Convolution, Network, Requantization, Shape, Tensor } from '../../snn/index.ts';

export interface SparseSpec {
  readonly channels: number;
  readonly sizePx: number;
  /** 1×1 layers between the first one and the pooled one. */
  readonly layers: number;
  /** Share of zeros among the inputs of each of these layers, 0…1. */
  readonly zeros: number;
}

/**
 * A network of 1×1 layers with random weights whose activations are zero in the given share. Each
 * neuron's resting potential is set where that share of its potentials stays below the threshold
 * for the one image that comes with the network.
 */
export function buildSparseNetwork(spec: SparseSpec): { network: Network; image: Uint8Array } {
  const { channels, sizePx, layers } = spec;
  const random = randomIntegers(spec.channels * 1009 + Math.round(spec.zeros * 100));
  const pixels = sizePx * sizePx;
  const image = Uint8Array.from({ length: 3 * pixels }, () => random(0, 127));
  const inputShape: Shape = [3, sizePx, sizePx];
  const tensors: Record<string, Tensor> = {
    image: { type: 'uint8', shape: inputShape, low: 0, high: 255 },
  };
  const operators: Convolution[] = [];
  let values: Int32Array = Int32Array.from(image);
  let input = { name: 'image', shape: inputShape };
  for (let index = 0; index <= layers + 1; index++) {
    const pooled = index === layers + 1;
    const name = pooled ? 'counts' : `layer${index}`;
    const layer = calibratedLayer(name, input, values, { spec, pooled, random });
    operators.push(layer.operator);
    tensors[name] = { type: 'int8', shape: layer.operator.outputShape, low: 0, high: 127 };
    input = { name, shape: layer.operator.outputShape };
    values = layer.spikes;
  }
  const output = {
    name: 'counts',
    tensor: 'counts',
    shape: [channels, 1, 1] as Shape,
    scale: new Float32Array(channels).fill(1),
  };
  const network: Network = {
    sha256: '0'.repeat(64),
    input: {
      tensor: 'image',
      shape: inputShape,
      layout: 'CHW',
      scale: new Float32Array(3).fill(1),
      zeroPoint: new Int32Array(3),
    },
    operators,
    tensors,
    outputs: [output],
    output,
    spikeTensor: 'counts',
    macs: operators.reduce((sum, { macs }) => sum + macs, 0),
  };
  return { network, image };
}

function calibratedLayer(
  name: string,
  input: { name: string; shape: Shape },
  values: Int32Array,
  {
    spec,
    pooled,
    random,
  }: { spec: SparseSpec; pooled: boolean; random: (low: number, high: number) => number },
): { operator: Convolution; spikes: Int32Array } {
  const { channels, sizePx } = spec;
  const [inputs] = input.shape;
  const pixels = sizePx * sizePx;
  const weights = Int8Array.from({ length: channels * inputs }, () => random(-127, 127));
  const bias = new Int32Array(channels);
  const multiplier = new Uint8Array(channels);
  const shift = new Int8Array(channels);
  const spikes = new Int32Array(channels * pixels);
  let bound = 0;
  for (let channel = 0; channel < channels; channel++) {
    const row = weights.subarray(channel * inputs, (channel + 1) * inputs);
    const potentials = weightedSums(row, values, pixels);
    const sorted = potentials.toSorted();
    const silent = Math.min(Math.round(spec.zeros * pixels), pixels - 1);
    const threshold = sorted[silent] ?? 0;
    const range = Math.max((sorted[pixels - 1] ?? 0) - threshold, 1);
    // 2^shift / range is at least 1 and less than 2: the highest spike is near 63.
    shift[channel] = Math.ceil(Math.log2(range));
    multiplier[channel] = Math.floor((2 ** (shift[channel] ?? 0) * 63) / range);
    const scale = (multiplier[channel] ?? 1) / 2 ** (shift[channel] ?? 0);
    bias[channel] = Math.ceil(0.5 / scale) - threshold;
    for (let pixel = 0; pixel < pixels; pixel++) {
      const potential = Math.max((potentials[pixel] ?? 0) + (bias[channel] ?? 0), 0);
      spikes[channel * pixels + pixel] = Math.min(Math.floor(potential * scale + 0.5), 127);
    }
    const reach = row.reduce((sum, weight) => sum + Math.abs(weight), 0) * 255;
    bound = Math.max(bound, reach + Math.abs(bias[channel] ?? 0));
  }
  const potentialShape: Shape = [channels, sizePx, sizePx];
  const requantization: Requantization = pooled
    ? { bits: 8, multiplier: multiplier.fill(1), shift: shift.fill(24) }
    : { bits: 8, multiplier, shift };
  const operator: Convolution = {
    kind: 'convolution',
    name,
    type: `QuantizedConv2DBiased${pooled ? 'GlobalAvgPool' : ''}ReLUScaled`,
    inputs: [input.name],
    output: name,
    inputShape: input.shape,
    outputShape: pooled ? [channels, 1, 1] : potentialShape,
    macs: channels * inputs * pixels,
    float32Exact: false,
    weights,
    bias,
    potentialBound: bound,
    activation: { kind: 'relu' },
    depthwise: false,
    kernel: [1, 1],
    stride: [1, 1],
    pads: { top: 0, left: 0, bottom: 0, right: 0 },
    padValue: new Int32Array(inputs),
    potentialShape,
    pool: pooled ? { kind: 'sum' } : { kind: 'none' },
    requantization,
  };
  return { operator, spikes };
}

function weightedSums(row: Int8Array, values: Int32Array, pixels: number): Int32Array {
  const sums = new Int32Array(pixels);
  for (const [index, weight] of row.entries())
    for (let pixel = 0; pixel < pixels; pixel++)
      sums[pixel] = (sums[pixel] ?? 0) + weight * (values[index * pixels + pixel] ?? 0);
  return sums;
}

/** Whole numbers from a seed: mulberry32. */
function randomIntegers(seed: number): (low: number, high: number) => number {
  let state = seed;
  return (low, high) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return low + Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * (high - low + 1));
  };
}
