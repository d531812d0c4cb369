import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readNetwork, type SnnErrorCode } from '../../src/snn/index.ts';
import type { FunctionSpec, ModelSpec, NodeSpec, TensorSpec } from './onnx-writer.ts';
import { writeModel } from './onnx-writer.ts';
import { buildNetwork, type LayerSpec, type NetworkSpec } from './random-network.ts';

const vectors = fileURLToPath(new URL('./vectors/', import.meta.url));
const readVector = (name: string) => readNetwork(readFileSync(`${vectors}${name}.onnx`));

const layer: LayerSpec = {
  kind: 'conv',
  channels: 4,
  kernel: [3, 2],
  stride: [1, 2],
  pads: [1, 0, 0, 1],
  pool: '',
  activation: 'ReLU',
  biased: true,
  weights: 'any',
  shift: 12,
};
const spec: NetworkSpec = { seed: 5, channels: 2, height: 6, width: 5, layers: [], end: 'map' };
const modelOf = (changes: Partial<NetworkSpec>) => buildNetwork({ ...spec, ...changes }).model;
const transposed = modelOf({ layers: [{ ...layer, kind: 'transposed' }] });
const depthwise = modelOf({ layers: [{ ...layer, kind: 'depthwise-transposed' }] });
const vectorSum = modelOf({ end: 'vectors' });

const nodeOf = (model: ModelSpec, op: RegExp): NodeSpec => {
  const found = model.nodes.find((node) => op.test(node.op));
  if (found === undefined) throw new Error(`no ${op}`);
  return found;
};
const withNode = (
  model: ModelSpec,
  op: RegExp,
  change: (node: NodeSpec) => NodeSpec,
): ModelSpec => {
  const chosen = nodeOf(model, op);
  return { ...model, nodes: model.nodes.map((node) => (node === chosen ? change(node) : node)) };
};
const withConstant = (
  model: ModelSpec,
  op: RegExp,
  parameter: string,
  change: (tensor: TensorSpec) => TensorSpec,
): ModelSpec => {
  const name = `${nodeOf(model, op).name}_${parameter}`;
  expect(model.initializers.map((tensor) => tensor.name)).toContain(name);
  const initializers = model.initializers.map((tensor) =>
    tensor.name === name ? change(tensor) : tensor,
  );
  return { ...model, initializers };
};
const withBody = (
  model: ModelSpec,
  name: RegExp,
  change: (body: FunctionSpec) => FunctionSpec,
): ModelSpec => ({
  ...model,
  functions: model.functions.map((body) => (name.test(body.name) ? change(body) : body)),
});

function expectRefusal(model: ModelSpec, code: SnnErrorCode, message: RegExp): void {
  const read = () => readNetwork(writeModel(model));
  expect(read).toThrow(expect.objectContaining({ name: 'SnnError', code }));
  expect(read).toThrow(message);
}

describe('spike counts', () => {
  test('are the output of the last pooled layer, whatever follows', () => {
    const { spikeTensor, operators } = readNetwork(writeModel(vectorSum));
    const pooled = operators.find(({ type }) => type.includes('GlobalAvgPool'));
    expect(spikeTensor).toBe(pooled?.output);
  });

  test('without a pooled layer are what the last weighted layer reads', () => {
    const { spikeTensor, operators } = readVector('dense_flattened_map');
    expect(spikeTensor).toBe(operators.at(-1)?.inputs[0]);
    expect(spikeTensor).not.toBe(operators.at(0)?.inputs[0]);
  });

  test('of a network of one layer are its output, not the image', () => {
    const { spikeTensor, output } = readVector('input_conv_plain');
    expect(spikeTensor).toBe(output.tensor);
  });
});

