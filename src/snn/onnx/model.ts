import { SnnError } from '../errors.ts';
import { expectType, type Field, WireReader, type WireType } from './wire.ts';

/**
 * The part of ONNX's ModelProto (onnx.proto3, IR version 11) that quantized networks use.
 * A field outside it that would change the meaning of the file is refused by name;
 * documentation and metadata are passed over.
 */
export interface Model {
  readonly irVersion: number;
  readonly opsets: readonly OpsetId[];
  readonly graph: Graph;
  readonly functions: readonly FunctionBody[];
}

export interface OpsetId {
  readonly domain: string;
  readonly version: number;
}

export interface Graph {
  readonly nodes: readonly Node[];
  readonly initializers: readonly Initializer[];
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly intermediates: readonly ValueInfo[];
}

export interface Node {
  readonly name: string;
  readonly domain: string;
  readonly type: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: readonly Attribute[];
}

/** `reference` names an attribute of the enclosing function; then there is no value. */
export interface Attribute {
  readonly name: string;
  readonly value:
    | { readonly kind: 'integer'; readonly integer: number }
    | { readonly kind: 'integers'; readonly integers: readonly number[] }
    | { readonly kind: 'float'; readonly float: number }
    | { readonly kind: 'reference'; readonly reference: string }
    | { readonly kind: 'tensor' };
}

/** A model-local function: the meaning of one operator, in standard operators. */
export interface FunctionBody {
  readonly domain: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: readonly string[];
  readonly nodes: readonly Node[];
  readonly opsets: readonly OpsetId[];
}

/** A named constant tensor, its values as numbers (integers up to ±(2^53 − 1)). */
export interface Initializer {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: readonly number[];
  readonly values: ArrayLike<number>;
}

export type ElementType = 'float32' | 'uint8' | 'int8' | 'int32' | 'int64';

/** A tensor's declared type; a dimension that the file leaves open is undefined. */
export interface ValueInfo {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: readonly (number | undefined)[];
}

/** Decodes the file; throws SnnError 'file-malformed', 'operator-unsupported' or the like. */
export function decodeModel(file: Uint8Array): Model {
  let irVersion = 0;
  const opsets: OpsetId[] = [];
  const graphs: Graph[] = [];
  const functions: FunctionBody[] = [];
  eachField(new WireReader(file), (field, reader) => {
    switch (field.number) {
      case 1:
        irVersion = integer(field, reader);
        break;
      case 7:
        graphs.push(decodeGraph(message(field, reader)));
        break;
      case 8:
        opsets.push(decodeOpset(message(field, reader)));
        break;
      case 20:
        throw unsupported('training information');
      case 25:
        functions.push(decodeFunction(message(field, reader)));
        break;
      default:
        reader.skip(field);
    }
  });
  const [graph] = graphs;
  if (graph === undefined || graphs.length > 1) {
    throw new SnnError('file-malformed', `An ONNX file holds one graph; ${graphs.length} found`);
  }
  return { irVersion, opsets, graph, functions };
}

function decodeGraph(graph: WireReader): Graph {
  const nodes: Node[] = [];
  const initializers: Initializer[] = [];
  const inputs: ValueInfo[] = [];
  const outputs: ValueInfo[] = [];
  const intermediates: ValueInfo[] = [];
  eachField(graph, (field, reader) => {
    switch (field.number) {
      case 1:
        nodes.push(decodeNode(message(field, reader)));
        break;
      case 5:
        initializers.push(decodeTensor(message(field, reader)));
        break;
      case 11:
        inputs.push(decodeValueInfo(message(field, reader)));
        break;
      case 12:
        outputs.push(decodeValueInfo(message(field, reader)));
        break;
      case 13:
        intermediates.push(decodeValueInfo(message(field, reader)));
        break;
      case 15:
        throw unsupported('sparse initializers');
      default:
        reader.skip(field);
    }
  });
  return { nodes, initializers, inputs, outputs, intermediates };
}

