import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { shippedModelFolder } from '../../src/clinic/model.ts';
import { appearanceOf } from '../../src/imaging/appearance.ts';
import { toTensor } from '../../src/imaging/transform.ts';
import { views } from '../../src/snn/index.ts';

interface Case {
  readonly width: number;
  readonly height: number;
  readonly size: number;
  readonly a: number;
  readonly b: number;
  readonly k: number;
  readonly appearance: readonly number[];
}
const { cases } = JSON.parse(
  readFileSync(path.join(shippedModelFolder, 'transform-vectors.json'), 'utf8'),
) as { cases: readonly Case[] };

/** 3 × S × S, all values drawn by one formula. */
function noise(size: number): Uint8Array {
  return Uint8Array.from({ length: 3 * size * size }, (_, at) => (at * at * 31 + at * 7) % 256);
}

describe('the appearance of an image', () => {
  it('of one colour has that colour’s means and no spread', () => {
    const size = 8;
    const tensor = new Uint8Array(3 * size * size);
    for (const [channel, value] of [255, 51, 0].entries())
      tensor.fill(value, channel * size * size, (channel + 1) * size * size);
    expect([...appearanceOf(tensor, size)]).toEqual([1, 0.2, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0]);
  });

  it('knows the middle from what is around it', () => {
    const size = 8;
    const tensor = new Uint8Array(3 * size * size);
    // The middle 4 × 4 of red.
    for (let y = 2; y < 6; y++) tensor.fill(255, y * size + 2, y * size + 6);
    const seen = appearanceOf(tensor, size);
    expect([...seen.subarray(10)]).toEqual([1, 0, 0]);
    expect(seen[0]).toBe(0.25);
    expect(seen[3]).toBeCloseTo(Math.sqrt(0.25 * 0.75), 12);
    // Sixteen steps of 255 in the sum of three channels, of 112 steps.
    expect(seen[9]).toBeCloseTo(Math.sqrt(16 / (3 * 112)), 12);
  });

  it('cuts off whole pixels where a quarter of its side is none', () => {
    const size = 11;
    const tensor = new Uint8Array(3 * size * size);
    // Two at every side: the middle 7 × 7.
    for (let y = 2; y < 9; y++) tensor.fill(255, y * size + 2, y * size + 9);
    expect([...appearanceOf(tensor, size).subarray(10)]).toEqual([1, 0, 0]);
  });

  it('does not change when the image is turned or mirrored', () => {
    for (const size of [8, 9, 31]) {
      const [upright, ...others] = views(noise(size), [3, size, size]).map((view) => [
        ...appearanceOf(view, size),
      ]);
      for (const other of others) expect(other).toEqual(upright);
    }
  });

  it.each(cases)('of $width × $height is what the trainer’s Python gives', (each) => {
    const { width, height, size, a, b, k } = each;
    const pixels = Uint8Array.from({ length: 3 * width * height }, (_, at) => {
      const x = Math.floor(at / 3) % width;
      const y = Math.floor(at / (3 * width));
      return a * x + b * y + 37 * (at % 3) + x * y * k;
    });
    const seen = appearanceOf(toTensor({ widthPx: width, heightPx: height, pixels }, size), size);
    for (const [index, expected] of each.appearance.entries())
      expect(seen[index]).toBeCloseTo(expected, 8);
  });

  it('needs a tensor of that size', () => {
    for (const [values, size] of [
      [10, 2],
      [12, 2],
      [26, 3],
      [28, 3],
    ] as const)
      expect(() => appearanceOf(new Uint8Array(values), size)).toThrow(RangeError);
    expect(appearanceOf(new Uint8Array(27), 3)).toHaveLength(13);
  });
});
