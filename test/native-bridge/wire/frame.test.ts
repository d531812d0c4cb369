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
});

describe('frames', () => {
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

describe('the parser', () => {
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
