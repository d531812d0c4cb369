import { checkImage, inputTable } from '../input.ts';
import {
  type Activation,
  type Add,
  type Concat,
  type Convolution,
  type Dense,
  elementCount,
  type Network,
  type Operator,
  type Requantization,
  type Shape,
  type TransposedConvolution,
  tensorOf,
} from '../network.ts';
import { requantize, signedLimits } from '../requantize.ts';
import type { Engine, EngineResult } from './engine.ts';

/**
 * The definition of the arithmetic, in the plainest form: dense, one output value at a time,
 * every formula of docs/arithmetic.md written out once. Other engines must give the same
 * integers. A tensor is an Int32Array in C×H×W order.
 */
export function createReferenceEngine(network: Network): Engine {
  return {
    kind: 'reference',
    network,
    run(image: Uint8Array): EngineResult {
      const tensors = referenceTensors(network, image);
      return {
        spikeCounts: read(tensors, network.spikeTensor).slice(),
        output: read(tensors, network.output.tensor).slice(),
        outputs: network.outputs.map(({ tensor }) => read(tensors, tensor).slice()),
      };
    },
  };
}

/** Every tensor of the network for one image. */
export function referenceTensors(
  network: Network,
  image: Uint8Array,
): ReadonlyMap<string, Int32Array> {
  checkImage(network, image);
  const tensors = new Map([[network.input.tensor, quantizeInput(network, image)]]);
  for (const operator of network.operators) {
    const inputs = operator.inputs.map((name) => read(tensors, name));
    tensors.set(operator.output, apply(operator, inputs));
  }
  return tensors;
}

function read(tensors: ReadonlyMap<string, Int32Array>, name: string): Int32Array {
  const tensor = tensors.get(name);
  if (tensor === undefined) throw new RangeError(`The network has no tensor '${name}'`);
  return tensor;
}

function quantizeInput(network: Network, image: Uint8Array): Int32Array {
  const { shape, tensor } = network.input;
  const table = inputTable(network.input, tensorOf(network, tensor).type === 'int8');
  const [, height, width] = shape;
  return Int32Array.from(image, (pixel, index) => {
    const channel = Math.floor(index / (height * width));
    return table[channel * 256 + pixel] ?? 0;
  });
}

function apply(operator: Operator, inputs: readonly Int32Array[]): Int32Array {
  const [left = new Int32Array(), right = new Int32Array()] = inputs;
  switch (operator.kind) {
    case 'convolution':
      return convolution(operator, left);
    case 'transposed-convolution':
      return transposed(operator, left);
    case 'dense':
      return dense(operator, left);
    case 'add':
      return add(operator, left, right);
    case 'concat':
      return concat(operator, left, right);
  }
}

function convolution(layer: Convolution, input: Int32Array): Int32Array {
  const { activation, pool, potentialShape, requantization } = layer;
  let values = potentials(layer, input);
  if (pool.kind === 'max') values = maxPool(values, potentialShape, layer.outputShape, pool);
  const [, height, width] = pool.kind === 'max' ? layer.outputShape : potentialShape;
  values = perChannel(values, height * width, (value, channel) =>
    activate(activation, value, channel),
  );
  if (pool.kind === 'sum') values = sumPixels(values, potentialShape);
  const [, outputHeight, outputWidth] = layer.outputShape;
  return rescale(requantization, values, outputHeight * outputWidth);
}

/** `bias + Σ weight · input` over the kernel; a pixel outside the map has the padding value. */
function potentials(layer: Convolution, input: Int32Array): Int32Array {
  const [inputChannels, inputHeight, inputWidth] = layer.inputShape;
  const [channels, height, width] = layer.potentialShape;
  const [kernelHeight, kernelWidth] = layer.kernel;
  const [strideY, strideX] = layer.stride;
  const group = layer.depthwise ? 1 : inputChannels;
  const result = new Int32Array(channels * height * width);
  let index = 0;
  for (let channel = 0; channel < channels; channel++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        let potential = layer.bias[channel] ?? 0;
        for (let member = 0; member < group; member++) {
          const from = layer.depthwise ? channel : member;
          const weightBase = (channel * group + member) * kernelHeight * kernelWidth;
          for (let ky = 0; ky < kernelHeight; ky++) {
            const row = y * strideY + ky - layer.pads.top;
            for (let kx = 0; kx < kernelWidth; kx++) {
              const column = x * strideX + kx - layer.pads.left;
              const inside = row >= 0 && row < inputHeight && column >= 0 && column < inputWidth;
              const value = inside
                ? (input[(from * inputHeight + row) * inputWidth + column] ?? 0)
                : (layer.padValue[from] ?? 0);
              potential += value * (layer.weights[weightBase + ky * kernelWidth + kx] ?? 0);
            }
          }
        }
        result[index++] = potential;
      }
    }
  }
  return result;
}

