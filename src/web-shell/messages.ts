import { decode } from '@msgpack/msgpack';

/** More than any message of the workstation has, and little enough to make room for at once. */
export const maxValues = 100_000;
export const maxDepth = 32;

/**
 * The message in a frame from a browser. What the frame's headers promise is added up before any of
 * it is made room for: five bytes can announce four thousand million values. Throws where the frame
 * is no message, or promises too much.
 */
export function decodeMessage(frame: Uint8Array): unknown {
  assertModest(frame);
  return decode(frame);
}

function assertModest(frame: Uint8Array): void {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  /** How many values are still to come in each of the collections around this place. */
  const toCome = [1];
  let values = 1;
  let at = 0;
  for (let depth = 1; depth > 0; depth = toCome.length) {
    const left = toCome[depth - 1] ?? 0;
    if (left === 0) {
      toCome.pop();
      continue;
    }
    toCome[depth - 1] = left - 1;
    const { bytes, inside } = header(view, at);
    at += bytes;
    values += inside;
    if (values > maxValues) throw new RangeError('Too many values');
    if (inside > 0) toCome.push(inside);
    if (toCome.length > maxDepth) throw new RangeError('Too deep');
    if (at > frame.byteLength) throw new RangeError('Cut short');
  }
}

/**
 * Of the value at `at`: its own bytes, and how many values follow that are inside it.
 * https://github.com/msgpack/msgpack/blob/master/spec.md
 */
function header(view: DataView, at: number): { bytes: number; inside: number } {
  const type = view.getUint8(at);
  if (type <= 0x7f || type >= 0xe0) return scalar(1);
  if (type <= 0x8f) return { bytes: 1, inside: 2 * (type & 0x0f) };
  if (type <= 0x9f) return { bytes: 1, inside: type & 0x0f };
  if (type <= 0xbf) return scalar(1 + (type & 0x1f));
  switch (type) {
    case 0xc0: // null, false, true
    case 0xc2:
    case 0xc3:
      return scalar(1);
    case 0xc4: // bytes, text
    case 0xd9:
      return scalar(2 + view.getUint8(at + 1));
    case 0xc5:
    case 0xda:
      return scalar(3 + view.getUint16(at + 1));
    case 0xc6:
    case 0xdb:
      return scalar(5 + view.getUint32(at + 1));
    case 0xcc: // numbers of 8, 16, 32 and 64 bits
    case 0xd0:
      return scalar(2);
    case 0xcd:
    case 0xd1:
      return scalar(3);
    case 0xca:
    case 0xce:
    case 0xd2:
      return scalar(5);
    case 0xcb:
    case 0xcf:
    case 0xd3:
      return scalar(9);
    case 0xdc: // arrays, maps
      return { bytes: 3, inside: view.getUint16(at + 1) };
    case 0xdd:
      return { bytes: 5, inside: view.getUint32(at + 1) };
    case 0xde:
      return { bytes: 3, inside: 2 * view.getUint16(at + 1) };
    case 0xdf:
      return { bytes: 5, inside: 2 * view.getUint32(at + 1) };
    default: // Extensions: no message has any.
      throw new TypeError('Not a message');
  }
}

const scalar = (bytes: number) => ({ bytes, inside: 0 });
