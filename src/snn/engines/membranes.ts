import type { Convolution, Dense, Size, TransposedConvolution } from '../network.ts';
import { deliver, type EventQueue, type Scratch, Synapses, type Wiring } from './synapses.ts';

/**
 * Membranes integrate: they start at their resting potential (the bias) and every event, a
 * non-zero activation, adds `magnitude × weight` to those that it reaches. Work is in
 * proportion to the events; zeros cost only the look at them.
 *
 * Maps are stored pixel by pixel, all channels of a pixel together (H×W×C), so that an event
 * finds the weights of all the neurons it reaches in one run.
 */
export interface Membranes {
  /** Integrates one image's spikes; returns the number of synaptic operations. */
  integrate(spikes: Int16Array, eventCount: number): number;
  /** Where in `potentials` those of a pixel's channels stand; valid until the next call. */
  locate(pixel: number): number;
  readonly potentials: Float64Array;
}

/** The membranes that suit a layer. `scratch` is shared by all layers of an engine. */
export function membranesOf(
  layer: Convolution | TransposedConvolution | Dense,
  scratch: Scratch,
): Membranes {
  const wiring = wiringOf(layer);
  if (layer.kind === 'dense') return new MapMembranes(wiring, scratch);
  if (layer.depthwise) return new DepthwiseMembranes(wiring, scratch);
  const { kernel, stride, pads } = layer;
  const unpadded = pads.top + pads.left + pads.bottom + pads.right === 0;
  const pointwise = unpadded && [...kernel, ...stride].every((extent) => extent === 1);
  if (!pointwise) return new MapMembranes(wiring, scratch);
  const diagonal = diagonalOf(wiring);
  return diagonal === undefined
    ? new PointwiseMembranes(wiring, scratch)
    : new DepthwiseMembranes({ ...wiring, weights: diagonal }, scratch);
}

function wiringOf(layer: Convolution | TransposedConvolution | Dense): Wiring {
  const [inputs, height, width] = layer.inputShape;
  const potentialShape = layer.outputShape;
  const padValue = new Int32Array(inputs);
  switch (layer.kind) {
    case 'convolution':
      return { ...layer, transposed: false };
    case 'transposed-convolution':
      return { ...layer, transposed: true, potentialShape, padValue };
    case 'dense': {
      const pads = { top: 0, left: 0, bottom: 0, right: 0 };
      const kernel: Size = [height, width];
      return {
        ...layer,
        transposed: false,
        potentialShape,
        kernel,
        stride: [1, 1],
        pads,
        padValue,
      };
    }
  }
}

/**
 * The diagonal of a 1×1 convolution that has no other weights. (quantizeml writes a ReLU that
 * follows an addition as such a convolution.)
 */
function diagonalOf({ weights, inputShape, bias }: Wiring): Int8Array | undefined {
  const [inputs] = inputShape;
  const outputs = bias.length;
  if (inputs !== outputs) return undefined;
  const diagonal = new Int8Array(outputs);
  for (const [index, weight] of weights.entries()) {
    const channel = Math.floor(index / inputs);
    if (index % inputs === channel) diagonal[channel] = weight;
    else if (weight !== 0) return undefined;
  }
  return diagonal;
}

/** 1×1, stride 1: a pixel's neurons see that pixel only, so one pixel is integrated at a time. */
class PointwiseMembranes implements Membranes {
  readonly potentials: Float64Array;
  readonly #synapses: Synapses;
  readonly #membranes: Float64Array;
  readonly #queue: EventQueue;
  readonly #inputs: number;
  readonly #outputs: number;
  #spikes: Int16Array = new Int16Array();

