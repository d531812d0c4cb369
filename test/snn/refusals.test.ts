import { describe, expect, test } from 'vitest';
import { readNetwork, type SnnErrorCode } from '../../src/snn/index.ts';
import { expectedExpression, formOf } from '../../src/snn/onnx/forms.ts';
import {
  type FunctionSpec,
  type ModelSpec,
  type NodeSpec,
  type TensorSpec,
  writeModel,
} from './onnx-writer.ts';
import { buildNetwork, type LayerSpec } from './random-network.ts';

const { model } = buildNetwork({
  seed: 3,
  channels: 2,
  height: 6,
  width: 6,
  end: 'potential',
  signed: false,
  layout: 'CHW',
  moreOutputs: 0,
  layers: [
    {
      kind: 'residual',
      channels: 4,
      kernel: [3, 3],
      stride: [1, 1],
      pads: [1, 1, 1, 1],
      pool: '',
      activation: 'ReLU',
      biased: true,
      weights: 'any',
      shift: 13,
    },
    {
      kind: 'depthwise',
      channels: 4,
      kernel: [3, 3],
      stride: [2, 2],
      pads: [1, 1, 1, 1],
      pool: 'MaxPool',
      activation: 'ReLU',
      biased: true,
      weights: 'any',
      shift: 13,
    },
  ],
});
const DEPTHWISE = 'QuantizedDepthwise2DBiasedMaxPoolReLUScaled';

function changeNode(op: string, change: (node: NodeSpec) => NodeSpec): ModelSpec {
  return { ...model, nodes: model.nodes.map((node) => (node.op === op ? change(node) : node)) };
}

function changeBody(name: string, change: (body: FunctionSpec) => FunctionSpec): ModelSpec {
  const functions = model.functions.map((body) => (body.name === name ? change(body) : body));
  return { ...model, functions };
}

function changeBodyNode(name: string, op: string, change: (node: NodeSpec) => NodeSpec): ModelSpec {
  return changeBody(name, (body) => ({
    ...body,
    nodes: body.nodes.map((node) => (node.op === op ? change(node) : node)),
  }));
}

/** Changes the constant that feeds a parameter of the first node of an operator. */
function changeConstant(
  op: string,
  parameter: string,
  change: (tensor: TensorSpec) => TensorSpec,
): ModelSpec {
  const node = model.nodes.find((each) => each.op === op);
  const name = `${node?.name}_${parameter}`;
  expect(model.initializers.some((tensor) => tensor.name === name)).toBe(true);
  return {
    ...model,
    initializers: model.initializers.map((each) => (each.name === name ? change(each) : each)),
  };
}

function expectRefusal(broken: ModelSpec, code: SnnErrorCode, message: RegExp): void {
  const read = () => readNetwork(writeModel(broken));
  expect(read).toThrow(expect.objectContaining({ name: 'SnnError', code }));
  expect(read).toThrow(message);
}

test('the network that these tests break is itself accepted', () => {
  expect(readNetwork(writeModel(model)).operators).toHaveLength(6);
});

test('ONNX IR versions 8 to 13 are read', () => {
  const file = writeModel(model);
  expect(file.subarray(0, 2)).toEqual(Uint8Array.of(1 * 8, 11));
  const of = (version: number) => () => {
    file[1] = version;
    return readNetwork(file);
  };
  for (const version of [8, 13]) expect(of(version)).not.toThrow();
  for (const version of [7, 14])
    expect(of(version)).toThrow(expect.objectContaining({ code: 'version-unsupported' }));
});

