import {
  type Add,
  type Convolution,
  type Dense,
  type Network,
  type Operator,
  type TransposedConvolution,
  tensorOf,
} from '../network.ts';
import { type DraftBuffer, newBuffer, placeBuffers, touch } from './arena.ts';
import { addConstants, neuronConstants, rescalingConstants } from './constants.ts';
import { asConvolution, asDepthwise } from './equivalents.ts';
import {
  channelsAt,
  type DraftView,
  denseLike,
  eventRowBytes,
  GROUP,
  type Graph,
  type Layout,
  layOut,
  newPotentials,
  pixelCount,
  sliceOf,
} from './layout.ts';
import type { DotKind, NeuronConstants, Plan, ProductStep, Step } from './plan.ts';

/** Share of zeros from which on a 1×1 layer is quicker by events, as `npm run bench` measures it. */
function worthwhileZeros(channels: number, isRelaxed: boolean): number {
  if (!isRelaxed) return 0.65;
  return channels < 160 ? 0.83 : 0.75;
}

export interface PlanOptions {
  /** Highest activation for which the relaxed dot product is exact; 0 where it must not be used. */
  readonly relaxedTo: 0 | 127 | 255;
  /**
   * Share of zeros, 0…1, among the inputs of layers by name, as measured: where it is high enough,
   * a 1×1 convolution goes by events.
   */
  readonly zeros?: ReadonlyMap<string, number> | undefined;
  /** Keeps every tensor to the end instead of reusing its memory: for tests and explanations. */
  readonly keepTensors?: boolean | undefined;
}

/** How a product goes over its map. */
type Sweep = Omit<ProductStep, 'kernel' | 'operator' | 'input' | 'output' | 'neurons' | 'dot'>;

/** Compiles a network into steps over one arena. */
export function compilePlan(network: Network, options: PlanOptions): Plan {
  return new Compiler(network, options).compile();
}

class Compiler {
  readonly #network: Network;
  readonly #graph: Graph;
  readonly #options: PlanOptions;
  readonly #layout: Layout;
  readonly #steps: Step[] = [];
  /** Operators that the step of another one does as well. */
  readonly #fused = new Set<Operator>();
  /** All buffers, each once. */
  readonly #buffers = new Set<DraftBuffer>();

  constructor(network: Network, options: PlanOptions) {
    const operators = network.operators.map((operator) =>
      operator.kind === 'convolution' ? (asDepthwise(operator) ?? operator) : operator,
    );
    this.#network = network;
    this.#graph = { input: network.input, operators, tensors: network.tensors };
    this.#options = options;
    this.#layout = layOut(this.#graph);
  }

