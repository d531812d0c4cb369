/**
 * Writes quantized ONNX files for tests: a small protobuf writer, and the function bodies of
 * the com.brainchip operators, written down from the ONNX operators that they stand for and
 * independently of the importer's own description of them.
 */
export type AttributeValue =
  | number
  | readonly number[]
  | { readonly ref: string; readonly ints: boolean }
  | { readonly float: number };

export interface NodeSpec {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
  readonly domain?: string;
  readonly name?: string;
}

export interface FunctionSpec {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly furtherOutputs?: readonly string[];
  readonly attributes: readonly string[];
  readonly nodes: readonly NodeSpec[];
  readonly opset?: number;
}

export interface TensorSpec {
  readonly name: string;
  readonly type: keyof typeof ELEMENT_CODES;
  readonly dims: readonly number[];
  readonly values: readonly number[];
}

export interface ValueSpec {
  readonly name: string;
  readonly type: keyof typeof ELEMENT_CODES;
  /** Absent: a tensor of unknown rank. */
  readonly dims?: readonly (number | string)[];
}

export interface ModelSpec {
  readonly nodes: readonly NodeSpec[];
  readonly functions: readonly FunctionSpec[];
  readonly initializers: readonly TensorSpec[];
  readonly inputs: readonly ValueSpec[];
  readonly outputs: readonly ValueSpec[];
  readonly intermediates?: readonly ValueSpec[];
  readonly opset?: number;
  readonly domainVersion?: number;
}

const DOMAIN = 'com.brainchip';
const ELEMENT_CODES = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7 } as const;

export function writeModel(model: ModelSpec): Uint8Array {
  const graph = [
    ...model.nodes.map((node) => bytesField(1, nodeMessage({ domain: DOMAIN, ...node }))),
    textField(2, 'graph'),
    ...model.initializers.map((tensor) => bytesField(5, tensorMessage(tensor))),
    ...model.inputs.map((value) => bytesField(11, valueMessage(value))),
    ...model.outputs.map((value) => bytesField(12, valueMessage(value))),
    ...(model.intermediates ?? []).map((value) => bytesField(13, valueMessage(value))),
  ];
  return Uint8Array.from(
    [
      intField(1, 11),
      bytesField(8, opsetMessage('', model.opset ?? 21)),
      bytesField(8, opsetMessage(DOMAIN, model.domainVersion ?? 1)),
      bytesField(7, graph.flat()),
      ...model.functions.map((body) => bytesField(25, functionMessage(body))),
    ].flat(),
  );
}

/**
 * A file with further outputs: in protobuf, what follows a message is merged into it. For
 * onnxruntime; `readNetwork` refuses a file with two graphs.
 */
export function observingFile(file: Uint8Array, outputs: readonly ValueSpec[]): Uint8Array {
  const more = outputs.flatMap((value) => bytesField(12, valueMessage(value)));
  return Uint8Array.from([...file, ...bytesField(7, more)]);
}

