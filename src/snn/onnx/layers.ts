import { SnnError } from '../errors.ts';
import {
  type Activation,
  type Add,
  type Concat,
  type Convolution,
  type Dense,
  elementCount,
  type Operator,
  type Pads,
  type Pool,
  type Shape,
  type Size,
  type Tensor,
  type TransposedConvolution,
} from '../network.ts';
import {
  activatedRanges,
  checkInt32,
  enclosing,
  largestMagnitude,
  potentialRanges,
  type Range,
  type Ranges,
  requantizationIsFloat32Exact,
  requantizedRange,
  summedRanges,
  sumsAreFloat32Exact,
} from './bounds.ts';
import type { WeightedForm } from './forms.ts';
import type { Operands } from './operands.ts';

/** An operator with the range of its output. */
export interface Layer {
  readonly operator: Operator;
  readonly type: Tensor['type'];
  readonly range: Range;
}

/** What every layer builder gets: who it is, and the tensor that it reads. */
export interface Site {
  readonly name: string;
  readonly type: string;
  readonly output: string;
  readonly operands: Operands;
}

const MAX_KERNEL = 7;
const MAX_STRIDE = 2;
const MAX_POOL = 7;
const LUT_ENTRIES = 2048;

export function buildConvolution(site: Site, form: WeightedForm, input: Tensor): Layer {
  const { operands } = site;
  const { label } = operands;
  const depthwise = form.family === 'QuantizedDepthwise2D';
  const { dims, values: weights } = operands.weights(4);
  const [channels = 0, perGroup, kernelHeight = 0, kernelWidth = 0] = dims;
  const [inputChannels] = input.shape;
  const fits = depthwise
    ? perGroup === 1 && channels === inputChannels && operands.integer('groups') === channels
    : perGroup === inputChannels;
  if (!fits) {
    throw new SnnError(
      'shape-invalid',
      `${label} has weights of shape [${dims.join(', ')}] for ${inputChannels} input channels`,
    );
  }
  const first = form.family === 'QuantizedInputConv2D';
  expectType(label, input, first ? 'uint8' : 'int8');
  const kernel = operands.checkedSize('a kernel', [kernelHeight, kernelWidth], MAX_KERNEL);
  const stride = operands.size('strides', MAX_STRIDE);
  const pads = operands.pads();
  const padValue = first
    ? operands.integers('x_pad_value', [inputChannels], [0, 255])
    : new Int32Array(inputChannels);
  const perChannel = [1, channels, 1, 1];
  const pool = poolOf(operands, form);
  const requantization = operands.requantization(8, 'Shift', 'Scale', perChannel);

  const potentialShape = slidingShape(label, channels, input.shape, kernel, stride, pads);
  const [, potentialHeight, potentialWidth] = potentialShape;
  const outputShape: Shape =
    pool.kind === 'max'
      ? slidingShape(label, channels, potentialShape, pool.size, pool.stride, pool.pads)
      : pool.kind === 'sum'
        ? [channels, 1, 1]
        : potentialShape;

  const padded: Range = {
    low: padValue.reduce((least, value) => Math.min(least, value), input.low),
    high: padValue.reduce((most, value) => Math.max(most, value), input.high),
  };
  const { base, isExact, activated } = weighted(site, form, input, weights, perChannel, padded);
  const pixels = pool.kind === 'sum' ? potentialHeight * potentialWidth : 1;
  const pooled = summedRanges(label, activated, pixels);
  const operator: Convolution = {
    kind: 'convolution',
    ...base,
    outputShape,
    potentialShape,
    macs: elementCount(potentialShape) * (weights.length / channels),
    depthwise,
    kernel,
    stride,
    pads,
    padValue,
    pool,
    requantization,
    float32Exact:
      isExact &&
      sumsAreFloat32Exact(pooled) &&
      requantizationIsFloat32Exact(requantization, pooled),
  };
  return { operator, type: 'int8', range: requantizedRange(requantization, pooled) };
}