  compile(): Plan {
    const { spikeTensor, outputs } = this.#network;
    const { input, operators } = this.#graph;
    const image = newBuffer(input.shape[0] * input.shape[1] * input.shape[2]);
    const first = this.#view(input.tensor);
    this.#add({ kernel: 'image', image, output: first }, [image, first.buffer]);
    for (const operator of operators) {
      if (!this.#fused.has(operator)) this.#lower(operator);
    }
    const kept = this.#options.keepTensors
      ? [...this.#layout.views.keys()]
      : [spikeTensor, ...outputs.map(({ tensor }) => tensor)];
    for (const name of kept) touch(this.#view(name).buffer, this.#steps.length);
    const arenaBytes = placeBuffers([...this.#buffers]);
    const maps = new Map(
      [...this.#layout.views].filter(([, { buffer }]) => this.#buffers.has(buffer)),
    );
    return { network: this.#network, steps: this.#steps, maps, arenaBytes };
  }

  #lower(operator: Operator): void {
    switch (operator.kind) {
      case 'convolution':
        this.#convolution(operator);
        break;
      case 'transposed-convolution':
        this.#transposed(operator);
        break;
      case 'dense':
        this.#weighted(operator, this.#input(operator), this.#view(operator.output));
        break;
      case 'add':
        this.#addition(operator);
        break;
      case 'concat':
        this.#concatenation(operator);
        break;
    }
  }

  /** Convolution, then a max pool of its spikes where there is one. */
  #convolution(operator: Convolution): void {
    const input = this.#input(operator);
    const output = this.#view(operator.output);
    const { pool, potentialShape } = operator;
    if (pool.kind !== 'max' || operator.activation.kind === 'lut') {
      this.#weighted(operator, input, output);
      return;
    }
    const spikes = denseLike(output, potentialShape[1], potentialShape[2]);
    this.#weighted({ ...operator, pool: { kind: 'none' } }, input, spikes);
    this.#add({ kernel: 'max-pool', operator, pool, input: spikes, output }, [
      spikes.buffer,
      output.buffer,
    ]);
  }

  /** The convolution over the stretched map that gives the same potentials. */
  #transposed(transposed: TransposedConvolution): void {
    const map = this.#input(transposed);
    const operator = asConvolution(transposed);
    const [, height, width] = operator.inputShape;
    const input = denseLike(map, height, width);
    const { kernel, pads, stride } = transposed;
    const origin = [kernel[0] - 1 - pads.top, kernel[1] - 1 - pads.left] as const;
    const step = { kernel: 'border', operator, input: map, output: input } as const;
    this.#add({ ...step, origin, spacing: stride }, [map.buffer, input.buffer]);
    this.#weighted(operator, input, this.#view(transposed.output));
  }

  /** Potentials and the neurons that fire on them, in one kernel where one can. */
  #weighted(operator: Convolution | Dense, input: DraftView, output: DraftView): void {
    const { activation, requantization } = operator;
    const isSum = operator.kind === 'convolution' && operator.pool.kind === 'sum';
    const neurons =
      requantization && !isSum ? neuronConstants(activation, requantization) : undefined;
    const isDirect = neurons !== undefined || (!requantization && activation.kind === 'none');
    if (isDirect) {
      this.#integrate(operator, input, output, neurons);
      return;
    }
    const isDepthwise = operator.kind === 'convolution' && operator.depthwise;
    const shape = operator.kind === 'dense' ? operator.outputShape : operator.potentialShape;
    let potentials = newPotentials(shape, isDepthwise ? input : output);
    this.#integrate(operator, input, potentials, undefined);
    const isSummed = isSum && activation.kind !== 'lut';
    if (isSummed) {
      const sums = newPotentials(operator.outputShape, potentials);
      const step = {
        kernel: 'sum',
        operator,
        activation,
        input: potentials,
        output: sums,
      } as const;
      this.#add(step, [potentials.buffer, sums.buffer]);
      potentials = sums;
    }
    this.#add({ kernel: 'scalar-neurons', operator, input: potentials, isSummed, output }, [
      potentials.buffer,
      output.buffer,
    ]);
  }

  /** The weighted sums. */
  #integrate(
    operator: Convolution | Dense,
    input: DraftView,
    output: DraftView,
    neurons: NeuronConstants | undefined,
  ): void {
    if (operator.kind === 'dense') this.#dense(operator, input, output, neurons);
    else if (operator.depthwise) this.#depthwise(operator, input, output, neurons);
    else if (neurons && this.#isSparse(operator)) this.#events(operator, input, output, neurons);
    else this.#product(operator, input, output, neurons);
  }

  /** Whether events alone are quicker: a 1×1 convolution whose inputs are 0…127 and mostly 0. */
  #isSparse(operator: Convolution): boolean {
    const { name, kernel, stride, pads, inputShape } = operator;
    const enough = worthwhileZeros(inputShape[0], this.#options.relaxedTo > 0);
    const isFlat = [...kernel, ...stride].every((each) => each === 1);
    const isPadded = Object.values(pads).some((pad) => pad > 0);
    const zeros = this.#options.zeros?.get(name) ?? 0;
    return isFlat && !isPadded && this.#isNarrow(operator) && zeros >= enough;
  }

  #events(operator: Convolution, input: DraftView, output: DraftView, neurons: NeuronConstants) {
    const scratch = newBuffer(8 * eventRowBytes(output) + 5 * (input.width + 4));
    const step = { kernel: 'events', operator, input, output, neurons, scratch } as const;
    this.#add(step, [input.buffer, output.buffer, scratch]);
  }

  #product(
    operator: Convolution,
    map: DraftView,
    output: DraftView,
    neurons: NeuronConstants | undefined,
  ): void {
    const [kernelRows, kernelColumns] = operator.kernel;
    const [strideY, strideX] = operator.stride;
    const input = this.#bordered(operator, map);
    const [inputChannels, , inputColumns] = input.shape;
    const [, rows, columns] = operator.potentialShape;
    const rowBytes = inputColumns * input.pixelBytes;
    const isFlat = kernelRows === 1 && kernelColumns === 1 && strideY === 1 && strideX === 1;
    const runBytes = wholeRun(kernelColumns * input.width);
    const taps = tapsOf(input, kernelRows, kernelColumns);
    if (
      inputChannels * kernelRows * kernelColumns !==
      operator.weights.length / operator.bias.length
    )
      throw new RangeError(`Layer '${operator.name}' has weights of another shape`);
    this.#addProduct(operator, input, output, neurons, {
      columns: isFlat ? rows * columns : columns,
      rows: isFlat ? 1 : rows,
      pixelStep: strideX * input.pixelBytes,
      rowStep: strideY * rowBytes,
      runBytes,
      runs: kernelRows,
      runStep: rowBytes,
      taps,
    });
  }

  #addProduct(
    operator: Convolution | Dense,
    input: DraftView,
    output: DraftView,
    neurons: NeuronConstants | undefined,
    sweep: Sweep,
  ): void {
    const dot = this.#dot(operator);
    const step = { kernel: 'product', operator, input, output, neurons, dot, ...sweep } as const;
    this.#add(step, [input.buffer, output.buffer]);
  }

  /** The map itself where a kernel can run over it as it is, else a padded dense copy. */
  #bordered(operator: Convolution, input: DraftView): DraftView {
    const { pads, kernel } = operator;
    const { top, left, bottom, right } = pads;
    const isPadded = top + left + bottom + right > 0;
    const isDense = input.pixelBytes === input.width;
    if (!isPadded && (isDense || kernel[1] === 1)) return input;
    const [, height, width] = input.shape;
    const output = denseLike(input, top + height + bottom, left + width + right);
    const step = { kernel: 'border', operator, input, output } as const;
    this.#add({ ...step, origin: [top, left], spacing: [1, 1] }, [input.buffer, output.buffer]);
    return output;
  }

  /** A dense layer is a product with one pixel, whose receptive field is the whole map. */
  #dense(
    operator: Dense,
    input: DraftView,
    output: DraftView,
    neurons: NeuronConstants | undefined,
  ): void {
    const isDense = input.pixelBytes === input.width;
    const [runs, pixels] = isDense ? [1, pixelCount(input)] : [pixelCount(input), 1];
    this.#addProduct(operator, input, output, neurons, {
      columns: 1,
      rows: 1,
      pixelStep: 0,
      rowStep: 0,
      runBytes: wholeRun(pixels * input.width),
      runs,
      runStep: input.pixelBytes,
      taps: tapsOf(input, runs, pixels),
    });
  }

  #depthwise(
    operator: Convolution,
    input: DraftView,
    output: DraftView,
    neurons: NeuronConstants | undefined,
  ): void {
    const [kernelRows, kernelColumns] = operator.kernel;
    const [, , inputColumns] = input.shape;
    const [, , columns] = operator.potentialShape;
    const scratchColumns = Math.max(
      operator.pads.left + inputColumns,
      (columns - 1) * operator.stride[1] + kernelColumns,
    );
    const dot = this.#dot(operator);
    const scratch = newBuffer(Math.ceil(kernelRows / 4) * scratchColumns * 4 * GROUP);
    this.#add(
      {
        kernel: 'depthwise',
        operator,
        input,
        output,
        neurons,
        dot,
        isCommon: neurons !== undefined && dot !== 'split' && isCommonDepthwise(operator),
        scratch,
        scratchColumns,
      },
      [input.buffer, output.buffer, scratch],
    );
  }

  #addition(operator: Add): void {
    const [left, right] = this.#pair(operator);
    const [leftName = '', rightName = ''] = operator.inputs;
    const constants = addConstants(
      operator,
      tensorOf(this.#network, leftName),
      tensorOf(this.#network, rightName),
    );
    if (constants === undefined || !hasSameChannels(left, right)) {
      const output = this.#view(operator.output);
      const buffers = [left.buffer, right.buffer, output.buffer];
      this.#add({ kernel: 'scalar-add', operator, left, right, output }, buffers);
      return;
    }
    const next = this.#onlyReader(operator.output);
    const rescaling = next && rescalingConstants(next);
    if (next && rescaling) this.#fused.add(next);
    const output = this.#view(next && rescaling ? next.output : operator.output);
    const buffers = [left.buffer, right.buffer, output.buffer];
    this.#add({ kernel: 'add', operator, left, right, output, constants, rescaling }, buffers);
  }

  /** The depthwise 1×1 convolution that alone reads a tensor which need not be kept. */
  #onlyReader(name: string): Convolution | undefined {
    const { spikeTensor, outputs } = this.#network;
    const isWanted = name === spikeTensor || outputs.some(({ tensor }) => tensor === name);
    if (isWanted || this.#options.keepTensors) return undefined;
    const [reader, other] = this.#graph.operators.filter(({ inputs }) => inputs.includes(name));
    if (reader?.kind !== 'convolution' || other !== undefined) return undefined;
    const isRescaling = reader.depthwise && reader.kernel[0] * reader.kernel[1] === 1;
    return isRescaling ? reader : undefined;
  }

  /** Nothing, but for inputs that lie elsewhere. */
  #concatenation(operator: Operator): void {
    const joined = this.#view(operator.output);
    const inputs = this.#pair(operator);
    for (const [index, input] of inputs.entries()) {
      const output = sliceOf(joined, inputs, index);
      if (input.buffer === output.buffer && input.startBytes === output.startBytes) continue;
      this.#add({ kernel: 'copy', operator, input, output }, [input.buffer, output.buffer]);
    }
  }

  #add(step: Step, buffers: readonly DraftBuffer[]): void {
    for (const buffer of buffers) {
      this.#buffers.add(buffer);
      touch(buffer, this.#steps.length);
    }
    this.#steps.push(step);
  }

  /** Whether every byte of the operator's input lies in 0…127, as it is stored. */
  #isNarrow(operator: Convolution | Dense): boolean {
    const { low, high } = tensorOf(this.#network, operator.inputs[0] ?? '');
    return low >= 0 && high <= 127 && this.#input(operator).zero === 0;
  }

  #dot(operator: Convolution | Dense): DotKind {
    const { relaxedTo } = this.#options;
    if (relaxedTo === 0) return 'v128';
    if (relaxedTo === 255) return 'relaxed';
    const pads = operator.kind === 'convolution' ? operator.padValue : [];
    if (this.#isNarrow(operator) && pads.every((pad) => pad <= 127)) return 'relaxed';
    return operator.weights.includes(-128) ? 'v128' : 'split';
  }

  #view(name: string): DraftView {
    const view = this.#layout.views.get(name);
    if (view === undefined) throw new RangeError(`The network has no tensor '${name}'`);
    return view;
  }

  #input(operator: Operator): DraftView {
    return this.#view(operator.inputs[0] ?? '');
  }

  #pair(operator: Operator): readonly [DraftView, DraftView] {
    return [this.#input(operator), this.#view(operator.inputs[1] ?? '')];
  }
}

