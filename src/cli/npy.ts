/** The NumPy array file format (numpy.org/doc/stable/reference/generated/numpy.lib.format). */
export type NpyArray =
  | { readonly dtype: 'uint8'; readonly shape: readonly number[]; readonly data: Uint8Array }
  | { readonly dtype: 'int32'; readonly shape: readonly number[]; readonly data: Int32Array }
  | { readonly dtype: 'float32'; readonly shape: readonly number[]; readonly data: Float32Array };

/** A file that is damaged, or of a kind that this program does not read. */
export class NpyError extends Error {
  override readonly name = 'NpyError';
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]; // \x93NUMPY
/** Bytes of a value by its type. */
const sizes: ReadonlyMap<string, number> = new Map([
  ['|u1', 1],
  ['<i4', 4],
  ['<f4', 4],
]);
const HEADER =
  /^\{ *'descr': *'([^']*)', *'fortran_order': *(True|False), *'shape': *\(([0-9, ]*)\),? *\}\s*$/;

/**
 * Reads a .npy file: uint8, little-endian int32 or float32, C order, versions 1 to 3.
 * Throws NpyError, naming what it does not read.
 */
export function readNpy(file: Uint8Array): NpyArray {
  if (MAGIC.some((byte, index) => file[index] !== byte)) {
    throw new NpyError('Not a .npy file: it does not begin with \\x93NUMPY');
  }
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const version = file[6] ?? 0;
  if (version < 1 || version > 3) {
    throw new NpyError(`.npy version ${version} is not supported`);
  }
  const start = version === 1 ? 10 : 12;
  if (file.length < start) throw truncated();
  const headerLength = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (headerLength > file.length - start) throw truncated();
  const header = Array.from(file.subarray(start, start + headerLength), (byte) =>
    String.fromCharCode(byte),
  ).join('');
  const match = HEADER.exec(header);
  if (match === null) {
    throw new NpyError(`The .npy header is not understood: ${header.trim()}`);
  }
  const [, descr = '', fortran, dims = ''] = match;
  if (fortran === 'True') {
    throw new NpyError('.npy arrays in Fortran order are not supported');
  }
  const shape = dims
    .split(',')
    .filter((dim) => dim.trim() !== '')
    .map(Number);
  const count = shape.reduce((product, dim) => product * dim, 1);
  const body = file.subarray(start + headerLength);
  const size = sizes.get(descr);
  if (size === undefined)
    throw new NpyError(
      `.npy values of type ${typeName(descr)} are not supported; uint8, int32 and float32 are`,
    );
  if (body.length !== count * size) {
    throw new NpyError(
      `The .npy array [${shape.join(', ')}] needs ${count * size} bytes; the file has ${body.length}`,
    );
  }
  const words = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const indices = { length: count };
  switch (descr) {
    case '|u1':
      return { dtype: 'uint8', shape, data: new Uint8Array(body) };
    case '<i4':
      return {
        dtype: 'int32',
        shape,
        data: Int32Array.from(indices, (_, index) => words.getInt32(4 * index, true)),
      };
    default:
      return {
        dtype: 'float32',
        shape,
        data: Float32Array.from(indices, (_, index) => words.getFloat32(4 * index, true)),
      };
  }
}

/** NumPy's name of a type beside its code, where there is one: `int8 ('|i1')`. */
function typeName(descr: string): string {
  const [, kind = '', bytes] = /^[<>|=]([biufc])(\d+)$/.exec(descr) ?? [];
  const name = { b: 'bool', i: 'int', u: 'uint', f: 'float', c: 'complex' }[kind];
  if (!name) return `'${descr}'`;
  return `${kind === 'b' ? name : `${name}${8 * Number(bytes)}`} ('${descr}')`;
}

/** Writes float32 values in C order as a version 1 file. Throws RangeError on a wrong count. */
export function writeNpy(data: Float32Array, shape: readonly number[]): Uint8Array {
  const count = shape.reduce((product, dim) => product * dim, 1);
  if (count !== data.length) {
    throw new RangeError(`${data.length} values do not fill [${shape.join(', ')}]`);
  }
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${tuple}), }`;
  // The values begin at a multiple of 64 bytes; the header ends with a newline.
  const headerLength = Math.ceil((10 + header.length + 1) / 64) * 64 - 10;
  const text = `${header.padEnd(headerLength - 1)}\n`;
  const file = new Uint8Array(10 + headerLength + 4 * count);
  const view = new DataView(file.buffer);
  file.set(MAGIC);
  file[6] = 1;
  view.setUint16(8, headerLength, true);
  for (let index = 0; index < headerLength; index++) file[10 + index] = text.charCodeAt(index);
  for (const [index, value] of data.entries()) {
    view.setFloat32(10 + headerLength + 4 * index, value, true);
  }
  return file;
}

function truncated(): NpyError {
  return new NpyError('The .npy file ends inside its header');
}
