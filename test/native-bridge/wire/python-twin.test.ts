import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeFrame, type Frame, type FrameHeader } from '../../../native-bridge/wire/frame.ts';
import { FrameParser } from '../../../native-bridge/wire/parser.ts';
import { cut, frames } from './frame-arbitraries.ts';
import vectors from './vectors.json' with { type: 'json' };

const twin = fileURLToPath(
  new URL('../../../native-bridge/akida-runtime/wire.py', import.meta.url),
);
const python = ['python3', 'python'].find(
  (name) => spawnSync(name, ['-c', 'import sys; sys.exit(sys.version_info < (3, 9))']).status === 0,
);
if (python === undefined) console.warn('Skipped: no python3 (the twin of the frame codec)');

type FrameRow = readonly (number | string)[];
interface Stream {
  readonly pieces: readonly string[];
  readonly maxPayload?: number;
}

function ask(questions: readonly (Stream | { readonly frame: FrameRow })[]): unknown {
  const { stdout, stderr, status } = spawnSync(python ?? '', [twin], {
    input: JSON.stringify(questions),
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

function rowOf({ version, type, flags, requestId, payload }: Frame): FrameRow {
  return [version, type, flags, requestId, Buffer.from(payload).toString('hex')];
}

function frameOf(row: FrameRow): Frame {
  const [version, type, flags, requestId] = row.map(Number);
  return {
    version: version ?? 0,
    type: type ?? 0,
    flags: flags ?? 0,
    requestId: requestId ?? 0,
    payload: new Uint8Array(Buffer.from(String(row[4]), 'hex')),
  };
}

/** What our parser finds, in the twin's words. */
function findIn({ pieces, maxPayload }: Stream) {
  const found: unknown[] = [];
  let skipped = 0;
  const parser = new FrameParser(
    {
      frame: (frame) => found.push({ frame: rowOf(frame) }),
      damaged: ({ version, type, flags, requestId, length }: FrameHeader) =>
        found.push({ damaged: [version, type, flags, requestId, length] }),
      skipped: (bytes) => {
        skipped += bytes;
      },
    },
    maxPayload,
  );
  for (const piece of pieces) parser.push(Buffer.from(piece, 'hex'));
  parser.abandon();
  return { found, skipped };
}

describe('the frame codec', () => {
  it.each(vectors)('gives the recorded bytes of $name', ({ frame, bytes }) => {
    expect(encodeFrame(frameOf(frame)).toString('hex')).toBe(bytes);
    expect(findIn({ pieces: [bytes] })).toEqual({ found: [{ frame }], skipped: 0 });
  });
});

describe.skipIf(python === undefined)('the Python twin of the frame codec', () => {
  it('gives the recorded bytes, and finds the frames in them', () => {
    expect(ask(vectors.map(({ frame }) => ({ frame })))).toEqual(
      vectors.map(({ bytes }) => ({ bytes })),
    );
    expect(ask(vectors.map(({ bytes }) => ({ pieces: [bytes] })))).toEqual(
      vectors.map(({ frame }) => ({ found: [{ frame }], skipped: 0 })),
    );
  });

  it('finds the same as ours in 1,000 damaged streams', () => {
    const damage = fc.record({
      at: fc.nat(),
      byte: fc.nat({ max: 255 }),
      lost: fc.nat({ max: 9 }),
    });
    const streams = fc.sample(
      fc
        .tuple(
          fc.array(frames, { minLength: 1, maxLength: 4 }),
          fc.array(damage, { maxLength: 3 }),
          fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 4 }),
          fc.constantFrom(100, 1000, 2 ** 20),
        )
        .map(([all, damages, sizes, maxPayload]): Stream => {
          let bytes = Buffer.concat(all.map(encodeFrame));
          for (const { at, byte, lost } of damages) {
            const place = at % bytes.length;
            bytes[place] = byte;
            bytes = Buffer.concat([bytes.subarray(0, place + 1), bytes.subarray(place + 1 + lost)]);
          }
          const pieces = [...cut(bytes, sizes)].map((piece) => Buffer.from(piece).toString('hex'));
          return { pieces, maxPayload };
        }),
      { numRuns: 1000, seed: 7 },
    );
    expect(ask(streams)).toEqual(streams.map(findIn));
  });
});