/** The kernels read eight bytes at a time. Those beyond the run have no weight. */
function wholeRun(bytes: number): number {
  return Math.ceil(bytes / GROUP) * GROUP;
}

/**
 * Which weight of a neuron each byte of its receptive field has, −1 for none: `runs` runs of `size`
 * pixels side by side, and weights in [channel][run][pixel] order.
 */
function tapsOf(input: DraftView, runs: number, size: number): Int32Array {
  const channels = channelsAt(input);
  const runBytes = wholeRun(size * input.width);
  const taps = new Int32Array(runs * runBytes).fill(-1);
  for (let run = 0; run < runs; run++) {
    for (let at = 0; at < size * input.width; at++) {
      const channel = channels[at % input.width] ?? -1;
      const pixel = run * size + Math.floor(at / input.width);
      if (channel >= 0) taps[run * runBytes + at] = channel * runs * size + pixel;
    }
  }
  return taps;
}

/** Three columns, up to three rows, stride 1 or 2: see kernels/depthwise3.as. */
function isCommonDepthwise({ kernel, stride, pads, potentialShape }: Convolution): boolean {
  const isKernel = kernel[1] === 3 && kernel[0] <= 3 && stride[0] === stride[1] && stride[0] <= 2;
  return isKernel && pads.left <= 1 && pads.right <= 1 && potentialShape[2] >= 4;
}

function hasSameChannels(left: DraftView, right: DraftView): boolean {
  return (
    left.width === right.width &&
    left.positions.every((position, channel) => position === right.positions[channel])
  );
}
