import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { type Convolution, elementCount, readNetwork } from '../../src/snn/index.ts';
import { expectEnginesToAgree } from './engines.ts';
import { randomIntegers } from './random-network.ts';

const FILE = fileURLToPath(new URL('./vectors/complex_convolutions.onnx', import.meta.url));
const network = readNetwork(readFileSync(FILE));
const layers = network.operators.filter((operator) => operator.kind === 'convolution');

interface Complex {
  readonly re: number;
  readonly im: number;
}

/** The kernel's number from complex channel i to o, read off the block [re; im] of the real parts. */
function kernelOf({ weights, outputShape, inputShape, kernel }: Convolution) {
  const [area, inputs, outputs] = [kernel[0] * kernel[1], inputShape[0], outputShape[0] / 2];
  const at = (row: number, column: number, place: number) =>
    weights[(row * inputs + column) * area + place] ?? Number.NaN;
  return (o: number, i: number, place: number): Complex => {
    const number = { re: at(o, i, place), im: at(outputs + o, i, place) };
    expect(at(o, inputs / 2 + i, place), 'the upper right block is −im').toBe(0 - number.im);
    expect(at(outputs + o, inputs / 2 + i, place), 'the lower right block is re').toBe(number.re);
    return number;
  };
}

/** The sums of a complex convolution by its definition, as real parts, then imaginary parts. */
function complexSums(layer: Convolution, values: ArrayLike<number>): Int32Array {
  const [channels, height, width] = layer.inputShape;
  const [outputs, rows, columns] = layer.outputShape;
  const kernel = kernelOf(layer);
  const read = (channel: number, y: number, x: number) => {
    const inside = y >= 0 && y < height && x >= 0 && x < width;
    const padding = layer.padValue[channel] ?? 0;
    return inside ? (values[(channel * height + y) * width + x] ?? 0) : padding;
  };
  const sums = new Int32Array(outputs * rows * columns);
  for (let o = 0; o < outputs / 2; o += 1)
    for (let place = 0; place < rows * columns; place += 1) {
      let [re, im] = [0, 0];
      for (let i = 0; i < channels / 2; i += 1)
        for (let k = 0; k < layer.kernel[0] * layer.kernel[1]; k += 1) {
          const y = Math.floor(place / columns) - layer.pads.top + Math.floor(k / layer.kernel[1]);
          const x = (place % columns) - layer.pads.left + (k % layer.kernel[1]);
          const value = { re: read(i, y, x), im: read(channels / 2 + i, y, x) };
          const weight = kernel(o, i, k);
          re += weight.re * value.re - weight.im * value.im;
          im += weight.re * value.im + weight.im * value.re;
        }
      sums[o * rows * columns + place] = re;
      sums[(outputs / 2 + o) * rows * columns + place] = im;
    }
  return sums;
}

test('a complex convolution lowered into a real one gives the complex integers, in every engine', () => {
  const random = randomIntegers(15);
  const images = Array.from({ length: 3 }, () =>
    Uint8Array.from({ length: elementCount(network.input.shape) }, () => random(0, 255)),
  );
  expect(layers).toHaveLength(2);
  for (const tensors of expectEnginesToAgree(network, images))
    for (const layer of layers) {
      const sums = complexSums(layer, tensors.get(layer.inputs[0] ?? '') ?? []);
      const area = sums.length / layer.outputShape[0];
      const expected = sums.map((sum, index) => {
        const channel = Math.floor(index / area);
        const { multiplier, shift } = layer.requantization;
        const factor = (multiplier[channel] ?? 0) / 2 ** (shift[channel] ?? 0);
        const potential = sum + (layer.bias[channel] ?? 0);
        return Math.min(Math.max(Math.floor(potential * factor + 0.5), -128), 127);
      });
      expect(tensors.get(layer.output), layer.name).toEqual(expected);
    }
});

test('after quantization a real part and its imaginary part are still scaled alike', () => {
  for (const { requantization, outputShape } of layers) {
    const half = outputShape[0] / 2;
    for (const factors of [requantization.multiplier, requantization.shift])
      expect(factors.slice(0, half)).toEqual(factors.slice(half));
  }
});