  constructor(wiring: Wiring, { queue }: Scratch) {
    this.#synapses = new Synapses(wiring);
    this.#membranes = new Float64Array(this.#synapses.width);
    this.#queue = queue;
    this.#inputs = wiring.inputShape[0];
    this.#outputs = wiring.potentialShape[0];
    this.potentials = new Float64Array(this.#outputs + 1);
  }

  integrate(spikes: Int16Array, eventCount: number): number {
    this.#spikes = spikes;
    return eventCount * this.#outputs;
  }

  locate(pixel: number): number {
    this.#queue.collect(this.#spikes, pixel * this.#inputs, this.#inputs, this.#synapses.width);
    this.#membranes.set(this.#synapses.resting);
    deliver(this.#membranes, 0, this.#synapses, 0, this.#queue);
    this.#synapses.unpack(this.#membranes, 0, this.potentials);
    return 0;
  }
}

/**
 * Where the events of an input row (or column) go: the entries starts[i]…starts[i + 1] are the
 * output rows that row i reaches, each through one row of the kernel. Rows are counted from the
 * first padded one.
 */
class Reach {
  readonly starts: Int32Array;
  readonly kernel: Int32Array;
  readonly output: Int32Array;

  constructor(
    rows: number,
    kernel: number,
    outputs: number,
    target: (row: number, k: number) => number,
  ) {
    const starts = [0];
    const through: number[] = [];
    const reached: number[] = [];
    for (let row = 0; row < rows; row++) {
      for (let k = 0; k < kernel; k++) {
        const output = target(row, k);
        if (!Number.isInteger(output) || output < 0 || output >= outputs) continue;
        through.push(k);
        reached.push(output);
      }
      starts.push(through.length);
    }
    this.starts = Int32Array.from(starts);
    this.kernel = Int32Array.from(through);
    this.output = Int32Array.from(reached);
  }
}

/** The output pixels that an input pixel reaches, and the kernel position it does so through. */
class Targets {
  readonly outputPixels: Int32Array;
  readonly kernelPositions: Int32Array;
  readonly #rows: Reach;
  readonly #columns: Reach;
  readonly #outputWidth: number;
  readonly #kernelWidth: number;

  constructor({ transposed, inputShape, potentialShape, kernel, stride, pads }: Wiring) {
    const [, inputHeight, inputWidth] = inputShape;
    const [, height, width] = potentialShape;
    this.outputPixels = new Int32Array(kernel[0] * kernel[1]);
    this.kernelPositions = new Int32Array(kernel[0] * kernel[1]);
    const reach = (extent: number, axis: 0 | 1, before: number, after: number, outputs: number) =>
      transposed
        ? new Reach(extent, kernel[axis], outputs, (row, k) => row * stride[axis] + k - before)
        : new Reach(
            extent + before + after,
            kernel[axis],
            outputs,
            (row, k) => (row - k) / stride[axis],
          );
    this.#rows = reach(inputHeight, 0, pads.top, pads.bottom, height);
    this.#columns = reach(inputWidth, 1, pads.left, pads.right, width);
    this.#outputWidth = width;
    this.#kernelWidth = kernel[1];
  }

  /** Lists those of a pixel of the (padded) input; returns how many there are. */
  find(row: number, column: number): number {
    const rows = this.#rows;
    const columns = this.#columns;
    const rowsEnd = rows.starts[row + 1] ?? 0;
    const columnsStart = columns.starts[column] ?? 0;
    const columnsEnd = columns.starts[column + 1] ?? 0;
    let count = 0;
    for (let i = rows.starts[row] ?? 0; i < rowsEnd; i++) {
      const firstPixel = (rows.output[i] ?? 0) * this.#outputWidth;
      const firstPosition = (rows.kernel[i] ?? 0) * this.#kernelWidth;
      for (let j = columnsStart; j < columnsEnd; j++) {
        this.outputPixels[count] = firstPixel + (columns.output[j] ?? 0);
        this.kernelPositions[count] = firstPosition + (columns.kernel[j] ?? 0);
        count++;
      }
    }
    return count;
  }
}

/** Where the image's first pixel stands in what `Targets` counts from. */
function firstPixel({ transposed, pads }: Wiring): readonly [row: number, column: number] {
  return transposed ? [0, 0] : [pads.top, pads.left];
}

/** Any kernel: every input pixel's events go to the neurons of each output pixel it reaches. */
class MapMembranes implements Membranes {
  readonly potentials: Float64Array;
  readonly #wiring: Wiring;
  readonly #synapses: Synapses;
  readonly #scratch: Scratch;
  readonly #targets: Targets;
  /** Resting potentials of the whole map, with what padded pixels contribute. */
  readonly #resting: Float64Array;

  constructor(wiring: Wiring, scratch: Scratch) {
    const [, height, width] = wiring.potentialShape;
    this.potentials = new Float64Array(wiring.bias.length + 1);
    this.#wiring = wiring;
    this.#synapses = new Synapses(wiring);
    this.#scratch = scratch;
    this.#targets = new Targets(wiring);
    this.#resting = new Float64Array(height * width * this.#synapses.width);
    for (let pixel = 0; pixel < height * width; pixel++) {
      this.#resting.set(this.#synapses.resting, pixel * this.#synapses.width);
    }
    if (wiring.padValue.some((value) => value !== 0)) this.#deliverPadding();
    scratch.reserve(this.#resting.length);
  }

  integrate(spikes: Int16Array): number {
    const { queue, membranes } = this.#scratch;
    const { inputShape } = this.#wiring;
    const [inputs, inputHeight, inputWidth] = inputShape;
    const [top, left] = firstPixel(this.#wiring);
    membranes.set(this.#resting);
    let operations = 0;
    for (let row = 0; row < inputHeight; row++) {
      for (let column = 0; column < inputWidth; column++) {
        const at = (row * inputWidth + column) * inputs;
        queue.collect(spikes, at, inputs, this.#synapses.width);
        const reached = this.#deliverPixel(membranes, row + top, column + left);
        operations += queue.count * reached;
      }
    }
    return operations * this.#wiring.potentialShape[0];
  }

  locate(pixel: number): number {
    const { membranes } = this.#scratch;
    this.#synapses.unpack(membranes, pixel * this.#synapses.width, this.potentials);
    return 0;
  }

  /** Delivers the queue as the events of a padded pixel; returns how many pixels it reached. */
  #deliverPixel(membranes: Float64Array, row: number, column: number): number {
    const synapses = this.#synapses;
    const { queue } = this.#scratch;
    const { outputPixels, kernelPositions } = this.#targets;
    const weightsPerPosition = this.#wiring.inputShape[0] * synapses.width;
    const count = this.#targets.find(row, column);
    for (let index = 0; index < count; index++) {
      const target = (outputPixels[index] ?? 0) * synapses.width;
      const base = (kernelPositions[index] ?? 0) * weightsPerPosition;
      deliver(membranes, target, synapses, base, queue);
    }
    return count;
  }

  #deliverPadding(): void {
    const { pads, padValue, inputShape } = this.#wiring;
    const [, height, width] = inputShape;
    const { queue } = this.#scratch;
    queue.collect(Int16Array.from(padValue), 0, padValue.length, this.#synapses.width);
    for (let row = 0; row < height + pads.top + pads.bottom; row++) {
      const rowInside = row >= pads.top && row < pads.top + height;
      for (let column = 0; column < width + pads.left + pads.right; column++) {
        const inside = rowInside && column >= pads.left && column < pads.left + width;
        if (!inside) this.#deliverPixel(this.#resting, row, column);
      }
    }
  }
}

/** An event reaches the neurons of its own channel only. Weights: [kernel position][channel]. */
class DepthwiseMembranes implements Membranes {
  readonly #wiring: Wiring;
  readonly #scratch: Scratch;
  readonly #targets: Targets;
  readonly #weights: Float64Array;
  readonly #resting: Float64Array;

  constructor(wiring: Wiring, scratch: Scratch) {
    const { kernel, weights, bias, potentialShape } = wiring;
    const [channels, height, width] = potentialShape;
    const positions = kernel[0] * kernel[1];
    this.#wiring = wiring;
    this.#scratch = scratch;
    this.#targets = new Targets(wiring);
    this.#resting = Float64Array.from(bias);
    this.#weights = Float64Array.from(weights, (_, index) => {
      const position = Math.floor(index / channels);
      return weights[(index % channels) * positions + position] ?? 0;
    });
    scratch.reserve(channels * height * width);
  }

  get potentials(): Float64Array {
    return this.#scratch.membranes;
  }

  locate(pixel: number): number {
    return pixel * this.#resting.length;
  }

  integrate(spikes: Int16Array): number {
    const { inputShape, potentialShape } = this.#wiring;
    const [top, left] = firstPixel(this.#wiring);
    const { queue, membranes } = this.#scratch;
    const targets = this.#targets;
    const { outputPixels, kernelPositions } = targets;
    const [channels, inputHeight, inputWidth] = inputShape;
    const [, height, width] = potentialShape;
    for (let at = 0; at < channels * height * width; at += channels) {
      membranes.set(this.#resting, at);
    }
    let operations = 0;
    for (let row = 0; row < inputHeight; row++) {
      for (let column = 0; column < inputWidth; column++) {
        queue.collect(spikes, (row * inputWidth + column) * channels, channels, 1);
        const count = targets.find(row + top, column + left);
        for (let index = 0; index < count; index++) {
          const target = (outputPixels[index] ?? 0) * channels;
          const base = (kernelPositions[index] ?? 0) * channels;
          deliverToOwnChannel(membranes, target, this.#weights, base, queue);
        }
        operations += queue.count * count;
      }
    }
    return operations;
  }
}

function deliverToOwnChannel(
  membranes: Float64Array,
  target: number,
  weights: Float64Array,
  base: number,
  { offsets, magnitudes, count }: EventQueue,
): void {
  for (let event = 0; event < count; event++) {
    const channel = offsets[event] ?? 0;
    const at = target + channel;
    membranes[at] =
      (membranes[at] ?? 0) + (magnitudes[event] ?? 0) * (weights[base + channel] ?? 0);
  }
}
