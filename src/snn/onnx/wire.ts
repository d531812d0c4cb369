import { SnnError } from '../errors.ts';

/**
 * Protocol Buffers wire format (protobuf.dev/programming-guides/encoding), reading only.
 * Every read is checked against the end of the enclosing message, so that truncated or
 * hostile bytes give an SnnError('file-malformed') and never a read outside, a hang or an
 * allocation larger than the file.
 */
export type WireType = 0 | 1 | 2 | 5;

/** Valid until the next field of the same message is read. */
export interface Field {
  readonly number: number;
  readonly wireType: WireType;
}

const MAX_FIELD_NUMBER = 2 ** 29 - 1;

export class WireReader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #position: number;
  /** One for all fields: a file has tens of thousands. */
  readonly #field: { number: number; wireType: WireType } = { number: 0, wireType: 0 };

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#end = end;
    this.#position = start;
  }

  get done(): boolean {
    return this.#position >= this.#end;
  }

  /** The next field's number and wire type. Groups (types 3 and 4) are refused. */
  field(): Field {
    const key = this.#unsigned();
    const number = Math.floor(key / 8);
    const wireType = key % 8;
    if (number < 1 || number > MAX_FIELD_NUMBER) {
      throw malformed(`field number ${number} at byte ${this.#position}`);
    }
    if (wireType !== 0 && wireType !== 1 && wireType !== 2 && wireType !== 5) {
      throw malformed(`wire type ${wireType} at byte ${this.#position}`);
    }
    this.#field.number = number;
    this.#field.wireType = wireType;
    return this.#field;
  }

  /** int32, int64 or enum: two's complement in 64 bits. Refused beyond ±(2^53 − 1). */
  integer(): number {
    // Nearly all of them take one byte.
    const first = this.#byte();
    if (first < 0x80) return first;
    this.#position--;
    return this.#longInteger();
  }

  #longInteger(): number {
    let low = 0;
    let high = 0;
    for (let index = 0; index < 10; index++) {
      const byte = this.#byte();
      const bits = byte & 0x7f;
      if (index < 4) low += bits * 2 ** (7 * index);
      else if (index === 4) {
        low += (bits & 0x0f) * 2 ** 28;
        high = bits >> 4;
      } else if (index === 9 && bits > 1) throw malformed('a varint longer than 64 bits');
      else high += bits * 2 ** (7 * index - 32);
      if (byte < 0x80) {
        const value = (high | 0) * 2 ** 32 + low;
        if (!Number.isSafeInteger(value)) throw malformed(`an integer beyond ±2^53: ${value}`);
        return value;
      }
    }
    throw malformed('a varint longer than ten bytes');
  }

  float32(): number {
    const at = this.#take(4);
    const { buffer, byteOffset } = this.#bytes;
    return new DataView(buffer, byteOffset + at, 4).getFloat32(0, true);
  }

  /** A view (no copy) of a length-delimited field. */
  bytes(): Uint8Array {
    const length = this.#unsigned();
    const at = this.#take(length);
    return this.#bytes.subarray(at, at + length);
  }

  text(): string {
    const length = this.#unsigned();
    const at = this.#take(length);
    return decodeUtf8(this.#bytes, at, at + length);
  }

  message(): WireReader {
    const length = this.#unsigned();
    const at = this.#take(length);
    return new WireReader(this.#bytes, at, at + length);
  }

  skip(field: Field): void {
    if (field.wireType === 0) this.#passVarint();
    else if (field.wireType === 1) this.#take(8);
    else if (field.wireType === 5) this.#take(4);
    else this.bytes();
  }

  /** Passes over a varint of any value. */
  #passVarint(): void {
    for (let index = 0; index < 10; index++) if (this.#byte() < 0x80) return;
    throw malformed('a varint longer than ten bytes');
  }

  #unsigned(): number {
    const value = this.integer();
    if (value < 0) throw malformed('a negative length or field key');
    return value;
  }

  #byte(): number {
    if (this.#position >= this.#end) throw malformed('the file ends inside a number');
    return this.#bytes[this.#position++] ?? 0;
  }

  #take(length: number): number {
    const at = this.#position;
    if (length > this.#end - at) {
      throw malformed(`${length} bytes announced where ${this.#end - at} are left`);
    }
    this.#position = at + length;
    return at;
  }
}

/** For a field that was written with another wire type than its schema's. */
export function wrongType(field: Field, wireType: WireType): SnnError {
  return malformed(`field ${field.number} has wire type ${field.wireType}, not ${wireType}`);
}

function malformed(detail: string): SnnError {
  return new SnnError('file-malformed', `The ONNX file is damaged or not ONNX: ${detail}`);
}

/** Longer texts than this are no names, and too long for a list of arguments. */
const SHORT_TEXT = 256;

/** UTF-8 by RFC 3629, strictly (TextDecoder is no part of ECMAScript). */
function decodeUtf8(bytes: Uint8Array, start: number, end: number): string {
  let position = start;
  while (position < end && (bytes[position] ?? 0) < 0x80) position++;
  if (position === end && end - start <= SHORT_TEXT) {
    return String.fromCharCode.apply(null, bytes.subarray(start, end) as unknown as number[]);
  }
  let text = '';
  position = start;
  while (position < end) {
    const lead = bytes[position++] ?? 0;
    if (lead < 0x80) {
      text += String.fromCharCode(lead);
      continue;
    }
    const length = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : lead >= 0xc2 ? 1 : 0;
    if (length === 0 || lead > 0xf4) throw malformed('text that is not UTF-8');
    let point = lead & (0x3f >> length);
    for (let index = 0; index < length; index++) {
      const next = position < end ? (bytes[position++] ?? 0) : 0;
      if ((next & 0xc0) !== 0x80) throw malformed('text that is not UTF-8');
      point = (point << 6) | (next & 0x3f);
    }
    const shortest = length === 3 ? 0x10000 : length === 2 ? 0x800 : 0x80;
    if (point < shortest || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) {
      throw malformed('text that is not UTF-8');
    }
    text += String.fromCodePoint(point);
  }
  return text;
}
