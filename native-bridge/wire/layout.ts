import { WireError } from './errors.ts';

/** Writes a payload's fields in order, little-endian. */
export class FieldWriter {
  readonly #parts: Uint8Array[] = [];

  u8(value: number): this {
    return this.bytes(Uint8Array.of(value));
  }
  u16(value: number): this {
    return this.#number(2, (part) => part.writeUInt16LE(value));
  }
  i16(value: number): this {
    return this.#number(2, (part) => part.writeInt16LE(value));
  }
  u32(value: number): this {
    return this.#number(4, (part) => part.writeUInt32LE(value));
  }
  u64(value: number): this {
    return this.#number(8, (part) => part.writeBigUInt64LE(BigInt(value)));
  }
  bytes(value: Uint8Array): this {
    this.#parts.push(value);
    return this;
  }
  /** A length of one byte, then UTF-8; cut at the last whole character that fits. */
  text(value: string): this {
    let utf8 = Buffer.from(value);
    if (utf8.length > 255) {
      let end = 255;
      while ((utf8.readUInt8(end) & 0xc0) === 0x80) end--;
      utf8 = utf8.subarray(0, end);
    }
    return this.u8(utf8.length).bytes(utf8);
  }
  end(): Uint8Array {
    return Buffer.concat(this.#parts);
  }

  #number(size: number, write: (part: Buffer) => void): this {
    const part = Buffer.alloc(size);
    write(part);
    return this.bytes(part);
  }
}

/** Reads what `FieldWriter` wrote. @throws WireError `malformed` beyond the end. */
export class FieldReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(payload: Uint8Array) {
    this.#bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.length);
  }

  get rest(): number {
    return this.#bytes.length - this.#at;
  }

  u8(): number {
    return this.#bytes.readUInt8(this.#step(1));
  }
  u16(): number {
    return this.#bytes.readUInt16LE(this.#step(2));
  }
  i16(): number {
    return this.#bytes.readInt16LE(this.#step(2));
  }
  u32(): number {
    return this.#bytes.readUInt32LE(this.#step(4));
  }
  /** Only what a number holds exactly. */
  u64(): number {
    const value = this.#bytes.readBigUInt64LE(this.#step(8));
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw malformed(`${value} is too large`);
    return Number(value);
  }
  /** A view of the payload, which is the reader's own. */
  bytes(length: number): Uint8Array {
    const at = this.#step(length);
    return new Uint8Array(this.#bytes.buffer, this.#bytes.byteOffset + at, length);
  }
  text(): string {
    const bytes = this.bytes(this.u8());
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw malformed('a text is not UTF-8');
    }
  }
  end(): void {
    if (this.rest > 0) throw malformed(`${this.rest} bytes are left over`);
  }

  #step(length: number): number {
    if (length > this.rest) throw malformed(`it ends ${length - this.rest} bytes early`);
    this.#at += length;
    return this.#at - length;
  }
}

export function malformed(reason: string): WireError {
  return new WireError('malformed', `The payload is malformed: ${reason}.`);
}