describe('operators', () => {
  test('of other domains are refused by name', () => {
    const broken = changeNode(DEPTHWISE, (node) => ({ ...node, domain: '', op: 'Softmax' }));
    expectRefusal(broken, 'operator-unsupported', /Softmax/);
    const foreign = changeNode(DEPTHWISE, (node) => ({ ...node, domain: 'com.acme' }));
    expectRefusal(foreign, 'operator-unsupported', /com\.acme\.QuantizedDepthwise2D/);
  });

  test('whose bodies compute a value twice, or one without a name, are refused', () => {
    const again = changeBodyNode(DEPTHWISE, 'Relu', (node) => ({ ...node, outputs: ['X'] }));
    expectRefusal(again, 'body-unexpected', /computes 'X' twice/);
    const nameless = changeBodyNode(DEPTHWISE, 'Relu', (node) => ({ ...node, outputs: [''] }));
    expectRefusal(nameless, 'body-unexpected', /computes '' twice/);
  });

  test('that are unknown, or that the file does not define, are refused by name', () => {
    const renamed = changeBody(DEPTHWISE, (body) => ({ ...body, name: 'QuantizedSoftmax' }));
    const broken = {
      ...renamed,
      nodes: changeNode(DEPTHWISE, (node) => ({ ...node, op: 'QuantizedSoftmax' })).nodes,
    };
    expectRefusal(
      broken,
      'operator-unsupported',
      /com\.brainchip\.QuantizedSoftmax is not supported/,
    );
    expectRefusal(renamed, 'operator-unsupported', /does not define.*QuantizedDepthwise2D/);
  });

  test('that quantize the input with one scale and a zero point a channel are refused', () => {
    const broken = changeConstant('InputQuantizer', 'scale', (tensor) => ({
      ...tensor,
      dims: [1],
      values: [0.5],
    }));
    expectRefusal(broken, 'shape-invalid', /1 scales, 2 zeros/);
  });

  test('of other versions are refused', () => {
    expectRefusal({ ...model, opset: 20 }, 'version-unsupported', /20/);
    expectRefusal({ ...model, domainVersion: 2 }, 'version-unsupported', /com\.brainchip/);
    expectRefusal(
      changeBody(DEPTHWISE, (body) => ({ ...body, opset: 13 })),
      'version-unsupported',
      /13/,
    );
  });

  test('with an attribute that their function does not declare are refused', () => {
    const broken = changeNode(DEPTHWISE, (node) => ({
      ...node,
      attributes: { ...node.attributes, dilations: [2, 2] },
    }));
    expectRefusal(broken, 'operator-unsupported', /dilations/);
  });

  test.each([
    ['strides', [3, 3]],
    ['strides', [0, 1]],
    ['pool_size', [9, 1]],
    ['pool_pads', [2, 0, 0, 0]],
  ])('with %s %j are refused', (name, value) => {
    const broken = changeNode(DEPTHWISE, (node) => ({
      ...node,
      attributes: { ...node.attributes, [name]: value },
    }));
    expectRefusal(broken, 'operator-unsupported', /QuantizedDepthwise2D/);
  });
});

