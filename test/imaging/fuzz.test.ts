import { afterAll, describe, expect, test } from 'vitest';
import { Decoder, ImagingError } from '../../src/imaging/decoder.ts';
import { seededRandom, textured, WatchedHost } from './pictures.ts';

const rounds = 80;
const host = new WatchedHost();
const decoder = new Decoder(host);
afterAll(() => decoder.close());

/** Flips a few bytes, mostly near the start where the structure is, or cuts the file. */
function mutate(sound: Uint8Array, random: () => number): Uint8Array {
  const isCut = random() < 0.2;
  const length = isCut ? 1 + Math.floor(random() * sound.length) : sound.length;
  const bytes = Uint8Array.from(sound.subarray(0, length));
  const flips = 1 + Math.floor(random() * 12);
  const reach = random() < 0.6 ? Math.min(200, bytes.length) : bytes.length;
  for (let flip = 0; flip < flips; flip++)
    bytes[Math.floor(random() * reach)] = Math.floor(random() * 256);
  return bytes;
}

describe('a mutated file becomes an image or a typed error', () => {
  test.each(['jpeg', 'png', 'webp', 'tiff', 'gif', 'avif'] as const)('%s', async (format) => {
    const random = seededRandom(format.length * 1000 + format.charCodeAt(0));
    const sound = await textured(48, 36).toFormat(format).toBuffer();
    const codes = new Map<string, number>();
    for (let round = 0; round < rounds; round++) {
      const fileName = `${format}-${round}`;
      const bytes = mutate(sound, random);
      const outcome = await decoder
        .read(bytes, { fileName, tensorSize: 8 })
        .then(() => 'image')
        .catch((error: unknown) => {
          if (!(error instanceof ImagingError)) throw error;
          expect(error.message).toContain(fileName);
          return error.code;
        });
      codes.set(outcome, (codes.get(outcome) ?? 0) + 1);
    }
    expect([...codes.values()].reduce((sum, count) => sum + count)).toBe(rounds);
    expect(codes.get('damaged-image')).toBeGreaterThan(0);
    expect(codes.has('decoder-crashed')).toBe(false);
    const after = await decoder.read(sound, { fileName: 'sound', tensorSize: 8 });
    expect(after).toMatchObject({ widthPx: 48, heightPx: 36 });
  });
});