function decodeNode(node: WireReader): Node {
  let name = '';
  let domain = '';
  let type = '';
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes: Attribute[] = [];
  eachField(node, (field, reader) => {
    switch (field.number) {
      case 1:
        inputs.push(text(field, reader));
        break;
      case 2:
        outputs.push(text(field, reader));
        break;
      case 3:
        name = text(field, reader);
        break;
      case 4:
        type = text(field, reader);
        break;
      case 5:
        attributes.push(decodeAttribute(message(field, reader)));
        break;
      case 7:
        domain = text(field, reader);
        break;
      case 8:
        if (text(field, reader) !== '') throw unsupported('function overloads');
        break;
      default:
        reader.skip(field);
    }
  });
  return { name, domain, type, inputs, outputs, attributes };
}

const ATTRIBUTE_FLOAT = 1;
const ATTRIBUTE_INT = 2;
const ATTRIBUTE_TENSOR = 4;
const ATTRIBUTE_INTS = 7;

function decodeAttribute(attribute: WireReader): Attribute {
  let name = '';
  let reference = '';
  let type = 0;
  let float = 0;
  let single = 0;
  const integers: number[] = [];
  eachField(attribute, (field, reader) => {
    switch (field.number) {
      case 1:
        name = text(field, reader);
        break;
      case 2:
        expectType(field, 5);
        float = reader.float32();
        break;
      case 3:
        single = integer(field, reader);
        break;
      case 8:
        reader.integers(field, integers);
        break;
      case 20:
        type = integer(field, reader);
        break;
      case 21:
        reference = text(field, reader);
        break;
      default:
        reader.skip(field);
    }
  });
  if (reference !== '') return { name, value: { kind: 'reference', reference } };
  if (type === ATTRIBUTE_FLOAT) return { name, value: { kind: 'float', float } };
  if (type === ATTRIBUTE_INT) return { name, value: { kind: 'integer', integer: single } };
  if (type === ATTRIBUTE_INTS) return { name, value: { kind: 'integers', integers } };
  if (type === ATTRIBUTE_TENSOR) return { name, value: { kind: 'tensor' } };
  throw unsupported(`attribute '${name}' of type ${type}`);
}

function decodeFunction(body: WireReader): FunctionBody {
  let name = '';
  let domain = '';
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes: string[] = [];
  const nodes: Node[] = [];
  const opsets: OpsetId[] = [];
  eachField(body, (field, reader) => {
    switch (field.number) {
      case 1:
        name = text(field, reader);
        break;
      case 4:
        inputs.push(text(field, reader));
        break;
      case 5:
        outputs.push(text(field, reader));
        break;
      case 6:
        attributes.push(text(field, reader));
        break;
      case 7:
        nodes.push(decodeNode(message(field, reader)));
        break;
      case 9:
        opsets.push(decodeOpset(message(field, reader)));
        break;
      case 10:
        domain = text(field, reader);
        break;
      case 11:
        throw unsupported('default attributes of functions');
      case 13:
        if (text(field, reader) !== '') throw unsupported('function overloads');
        break;
      default:
        reader.skip(field);
    }
  });
  return { domain, name, inputs, outputs, attributes, nodes, opsets };
}

function decodeOpset(opset: WireReader): OpsetId {
  let domain = '';
  let version = 0;
  eachField(opset, (field, reader) => {
    if (field.number === 1) domain = text(field, reader);
    else if (field.number === 2) version = integer(field, reader);
    else reader.skip(field);
  });
  return { domain, version };
}

function decodeValueInfo(info: WireReader): ValueInfo {
  let name = '';
  let type: ElementType | undefined;
  const dims: (number | undefined)[] = [];
  eachField(info, (field, reader) => {
    if (field.number === 1) name = text(field, reader);
    else if (field.number === 2) {
      eachField(message(field, reader), (kind, typeReader) => {
        if (kind.number === 6) typeReader.skip(kind);
        else if (kind.number !== 1) throw unsupported(`a value '${name}' that is no tensor`);
        else type = decodeTensorType(message(kind, typeReader), dims);
      });
    } else reader.skip(field);
  });
  if (type === undefined) {
    throw new SnnError('file-malformed', `The ONNX file gives '${name}' no tensor type`);
  }
  return { name, type, dims };
}

function decodeTensorType(tensorType: WireReader, dims: (number | undefined)[]): ElementType {
  let type = 0;
  eachField(tensorType, (field, reader) => {
    if (field.number === 1) type = integer(field, reader);
    else if (field.number === 2) {
      eachField(message(field, reader), (dimension, shapeReader) => {
        if (dimension.number !== 1) return shapeReader.skip(dimension);
        let extent: number | undefined;
        eachField(message(dimension, shapeReader), (part, dimReader) => {
          if (part.number === 1) extent = integer(part, dimReader);
          else dimReader.skip(part);
        });
        dims.push(extent);
      });
    } else reader.skip(field);
  });
  return elementType(type);
}