describe('a function body that is not what its name stands for is refused by name', () => {
  test.each([
    ['an operator replaced', 'Floor', (node: NodeSpec) => ({ ...node, op: 'Ceil' })],
    [
      'an attribute added',
      'Conv',
      (node: NodeSpec) => ({ ...node, attributes: { ...node.attributes, dilations: [2, 2] } }),
    ],
    [
      'an attribute fixed',
      'Conv',
      (node: NodeSpec) => ({ ...node, attributes: { ...node.attributes, strides: [1, 1] } }),
    ],
    [
      'operands exchanged',
      'Div',
      (node: NodeSpec) => ({ ...node, inputs: node.inputs.toReversed() }),
    ],
    [
      'another rounding constant',
      'Constant',
      (node: NodeSpec) => ({ ...node, attributes: { value_float: { float: 0.25 } } }),
    ],
    ['another type', 'Cast', (node: NodeSpec) => ({ ...node, attributes: { to: 11 } })],
    ['a foreign operator', 'Relu', (node: NodeSpec) => ({ ...node, domain: 'com.acme' })],
    [
      'a value read before it is computed',
      'Relu',
      (node: NodeSpec) => ({ ...node, inputs: ['later'] }),
    ],
  ])('%s', (_, op, change) => {
    expectRefusal(changeBodyNode(DEPTHWISE, op, change), 'body-unexpected', new RegExp(DEPTHWISE));
  });

  test('a step left out, added or left unused', () => {
    const rewire = (nodes: readonly NodeSpec[], from: string, to: string) =>
      nodes.map((node) => ({
        ...node,
        inputs: node.inputs.map((name) => (name === from ? to : name)),
      }));
    const withoutRelu = changeBody(DEPTHWISE, (body) => {
      const relu = body.nodes.find(({ op }) => op === 'Relu');
      const rest = body.nodes.filter((node) => node !== relu);
      return { ...body, nodes: rewire(rest, relu?.outputs[0] ?? '', relu?.inputs[0] ?? '') };
    });
    expectRefusal(withoutRelu, 'body-unexpected', /expected .*Relu/);
    const withMore = changeBody(DEPTHWISE, (body) => ({
      ...body,
      nodes: [...body.nodes, { op: 'Neg', inputs: [body.output], outputs: ['negated'] }],
      output: 'negated',
    }));
    expectRefusal(withMore, 'body-unexpected', /found Neg/);
    const unused = changeBody(DEPTHWISE, (body) => ({
      ...body,
      nodes: [...body.nodes, { op: 'Neg', inputs: [body.output], outputs: ['negated'] }],
    }));
    expectRefusal(unused, 'body-unexpected', /unused/);
  });

  test('one that doubles itself at every step ends in a refusal, not in memory', () => {
    const bomb = changeBody(DEPTHWISE, (body) => {
      let last = body.output;
      const doubling = Array.from({ length: 60 }, (_, index): NodeSpec => {
        const node = { op: 'Add', inputs: [last, last], outputs: [`twice${index}`] };
        last = `twice${index}`;
        return node;
      });
      return { ...body, nodes: [...body.nodes, ...doubling], output: last };
    });
    expectRefusal(bomb, 'body-unexpected', /too long/);
  });

  test('names of intermediate values and the order of independent steps do not matter', () => {
    const renamed = changeBody(DEPTHWISE, (body) => {
      const other = (name: string) =>
        /^v\d+$/.test(name) || name === body.output ? `w.${name}` : name;
      const nodes = body.nodes.map((node) => ({
        ...node,
        inputs: node.inputs.map(other),
        outputs: node.outputs.map(other),
      }));
      const constants = nodes.filter(({ op }) => op === 'Constant');
      const rest = nodes.filter(({ op }) => op !== 'Constant');
      return { ...body, nodes: [...constants, ...rest], output: other(body.output) };
    });
    expect(readNetwork(writeModel(renamed)).operators).toHaveLength(6);
  });

  test('the expression of a convolution reads as its formula', () => {
    const body = {
      domain: 'com.brainchip',
      name: 'Dequantizer',
      inputs: ['X', 'scale'],
      outputs: ['Y'],
      attributes: [],
      hasDefaults: false,
      overload: '',
      opsets: [],
      nodes: [
        {
          name: '',
          domain: '',
          type: 'DequantizeLinear',
          inputs: ['X', 'scale'],
          outputs: ['Y'],
          attributes: [],
          overload: '',
        },
      ],
    };
    expect(formOf('Dequantizer', body)).toEqual({ family: 'Dequantizer', outputs: 1 });
    const defaults = () => formOf('Dequantizer', { ...body, hasDefaults: true });
    expect(defaults).toThrow(/attributes have default values/);
    expect(
      expectedExpression({
        family: 'QuantizedConv2D',
        flatten: false,
        biased: false,
        pool: 'none',
        activation: 'ReLU',
        scaled: true,
      }),
    ).toBe(
      'Cast<to=3>(Clip(Floor(Add(Mul(Div(Relu(Conv<strides=@strides>(Pad(Cast<to=1>(X),pads),' +
        'Cast<to=1>(W),)),Cast<to=1>(Shift)),Cast<to=1>(Scale)),0.5)),-128.0,127.0))',
    );
  });
});

