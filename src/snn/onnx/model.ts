import { SnnError } from '../errors.ts';
import { decodeTensor, type ElementType, elementType, type Initializer } from './tensor.ts';
import { eachField, expectType, integer, message, text, unsupported, WireReader } from './wire.ts';

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
    /** Text, a tensor, a graph, …: refused wherever it would matter. */
    | { readonly kind: 'other'; readonly type: number };
}

/** A model-local function: the meaning of one operator, in standard operators. */
export interface FunctionBody {
  readonly domain: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: readonly string[];
  /** Whether some attribute has a value where a node gives none; refused where it would matter. */
  readonly hasDefaults: boolean;
  readonly nodes: readonly Node[];
  readonly opsets: readonly OpsetId[];
}

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
/** The type of an attribute that holds a tensor. */
export const ATTRIBUTE_TENSOR = 4;
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
  return { name, value: { kind: 'other', type } };
}

function decodeFunction(body: WireReader): FunctionBody {
  let name = '';
  let domain = '';
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes: string[] = [];
  let hasDefaults = false;
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
        hasDefaults = true;
        reader.skip(field);
        break;
      case 13:
        if (text(field, reader) !== '') throw unsupported('function overloads');
        break;
      default:
        reader.skip(field);
    }
  });
  return { domain, name, inputs, outputs, attributes, hasDefaults, nodes, opsets };
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
