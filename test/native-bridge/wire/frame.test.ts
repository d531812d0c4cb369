import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32c } from '../../../native-bridge/wire/crc32c.ts';
import { encodeFrame, type Frame, maxPayloadBytes } from '../../../native-bridge/wire/frame.ts';
import { FrameParser } from '../../../native-bridge/wire/parser.ts';
import { cut, frames, parse } from './frame-arbitraries.ts';

/** `npm run nightly:wire` sets both. */
const INPUTS = Number(process.env.DERMASPIKE_WIRE_INPUTS ?? 200_000);
const SEED = Number(process.env.DERMASPIKE_SEED ?? 1);

const sizes = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 5 });
const several = fc.array(frames, { minLength: 1, maxLength: 6 });
const encodeAll = (all: readonly Frame[]) => Buffer.concat(all.map(encodeFrame));

/** Whether `wanted` stand in `found` in this order, others between them or not. */
function containsInOrder(found: readonly Frame[], wanted: readonly Frame[]): boolean {
  const encoded = found.map((frame) => encodeFrame(frame).toString('hex'));
  let from = 0;
  return wanted.every((frame) => {
    const at = encoded.indexOf(encodeFrame(frame).toString('hex'), from);
    from = at + 1;
    return at >= 0;
  });
}

describe('CRC-32C', () => {
  it.each([
    ['', 0x00000000],
    ['123456789', 0xe3069283],
  ])('of the text "%s" is what RFC 3720’s polynomial gives', (text, expected) => {
    expect(crc32c(Buffer.from(text))).toBe(expected);
  });

  it.each([
    ['32 zeros', new Uint8Array(32), 0x8a9136aa],
    ['32 ones', new Uint8Array(32).fill(255), 0x62a8ab43],
    ['counting up', Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
    ['counting down', Uint8Array.from({ length: 32 }, (_, i) => 31 - i), 0x113fdb5c],
  ])('of RFC 3720’s example "%s" is right', (_name, bytes, expected) => {
    expect(crc32c(bytes)).toBe(expected);
  });

  it('of a part is that of the part alone, of any length, wherever it begins', () => {
    const bytes = Uint8Array.from({ length: 64 }, (_, at) => at * 37 + 11);
    for (let start = 0; start < 10; start++)
      for (let length = 0; length <= 40; length++) {
        const end = start + length;
        expect(crc32c(bytes, start, end)).toBe(crc32c(bytes.slice(start, end)));
        expect(crc32c(bytes.subarray(start), 0, length)).toBe(crc32c(bytes, start, end));
      }
  });
});

describe('frames', () => {
  it('are laid out as the protocol says, and carry a mebibyte at most', () => {
    const payload = Uint8Array.of(9, 8, 7);
    const bytes = encodeFrame({
      version: 2,
      type: 3,
      flags: 0x0405,
      requestId: 0x06070809,
      payload,
    });
    expect([...bytes.subarray(0, 16)]).toEqual([
      0xd5, 0x53, 0x70, 0x6b, 2, 3, 5, 4, 9, 8, 7, 6, 3, 0, 0, 0,
    ]);
    expect(bytes.readUInt32LE(16)).toBe(crc32c(bytes.subarray(0, 16)));
    expect([...bytes.subarray(20, 23)]).toEqual([9, 8, 7]);
    expect(bytes.readUInt32LE(23)).toBe(crc32c(bytes.subarray(16, 23)));
    expect(bytes).toHaveLength(27);
    expect(maxPayloadBytes).toBe(1_048_576);
    const long = { version: 1, type: 1, flags: 0, requestId: 1 };
    expect(() => encodeFrame({ ...long, payload: new Uint8Array(1_048_577) })).toThrow(
      'A frame carries 1048576 bytes at most, not 1048577',
    );
  });

  it('come back as they were sent, however the stream is cut', () => {
    fc.assert(
      fc.property(several, sizes, (all, pieces) => {
        expect(parse(cut(encodeAll(all), pieces))).toMatchObject({
          frames: all,
          damaged: [],
          skipped: 0,
        });
      }),
      { numRuns: 500, seed: SEED },
    );
  });

  it('refuse a payload over the limit, and carry one at it', () => {
    const frame = { version: 1, type: 1, flags: 0, requestId: 1 };
    const payload = new Uint8Array(maxPayloadBytes);
    expect(() =>
      encodeFrame({ ...frame, payload: new Uint8Array(maxPayloadBytes + 1) }),
    ).toThrowError(RangeError);
    expect(parse(cut(encodeFrame({ ...frame, payload }), [65536])).frames).toHaveLength(1);
  });

  it('come back behind any garbage', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), frames, sizes, (garbage, frame, pieces) => {
        const parsed = parse(cut(Buffer.concat([garbage, encodeFrame(frame)]), pieces));
        expect(containsInOrder(parsed.frames, [frame])).toBe(true);
      }),
      { numRuns: 500, seed: SEED },
    );
  });

  it('are all there but the one whose bytes were flipped, lost or added', () => {
    const damage = fc.record({
      kind: fc.constantFrom('flip', 'lose', 'add'),
      count: fc.integer({ min: 1, max: 30 }),
      where: fc.double({ min: 0, max: 0.999_999, noNaN: true }),
    });
    fc.assert(
      fc.property(
        several,
        fc.nat(),
        damage,
        sizes,
        (all, which, { kind, count, where }, pieces) => {
          const index = which % all.length;
          const encoded = all.map((frame) => new Uint8Array(encodeFrame(frame)));
          const hit = encoded[index] ?? new Uint8Array();
          const at = Math.floor(where * hit.length);
          if (kind === 'flip') hit[at] = (hit[at] ?? 0) ^ (1 << (count % 8));
          const before = hit.subarray(0, at);
          const after = hit.subarray(kind === 'lose' ? at + count : at);
          const added = new Uint8Array(kind === 'add' ? count : 0).fill(0xa5);
          encoded[index] = Buffer.concat([before, added, after]);
          const parsed = parse(cut(Buffer.concat(encoded), pieces));
          expect(containsInOrder(parsed.frames, all.toSpliced(index, 1))).toBe(true);
        },
      ),
      { numRuns: 2000, seed: SEED },
    );
  });

  it('report the request of a damaged payload', () => {
    const frame = { version: 1, type: 5, flags: 0, requestId: 77, payload: Uint8Array.of(1, 2, 3) };
    const bytes = encodeFrame(frame);
    bytes[21] = 9;
    expect(parse([bytes])).toMatchObject({ frames: [], damaged: [{ requestId: 77, type: 5 }] });
  });

  it('are not looked for inside a header that promises more than the limit', () => {
    const long = encodeFrame({
      version: 1,
      type: 1,
      flags: 0,
      requestId: 1,
      payload: new Uint8Array(2000),
    });
    const short = { version: 1, type: 1, flags: 0, requestId: 2, payload: new Uint8Array(10) };
    const parsed = parse([long.subarray(0, 24), encodeFrame(short)], 1000);
    expect(parsed.frames).toEqual([short]);
    expect(parsed.skipped).toBe(24);
  });

  it('come no more once the parser is stopped, even from the middle of a chunk', () => {
    const seen: number[] = [];
    const parser = new FrameParser({
      frame: ({ requestId }) => {
        seen.push(requestId);
        parser.stop();
      },
      damaged: () => {},
      skipped: () => {},
    });
    const frame = { version: 1, type: 1, flags: 0, payload: new Uint8Array(3) };
    parser.push(encodeAll([1, 2, 3].map((requestId) => ({ ...frame, requestId }))));
    parser.push(encodeFrame({ ...frame, requestId: 4 }));
    expect(seen).toEqual([1]);
  });
});

