import { describe, expect, test } from 'vitest';
import { lesionFolds } from '../../../../src/snn/learning/evaluate/lesion-folds.ts';
import { areaUnderRoc, bootstrap } from '../../../../src/snn/learning/evaluate/measured.ts';

describe('folds by lesion', () => {
  const images = Array.from({ length: 200 }, (_, index) => ({
    code: index % 4 === 0 ? 'rare' : 'common',
    lesion: `lesion ${Math.floor(index / 3)}`,
  }));
  const folds = lesionFolds(images, 5, 1);

  test('keep all images of a lesion together', () => {
    const of = new Map<string, Set<number>>();
    for (const [index, { lesion }] of images.entries()) {
      of.set(lesion, (of.get(lesion) ?? new Set()).add(folds[index] ?? -1));
    }
    expect([...of.values()].every(({ size }) => size === 1)).toBe(true);
  });

  test('have each its part of every class', () => {
    for (const code of ['rare', 'common']) {
      const parts = [0, 1, 2, 3, 4].map(
        (fold) =>
          images.filter((each, index) => each.code === code && folds[index] === fold).length,
      );
      expect(Math.max(...parts) - Math.min(...parts)).toBeLessThanOrEqual(3);
    }
  });
});

test('the area under the ROC curve is the share of pairs in the right order, ties half', () => {
  const scores = [3, 1, 2, 2, 5, 4, 4, 0];
  const isPositive = [true, false, true, false, true, false, true, false];
  let right = 0;
  for (const [i, a] of scores.entries()) {
    for (const [j, b] of scores.entries()) {
      if (isPositive[i] && !isPositive[j]) right += a > b ? 1 : a === b ? 0.5 : 0;
    }
  }
  expect(areaUnderRoc(scores, isPositive)).toBeCloseTo(right / 16, 12);
  expect(areaUnderRoc([1, 2], [true, true])).toBeNull();
});

describe('the bootstrap', () => {
  const share = (hits: readonly number[]) =>
    bootstrap([{ lesions: hits.length }], 1, ({ times }) => {
      let [those, total] = [0, 0];
      for (const [index, hit] of hits.entries()) {
        those += (times[index] ?? 0) * hit;
        total += times[index] ?? 0;
      }
      return total > 0 ? those / total : null;
    });

  test('has an interval as wide as the normal approximation’s', () => {
    const hits = Array.from({ length: 400 }, (_, index) => (index % 4 === 0 ? 0 : 1));
    const measured = share(hits);
    expect(measured?.value).toBe(0.75);
    const half = 1.96 * Math.sqrt((0.75 * 0.25) / 400);
    expect(measured?.low).toBeCloseTo(0.75 - half, 1);
    expect(measured?.high).toBeCloseTo(0.75 + half, 1);
    expect((measured?.high ?? 0) - (measured?.low ?? 0)).toBeCloseTo(2 * half, 2);
  });

  test('is the same for the same seed', () => {
    expect(share([1, 0, 1, 1])).toEqual(share([1, 0, 1, 1]));
  });
});