/** The function body of an operator, from the parts of its name. */
export function functionBody(type: string): FunctionSpec {
  const nodes: NodeSpec[] = [];
  const attributes: Record<string, true> = {};
  const inputs: string[] = [];
  let fresh = 0;
  const op = (name: string, args: string[], given: Record<string, AttributeValue> = {}): string => {
    const output = `v${fresh++}`;
    for (const value of Object.values(given)) {
      if (typeof value === 'object' && 'ref' in value) attributes[value.ref] = true;
    }
    nodes.push({ op: name, inputs: args, outputs: [output], attributes: given });
    return output;
  };
  const input = (name: string): string => {
    if (!inputs.includes(name)) inputs.push(name);
    return name;
  };
  const ints = (ref: string): AttributeValue => ({ ref, ints: true });
  const float = (name: string): string => op('Cast', [input(name)], { to: 1 });
  const constant = (value: AttributeValue, key: string): string =>
    op('Constant', [], { [key]: value });
  const clip = (value: string, low: number, high: number): string => {
    const half = constant({ float: 0.5 }, 'value_float');
    const floor = op('Floor', [op('Add', [value, half])]);
    const limits = [
      constant({ float: low }, 'value_float'),
      constant({ float: high }, 'value_float'),
    ];
    return op('Clip', [floor, ...limits]);
  };
  const rescale = (value: string, scale: string, shift: string, low: number, high: number) =>
    clip(op('Mul', [op('Div', [value, float(shift)]), float(scale)]), low, high);
  const done = (output: string): FunctionSpec => ({
    name: type,
    inputs,
    output,
    attributes: Object.keys(attributes),
    nodes,
  });

  if (type === 'InputQuantizer') {
    const moved = op('Transpose', [float('X')], { perm: ints('perm') });
    return done(op('QuantizeLinear', [moved, input('scale'), input('zp')]));
  }
  if (type === 'Dequantizer') return done(op('DequantizeLinear', [input('X'), input('scale')]));
  if (type.startsWith('Dequantizer')) {
    const numbers = Array.from({ length: Number(type.slice(11)) }, (_, index) => index + 1);
    const outputs = numbers.map((n) =>
      op('DequantizeLinear', [input(`X${n}`), input(`scale_${n}`)]),
    );
    const [output = '', ...furtherOutputs] = outputs;
    return { ...done(output), furtherOutputs };
  }
  if (type === 'QuantizedConcat') return done(op('Concat', [input('X'), input('Y')], { axis: 1 }));
  if (type.startsWith('QuantizedAdd')) {
    const left = op('Mul', [float('X'), float('Xs')]);
    const sum = op('Add', [left, op('Mul', [float('Y'), float('Ys')])]);
    if (!type.endsWith('Scaled')) return done(op('Cast', [sum], { to: 6 }));
    return done(op('Cast', [clip(op('Div', [sum, float('Shift')]), -128, 127)], { to: 3 }));
  }

  const biased = type.includes('Biased');
  let value = float('X');
  if (type.startsWith('QuantizedDense1D')) {
    if (type.includes('Flatten')) value = op('Flatten', [value]);
    const args = [value, float('W'), biased ? float('bias') : ''];
    value = op('Gemm', args, { transB: 1 });
  } else if (type.includes('Transpose')) {
    const group: Record<string, AttributeValue> = type.includes('Depthwise')
      ? { group: { ref: 'groups', ints: false } }
      : {};
    const args = [value, float('W'), biased ? float('bias') : ''];
    value = op('ConvTranspose', args, { strides: ints('strides'), ...group, pads: ints('pads') });
  } else {
    if (type.startsWith('QuantizedInputConv2D')) {
      const axes = constant([1, 2], 'value_ints');
      const pad = op('Unsqueeze', [float('x_pad_value'), axes]);
      value = op('Add', [op('Pad', [op('Sub', [value, pad]), input('pads')]), pad]);
    } else value = op('Pad', [value, input('pads')]);
    const group: Record<string, AttributeValue> = type.includes('Depthwise')
      ? { group: { ref: 'groups', ints: false } }
      : {};
    const args = [value, float('W'), biased ? float('bias') : ''];
    value = op('Conv', args, { strides: ints('strides'), ...group });
  }
  if (type.includes('MaxPool')) {
    value = op('MaxPool', [value], {
      kernel_shape: ints('pool_size'),
      strides: ints('pool_strides'),
      pads: ints('pool_pads'),
    });
  }
  if (type.includes('LUT')) {
    const index = op('Cast', [rescale(value, 'ActScale', 'ActShift', -1024, 1023)], { to: 6 });
    value = op('Cast', [op('Gather', [input('LUT_values'), index])], { to: 1 });
  }
  if (type.includes('ReLU')) value = op('Relu', [value]);
  if (type.includes('ReLUClipped')) value = op('Min', [value, float('max_value')]);
  if (type.includes('GlobalAvgPool')) {
    value = op('ReduceSum', [value, constant([-2, -1], 'value_ints')]);
  }
  if (!type.endsWith('Scaled')) return done(op('Cast', [value], { to: 6 }));
  return done(op('Cast', [rescale(value, 'Scale', 'Shift', -128, 127)], { to: 3 }));
}

