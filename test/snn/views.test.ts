import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { uprightPosition } from '../../src/snn/head/views.ts';
import { sumCounts, VIEW_COUNT, views } from '../../src/snn/index.ts';

/** 1 2    turned counter-clockwise: 2 4
 *  3 4                              1 3 */
const square = Uint8Array.of(1, 2, 3, 4);

test('the views are the quarter turns counter-clockwise, then their mirror images', () => {
  const found = views(square, [1, 2, 2]).map((view) => [...view]);
  expect(found).toEqual([
    [1, 2, 3, 4],
    [2, 4, 1, 3],
    [4, 3, 2, 1],
    [3, 1, 4, 2],
    [2, 1, 4, 3],
    [4, 2, 3, 1],
    [3, 4, 1, 2],
    [1, 3, 2, 4],
  ]);
});

test('each view of an image has the same views as the image, in some order', () => {
  const image = fc.uint8Array({ minLength: 2 * 9, maxLength: 2 * 9 });
  fc.assert(
    fc.property(image, fc.integer({ min: 0, max: VIEW_COUNT - 1 }), (pixels, index) => {
      const shape = [2, 3, 3] as const;
      const sorted = (of: Uint8Array) => views(of, shape).map(String).toSorted();
      expect(sorted(views(pixels, shape)[index] ?? pixels)).toEqual(sorted(pixels));
    }),
  );
});

test('a position of a view is found again in the upright image', () => {
  const pixels = Uint8Array.from({ length: 25 }, (_, at) => at * 10);
  for (const [index, view] of views(pixels, [1, 5, 5]).entries())
    for (let y = 0; y < 5; y++)
      for (let x = 0; x < 5; x++)
        expect(view[y * 5 + x]).toBe(pixels[uprightPosition(index, y, x, 5)]);
});

describe('refused are', () => {
  test('an image that is no square, or not of its shape', () => {
    expect(() => views(square, [1, 1, 4])).toThrow(RangeError);
    expect(() => views(square, [1, 3, 3])).toThrow(RangeError);
  });
  test('spike counts of different lengths', () => {
    expect(() => sumCounts([Int32Array.of(1), Int32Array.of(1, 2)])).toThrow(RangeError);
  });
});

test('counts are summed channel by channel, and the first is left as it was', () => {
  const first = Int32Array.of(1, 2);
  expect(sumCounts([first, Int32Array.of(10, 20), Int32Array.of(100, 200)])).toEqual(
    Int32Array.of(111, 222),
  );
  expect(first).toEqual(Int32Array.of(1, 2));
});
