import { elementCount, type Network, type Operator, type Shape, tensorOf } from '../network.ts';
import { type DraftBuffer, newBuffer } from './arena.ts';
import type { MapView } from './plan.ts';

/** Kernels write channels in groups of so many. */
export const GROUP = 8;

/** Bytes of the weights with which one channel's events act on all neurons of a map. */
export function eventRowBytes({ width }: MapView): number {
  return Math.ceil(width / 16) * 16;
}

/** A view while the plan is made. */
export interface DraftView extends MapView {
  readonly buffer: DraftBuffer;
}

/** What of a network decides how it is laid out. */
export type Graph = Pick<Network, 'input' | 'operators' | 'tensors'>;

/** Where every tensor of the network lies, before anything is known about time. */
export interface Layout {
  readonly views: ReadonlyMap<string, DraftView>;
  readonly buffers: readonly DraftBuffer[];
}

/** Where a tensor's channels are in a pixel, and how many there is room for. */
interface Channels {
  readonly positions: Int32Array;
  readonly width: number;
}

/**
 * Decides the layout of all tensors. A concatenation has one buffer, and the tensors that it
 * joins are slices of it from the start, so that joining them moves nothing. A tensor that is
 * already a slice of another buffer is left there; `plan` then copies it.
 */
export function layOut(network: Graph): Layout {
  const channels = channelsOf(network);
  const views = new Map<string, DraftView>();
  const buffers: DraftBuffer[] = [];
  const newView = (name: string): DraftView => {
    const { shape, type, low } = tensorOf(network, name);
    const { positions, width } = read(channels, name);
    const valueBytes = type === 'int32' ? 4 : 1;
    const pixelBytes = width * valueBytes;
    const buffer = newBuffer(pixelBytes * shape[1] * shape[2]);
    buffers.push(buffer);
    const zero = low < 0 && type !== 'int32' ? 128 : 0;
    return { buffer, startBytes: 0, pixelBytes, shape, width, positions, valueBytes, zero };
  };
  const produced = new Set(network.operators.map(({ output }) => output));
  for (const { kind, inputs, output } of [...network.operators].reverse()) {
    const joined = views.get(output) ?? newView(output);
    views.set(output, joined);
    if (kind !== 'concat') continue;
    let { startBytes } = joined;
    for (const name of inputs) {
      const { positions, width } = read(channels, name);
      const { shape } = tensorOf(network, name);
      if (!views.has(name) && produced.has(name)) {
        views.set(name, { ...joined, startBytes, shape, positions, width });
      }
      startBytes += width;
    }
  }
  const first = network.input.tensor;
  if (!views.has(first)) views.set(first, newView(first));
  return { views, buffers };
}

/** The slice of a concatenation's map that its input number `index` fills. */
export function sliceOf(joined: DraftView, inputs: readonly DraftView[], index: number): DraftView {
  const before = inputs.slice(0, index).reduce((sum, { width }) => sum + width, 0);
  const { shape, positions, width } = inputs[index] ?? joined;
  return { ...joined, startBytes: joined.startBytes + before, shape, positions, width };
}

/** A new dense map of bytes whose pixels look like those of `like`. */
export function denseLike(like: MapView, height: number, width: number): DraftView {
  const shape: Shape = [like.shape[0], height, width];
  const buffer = newBuffer(like.width * height * width);
  return { ...like, buffer, startBytes: 0, pixelBytes: like.width, shape, valueBytes: 1 };
}

/** A new dense map of 32-bit potentials. */
export function newPotentials(shape: Shape, { positions, width }: Channels): DraftView {
  const buffer = newBuffer(4 * width * shape[1] * shape[2]);
  const pixelBytes = 4 * width;
  return { buffer, startBytes: 0, pixelBytes, shape, width, positions, valueBytes: 4, zero: 0 };
}

/** For each position in a pixel, the channel there, or −1. */
export function channelsAt({ positions, width }: Channels): Int32Array {
  const channels = new Int32Array(width).fill(-1);
  for (let channel = 0; channel < positions.length; channel++) {
    channels[positions[channel] ?? 0] = channel;
  }
  return channels;
}

function channelsOf(network: Graph): Map<string, Channels> {
  const channels = new Map<string, Channels>();
  const first = network.input.tensor;
  const [count] = network.input.shape;
  // A product reads four bytes at a time; an image of three channels need not have eight.
  const unit = network.operators.every((operator) => readsProducts(operator, first)) ? 4 : GROUP;
  channels.set(first, contiguous(count, unit));
  for (const operator of network.operators) {
    const inputs = operator.inputs.map((name) => read(channels, name));
    channels.set(operator.output, outputChannels(operator, inputs));
  }
  return channels;
}

function readsProducts(operator: Operator, name: string): boolean {
  if (!operator.inputs.includes(name)) return true;
  return 'depthwise' in operator && !operator.depthwise;
}

function outputChannels(operator: Operator, inputs: readonly Channels[]): Channels {
  const [left = contiguous(0, GROUP), right = left] = inputs;
  switch (operator.kind) {
    case 'convolution':
      return operator.depthwise && operator.pool.kind !== 'sum'
        ? left
        : contiguous(operator.outputShape[0], GROUP);
    case 'transposed-convolution':
      return operator.depthwise ? left : contiguous(operator.outputShape[0], GROUP);
    case 'dense':
      return contiguous(operator.outputShape[0], GROUP);
    case 'add':
      return left;
    case 'concat': {
      const positions = new Int32Array(left.positions.length + right.positions.length);
      positions.set(left.positions);
      positions.set(
        right.positions.map((position) => position + left.width),
        left.positions.length,
      );
      return { positions, width: left.width + right.width };
    }
  }
}

function contiguous(count: number, unit: number): Channels {
  const positions = new Int32Array(count);
  for (let channel = 0; channel < count; channel++) positions[channel] = channel;
  return { positions, width: Math.ceil(count / unit) * unit };
}

function read(channels: ReadonlyMap<string, Channels>, name: string): Channels {
  const found = channels.get(name);
  if (found === undefined) throw new RangeError(`The network has no tensor '${name}'`);
  return found;
}

/** Number of pixels of a map. */
export function pixelCount({ shape }: MapView): number {
  return elementCount([1, shape[1], shape[2]]);
}