/** `bias + Σ weight · input` over the input pixels whose patch covers an output pixel. */
function transposed(layer: TransposedConvolution, input: Int32Array): Int32Array {
  const [inputChannels, inputHeight, inputWidth] = layer.inputShape;
  const [channels, height, width] = layer.outputShape;
  const [kernelHeight, kernelWidth] = layer.kernel;
  const [strideY, strideX] = layer.stride;
  const group = layer.depthwise ? 1 : inputChannels;
  const result = new Int32Array(channels * height * width);
  let index = 0;
  for (let channel = 0; channel < channels; channel++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        let potential = layer.bias[channel] ?? 0;
        for (let member = 0; member < group; member++) {
          const from = layer.depthwise ? channel : member;
          const weightBase = (channel * group + member) * kernelHeight * kernelWidth;
          for (let ky = 0; ky < kernelHeight; ky++) {
            const row = (y + layer.pads.top - ky) / strideY;
            if (!Number.isInteger(row) || row < 0 || row >= inputHeight) continue;
            for (let kx = 0; kx < kernelWidth; kx++) {
              const column = (x + layer.pads.left - kx) / strideX;
              if (!Number.isInteger(column) || column < 0 || column >= inputWidth) continue;
              const value = input[(from * inputHeight + row) * inputWidth + column] ?? 0;
              potential += value * (layer.weights[weightBase + ky * kernelWidth + kx] ?? 0);
            }
          }
        }
        result[index++] = activate(layer.activation, potential, channel);
      }
    }
  }
  return rescale(layer.requantization, result, height * width);
}

/** Highest potential of each window; pixels outside the map do not take part. */
function maxPool(
  input: Int32Array,
  [channels, inputHeight, inputWidth]: Shape,
  [, height, width]: Shape,
  { size, stride, pads }: Extract<Convolution['pool'], { kind: 'max' }>,
): Int32Array {
  const result = new Int32Array(channels * height * width);
  let index = 0;
  for (let channel = 0; channel < channels; channel++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        let highest = -(2 ** 31);
        for (let ky = 0; ky < size[0]; ky++) {
          const row = y * stride[0] + ky - pads.top;
          if (row < 0 || row >= inputHeight) continue;
          for (let kx = 0; kx < size[1]; kx++) {
            const column = x * stride[1] + kx - pads.left;
            if (column < 0 || column >= inputWidth) continue;
            const value = input[(channel * inputHeight + row) * inputWidth + column] ?? 0;
            highest = Math.max(highest, value);
          }
        }
        result[index++] = highest;
      }
    }
  }
  return result;
}

function sumPixels(input: Int32Array, [channels, height, width]: Shape): Int32Array {
  const sums = new Int32Array(channels);
  for (let channel = 0; channel < channels; channel++) {
    let sum = 0;
    for (let pixel = 0; pixel < height * width; pixel++) {
      sum += input[channel * height * width + pixel] ?? 0;
    }
    sums[channel] = sum;
  }
  return sums;
}

/** The input is flattened in C×H×W order. */
function dense(layer: Dense, input: Int32Array): Int32Array {
  const inputs = elementCount(layer.inputShape);
  const values = Int32Array.from(layer.bias, (resting, channel) => {
    let potential = resting;
    for (let index = 0; index < inputs; index++) {
      potential += (input[index] ?? 0) * (layer.weights[channel * inputs + index] ?? 0);
    }
    return activate(layer.activation, potential, channel);
  });
  return layer.requantization === undefined ? values : rescale(layer.requantization, values, 1);
}

function add(layer: Add, left: Int32Array, right: Int32Array): Int32Array {
  const [, height, width] = layer.outputShape;
  const sums = perChannel(left, height * width, (value, channel, index) => {
    const leftTerm = value * (layer.leftFactor[channel] ?? 0);
    return leftTerm + (right[index] ?? 0) * (layer.rightFactor[channel] ?? 0);
  });
  const { requantization } = layer;
  return requantization === undefined ? sums : rescale(requantization, sums, height * width);
}

function concat(layer: Concat, left: Int32Array, right: Int32Array): Int32Array {
  const result = new Int32Array(elementCount(layer.outputShape));
  result.set(left);
  result.set(right, left.length);
  return result;
}

function activate(activation: Activation, potential: number, channel: number): number {
  switch (activation.kind) {
    case 'none':
      return potential;
    case 'relu':
      return Math.max(potential, 0);
    case 'relu-clipped':
      return Math.min(Math.max(potential, 0), activation.maximum[channel] ?? 0);
    case 'lut': {
      const index = rescaleOne(activation.index, potential, channel);
      return activation.table.at(index) ?? 0; // a negative index counts from the end
    }
  }
}

function rescale(by: Requantization, values: Int32Array, pixels: number): Int32Array {
  return perChannel(values, pixels, (value, channel) => rescaleOne(by, value, channel));
}

function rescaleOne({ bits, multiplier, shift }: Requantization, value: number, channel: number) {
  const [low, high] = signedLimits(bits);
  return requantize(value, multiplier[channel] ?? 0, shift[channel] ?? 0, low, high);
}

/** Maps a C×H×W tensor of `pixels` = H·W values per channel. */
function perChannel(
  values: Int32Array,
  pixels: number,
  map: (value: number, channel: number, index: number) => number,
): Int32Array {
  return values.map((value, index) => map(value, Math.floor(index / pixels), index));
}
