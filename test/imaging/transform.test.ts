import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import vectors from '../../models/qana-4/transform-vectors.json' with { type: 'json' };
import type { RgbImage } from '../../src/imaging/rgb-image.ts';
import { toSquare, toTensor, toWholeTensor } from '../../src/imaging/transform.ts';
import { seededRandom } from './pictures.ts';

function randomImage(widthPx: number, heightPx: number, seed: number): RgbImage {
  const random = seededRandom(seed);
  const pixels = new Uint8Array(widthPx * heightPx * 3).map(() => Math.floor(random() * 256));
  return { widthPx, heightPx, pixels };
}

/** The documented formula, term by term, in unbounded integers. */
function byDefinition(image: RgbImage, size: number): Uint8Array {
  const { widthPx, heightPx, pixels } = image;
  const side = Math.min(widthPx, heightPx);
  const x0 = Math.floor((widthPx - side) / 2);
  const y0 = Math.floor((heightPx - side) / 2);
  const overlap = (out: number, at: number) =>
    BigInt(
      Math.max(0, Math.min((out + 1) * side, (at + 1) * size) - Math.max(out * side, at * size)),
    );
  const area = BigInt(side) ** 2n;
  const tensor = new Uint8Array(3 * size * size);
  for (let channel = 0; channel < 3; channel++) {
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        let sum = 0n;
        for (let y = 0; y < side; y++) {
          for (let x = 0; x < side; x++) {
            const pixel = pixels[3 * ((y0 + y) * widthPx + x0 + x) + channel] ?? 0;
            sum += overlap(j, x) * overlap(i, y) * BigInt(pixel);
          }
        }
        tensor[(channel * size + i) * size + j] = Number((2n * sum + area) / (2n * area));
      }
    }
  }
  return tensor;
}

describe('the transform to the network', () => {
  test.each([
    [1, 1, 1],
    [1, 1, 5],
    [7, 5, 3],
    [5, 7, 4],
    [8, 8, 8],
    [16, 9, 6],
    [13, 22, 7],
    [3, 4, 8],
    [31, 29, 5],
  ])('of %i × %i to %i follows the formula to the bit', (width, height, size) => {
    for (let seed = 1; seed <= 3; seed++) {
      const image = randomImage(width, height, seed);
      expect(toTensor(image, size)).toEqual(byDefinition(image, size));
    }
  });

  test.each(vectors.cases)(
    "gives the trainer's bytes: $width × $height in a margin of $margin to $size",
    ({ width, height, margin, shade, size, a, b, k, sha256, first16 }) => {
      expect(vectors.formula).toBe('pixel(c,y,x) = (a*x + b*y + 37*c + x*y*k) & 255');
      const widthPx = width + 2 * margin;
      const heightPx = height + 2 * margin;
      const pixels = new Uint8Array(3 * widthPx * heightPx).fill(shade);
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++)
          for (let c = 0; c < 3; c++)
            pixels[((y + margin) * widthPx + x + margin) * 3 + c] =
              (a * x + b * y + 37 * c + x * y * k) & 255;
      const tensor = toTensor({ widthPx, heightPx, pixels }, size);
      expect([...tensor.subarray(0, 16)]).toEqual(first16);
      expect(createHash('sha256').update(tensor).digest('hex')).toBe(sha256);
    },
  );

  test.each([
    [200, 150],
    [1023, 767],
  ])('of a plain picture of %i × %i keeps its colour', (width, height) => {
    const pixels = new Uint8Array(width * height * 3).map((_, at) => [255, 128, 1][at % 3] ?? 0);
    const tensor = toTensor({ widthPx: width, heightPx: height, pixels }, 32);
    for (const [at, value] of tensor.entries()) expect(value).toBe([255, 128, 1][at >> 10]);
  });

  test('a half is rounded up', () => {
    const image = {
      widthPx: 2,
      heightPx: 2,
      pixels: new Uint8Array([0, 1, 2, 1, 2, 3, 0, 0, 0, 1, 1, 1]),
    };
    expect([...toTensor(image, 1)]).toEqual([1, 1, 2]); // 2/4, 4/4, 6/4
  });

  test('as a picture holds the same numbers as the tensor of a small one', () => {
    const image = randomImage(40, 30, 5);
    const tensor = toTensor(image, 7);
    const { pixels } = toSquare(image, 7);
    expect(pixels).toHaveLength(tensor.length);
    for (let at = 0; at < 49; at++)
      for (let channel = 0; channel < 3; channel++)
        expect(pixels[3 * at + channel]).toBe(tensor[49 * channel + at]);
  });
});

describe('the whole field of view', () => {
  test('is squeezed into a square, each side by its own ratio', () => {
    // Left half black, right half white; the upper quarter red.
    const image = { widthPx: 80, heightPx: 40, pixels: new Uint8Array(3 * 80 * 40) };
    for (let y = 0; y < 40; y++)
      for (let x = 0; x < 80; x++)
        image.pixels.set(
          y < 10 ? [200, 0, 0] : x < 40 ? [10, 10, 10] : [240, 240, 240],
          3 * (y * 80 + x),
        );
    const all = { x0: 0, y0: 0, width: 80, height: 40 };
    const red = toWholeTensor(image, 8, all).subarray(0, 64);
    expect([...red.subarray(8, 16)]).toEqual(Array(8).fill(200));
    expect([...red.subarray(16, 24)]).toEqual([10, 10, 10, 10, 240, 240, 240, 240]);
  });

  test('of a square is what the other network’s transform gives', () => {
    const image = randomImage(37, 37, 5);
    const all = { x0: 0, y0: 0, width: 37, height: 37 };
    expect(toWholeTensor(image, 16, all)).toEqual(toTensor(image, 16, all));
  });
});
