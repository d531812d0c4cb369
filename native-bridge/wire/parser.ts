import {
  decodeHeader,
  type Frame,
  type FrameHeader,
  headerBytes,
  magic,
  maxPayloadBytes,
  payloadIsSound,
  trailerBytes,
} from './frame.ts';

export interface ParserEvents {
  frame(frame: Frame): void;
  /** The header is sound, the payload is not. Whose it was is known, so it can be asked for again. */
  damaged(header: FrameHeader): void;
  /** Bytes that belong to no frame. */
  skipped(bytes: number): void;
}

const firstCapacity = 4096;

/**
 * Finds the frames in a stream of bytes, however it is cut. After garbage, a damaged header or lost
 * bytes it is in step again with the next whole frame. Holds one frame at most.
 */
export class FrameParser {
  readonly #events: ParserEvents;
  readonly #maxPayload: number;
  readonly #maxCapacity: number;
  #buffer = Buffer.allocUnsafe(firstCapacity);
  #start = 0;
  #end = 0;
  #isStopped = false;

  /** @param maxPayload A longer frame is garbage. */
  constructor(events: ParserEvents, maxPayload: number = maxPayloadBytes) {
    this.#events = events;
    this.#maxPayload = maxPayload;
    this.#maxCapacity = Math.max(firstCapacity, headerBytes + maxPayload + trailerBytes);
  }

  /** Bytes that wait for the rest of their frame. */
  get pending(): number {
    return this.#end - this.#start;
  }

  push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length && !this.#isStopped; ) {
      at += this.#fill(bytes.subarray(at));
      this.#drain();
    }
  }

  /** Nothing more comes of the frame that has begun: look for others in what there is of it. */
  abandon(): void {
    while (this.pending >= headerBytes && !this.#isStopped) {
      this.#skip(1);
      this.#drain();
    }
    this.#skip(this.pending);
  }

  /** No event from here on, not even of bytes that are already there. */
  stop(): void {
    this.#isStopped = true;
    this.#start = this.#end = 0;
  }

  #fill(bytes: Uint8Array): number {
    this.#buffer.copyWithin(0, this.#start, this.#end);
    this.#end -= this.#start;
    this.#start = 0;
    const needed = Math.min(this.#end + bytes.length, this.#maxCapacity);
    if (needed > this.#buffer.length) {
      const capacity = Math.min(Math.max(needed, 2 * this.#buffer.length), this.#maxCapacity);
      const larger = Buffer.allocUnsafe(capacity);
      this.#buffer.copy(larger, 0, 0, this.#end);
      this.#buffer = larger;
    }
    const taken = bytes.subarray(0, this.#buffer.length - this.#end);
    this.#buffer.set(taken, this.#end);
    this.#end += taken.length;
    return taken.length;
  }

  #drain(): void {
    while (this.#toMagic() && this.pending >= headerBytes) {
      const header = decodeHeader(this.#buffer, this.#start);
      if (!header || header.length > this.#maxPayload) {
        this.#skip(1);
        continue;
      }
      const total = headerBytes + header.length + trailerBytes;
      if (this.pending < total) return;
      if (payloadIsSound(this.#buffer, this.#start, header)) this.#deliver(header, total);
      else {
        // Bytes may have been lost: the next frame may begin inside what looks like this payload.
        this.#skip(headerBytes);
        this.#events.damaged(header);
      }
    }
  }

  #deliver({ length, ...header }: FrameHeader, total: number): void {
    const from = this.#start + headerBytes;
    const payload = new Uint8Array(this.#buffer.subarray(from, from + length));
    this.#start += total;
    this.#events.frame({ ...header, payload });
  }

  /** Moves to the next magic; false when there is none, with what may be the start of one kept. */
  #toMagic(): boolean {
    if (this.#isStopped) return false;
    const held = this.#buffer.subarray(this.#start, this.#end);
    const found = held.indexOf(magic);
    if (found >= 0) {
      this.#skip(found);
      return true;
    }
    const tail = held.subarray(-(magic.length - 1));
    const begun = tail.lastIndexOf(magic.readUInt8(0));
    const isBegun =
      begun >= 0 && tail.subarray(begun).equals(magic.subarray(0, tail.length - begun));
    this.#skip(held.length - (isBegun ? tail.length - begun : 0));
    return false;
  }

  #skip(bytes: number): void {
    if (bytes === 0) return;
    this.#start += bytes;
    this.#events.skipped(bytes);
  }
}