/** A parser, and what it tells, in order. */
function telling(maxPayload?: number) {
  const told: string[] = [];
  const parser = new FrameParser(
    {
      frame: ({ requestId, payload }) => told.push(`frame ${requestId} of ${payload.length}`),
      damaged: ({ requestId }) => told.push(`damaged ${requestId}`),
      skipped: (bytes) => told.push(`skipped ${bytes}`),
    },
    maxPayload,
  );
  return { parser, told };
}

const frameWith = (requestId: number, payload: Uint8Array) =>
  encodeFrame({ version: 1, type: 1, flags: 0, requestId, payload });

describe('the parser', () => {
  it('keeps of what is no frame only what may be the beginning of one', () => {
    const beginning = [0xd5, 0x53, 0x70];
    for (let length = 0; length <= 3; length++) {
      const { parser, told } = telling();
      parser.push(Uint8Array.of(1, 2, 3, 4, 5, ...beginning.slice(0, length)));
      expect(parser.pending).toBe(length);
      expect(told).toEqual(['skipped 5']);
      parser.push(Uint8Array.of(7, 7, 7, 7));
      expect(parser.pending).toBe(0);
    }
    for (const bytes of [[0xd5, 0x53, 0x71], [0xd5, 1], [0x53, 0x70, 0x6b], [1]]) {
      const { parser, told } = telling();
      parser.push(Uint8Array.from(bytes));
      expect([parser.pending, told]).toEqual([0, [`skipped ${bytes.length}`]]);
    }
    const { parser, told } = telling();
    parser.push(Uint8Array.of(0xd5));
    parser.push(frameWith(3, new Uint8Array(2)));
    expect([parser.pending, told]).toEqual([0, ['skipped 1', 'frame 3 of 2']]);
  });

  it('takes a frame as long as its limit, and none that is a byte longer', () => {
    const { parser, told } = telling(100);
    parser.push(frameWith(1, new Uint8Array(100)));
    expect(told).toEqual(['frame 1 of 100']);
    parser.push(frameWith(2, new Uint8Array(101)));
    parser.push(frameWith(3, new Uint8Array(0)));
    expect(told.filter((what) => !what.startsWith('skipped'))).toEqual([
      'frame 1 of 100',
      'frame 3 of 0',
    ]);
  });

  it('takes a long frame byte by byte, and tells of it with the last one', () => {
    const { parser, told } = telling();
    const bytes = frameWith(5, new Uint8Array(9_000).fill(0xd5));
    for (const [at, byte] of bytes.entries()) {
      expect(parser.pending).toBe(at);
      expect(told).toEqual([]);
      parser.push(Uint8Array.of(byte));
    }
    expect([parser.pending, told]).toEqual([0, ['frame 5 of 9000']]);
  });

  it('finds the frame inside of what looks like a damaged payload, which it tells of first', () => {
    const inner = frameWith(8, Uint8Array.of(1));
    const outer = frameWith(7, inner);
    outer.writeUInt8(outer.readUInt8(outer.length - 1) ^ 1, outer.length - 1);
    const { parser, told } = telling();
    parser.push(outer);
    expect(told.slice(0, 3)).toEqual(['skipped 20', 'damaged 7', 'frame 8 of 1']);
    parser.abandon();
    expect(parser.pending).toBe(0);
    expect(told.filter((what) => !what.startsWith('skipped'))).toHaveLength(2);
  });

  it('looks for others in a frame that does not go on, and drops the rest of it', () => {
    const cases: [Uint8Array, string[]][] = [
      [frameWith(1, new Uint8Array(9)).subarray(0, 20), ['skipped 1', 'skipped 19']],
      [frameWith(1, new Uint8Array(9)).subarray(0, 19), ['skipped 19']],
      [
        Buffer.concat([
          frameWith(1, new Uint8Array(99)).subarray(0, 20),
          frameWith(2, new Uint8Array(1)),
          frameWith(3, new Uint8Array(9)).subarray(0, 21),
        ]),
        ['skipped 1', 'skipped 19', 'frame 2 of 1', 'skipped 1', 'skipped 20'],
      ],
      [new Uint8Array(0), []],
    ];
    for (const [bytes, expected] of cases) {
      const { parser, told } = telling();
      parser.push(bytes);
      expect(told).toEqual([]);
      parser.abandon();
      expect([parser.pending, told]).toEqual([0, expected]);
      parser.push(frameWith(9, new Uint8Array(3)));
      expect(told.at(-1)).toBe('frame 9 of 3');
    }
  });

  it('gives each payload as bytes of its own', () => {
    const payloads: Uint8Array[] = [];
    const parser = new FrameParser({
      frame: ({ payload }) => payloads.push(payload),
      damaged: () => {},
      skipped: () => {},
    });
    for (const value of [1, 2]) parser.push(frameWith(value, new Uint8Array(50).fill(value)));
    expect(payloads.map((payload) => payload[49])).toEqual([1, 2]);
    expect(payloads[0]?.buffer.byteLength).toBe(50);
  });

  it(`takes ${INPUTS} random and mutated inputs, in bounded memory, and finds the frame behind each`, () => {
    let state = SEED >>> 0 || 1;
    const random = (below: number) => {
      // xorshift32
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return (state >>> 0) % below;
    };
    const limit = 512;
    let marked = 0;
    let damaged = 0;
    let skipped = 0;
    const parser = new FrameParser(
      {
        frame: ({ type, requestId }) => {
          if (type === 200) marked = requestId;
        },
        damaged: () => {
          damaged++;
        },
        skipped: (bytes) => {
          skipped += bytes;
        },
      },
      limit,
    );
    const sound = Array.from({ length: 64 }, (_, index) =>
      encodeFrame({
        version: 1,
        type: index,
        flags: random(65536),
        requestId: random(2 ** 31),
        payload: Uint8Array.from({ length: random(120) }, () => random(256)),
      }),
    );
    for (let input = 1; input <= INPUTS; input++) {
      const bytes = Buffer.from(sound[random(sound.length)] ?? []);
      for (let hits = random(4); hits >= 0; hits--) bytes[random(bytes.length)] = random(256);
      const from = random(3) === 0 ? random(bytes.length) : 0;
      const to = random(3) === 0 ? random(bytes.length + 1) : bytes.length;
      parser.push(bytes.subarray(from, Math.max(from, to)));
      expectBounded(parser.pending, limit);
      if (input % 8 !== 0) continue;
      // A cut frame may still wait for its end; a whole frame after the silence must be seen.
      parser.abandon();
      const payload = new Uint8Array(4);
      parser.push(encodeFrame({ version: 1, type: 200, flags: 0, requestId: input, payload }));
      if (marked !== input) expect.fail(`input ${input} hid the frame behind it`);
    }
    expect(damaged).toBeGreaterThan(INPUTS / 100);
    expect(skipped).toBeGreaterThan(INPUTS);
  }, 3_600_000);
});

function expectBounded(pending: number, limit: number): void {
  if (pending > limit + 24) expect.fail(`${pending} bytes wait`);
}
