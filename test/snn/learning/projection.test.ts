import { describe, expect, test } from 'vitest';
import { Projection } from '../../../src/snn/learning/projection.ts';
import { statisticsOf } from '../../../src/snn/learning/statistics.ts';
import { eigenpairs } from '../../../src/snn/learning/symmetric.ts';
import { FEATURES, imagesOf } from './foundation.ts';

const lots = [0, 1, 2, 3].map((kind) => imagesOf(kind, 50, 3));
const statistics = lots.map((lot) => statisticsOf(FEATURES, lot));
const projection = new Projection(statistics);

describe('the plane of the classes', () => {
  test('keeps apart classes that differ: most images lie nearest to their own mean', () => {
    const { length } = lots.flat();
    const hits = lots.map(
      (lot, truth) =>
        lot.filter((counts) => {
          const [x, y] = projection.place(counts);
          const distances = statistics.map((each) => {
            const [a, b] = projection.cloud(each).mean;
            return Math.hypot(x - a, y - b);
          });
          return distances.indexOf(Math.min(...distances)) === truth;
        }).length,
    );
    expect(hits.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0.8 * length);
  });

  test('shows a class where its images lie and as wide as they do', () => {
    for (const [kind, lot] of lots.entries()) {
      const cloud = projection.cloud(statistics[kind] ?? statisticsOf(FEATURES, []));
      const places = lot.map((counts) => projection.place(counts));
      const mean = (of: (place: readonly [number, number]) => number) =>
        places.reduce((sum, each) => sum + of(each), 0) / places.length;
      const [x, y] = [mean(([a]) => a), mean(([, b]) => b)];
      expect(cloud.mean[0]).toBeCloseTo(x, 9);
      expect(cloud.mean[1]).toBeCloseTo(y, 9);
      const moments = [
        mean(([a]) => (a - x) ** 2),
        mean(([a, b]) => (a - x) * (b - y)),
        mean(([, b]) => (b - y) ** 2),
      ];
      for (const [index, moment] of moments.entries()) {
        expect(cloud.spread[index]).toBeCloseTo(moment, 7);
      }
    }
  });

  test('is the same to the last bit each time, the middle of the means at its origin', () => {
    expect(new Projection(statistics).place(lots[0]?.[0] ?? [])).toEqual(
      projection.place(lots[0]?.[0] ?? []),
    );
    const means = statistics.map((each) => projection.cloud(each).mean);
    for (const axis of [0, 1] as const) {
      expect(means.reduce((sum, mean) => sum + mean[axis], 0)).toBeCloseTo(0, 9);
      const farthest = means
        .map((mean) => mean[axis])
        .toSorted((a, b) => Math.abs(b) - Math.abs(a));
      expect(farthest[0]).toBeGreaterThan(0);
    }
  });

  test('needs three classes', () => {
    expect(() => new Projection(statistics.slice(0, 2))).toThrow(RangeError);
  });
});

test('a symmetric matrix is its eigenvectors times their values', () => {
  const size = 5;
  const matrix = Float64Array.from({ length: size * size }, (_, at) => {
    const [row, column] = [Math.floor(at / size), at % size];
    return 1 / (1 + row + column) + (row === column ? row : 0);
  });
  const { values, vectors } = eigenpairs(matrix.slice(), size);
  expect([...values]).toEqual([...values].toSorted((a, b) => b - a));
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const sum = vectors.reduce(
        (total, vector, k) => total + (values[k] ?? 0) * (vector[row] ?? 0) * (vector[column] ?? 0),
        0,
      );
      expect(sum).toBeCloseTo(matrix[row * size + column] ?? 0, 12);
    }
  }
});