function decodeTensor(tensor: WireReader): Initializer {
  let name = '';
  let code = 0;
  let raw: Uint8Array | undefined;
  const dims: number[] = [];
  const integers: number[] = [];
  const floats: number[] = [];
  eachField(tensor, (field, reader) => {
    switch (field.number) {
      case 1:
        reader.integers(field, dims);
        break;
      case 2:
        code = integer(field, reader);
        break;
      case 4:
        reader.float32s(field, floats);
        break;
      case 5: // int32_data, which also carries 8-bit types
      case 7: // int64_data
        reader.integers(field, integers);
        break;
      case 8:
        name = text(field, reader);
        break;
      case 9:
        expectType(field, 2);
        raw = reader.bytes();
        break;
      case 3:
      case 13:
      case 14:
        throw unsupported('tensors stored in segments or outside the file');
      default:
        reader.skip(field);
    }
  });
  const type = elementType(code);
  const values = raw === undefined ? typedValues(type, floats, integers) : rawValues(type, raw);
  const count = dims.reduce((product, dim) => product * dim, 1);
  if (dims.some((dim) => dim < 0) || values.length !== count) {
    throw new SnnError(
      'file-malformed',
      `Tensor '${name}' of shape [${dims.join(', ')}] holds ${values.length} values`,
    );
  }
  return { name, type, dims, values };
}

const INTEGER_RANGES: Readonly<Record<Exclude<ElementType, 'float32'>, readonly [number, number]>> =
  {
    uint8: [0, 255],
    int8: [-128, 127],
    int32: [-(2 ** 31), 2 ** 31 - 1],
    int64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  };

function typedValues(
  type: ElementType,
  floats: readonly number[],
  integers: readonly number[],
): readonly number[] {
  if (type === 'float32') return floats;
  const [low, high] = INTEGER_RANGES[type];
  const outside = integers.find((value) => value < low || value > high);
  if (outside !== undefined) {
    throw new SnnError('file-malformed', `The ONNX file stores ${outside} as ${type}`);
  }
  return integers;
}

/** Copies; little-endian by the ONNX specification, on every host. */
function rawValues(type: ElementType, raw: Uint8Array): ArrayLike<number> {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const words = (size: number, read: (at: number) => number): ArrayLike<number> => {
    if (raw.length % size !== 0) {
      throw new SnnError('file-malformed', `${raw.length} bytes are no whole ${type} values`);
    }
    return Float64Array.from({ length: raw.length / size }, (_, index) => read(index * size));
  };
  switch (type) {
    case 'uint8':
      return new Uint8Array(raw);
    case 'int8':
      return new Int8Array(raw);
    case 'int32':
      return words(4, (at) => view.getInt32(at, true));
    case 'float32':
      return words(4, (at) => view.getFloat32(at, true));
    case 'int64':
      return words(8, (at) => view.getInt32(at + 4, true) * 2 ** 32 + view.getUint32(at, true));
  }
}

const ELEMENT_TYPES: Readonly<Record<number, ElementType>> = {
  1: 'float32',
  2: 'uint8',
  3: 'int8',
  6: 'int32',
  7: 'int64',
};

function elementType(code: number): ElementType {
  const type = ELEMENT_TYPES[code];
  if (type === undefined) throw unsupported(`element type ${code}`);
  return type;
}

function eachField(reader: WireReader, handle: (field: Field, reader: WireReader) => void): void {
  while (!reader.done) handle(reader.field(), reader);
}

function expecting<T>(wireType: WireType, read: (reader: WireReader) => T) {
  return (field: Field, reader: WireReader): T => {
    expectType(field, wireType);
    return read(reader);
  };
}

const integer = expecting(0, (reader) => reader.integer());
const text = expecting(2, (reader) => reader.text());
const message = expecting(2, (reader) => reader.message());

function unsupported(what: string): SnnError {
  return new SnnError('operator-unsupported', `The ONNX file uses ${what}, which is not supported`);
}
