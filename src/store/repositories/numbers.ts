import { endianness } from 'node:os';

/** Numbers as bytes, little-endian on every host. A Buffer’s own slice would share its memory. */
const isLittle = endianness() === 'LE';

export function fromInt32s(bytes: Uint8Array): Int32Array {
  if (isLittle) return new Int32Array(new Uint8Array(bytes).buffer);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Int32Array.from({ length: bytes.length / 4 }, (_, at) => view.getInt32(4 * at, true));
}

export function toInt32s(values: Int32Array): Uint8Array {
  if (isLittle) return new Uint8Array(values.slice().buffer);
  const view = new DataView(new ArrayBuffer(values.byteLength));
  for (const [at, value] of values.entries()) view.setInt32(4 * at, value, true);
  return new Uint8Array(view.buffer);
}

export function fromFloat64s(bytes: Uint8Array): Float64Array {
  if (isLittle) return new Float64Array(new Uint8Array(bytes).buffer);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float64Array.from({ length: bytes.length / 8 }, (_, at) => view.getFloat64(8 * at, true));
}

export function toFloat64s(values: Float64Array): Uint8Array {
  if (isLittle) return new Uint8Array(values.slice().buffer);
  const view = new DataView(new ArrayBuffer(values.byteLength));
  for (const [at, value] of values.entries()) view.setFloat64(8 * at, value, true);
  return new Uint8Array(view.buffer);
}