function nodeMessage({ op, inputs, outputs, attributes, domain, name }: NodeSpec): number[] {
  return [
    ...inputs.map((each) => textField(1, each)),
    ...outputs.map((each) => textField(2, each)),
    textField(3, name ?? ''),
    textField(4, op),
    ...Object.entries(attributes ?? {}).map(([key, value]) =>
      bytesField(5, attributeMessage(key, value)),
    ),
    textField(7, domain ?? ''),
  ].flat();
}

function attributeMessage(name: string, value: AttributeValue): number[] {
  const named = textField(1, name);
  if (typeof value === 'number') return [...named, ...intField(3, value), ...intField(20, 2)];
  if ('float' in value) return [...named, ...floatField(2, value.float), ...intField(20, 1)];
  if ('ref' in value) {
    return [...named, ...textField(21, value.ref), ...intField(20, value.ints ? 7 : 2)];
  }
  return [...named, ...value.flatMap((each) => intField(8, each)), ...intField(20, 7)];
}

function functionMessage(body: FunctionSpec): number[] {
  return [
    textField(1, body.name),
    ...body.inputs.map((each) => textField(4, each)),
    ...[body.output, ...(body.furtherOutputs ?? [])].map((each) => textField(5, each)),
    ...body.attributes.map((each) => textField(6, each)),
    ...body.nodes.map((node) => bytesField(7, nodeMessage(node))),
    bytesField(9, opsetMessage('', body.opset ?? 21)),
    textField(10, DOMAIN),
  ].flat();
}

function tensorMessage({ name, type, dims, values }: TensorSpec): number[] {
  return [
    ...dims.flatMap((dim) => intField(1, dim)),
    ...intField(2, ELEMENT_CODES[type]),
    ...textField(8, name),
    ...bytesField(9, rawBytes(type, values)),
  ];
}

function rawBytes(type: TensorSpec['type'], values: readonly number[]): number[] {
  switch (type) {
    case 'float32':
      return Array.from(new Uint8Array(Float32Array.from(values).buffer));
    case 'uint8':
      return Array.from(Uint8Array.from(values));
    case 'int8':
      return Array.from(new Uint8Array(Int8Array.from(values).buffer));
    case 'int32':
      return Array.from(new Uint8Array(Int32Array.from(values).buffer));
    case 'int64':
      return Array.from(new Uint8Array(BigInt64Array.from(values, BigInt).buffer));
  }
}

function valueMessage({ name, type, dims }: ValueSpec): number[] {
  const shape = dims?.flatMap((dim) =>
    bytesField(1, typeof dim === 'number' ? intField(1, dim) : textField(2, dim)),
  );
  const tensorType = [...intField(1, ELEMENT_CODES[type]), ...(shape ? bytesField(2, shape) : [])];
  return [...textField(1, name), ...bytesField(2, bytesField(1, tensorType))];
}

function opsetMessage(domain: string, version: number): number[] {
  return [...textField(1, domain), ...intField(2, version)];
}

function varint(value: number): number[] {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  while (rest >= 128n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return bytes;
}

function intField(number: number, value: number): number[] {
  return [...varint(number * 8), ...varint(value)];
}

function floatField(number: number, value: number): number[] {
  return [...varint(number * 8 + 5), ...rawBytes('float32', [value])];
}

function bytesField(number: number, bytes: readonly number[]): number[] {
  return [...varint(number * 8 + 2), ...varint(bytes.length), ...bytes];
}

function textField(number: number, text: string): number[] {
  return bytesField(number, Array.from(new TextEncoder().encode(text)));
}
