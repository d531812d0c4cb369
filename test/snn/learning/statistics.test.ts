import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { released, restored } from '../../../src/snn/learning/released.ts';
import {
  combined,
  noStatistics,
  statisticsOf,
  withImages,
  withoutImages,
} from '../../../src/snn/learning/statistics.ts';
import { cluster } from './clusters.ts';

const image = fc.array(fc.integer({ min: 0, max: 1016 }), { minLength: 4, maxLength: 4 });

test('images that came and went leave no trace in any bit, in whatever order', () => {
  fc.assert(
    fc.property(
      fc.array(image, { maxLength: 8 }),
      fc.array(image, { maxLength: 8 }),
      fc.infiniteStream(fc.nat()),
      (stay, go, chance) => {
        const kept = stay.map((counts) => Int32Array.from(counts));
        const gone = go.map((counts) => Int32Array.from(counts));
        const order = [...kept, ...gone].toSorted(() => ((chance.next().value ?? 0) % 3) - 1);
        const all = withImages(noStatistics(4), order);
        expect(withoutImages(all, gone.toReversed())).toEqual(statisticsOf(4, kept));
      },
    ),
  );
});

test('statistics of two lots together are those of all their images', () => {
  const images = cluster(6, 20, 1);
  const parts = [images.slice(0, 7), images.slice(7)].map((part) => statisticsOf(6, part));
  const [a = noStatistics(6), b = noStatistics(6)] = parts;
  expect(combined(a, b)).toEqual(statisticsOf(6, images));
  expect(combined(b, a)).toEqual(statisticsOf(6, images));
});

describe('are refused', () => {
  const one = statisticsOf(3, [Int32Array.of(1, 2, 3)]);
  test.each([
    ['an image of another network', () => withImages(one, [Int32Array.of(1, 2)]), /2 spike counts/],
    ['a count below 0', () => withImages(one, [Int32Array.of(0, -1, 2)]), /outside 0…32767/],
    [
      'a count beyond exact products',
      () => withImages(one, [Int32Array.of(0, 32_768, 2)]),
      /outside/,
    ],
    ['statistics of another network', () => combined(one, noStatistics(4)), /different networks/],
    [
      'taking away what was not there',
      () => withoutImages(one, [Int32Array.of(1, 2, 4)]),
      /not been added/,
    ],
    [
      'taking away more than was there',
      () => withoutImages(one, [Int32Array.of(1, 2, 3), Int32Array.of(0, 0, 0)]),
      /not been added/,
    ],
  ])('%s', (_, act, message) => {
    expect(act).toThrow(expect.objectContaining({ code: 'statistics-invalid' }));
    expect(act).toThrow(message);
  });
});

describe('released statistics', () => {
  const images = cluster(12, 400, 3);
  const exact = statisticsOf(12, images);
  const back = restored(released(exact));

  test('have nearly the mean, deviation and correlation of the exact ones', () => {
    const moment = ({ sum, count }: typeof exact, row: number) => (sum[row] ?? 0) / count;
    for (let row = 0; row < 12; row++) {
      expect(Math.abs(moment(back, row) - moment(exact, row))).toBeLessThan(1);
    }
    expect(back.count).toBe(400);
  });

  test('are whole numbers, to which images are added exactly', () => {
    expect(back.products.every(Number.isInteger)).toBe(true);
    const more = cluster(12, 5, 4);
    expect(withoutImages(withImages(back, more), more)).toEqual(back);
  });

  test('do not differ for images that differ by less than their rounding', () => {
    const [first, ...others] = images;
    const changed = statisticsOf(
      12,
      [first?.map((count) => count + 1) ?? first, ...others].flatMap((x) => x ?? []),
    );
    expect(changed).not.toEqual(exact);
    const { mean } = released(exact);
    expect(released(changed).mean).toEqual(mean);
  });

  test('are refused of one image, whose counts they would be', () => {
    expect(() => released(statisticsOf(12, images.slice(0, 1)))).toThrow(RangeError);
  });
});
