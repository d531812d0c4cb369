import { SnnError } from '../errors.ts';
import {
  bytes,
  decoder,
  float32s,
  integer,
  integers,
  refused,
  text,
  unsupported,
} from './schema.ts';
import type { WireReader } from './wire.ts';

/** A named constant tensor, its values as numbers (integers up to ±(2^53 − 1)). */
export interface Initializer {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: readonly number[];
  readonly values: ArrayLike<number>;
}

export type ElementType = 'float32' | 'uint8' | 'int8' | 'int32' | 'int64';

const decode = decoder({
  dims: integers(1),
  code: integer(2),
  segment: refused(3, 'tensors stored in segments'),
  floats: float32s(4),
  /** int32_data, which also carries 8-bit types, and int64_data. */
  integers32: integers(5),
  integers64: integers(7),
  name: text(8),
  raw: bytes(9),
  external: refused(13, 'tensors stored outside the file'),
  location: refused(14, 'tensors stored outside the file'),
});

/** Decodes a TensorProto whose values are in the file. */
export function decodeTensor(reader: WireReader): Initializer {
  const { name, code, raw, dims, floats, integers32, integers64 } = decode(reader);
  const type = elementType(code);
  const integers = type === 'int64' ? integers64 : integers32;
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
    const values = new Float64Array(raw.length / size);
    for (let index = 0; index < values.length; index++) values[index] = read(index * size);
    return values;
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

/** ONNX's TensorProto.DataType. */
export function elementType(code: number): ElementType {
  const type = ELEMENT_TYPES[code];
  if (type === undefined) throw unsupported(`element type ${code}`);
  return type;
}