describe('graphs', () => {
  test('with a cycle, or in a wrong order, are refused', () => {
    const last = model.nodes.at(-3)?.outputs[0] ?? '';
    const broken = changeNode(DEPTHWISE, (node) => ({
      ...node,
      inputs: [last, ...node.inputs.slice(1)],
    }));
    expectRefusal(broken, 'graph-invalid', /cycle/);
  });

  test('that read what nothing produces are refused', () => {
    const broken = changeNode(DEPTHWISE, (node) => ({
      ...node,
      inputs: ['nowhere', ...node.inputs.slice(1)],
    }));
    expectRefusal(broken, 'graph-invalid', /'nowhere', which nothing produces/);
    const initializers = model.initializers.filter(({ name }) => !name.endsWith('_W'));
    expectRefusal({ ...model, initializers }, 'graph-invalid', /needs a constant for 'W'/);
  });

  test('that produce a tensor twice, or define a name twice, are refused', () => {
    const broken = changeNode(DEPTHWISE, (node) => ({ ...node, outputs: ['quantize'] }));
    expectRefusal(broken, 'graph-invalid', /'quantize' is produced twice/);
    const [first] = model.initializers;
    const doubled = { ...model, initializers: [...model.initializers, ...(first ? [first] : [])] };
    expectRefusal(doubled, 'graph-invalid', /two initializers/);
  });

  test('without a spike-counting layer, an input or an output are refused', () => {
    const nodes = model.nodes.slice(0, 2);
    expectRefusal({ ...model, nodes }, 'graph-invalid', /lacks/);
    expectRefusal({ ...model, inputs: [] }, 'graph-invalid', /only input/);
    expectRefusal({ ...model, outputs: [] }, 'graph-invalid', /only output/);
    const [first] = model.nodes;
    const second = first === undefined ? [] : [{ ...first, name: 'again', outputs: ['again'] }];
    const twice = {
      ...model,
      nodes: [...model.nodes.slice(0, 1), ...second, ...model.nodes.slice(1)],
    };
    expectRefusal(twice, 'graph-invalid', /second InputQuantizer/);
  });

  test('that declare another input or output type are refused', () => {
    const inputs = model.inputs.map((value) => ({ ...value, type: 'int8' as const }));
    expectRefusal({ ...model, inputs }, 'operator-unsupported', /input is declared int8/);
    const outputs = model.outputs.map((value) => ({ ...value, type: 'int32' as const }));
    expectRefusal({ ...model, outputs }, 'shape-invalid', /output is declared int32/);
  });

  test('in which a convolution reads a fully connected layer are refused', () => {
    const dense = model.nodes.at(-2);
    const conv = model.nodes.find(({ op }) => op === DEPTHWISE);
    const nodes = model.nodes.flatMap((node) =>
      node === dense && conv
        ? [
            node,
            {
              ...conv,
              inputs: [dense.outputs[0] ?? '', ...conv.inputs.slice(1)],
              name: 'late',
              outputs: ['late'],
            },
          ]
        : [node],
    );
    expectRefusal({ ...model, nodes }, 'shape-invalid', /reads a vector/);
  });
});

