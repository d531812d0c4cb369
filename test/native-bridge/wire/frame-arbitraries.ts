import fc from 'fast-check';
import {
  encodeFrame,
  type Frame,
  type FrameHeader,
  magic,
} from '../../../native-bridge/wire/frame.ts';
import { FrameParser } from '../../../native-bridge/wire/parser.ts';

/** Payloads, some of which contain the magic or a whole frame. */
const payloads = fc.oneof(
  fc.uint8Array({ maxLength: 60 }),
  fc.uint8Array({ minLength: 200, maxLength: 1500 }),
  fc.uint8Array({ maxLength: 20 }).map((bytes) => Uint8Array.of(...bytes, ...magic, ...bytes)),
  fc
    .uint8Array({ maxLength: 20 })
    .map(
      (payload) =>
        new Uint8Array(encodeFrame({ version: 1, type: 2, flags: 0, requestId: 99, payload })),
    ),
);

export const frames: fc.Arbitrary<Frame> = fc.record({
  version: fc.integer({ min: 0, max: 255 }),
  type: fc.integer({ min: 0, max: 255 }),
  flags: fc.integer({ min: 0, max: 65535 }),
  requestId: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  payload: payloads,
});

export interface Parsed {
  readonly frames: Frame[];
  readonly damaged: FrameHeader[];
  skipped: number;
  pending: number;
}

/** What a parser makes of a stream that comes in these pieces and then ends. */
export function parse(pieces: Iterable<Uint8Array>, maxPayload?: number): Parsed {
  const parsed: Parsed = { frames: [], damaged: [], skipped: 0, pending: 0 };
  const parser = new FrameParser(
    {
      frame: (frame) => parsed.frames.push(frame),
      damaged: (header) => parsed.damaged.push(header),
      skipped: (bytes) => {
        parsed.skipped += bytes;
      },
    },
    maxPayload,
  );
  for (const piece of pieces) {
    parser.push(piece);
    parsed.pending = Math.max(parsed.pending, parser.pending);
  }
  parser.abandon();
  return parsed;
}

/** `bytes` in pieces of these sizes, over and over. */
export function* cut(bytes: Uint8Array, sizes: readonly number[]): Generator<Uint8Array> {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = Math.max(1, sizes[turn % sizes.length] ?? 1);
    yield bytes.subarray(at, at + size);
    at += size;
  }
}
