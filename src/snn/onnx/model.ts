import { SnnError } from '../errors.ts';
import {
  decoder,
  float32,
  integer,
  integers,
  maybeInteger,
  message,
  messages,
  type Property,
  presence,
  refused,
  text,
  texts,
  unsupported,
} from './schema.ts';
import { decodeTensor, type ElementType, elementType } from './tensor.ts';
import { WireReader } from './wire.ts';

/**
 * The part of ONNX's ModelProto (onnx.proto3, IR version 11) that quantized networks use.
 * A field outside it that would change the meaning of the file is refused by name;
 * documentation and metadata are passed over.
 */
export interface Model {
  readonly irVersion: number;
  readonly opsets: readonly OpsetId[];
  readonly graph: ReturnType<typeof decodeGraph>;
  readonly functions: readonly FunctionBody[];
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

/** A tensor's declared type; a dimension that the file leaves open is undefined. */
export interface ValueInfo {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: readonly (number | undefined)[];
}

const ATTRIBUTE_FLOAT = 1;
const ATTRIBUTE_INT = 2;
/** The type of an attribute that holds a tensor. */
export const ATTRIBUTE_TENSOR = 4;
const ATTRIBUTE_INTS = 7;

const decodeAttribute = decoder({
  name: text(1),
  float: float32(2),
  integer: integer(3),
  integers: integers(8),
  type: integer(20),
  reference: text(21),
});

function attributeOf(raw: ReturnType<typeof decodeAttribute>): Attribute {
  const { name, float, integer, integers, type, reference } = raw;
  if (reference !== '') return { name, value: { kind: 'reference', reference } };
  if (type === ATTRIBUTE_FLOAT) return { name, value: { kind: 'float', float } };
  if (type === ATTRIBUTE_INT) return { name, value: { kind: 'integer', integer } };
  if (type === ATTRIBUTE_INTS) return { name, value: { kind: 'integers', integers } };
  return { name, value: { kind: 'other', type } };
}

export type Node = Readonly<ReturnType<typeof decodeNode>>;

const decodeNode = decoder({
  inputs: texts(1),
  outputs: texts(2),
  name: text(3),
  type: text(4),
  attributes: messages(5, (reader) => attributeOf(decodeAttribute(reader))),
  domain: text(7),
  overload: noOverload(8),
});

export type OpsetId = Readonly<ReturnType<typeof decodeOpset>>;

const decodeOpset = decoder({ domain: text(1), version: integer(2) });

/** A model-local function: the meaning of one operator, in standard operators. */
export type FunctionBody = Readonly<ReturnType<typeof decodeFunction>>;

const decodeFunction = decoder({
  name: text(1),
  inputs: texts(4),
  outputs: texts(5),
  attributes: texts(6),
  nodes: messages(7, decodeNode),
  opsets: messages(9, decodeOpset),
  domain: text(10),
  /** Whether some attribute has a value where a node gives none; refused where it would matter. */
  hasDefaults: presence(11),
  overload: noOverload(13),
});

const decodeShape = decoder({ dims: messages(1, decoder({ extent: maybeInteger(1) })) });

const decodeType = decoder({
  tensor: message(1, decoder({ code: integer(1), shape: message(2, decodeShape) })),
  sequence: refused(4, 'a sequence as a value'),
  map: refused(5, 'a map as a value'),
  opaque: refused(7, 'an opaque value'),
  sparse: refused(8, 'a sparse tensor as a value'),
  optional: refused(9, 'an optional value'),
});

const decodeValueInfo = decoder({ name: text(1), type: message(2, decodeType) });

function valueInfoOf({ name, type }: ReturnType<typeof decodeValueInfo>): ValueInfo {
  const tensor = type?.tensor;
  if (tensor === undefined) {
    throw new SnnError('file-malformed', `The ONNX file gives '${name}' no tensor type`);
  }
  const dims = tensor.shape?.dims.map(({ extent }) => extent) ?? [];
  return { name, type: elementType(tensor.code), dims };
}

const valueInfos = (number: number) =>
  messages(number, (reader) => valueInfoOf(decodeValueInfo(reader)));

const decodeGraph = decoder({
  nodes: messages(1, decodeNode),
  initializers: messages(5, decodeTensor),
  inputs: valueInfos(11),
  outputs: valueInfos(12),
  intermediates: valueInfos(13),
  sparseInitializers: refused(15, 'sparse initializers'),
});

const decodeFile = decoder({
  irVersion: integer(1),
  graphs: messages(7, decodeGraph),
  opsets: messages(8, decodeOpset),
  training: refused(20, 'training information'),
  functions: messages(25, decodeFunction),
});

/** Decodes the file; throws SnnError 'file-malformed', 'operator-unsupported' or the like. */
export function decodeModel(file: Uint8Array): Model {
  const { graphs, ...rest } = decodeFile(new WireReader(file));
  const [graph] = graphs;
  if (graph === undefined || graphs.length > 1) {
    throw new SnnError('file-malformed', `An ONNX file holds one graph; ${graphs.length} found`);
  }
  return { ...rest, graph };
}

/** A function's second name; the only one that is understood is none. */
function noOverload(number: number): Property<string> {
  const { read, ...property } = text(number);
  return {
    ...property,
    read: (...args) => {
      if (read(...args) !== '') throw unsupported('function overloads');
      return '';
    },
  };
}