describe('constants and shapes', () => {
  test('weights that do not fit their input are refused', () => {
    const broken = changeConstant(DEPTHWISE, 'W', (tensor) => ({
      ...tensor,
      dims: [tensor.dims[0] ?? 1, 3, 1, 3],
    }));
    expectRefusal(broken, 'shape-invalid', /weights of shape/);
  });

  test('constants that ONNX would align with another axis are refused', () => {
    for (const [parameter, dims] of [
      ['Scale', (k: number) => [k]],
      ['Shift', (k: number) => [1, 1, k, 1]],
      ['bias', (k: number) => [1, k]],
      ['pads', () => [2, 4]],
    ] as const) {
      const broken = changeConstant(DEPTHWISE, parameter, (tensor) => ({
        ...tensor,
        dims: dims(tensor.values.length),
      }));
      expectRefusal(broken, 'shape-invalid', new RegExp(`'${parameter}' of shape`));
    }
  });

  test('a declared shape that contradicts the computed one is refused', () => {
    const name = model.nodes.at(-3)?.outputs[0] ?? '';
    const intermediates = [{ name, type: 'int8', dims: ['N', 4, 99, 1] }] as const;
    expectRefusal({ ...model, intermediates }, 'shape-invalid', /declared \[4, 99, 1\]/);
  });

  test('a divisor that is no power of two, and a negative or fractional factor, are refused', () => {
    const third = changeConstant(DEPTHWISE, 'Shift', (tensor) => ({
      ...tensor,
      values: tensor.values.map(() => 3),
    }));
    expectRefusal(third, 'value-invalid', /divides by 3/);
    const factor = changeConstant('QuantizedAddScaled', 'Xs', (tensor) => ({
      ...tensor,
      values: tensor.values.map(() => 6),
    }));
    expectRefusal(factor, 'value-invalid', /'Xs' by 6/);
  });

  test('a depthwise layer needs its number of groups', () => {
    const { groups: _, ...others } =
      model.nodes.find(({ op }) => op === DEPTHWISE)?.attributes ?? {};
    const list = changeNode(DEPTHWISE, (node) => ({
      ...node,
      attributes: { ...node.attributes, groups: [4] },
    }));
    const none = changeNode(DEPTHWISE, (node) => ({ ...node, attributes: others }));
    for (const broken of [list, none])
      expectRefusal(broken, 'file-malformed', /needs an integer 'groups'/);
  });

  test('padding of the batch or the channels is refused', () => {
    const broken = changeConstant(DEPTHWISE, 'pads', (tensor) => ({
      ...tensor,
      values: [0, 1, 1, 1, 0, 0, 1, 1],
    }));
    expectRefusal(broken, 'operator-unsupported', /pads by/);
  });

  test('an addition of the image itself is refused', () => {
    const [image = ''] = model.nodes[0]?.outputs ?? [];
    for (const place of [0, 2]) {
      const broken = changeNode('QuantizedAddScaled', (node) => ({
        ...node,
        inputs: node.inputs.map((name, index) => (index === place ? image : name)),
      }));
      expectRefusal(broken, 'operator-unsupported', /reads uint8 values, not int8/);
    }
  });

  test('a bias that lets a potential leave 32 bits is refused', () => {
    const broken = changeConstant(DEPTHWISE, 'bias', (tensor) => ({
      ...tensor,
      values: tensor.values.map(() => 2 ** 31 - 1),
    }));
    expectRefusal(broken, 'accumulator-overflow', /2\^31/);
  });

  describe('what is too large for this program is refused before any memory is taken:', () => {
    const ofImage = (...dims: readonly number[]): ModelSpec => ({
      ...model,
      inputs: [{ name: 'x', type: 'float32', dims: ['N', ...dims] }],
    });

    test.each([
      ['a map', ofImage(2, 30_000, 30_000), /2×30000×30000/],
      ['one row more than 2^20 pixels', ofImage(2, 1025, 1024), /2×1025×1024/],
      ['2^20 pixels with five channels', ofImage(5, 1024, 1024), /5×1024×1024/],
      ['1,025 channels', ofImage(1025, 4, 4), /1025 channels/],
      [
        '4,097 nodes',
        { ...model, nodes: Array<NodeSpec>(4097).fill(model.nodes[0] as NodeSpec) },
        /4097 nodes/,
      ],
    ])('%s', (_, broken, message) => {
      expectRefusal(broken, 'file-too-large', message);
    });

    const plain = { stride: [1, 1], pool: '', activation: 'ReLU', biased: false } as const;
    const flat = {
      ...plain,
      kernel: [1, 1],
      pads: [0, 0, 0, 0],
      weights: 'zero',
      shift: 13,
    } as const;
    // The first layer halves the width.
    const ofLayers = (side: number, layers: readonly LayerSpec[]) =>
      buildNetwork({
        seed: 1,
        channels: 1,
        height: side,
        width: 2 * side,
        end: 'potential',
        signed: false,
        layout: 'CHW',
        moreOutputs: 0,
        layers,
      }).model;

    test.each([
      [
        'more than 2^33 multiply-accumulates',
        ofLayers(128, [
          { ...flat, kind: 'conv', channels: 256 },
          { ...flat, kind: 'conv', channels: 256, kernel: [3, 3], pads: [1, 1, 1, 1] },
        ]),
      ],
      [
        'more than 2^25 values in all maps',
        ofLayers(512, Array<LayerSpec>(9).fill({ ...flat, kind: 'conv', channels: 1 })),
      ],
    ])('%s', (_, large) => {
      expectRefusal(large, 'file-too-large', /network is too large at/);
    });

    test('a file of more than 2^26 bytes', () => {
      const read = (bytes: number) => () => readNetwork(new Uint8Array(bytes));
      expect(read(2 ** 26 + 1)).toThrow(/has 67108865 bytes/);
      expect(read(2 ** 26)).toThrow(expect.objectContaining({ code: 'file-malformed' }));
    });

    test('while the limits themselves are not', () => {
      const other = expect.not.objectContaining({ code: 'file-too-large' });
      for (const allowed of [
        ofImage(1024, 4, 4),
        { ...model, nodes: Array<NodeSpec>(4096).fill(model.nodes[0] as NodeSpec) },
      ])
        expect(() => readNetwork(writeModel(allowed))).toThrow(other);
    });
  });
});