describe('transposed convolutions', () => {
  const op = /Transpose/;

  test('have the output extent and the weights of ONNX ConvTranspose, output first', () => {
    const network = readNetwork(writeModel(transposed));
    const found = network.operators.find(({ kind }) => kind === 'transposed-convolution');
    if (found?.kind !== 'transposed-convolution') throw new Error('no transposed convolution');
    const [inputs, height, width] = found.inputShape;
    expect(found.outputShape).toEqual([4, height + 2 - 1, (width - 1) * 2 + 2 - 1]);
    const constant = transposed.initializers.find(
      ({ name }) => name === `${nodeOf(transposed, op).name}_W`,
    );
    for (let input = 0; input < inputs; input++) {
      for (let at = 0; at < 6; at++) {
        expect(found.weights[(3 * inputs + input) * 6 + at]).toBe(
          constant?.values[(input * 4 + 3) * 6 + at],
        );
      }
    }
    expect(found.macs).toBe(inputs * height * width * 4 * 6);
  });

  test('with weights or groups that do not fit their input are refused', () => {
    for (const model of [transposed, depthwise]) {
      const dims = (tensor: TensorSpec) => [1, tensor.values.length / 6, 3, 2];
      const broken = withConstant(model, op, 'W', (each) => ({ ...each, dims: dims(each) }));
      expectRefusal(broken, 'shape-invalid', /Transpose.*weights of shape/);
    }
    const groups = withNode(depthwise, op, (node) => ({
      ...node,
      attributes: { ...node.attributes, groups: 1 },
    }));
    expectRefusal(groups, 'shape-invalid', /Transpose.*weights of shape/);
  });

  test('that cut off more than there is, or less than nothing, are refused', () => {
    const cut = (pads: readonly number[]) =>
      withNode(transposed, op, (node) => ({ ...node, attributes: { ...node.attributes, pads } }));
    expectRefusal(cut([9, 0, 9, 0]), 'shape-invalid', /cuts off all/);
    expectRefusal(cut([0, 9, 0, 9]), 'shape-invalid', /cuts off all/);
    expectRefusal(cut([-1, 0, 0, 0]), 'operator-unsupported', /cuts off \[-1, 0, 0, 0\]/);
    expectRefusal(cut([65, 0, 0, 0]), 'operator-unsupported', /cuts off \[65/);
    const strides = withNode(transposed, op, (node) => ({
      ...node,
      attributes: { ...node.attributes, strides: [3, 1] },
    }));
    expectRefusal(strides, 'operator-unsupported', /strides 3×1/);
  });
});

describe('vectors and maps', () => {
  test('are not joined', () => {
    const map = nodeOf(vectorSum, /GlobalAvgPool/).outputs[0] ?? '';
    const broken = withNode(vectorSum, /QuantizedAdd/, (node) => ({
      ...node,
      inputs: [map, ...node.inputs.slice(1)],
    }));
    expectRefusal(broken, 'shape-invalid', /joins a vector and a map/);
  });

  test('a sum of vectors is a vector: no convolution reads it', () => {
    const sum = nodeOf(vectorSum, /QuantizedAdd/);
    const broken = withNode(vectorSum, /GlobalAvgPool/, (node) => node);
    const late = {
      ...nodeOf(vectorSum, /GlobalAvgPool/),
      name: 'late',
      outputs: ['late'],
      inputs: nodeOf(vectorSum, /GlobalAvgPool/).inputs.map((name, index) =>
        index === 0 ? (sum.outputs[0] ?? '') : name,
      ),
    };
    const nodes = broken.nodes.flatMap((node) => (node === sum ? [node, late] : [node]));
    expectRefusal({ ...broken, nodes }, 'shape-invalid', /reads a vector, not a map/);
  });

  test('a fully connected layer without Flatten does not read a map', () => {
    const pooled = nodeOf(vectorSum, /GlobalAvgPool/).outputs[0] ?? '';
    const broken = withNode(vectorSum, /Dense1DBiasedScaled/, (node) => ({
      ...node,
      inputs: [pooled, ...node.inputs.slice(1)],
    }));
    expectRefusal(broken, 'shape-invalid', /reads a map without Flatten/);
  });
});

describe('inputs and outputs', () => {
  test('several outputs come in the file’s order, each with its own scale', () => {
    const model = modelOf({ moreOutputs: 2, layers: [layer, layer] });
    const { outputs, output } = readNetwork(writeModel(model));
    expect(outputs.map(({ name }) => name)).toEqual(model.outputs.map(({ name }) => name));
    expect(outputs[0]).toBe(output);
    const [first, ...rest] = model.outputs;
    if (first === undefined) throw new Error('no output');
    const turned = readNetwork(writeModel({ ...model, outputs: [...rest, first] }));
    expect(turned.outputs.at(-1)).toEqual(output);
    expectRefusal({ ...model, outputs: rest }, 'graph-invalid', /only outputs/);
    const twice = { ...model, outputs: [first, first, ...rest.slice(1)] };
    expectRefusal(twice, 'graph-invalid', /only outputs/);
    const dequantizer = nodeOf(model, /Dequantizer/);
    const fewer = withNode(model, /Dequantizer/, (node) => ({
      ...node,
      outputs: dequantizer.outputs.slice(1),
    }));
    expectRefusal(fewer, 'graph-invalid', /must have 3 named outputs/);
    const same = withNode(model, /Dequantizer/, (node) => ({
      ...node,
      outputs: node.outputs.map(() => 'same'),
    }));
    expectRefusal(same, 'graph-invalid', /'same' is produced twice/);
  });

  test('images may have their channels last; no other order is run', () => {
    const model = modelOf({ layout: 'HWC' });
    const { input } = readNetwork(writeModel(model));
    expect([input.layout, input.shape]).toEqual(['HWC', [2, 6, 5]]);
    const turned = withNode(model, /InputQuantizer/, (node) => ({
      ...node,
      attributes: { perm: [0, 2, 1, 3] },
    }));
    expectRefusal(turned, 'operator-unsupported', /transposes by \[0,2,1,3\]/);
  });

  test('an image of two thousand channels is refused before its tables are made', () => {
    const inputs = [{ name: 'x', type: 'float32', dims: ['N', 2000, 6, 5] }] as const;
    expectRefusal({ ...transposed, inputs }, 'file-too-large', /2000 channels/);
  });

  test('the image itself is no output', () => {
    const broken = withNode(transposed, /Dequantizer/, (node) => ({
      ...node,
      inputs: ['quantize', ...node.inputs.slice(1)],
    }));
    expectRefusal(broken, 'graph-invalid', /gives the image itself/);
  });
});

describe('values at the ends of their ranges are read, and those beyond refused', () => {
  const first = /QuantizedInputConv2D/;
  const clipped = modelOf({ layers: [{ ...layer, activation: 'ReLUClipped' }] });
  const looked = modelOf({ layers: [{ ...layer, activation: 'LUT' }] });
  const sum = modelOf({ layers: [{ ...layer, kind: 'residual' }] });

  test.each<[string, ModelSpec, RegExp, string, readonly number[], readonly number[]]>([
    ['a padding value', transposed, first, 'x_pad_value', [0, 255], [-1, 256]],
    ['a clip', clipped, /Clipped/, 'max_value', [0, 2 ** 31 - 1], [-1]],
    [
      'a divisor',
      transposed,
      /Transpose/,
      'Shift',
      [2 ** -32, 2 ** 32],
      [2 ** -33, 2 ** 33, 3, 0, -2],
    ],
    ['a table’s divisor', looked, /LUT/, 'ActShift', [2 ** -32, 2 ** 32], [2 ** 33, 0.3]],
    ['a factor', sum, /Add/, 'Xs', [1, 2 ** 20], [0, 3, -4]],
  ])('%s', (_, model, op, parameter, good, bad) => {
    const reading = (value: number) =>
      withConstant(model, op, parameter, (tensor) => ({
        ...tensor,
        values: tensor.values.map(() => value),
      }));
    for (const value of good) readNetwork(writeModel(reading(value)));
    for (const value of bad) expectRefusal(reading(value), 'value-invalid', op);
  });

  test('a scale of the image', () => {
    const scaled = (value: number) =>
      withConstant(transposed, /InputQuantizer/, 'scale', (tensor) => ({
        ...tensor,
        values: tensor.values.map(() => value),
      }));
    readNetwork(writeModel(scaled(1e-30)));
    for (const value of [0, -1, Number.POSITIVE_INFINITY, Number.NaN]) {
      expectRefusal(scaled(value), 'value-invalid', /InputQuantizer .*has the scale/);
    }
  });

  test('a table of another length', () => {
    const shorter = withConstant(looked, /LUT/, 'LUT_values', (tensor) => ({
      ...tensor,
      dims: [2047],
      values: tensor.values.slice(1),
    }));
    expectRefusal(shorter, 'shape-invalid', /LUT.*'LUT_values' of shape \[2047\], not \[2048\]/);
  });
});

describe('names with punctuation, which could pass for expressions, are refused', () => {
  const op = /ConvTranspose|Conv2DTranspose/;
  const name = 'QuantizedConv2DTransposeBiasedReLUScaled';

  test('as operators', () => {
    const broken = withBody(transposed, op, (body) => ({
      ...body,
      nodes: body.nodes.map((node) =>
        node.op === 'Relu' ? { ...node, op: 'Relu(', attributes: {} } : node,
      ),
    }));
    expectRefusal(broken, 'body-unexpected', /uses the name 'Relu\('/);
    const cast = withBody(transposed, op, (body) => ({
      ...body,
      nodes: body.nodes.map((node) =>
        node.op === 'Cast' && node.attributes?.to === 3
          ? { ...node, op: 'Cast<to=3>', attributes: {} }
          : node,
      ),
    }));
    expectRefusal(cast, 'body-unexpected', new RegExp(`${name}.*'Cast<to=3>'`));
  });

  test('as parameters', () => {
    const to = 'Cast<to=1>(X)';
    const broken = withBody(transposed, op, (body) => ({
      ...body,
      inputs: ['X', to, ...body.inputs.slice(1)],
      nodes: body.nodes.map((node) => ({
        ...node,
        inputs: node.op === 'ConvTranspose' ? [to, ...node.inputs.slice(1)] : node.inputs,
      })),
    }));
    expectRefusal(broken, 'body-unexpected', /uses the name 'Cast<to=1>\(X\)'/);
  });

  test('as attributes', () => {
    const broken = withBody(transposed, op, (body) => ({
      ...body,
      nodes: body.nodes.map((node) =>
        node.op === 'ConvTranspose'
          ? { ...node, attributes: { 'pads=@pads,strides': { ref: 'strides', ints: true } } }
          : node,
      ),
    }));
    expectRefusal(broken, 'body-unexpected', /uses the name 'pads=@pads,strides'/);
  });
});
