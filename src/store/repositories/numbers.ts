import { endianness } from 'node:os';

const isLittle = endianness() === 'LE';

/** Little-endian on every host. A copy: what was made of a Buffer’s own slice would share its memory. */
function turned(bytes: Uint8Array, turn: 'swap32' | 'swap64'): ArrayBuffer {
  const { buffer } = new Uint8Array(bytes);
  if (!isLittle) Buffer.from(buffer)[turn]();
  return buffer;
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Int32Array | Float64Array) =>
  new Uint8Array(buffer, byteOffset, byteLength);

export const fromInt32s = (bytes: Uint8Array) => new Int32Array(turned(bytes, 'swap32'));
export const toInt32s = (values: Int32Array) => new Uint8Array(turned(bytesOf(values), 'swap32'));
export const fromFloat64s = (bytes: Uint8Array) => new Float64Array(turned(bytes, 'swap64'));
export const toFloat64s = (values: Float64Array) =>
  new Uint8Array(turned(bytesOf(values), 'swap64'));
