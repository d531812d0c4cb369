import type { Activation, Requantization } from '../../network.ts';
import { elementCount } from '../../network.ts';
import type { MapView, ScalarAddStep, ScalarNeuronsStep } from '../../plan/plan.ts';
import { requantize, signedLimits } from '../../requantize.ts';

/** Values of a map in the arena, by channel and pixel. */
export class MapAccess {
  readonly #view: MapView;
  readonly #bytes: Uint8Array;
  readonly #values: Int32Array;

  /** @param arena address of the arena in memory */
  constructor(view: MapView, memory: WebAssembly.Memory, arena: number) {
    const start = arena + view.buffer.offset + view.startBytes;
    this.#view = view;
    this.#bytes = new Uint8Array(memory.buffer, start);
    this.#values = new Int32Array(memory.buffer, view.valueBytes === 4 ? start : 0);
  }

  get(channel: number, pixel: number): number {
    const { positions, pixelBytes, width, valueBytes, zero } = this.#view;
    const position = positions[channel] ?? 0;
    if (valueBytes === 4) return this.#values[pixel * width + position] ?? 0;
    return (this.#bytes[pixel * pixelBytes + position] ?? 0) - zero;
  }

  set(channel: number, pixel: number, value: number): void {
    const { positions, pixelBytes, width, valueBytes, zero } = this.#view;
    const position = positions[channel] ?? 0;
    if (valueBytes === 4) this.#values[pixel * width + position] = value;
    else this.#bytes[pixel * pixelBytes + position] = value + zero;
  }

  /** A copy in C×H×W order. */
  toTensor(): Int32Array {
    const { shape } = this.#view;
    const pixels = shape[1] * shape[2];
    const tensor = new Int32Array(elementCount(shape));
    for (let index = 0; index < tensor.length; index++) {
      tensor[index] = this.get(Math.floor(index / pixels), index % pixels);
    }
    return tensor;
  }
}

/** Max pool, activation, sum and requantization as docs/arithmetic.md has them, one by one. */
export function scalarNeurons(step: ScalarNeuronsStep, input: MapAccess, output: MapAccess): void {
  const { operator, isSummed } = step;
  const { activation, requantization } = operator;
  const pool = operator.kind === 'convolution' ? operator.pool : { kind: 'none' as const };
  const [channels, height, width] = step.output.shape;
  const [, mapHeight, mapWidth] = step.input.shape;
  const requantized = (sum: number, channel: number) =>
    requantization === undefined ? sum : requantizeChannel(requantization, sum, channel);
  for (let channel = 0; channel < channels; channel++) {
    for (let pixel = 0; pixel < height * width; pixel++) {
      let potential = input.get(channel, pixel);
      if (isSummed) {
        output.set(channel, pixel, requantized(potential, channel));
        continue;
      }
      if (pool.kind === 'sum') {
        potential = 0;
        for (let at = 0; at < mapHeight * mapWidth; at++) {
          potential += activate(activation, input.get(channel, at), channel);
        }
        output.set(channel, pixel, requantized(potential, channel));
        continue;
      }
      if (pool.kind === 'max') {
        potential = -(2 ** 31);
        const top = Math.floor(pixel / width) * pool.stride[0] - pool.pads.top;
        const left = (pixel % width) * pool.stride[1] - pool.pads.left;
        for (let y = Math.max(top, 0); y < Math.min(top + pool.size[0], mapHeight); y++) {
          for (let x = Math.max(left, 0); x < Math.min(left + pool.size[1], mapWidth); x++) {
            potential = Math.max(potential, input.get(channel, y * mapWidth + x));
          }
        }
      }
      const activated = activate(activation, potential, channel);
      output.set(channel, pixel, requantized(activated, channel));
    }
  }
}

export function scalarAdd(
  { operator, output: { shape } }: ScalarAddStep,
  left: MapAccess,
  right: MapAccess,
  output: MapAccess,
): void {
  const { leftFactor, rightFactor, requantization } = operator;
  const [channels, height, width] = shape;
  for (let channel = 0; channel < channels; channel++) {
    const x = leftFactor[channel] ?? 0;
    const y = rightFactor[channel] ?? 0;
    for (let pixel = 0; pixel < height * width; pixel++) {
      const sum = left.get(channel, pixel) * x + right.get(channel, pixel) * y;
      const value = requantization ? requantizeChannel(requantization, sum, channel) : sum;
      output.set(channel, pixel, value);
    }
  }
}

function activate(activation: Activation, potential: number, channel: number): number {
  switch (activation.kind) {
    case 'none':
      return potential;
    case 'relu':
      return Math.max(potential, 0);
    case 'relu-clipped':
      return Math.min(Math.max(potential, 0), activation.maximum[channel] ?? 0);
    case 'lut':
      return activation.table.at(requantizeChannel(activation.index, potential, channel)) ?? 0;
  }
}

function requantizeChannel(by: Requantization, potential: number, channel: number): number {
  const [low, high] = signedLimits(by.bits);
  return requantize(potential, by.multiplier[channel] ?? 0, by.shift[channel] ?? 0, low, high);
}