export function buildTransposed(site: Site, form: WeightedForm, input: Tensor): Layer {
  const { operands } = site;
  const { label } = operands;
  const depthwise = form.family === 'QuantizedDepthwise2DTranspose';
  const { dims, values } = operands.weights(4);
  const [inputs = 0, perGroup = 0, kernelHeight = 0, kernelWidth = 0] = dims;
  const single = !depthwise || (perGroup === 1 && operands.integer('groups') === inputs);
  if (inputs !== input.shape[0] || !single) {
    throw new SnnError(
      'shape-invalid',
      `${label} has weights of shape [${dims.join(', ')}] for ${input.shape[0]} input channels`,
    );
  }
  expectType(label, input, 'int8');
  const channels = depthwise ? inputs : perGroup;
  const kernel = operands.checkedSize('a kernel', [kernelHeight, kernelWidth], MAX_KERNEL);
  const stride = operands.size('strides', MAX_STRIDE);
  const pads = operands.cutPads();
  const perChannel = [1, channels, 1, 1];
  const weights = depthwise ? values : outputFirst(values, inputs, channels);
  const { base, isExact, activated } = weighted(site, form, input, weights, perChannel);
  const requantization = operands.requantization(8, 'Shift', 'Scale', perChannel);
  const [, height, width] = input.shape;
  const rows = (height - 1) * stride[0] + kernel[0] - pads.top - pads.bottom;
  const columns = (width - 1) * stride[1] + kernel[1] - pads.left - pads.right;
  if (rows < 1 || columns < 1) {
    throw new SnnError('shape-invalid', `${label} cuts off all of its ${height}×${width} map`);
  }
  const operator: TransposedConvolution = {
    kind: 'transposed-convolution',
    ...base,
    outputShape: [channels, rows, columns],
    macs: elementCount(input.shape) * (values.length / inputs),
    depthwise,
    kernel,
    stride,
    pads,
    requantization,
    float32Exact: isExact && requantizationIsFloat32Exact(requantization, activated),
  };
  return { operator, type: 'int8', range: requantizedRange(requantization, activated) };
}

/** ConvTranspose weights are [input][output][y][x]; everything here has the output first. */
function outputFirst(values: Int8Array, inputs: number, outputs: number): Int8Array {
  const size = values.length / (inputs * outputs);
  return values.map((_, index) => {
    const output = Math.floor(index / (inputs * size));
    const input = Math.floor(index / size) % inputs;
    return values[(input * outputs + output) * size + (index % size)] ?? 0;
  });
}

export function buildDense(site: Site, form: WeightedForm, input: Tensor): Layer {
  const { operands } = site;
  const { label } = operands;
  expectType(label, input, 'int8');
  const { dims, values: weights } = operands.weights(2);
  const [channels = 0, inputs] = dims;
  if (inputs !== elementCount(input.shape)) {
    throw new SnnError(
      'shape-invalid',
      `${label} has weights of shape [${dims.join(', ')}] for an input of ${input.shape.join('×')}`,
    );
  }
  const perChannel = [1, channels];
  const { base, isExact, activated } = weighted(site, form, input, weights, perChannel);
  const requantization = form.scaled
    ? operands.requantization(8, 'Shift', 'Scale', perChannel)
    : undefined;
  const operator: Dense = {
    kind: 'dense',
    ...base,
    outputShape: [channels, 1, 1],
    macs: weights.length,
    requantization,
    float32Exact:
      isExact &&
      (requantization === undefined || requantizationIsFloat32Exact(requantization, activated)),
  };
  return rescaledLayer(operator, activated);
}

/** What all layers with weights have, and how far their potentials go before requantization. */
function weighted(
  { name, type, output, operands }: Site,
  form: WeightedForm,
  input: Tensor,
  weights: Int8Array,
  perChannel: readonly number[],
  padded: Range = input,
) {
  const bias = biasOf(operands, form, perChannel[1] ?? 0);
  const activation = activationOf(operands, form, perChannel);
  const potentials = potentialRanges(operands.label, weights, bias, padded);
  return {
    base: {
      name,
      type,
      inputs: [operands.name('X')],
      output,
      inputShape: input.shape,
      weights,
      bias,
      activation,
      potentialBound: largestMagnitude(potentials),
    },
    isExact: sumsAreFloat32Exact(potentials) && indexIsFloat32Exact(activation, potentials),
    activated: activatedRanges(activation, potentials),
  };
}

export function buildAdd(
  site: Site,
  scaled: boolean,
  rank: number,
  left: Tensor,
  right: Tensor,
): Layer {
  const { operands } = site;
  const { label } = operands;
  const [channels] = left.shape;
  expectType(label, left, 'int8');
  expectType(label, right, 'int8');
  if (left.shape.join() !== right.shape.join()) {
    throw new SnnError(
      'shape-invalid',
      `${label} adds ${left.shape.join('×')} and ${right.shape.join('×')}`,
    );
  }
  const perChannel = [1, channels, 1, 1].slice(0, rank);
  const leftFactor = powersOfTwo(operands, 'Xs', perChannel);
  const rightFactor = powersOfTwo(operands, 'Ys', perChannel);
  const requantization = scaled
    ? operands.requantization(8, 'Shift', undefined, perChannel)
    : undefined;
  const sum = (x: number, y: number) =>
    Float64Array.from(
      leftFactor,
      (factor, channel) => x * factor + y * (rightFactor[channel] ?? 0),
    );
  const sums = checkInt32(label, {
    low: sum(left.low, right.low),
    high: sum(left.high, right.high),
  });
  const operator: Add = {
    kind: 'add',
    name: site.name,
    type: site.type,
    inputs: [operands.name('X'), operands.name('Y')],
    output: site.output,
    outputShape: left.shape,
    macs: 0,
    leftFactor,
    rightFactor,
    requantization,
    float32Exact:
      sumsAreFloat32Exact(sums) &&
      (requantization === undefined || requantizationIsFloat32Exact(requantization, sums)),
  };
  return rescaledLayer(operator, sums);
}

