import { inputTable } from '../../input.ts';
import { tensorOf } from '../../network.ts';
import { eventRowBytes, pixelCount } from '../../plan/layout.ts';
import type {
  AddStep,
  BorderStep,
  DepthwiseStep,
  EventStep,
  ImageStep,
  MapView,
  MaxPoolStep,
  ProductStep,
  Step,
} from '../../plan/plan.ts';
import { blockCount, rowsAt, tierOf } from './constants.ts';
import type { Kernel, Kernels } from './kernels.ts';
import type { Program } from './program.ts';
import { MapAccess, scalarAdd, scalarNeurons } from './scalar.ts';

/** Binds the steps of a program to kernels over one of its arenas. */
export class Linker {
  /** Where the image goes. */
  readonly image: Uint8Array;
  readonly #program: Program;
  readonly #arena: number;
  readonly #maps = new Map<string, MapAccess>();

  constructor(program: Program, slot: number) {
    this.#program = program;
    this.#arena = program.arena(slot);
    const [first] = program.plan.steps;
    if (first?.kernel !== 'image') throw new RangeError('A plan starts with the image');
    const { offset, bytes } = first.image;
    this.image = new Uint8Array(program.memory.buffer, this.#arena + offset, bytes);
  }

  /** Each step with all its arguments. */
  calls(): (() => void)[] {
    const { plan, constants } = this.#program;
    return plan.steps.map((step, index) => this.#bind(step, constants[index] ?? 0));
  }

  /** A copy of a tensor, in C×H×W order. Throws RangeError where the plan has no such map. */
  read(name: string): Int32Array {
    const view = this.#program.plan.maps.get(name);
    if (view === undefined) throw new RangeError(`The plan has no map '${name}'`);
    const map = this.#maps.get(name) ?? this.#map(view);
    this.#maps.set(name, map);
    return map.toTensor();
  }

  #map(view: MapView): MapAccess {
    return new MapAccess(view, this.#program.memory, this.#arena);
  }

  #address({ buffer, startBytes }: MapView): number {
    return this.#arena + buffer.offset + startBytes;
  }

  #bind(step: Step, constants: number): () => void {
    const { tier } = this.#program;
    const kernels = this.#program.kernels['dot' in step ? tierOf(step.dot) : tier];
    if (kernels === undefined) throw new RangeError(`The plan needs kernels that are not there`);
    switch (step.kernel) {
      case 'image':
        return this.#image(step, kernels);
      case 'border':
        return this.#border(step, constants, kernels);
      case 'product':
        return this.#product(step, constants, kernels);
      case 'events':
        return this.#events(step, constants, kernels);
      case 'depthwise':
        return this.#depthwise(step, constants, kernels);
      case 'add':
        return this.#add(step, constants, kernels);
      case 'max-pool':
        return this.#maxPool(step, kernels);
      case 'sum': {
        const { input, output } = step;
        const from = [this.#address(input), input.pixelBytes, pixelCount(input), input.width / 4];
        return bind(kernels.sumPixels, from, [constants, this.#address(output)]);
      }
      case 'copy': {
        const { input, output } = step;
        const from = [this.#address(input), input.pixelBytes];
        const to = [this.#address(output), output.pixelBytes, input.width, pixelCount(input)];
        return bind(kernels.copy, from, to, [input.zero === output.zero ? 0 : 0x80808080]);
      }
      case 'scalar-neurons': {
        const [input, output] = [this.#map(step.input), this.#map(step.output)];
        return () => scalarNeurons(step, input, output);
      }
      case 'scalar-add': {
        const { left, right, output } = step;
        const maps = [this.#map(left), this.#map(right), this.#map(output)] as const;
        return () => scalarAdd(step, ...maps);
      }
    }
  }

  /** Pixels pass as they are where the quantization changes none; else through a table. */
  #image({ image, output }: ImageStep, { image4 }: Kernels): () => void {
    const { network } = this.#program.plan;
    const { input } = network;
    const table = inputTable(input, tensorOf(network, input.tensor).type === 'int8');
    const [channels, height, width] = input.shape;
    const pixels = height * width;
    const from = this.#arena + image.offset;
    const isPlain = table.every((value, index) => value === index % 256);
    if (isPlain && output.width === 4) {
      const plane = (channel: number) => from + Math.min(channel, channels - 1) * pixels;
      return bind(image4, [from, plane(1), plane(2), plane(3)], [this.#address(output), pixels]);
    }
    const bytes = this.image;
    const map = this.#map(output);
    return () => {
      for (const [index, byte] of bytes.entries()) {
        const channel = Math.floor(index / pixels);
        map.set(channel, index % pixels, table[channel * 256 + byte] ?? 0);
      }
    };
  }

  #border({ input, output, origin, spacing }: BorderStep, padding: number, { border }: Kernels) {
    const [, rows, columns] = input.shape;
    const [, outputRows, outputColumns] = output.shape;
    const from = [this.#address(input), input.pixelBytes, columns, rows, input.width];
    const to = [this.#address(output), outputColumns, outputRows];
    return bind(border, from, origin, spacing, [padding], to);
  }

  #product(step: ProductStep, constants: number, kernels: Kernels): () => void {
    const { pixelStep, rowStep, columns, rows, runBytes, runs, runStep, input, output } = step;
    const kernel = step.neurons === undefined ? 'potentials' : 'spikes';
    return bind(
      kernels[step.dot === 'split' ? (`${kernel}Split` as const) : kernel],
      [this.#address(input), pixelStep, rowStep, columns, rows, runBytes, runs, runStep],
      [constants, blockCount(step), this.#address(output), output.pixelBytes],
    );
  }

  #events(step: EventStep, constants: number, { eventSpikes }: Kernels): () => void {
    const { input, output, scratch } = step;
    return bind(
      eventSpikes,
      [this.#address(input), input.pixelBytes, pixelCount(input), input.width],
      [constants + rowsAt(step), eventRowBytes(output), constants, blockCount(step)],
      [this.#address(output), output.pixelBytes, this.#arena + scratch.offset],
    );
  }

  #depthwise(step: DepthwiseStep, constants: number, kernels: Kernels): () => void {
    const { operator, input, output, scratchColumns } = step;
    const { pads, kernel: size, stride } = operator;
    const [, rows, columns] = input.shape;
    const [, outputRows, outputColumns] = output.shape;
    const { pixelBytes } = input;
    const from = [this.#address(input), pixelBytes, columns * pixelBytes, columns, rows];
    const corner = [pads.top, pads.left];
    const to = [this.#address(output), output.pixelBytes, outputColumns, outputRows];
    const blocks = [constants, blockCount(step)];
    const padding = input.zero === 0 ? 0 : 16;
    if (step.isCommon) {
      const kernel = stride[0] === 2 ? kernels.depthwise3Stride2 : kernels.depthwise3;
      return bind(kernel, from, corner, [size[0]], blocks, to, [padding]);
    }
    const kernel = step.neurons === undefined ? 'depthwisePotentials' : 'depthwiseSpikes';
    const scratch = [padding, this.#arena + step.scratch.offset, scratchColumns];
    return bind(
      kernels[step.dot === 'split' ? (`${kernel}Split` as const) : kernel],
      ...[from, corner, size, stride, blocks, to, scratch],
    );
  }

  #add({ left, right, output, rescaling }: AddStep, constants: number, kernels: Kernels) {
    return bind(
      rescaling === undefined ? kernels.add : kernels.addRescaled,
      [this.#address(left), left.pixelBytes, this.#address(right), right.pixelBytes],
      [constants, output.width / 8, this.#address(output), output.pixelBytes],
      [pixelCount(output)],
    );
  }

  #maxPool({ pool, input, output }: MaxPoolStep, { maxPool }: Kernels): () => void {
    const { pads, size, stride } = pool;
    const [, rows, columns] = input.shape;
    const [, outputRows, outputColumns] = output.shape;
    const from = [this.#address(input), input.pixelBytes, columns, rows, pads.top, pads.left];
    const to = [this.#address(output), output.pixelBytes, outputColumns, outputRows];
    return bind(maxPool, from, size, stride, [output.width / 8], to);
  }
}

function bind(kernel: Kernel, ...values: (readonly number[])[]): () => void {
  return kernel.bind(null, ...values.flat());
}
