import { describe, expect, test } from 'vitest';
import { errorOf } from '../../src/cli/registration/evaluation.ts';
import { blurred, makePair, mirrorImage } from '../../src/cli/registration/pairs.ts';
import type { PhantomKind } from '../../src/imaging/contract.ts';
import { paintPhantom } from '../../src/imaging/phantom/painter.ts';
import type { RgbImage } from '../../src/imaging/rgb-image.ts';
import { mapped, pointInOther, prepare, register } from '../../src/registration/index.ts';

function phantom(kind: PhantomKind, seed: number): RgbImage {
  const sizePx = [640, 480] as [number, number];
  return { widthPx: 640, heightPx: 480, pixels: paintPhantom({ seed, kind, sizePx }) };
}
const melanoma = phantom('melanoma-like', 5);
const naevus = phantom('naevus', 9);
const pair = makePair(melanoma, 77);

describe('two pictures of a lesion', () => {
  test.each([
    ['melanoma-like', 5, 100],
    // The first of its beginnings leads astray.
    ['naevus', 9, 101],
    ['keratosis-like', 3, 102],
  ] as const)(
    'are aligned through another turn, scale, light, hairs and blur: a %s',
    (kind, seed, pairSeed) => {
      const made = makePair(phantom(kind, seed), pairSeed);
      const alignment = register(made.reference, made.other);
      if (alignment.kind !== 'aligned') throw new Error(alignment.reason);
      expect(errorOf(alignment, made)).toBeLessThan(0.004);
      expect(alignment.error).toBeLessThan(0.004);
    },
  );

  test('that are the same picture lie on each other, without turn, scale or shift', () => {
    const alignment = register(naevus, naevus);
    if (alignment.kind !== 'aligned') throw new Error(alignment.reason);
    expect(alignment.scale).toBeCloseTo(1, 2);
    expect(alignment.turnDegrees).toBeCloseTo(0, 0);
    expect(alignment.error).toBeLessThanOrEqual(0.002);
    const there = pointInOther(alignment, { x: 100, y: 80 }, naevus, naevus);
    expect(Math.hypot(there.x - 100, there.y - 80)).toBeLessThan(1.5);
  });

  test('are aligned when one of them is upside down', () => {
    const { widthPx, heightPx, pixels } = naevus;
    const turned = new Uint8Array(pixels.length);
    for (let at = 0; at < widthPx * heightPx; at++)
      turned.set(pixels.subarray(3 * at, 3 * at + 3), pixels.length - 3 * at - 3);
    const alignment = register(naevus, { widthPx, heightPx, pixels: turned });
    if (alignment.kind !== 'aligned') throw new Error(alignment.reason);
    expect(Math.abs(alignment.turnDegrees)).toBeCloseTo(180, 0);
    const there = mapped(alignment.mapping, { x: 0.2, y: 0.1 });
    expect(Math.hypot(there.x + 0.2, there.y + 0.1)).toBeLessThan(0.01);
  });

  test('need not be of the same size: points go from one’s pixels to the other’s', () => {
    const { widthPx, heightPx, pixels } = melanoma;
    const small = new Uint8Array((pixels.length / 4) | 0);
    for (let y = 0; y < heightPx / 2; y++)
      for (let x = 0; x < widthPx / 2; x++) {
        const from = 3 * (2 * y * widthPx + 2 * x);
        small.set(pixels.subarray(from, from + 3), 3 * ((y * widthPx) / 2 + x));
      }
    const half = { widthPx: widthPx / 2, heightPx: heightPx / 2, pixels: small };
    const alignment = register(melanoma, half);
    if (alignment.kind !== 'aligned') throw new Error(alignment.reason);
    const there = pointInOther(alignment, { x: 300, y: 200 }, melanoma, half);
    expect(Math.hypot(there.x - 150, there.y - 100)).toBeLessThan(1.5);
  });

  test('are prepared once and compared as often as one likes, with the same result', () => {
    const [a, b] = [prepare(pair.reference), prepare(pair.other)];
    const alignment = register(a, b);
    expect(alignment.kind).toBe('aligned');
    expect(register(pair.reference, pair.other)).toEqual(alignment);
  });
});

describe('an alignment is refused', () => {
  test('of two lesions', () => {
    expect(register(pair.reference, makePair(naevus, 4).other)).toMatchObject({
      kind: 'refused',
      reason: 'no-match',
    });
  });

  test('of a mirrored picture, which is called so', () => {
    expect(register(pair.reference, mirrorImage(pair.other))).toMatchObject({ reason: 'mirrored' });
  });

  test('of a picture too blurred to check it', () => {
    expect(register(pair.reference, blurred(pair.other, 0.03))).toMatchObject({
      reason: 'blurred',
    });
  });

  test('of a plain picture and of one too small', () => {
    const plain = { widthPx: 300, heightPx: 200, pixels: new Uint8Array(180_000).fill(140) };
    expect(register(pair.reference, plain)).toMatchObject({ reason: 'blurred' });
    const tiny = { widthPx: 60, heightPx: 60, pixels: new Uint8Array(10_800).fill(140) };
    expect(register(pair.reference, tiny)).toMatchObject({ reason: 'too-small' });
  });

  test('of pixels that are no picture, at once', () => {
    expect(() => prepare({ widthPx: 5, heightPx: 5, pixels: new Uint8Array(3) })).toThrow(
      '3 bytes are no 5 × 5 picture',
    );
  });
});