/** A layer whose output is its potentials where it has no requantization. */
function rescaledLayer(operator: Dense | Add, potentials: Ranges): Layer {
  const { requantization } = operator;
  return requantization === undefined
    ? { operator, type: 'int32', range: enclosing(potentials) }
    : { operator, type: 'int8', range: requantizedRange(requantization, potentials) };
}

export function buildConcat(site: Site, left: Tensor, right: Tensor): Layer {
  const { operands } = site;
  const { label } = operands;
  const [leftChannels, height, width] = left.shape;
  const [rightChannels, rightHeight, rightWidth] = right.shape;
  if (left.type === 'int32') expectType(label, left, 'int8');
  expectType(label, right, left.type);
  if (height !== rightHeight || width !== rightWidth) {
    throw new SnnError(
      'shape-invalid',
      `${label} joins ${left.shape.join('×')} and ${right.shape.join('×')}`,
    );
  }
  const operator: Concat = {
    kind: 'concat',
    name: site.name,
    type: site.type,
    inputs: [operands.name('X'), operands.name('Y')],
    output: site.output,
    outputShape: [leftChannels + rightChannels, height, width],
    macs: 0,
    float32Exact: true,
  };
  const range = { low: Math.min(left.low, right.low), high: Math.max(left.high, right.high) };
  return { operator, type: left.type, range };
}

function expectType(label: string, tensor: Tensor, type: Tensor['type']): void {
  if (tensor.type !== type) {
    throw new SnnError('operator-unsupported', `${label} reads ${tensor.type} values, not ${type}`);
  }
}

function biasOf(operands: Operands, form: WeightedForm, channels: number): Int32Array {
  if (!form.biased) return new Int32Array(channels);
  return Int32Array.from(operands.vector('bias', 'int32', channels));
}

function poolOf(operands: Operands, form: WeightedForm): Pool {
  if (form.pool === 'none') return { kind: 'none' };
  if (form.pool === 'GlobalAvgPool') return { kind: 'sum' };
  const size = operands.size('pool_size', MAX_POOL);
  const stride = operands.size('pool_strides', MAX_POOL);
  return { kind: 'max', size, stride, pads: operands.poolPads(size) };
}

function activationOf(
  operands: Operands,
  form: WeightedForm,
  perChannel: readonly number[],
): Activation {
  switch (form.activation) {
    case 'none':
      return { kind: 'none' };
    case 'ReLU':
      return { kind: 'relu' };
    case 'ReLUClipped':
      return {
        kind: 'relu-clipped',
        maximum: operands.integers('max_value', perChannel, [0, 2 ** 31 - 1]),
      };
    case 'LUT':
      return {
        kind: 'lut',
        index: operands.requantization(11, 'ActShift', 'ActScale', perChannel),
        table: Int32Array.from(operands.vector('LUT_values', 'int32', LUT_ENTRIES)),
      };
  }
}

function powersOfTwo(
  operands: Operands,
  parameter: string,
  perChannel: readonly number[],
): Int32Array {
  const factors = operands.integers(parameter, perChannel, [1, 2 ** 30]);
  const odd = factors.find((factor) => (factor & (factor - 1)) !== 0);
  if (odd !== undefined) {
    throw new SnnError('value-invalid', `${operands.label} scales '${parameter}' by ${odd}`);
  }
  return factors;
}

function indexIsFloat32Exact(activation: Activation, potentials: Ranges): boolean {
  if (activation.kind !== 'lut') return true;
  const largest = activation.table.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return largest <= 2 ** 24 && requantizationIsFloat32Exact(activation.index, potentials);
}

/** Output shape of a window that slides over a padded map: ⌊(extent + pads − size)/stride⌋ + 1. */
function slidingShape(
  label: string,
  channels: number,
  [, height, width]: Shape,
  size: Size,
  stride: Size,
  pads: Pads,
): Shape {
  const rows = Math.floor((height + pads.top + pads.bottom - size[0]) / stride[0]) + 1;
  const columns = Math.floor((width + pads.left + pads.right - size[1]) / stride[1]) + 1;
  if (rows < 1 || columns < 1) {
    throw new SnnError(
      'shape-invalid',
      `${label} slides a ${size[0]}×${size[1]} window over a smaller ${height}×${width} map`,
    );
  }
  return [channels, rows, columns];
}
