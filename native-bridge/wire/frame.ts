import { crc32c } from './crc32c.ts';

/**
 * One frame, as `docs/wire-protocol.md` lays it out: a header of 20 bytes that has a checksum of
 * its own, the payload, and a checksum over the header's and the payload. So a damaged length
 * cannot swallow the frames behind it, and a payload belongs to its header alone.
 */
export interface Frame {
  readonly version: number;
  readonly type: number;
  readonly flags: number;
  /** Chosen by the host; 0 where the device speaks unasked. */
  readonly requestId: number;
  readonly payload: Uint8Array;
}

export interface FrameHeader extends Omit<Frame, 'payload'> {
  /** Bytes of the payload. */
  readonly length: number;
}

/** The first byte is no ASCII, and occurs once: text is never a frame, and a scan never steps back. */
export const magic: Buffer = Buffer.of(0xd5, 0x53, 0x70, 0x6b);
export const headerBytes = 20;
export const trailerBytes = 4;
/** Nothing longer is a frame, whatever its header says. */
export const maxPayloadBytes: number = 2 ** 20;
const headerCrcAt = 16;

/** @throws RangeError when the payload exceeds `maxPayloadBytes`. */
export function encodeFrame({ version, type, flags, requestId, payload }: Frame): Buffer {
  if (payload.length > maxPayloadBytes)
    throw new RangeError(`A frame carries ${maxPayloadBytes} bytes at most, not ${payload.length}`);
  const bytes = Buffer.allocUnsafe(headerBytes + payload.length + trailerBytes);
  bytes.set(magic);
  bytes.writeUInt8(version, 4);
  bytes.writeUInt8(type, 5);
  bytes.writeUInt16LE(flags, 6);
  bytes.writeUInt32LE(requestId, 8);
  bytes.writeUInt32LE(payload.length, 12);
  bytes.writeUInt32LE(crc32c(bytes, 0, headerCrcAt), headerCrcAt);
  bytes.set(payload, headerBytes);
  const end = headerBytes + payload.length;
  bytes.writeUInt32LE(crc32c(bytes, headerCrcAt, end), end);
  return bytes;
}

/** The header at `at`, where the magic and 16 more bytes are; undefined when it is damaged. */
export function decodeHeader(bytes: Buffer, at: number): FrameHeader | undefined {
  if (bytes.readUInt32LE(at + headerCrcAt) !== crc32c(bytes, at, at + headerCrcAt))
    return undefined;
  return {
    version: bytes.readUInt8(at + 4),
    type: bytes.readUInt8(at + 5),
    flags: bytes.readUInt16LE(at + 6),
    requestId: bytes.readUInt32LE(at + 8),
    length: bytes.readUInt32LE(at + 12),
  };
}

/** Whether the whole frame at `at` has the payload that its last four bytes promise. */
export function payloadIsSound(bytes: Buffer, at: number, { length }: FrameHeader): boolean {
  const end = at + headerBytes + length;
  return bytes.readUInt32LE(end) === crc32c(bytes, at + headerCrcAt, end);
}
