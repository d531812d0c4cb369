/**
 * CRC-32C (Castagnoli: reflected polynomial 0x82F63B78, start and final XOR 0xFFFFFFFF), as in
 * RFC 3720. Eight bytes a step: table `tK` advances a byte over K further zero bytes.
 */
const polynomial = 0x82f63b78;
const t0 = new Int32Array(256);
for (let byte = 0; byte < 256; byte++) {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? polynomial : 0);
  t0[byte] = crc;
}
const t1 = overOneMoreZero(t0);
const t2 = overOneMoreZero(t1);
const t3 = overOneMoreZero(t2);
const t4 = overOneMoreZero(t3);
const t5 = overOneMoreZero(t4);
const t6 = overOneMoreZero(t5);
const t7 = overOneMoreZero(t6);

function overOneMoreZero(table: Int32Array): Int32Array {
  return table.map((crc) => (crc >>> 8) ^ (t0[crc & 255] as number));
}

/** Of `bytes[start … end−1]`, as an unsigned 32-bit number. */
export function crc32c(bytes: Uint8Array, start = 0, end: number = bytes.length): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let crc = -1;
  let index = start;
  for (const last = end - 7; index < last; index += 8) {
    crc ^= view.getInt32(index, true);
    const next = view.getInt32(index + 4, true);
    crc =
      (t7[crc & 255] as number) ^
      (t6[(crc >>> 8) & 255] as number) ^
      (t5[(crc >>> 16) & 255] as number) ^
      (t4[crc >>> 24] as number) ^
      (t3[next & 255] as number) ^
      (t2[(next >>> 8) & 255] as number) ^
      (t1[(next >>> 16) & 255] as number) ^
      (t0[next >>> 24] as number);
  }
  for (; index < end; index++)
    crc = (crc >>> 8) ^ (t0[(crc ^ view.getUint8(index)) & 255] as number);
  return ~crc >>> 0;
}
