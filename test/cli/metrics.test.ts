import { describe, expect, it } from 'vitest';
import { confusionMatrix, measure, type Scored } from '../../src/cli/metrics.ts';

function scored(truth: number, ...probabilities: number[]): Scored {
  return { truth, probabilities };
}

describe('the metrics', () => {
  // Truth a, a, a, b, b, c; named a, a, b, b, b, a.
  const images = [
    scored(0, 0.8, 0.1, 0.1),
    scored(0, 0.6, 0.3, 0.1),
    scored(0, 0.3, 0.5, 0.2),
    scored(1, 0.1, 0.8, 0.1),
    scored(1, 0.3, 0.4, 0.3),
    scored(2, 0.7, 0.1, 0.2),
  ];
  const metrics = measure(['a', 'b', 'c'], images);

  it('count what was named for each truth', () => {
    expect(confusionMatrix(3, images)).toEqual([
      [2, 1, 0],
      [0, 2, 0],
      [1, 0, 0],
    ]);
  });

  it('equal the hand-computed accuracy, recall, balanced accuracy and F1', () => {
    expect(metrics.count).toBe(6);
    expect(metrics.accuracy).toBeCloseTo(4 / 6, 12);
    expect(metrics.recall).toEqual({ a: 2 / 3, b: 1, c: 0 });
    expect(metrics.balancedAccuracy).toBeCloseTo((2 / 3 + 1 + 0) / 3, 12);
    // a: 2·2/(3+3), b: 2·2/(2+3), c: 0/(1+0).
    expect(metrics.macroF1).toBeCloseTo((4 / 6 + 4 / 5 + 0) / 3, 12);
  });

  it('equal the hand-counted pairs of the ROC curves, ties counting half', () => {
    // a: positives .8 .6 .3 over negatives .1 .3 .7 → 3 + 2 + 1.5 of 9 pairs.
    // b: positives .8 .4 over negatives .1 .3 .5 .1 → 4 + 3 of 8.
    // c: positive .2 over negatives .1 .1 .2 .1 .3 → 3 + 0.5 of 5.
    expect(metrics.macroAuc).toBeCloseTo((6.5 / 9 + 7 / 8 + 3.5 / 5) / 3, 12);
  });

  it('equal the hand-computed calibration error', () => {
    // Bins of 1/15: .8 .8 (both right), .6 (right), .5 (wrong), .4 (right), .7 (wrong).
    const gaps = [2 - 1.6, 1 - 0.6, 0.5, 1 - 0.4, 0.7];
    expect(metrics.ece).toBeCloseTo(gaps.reduce((sum, gap) => sum + gap, 0) / 6, 12);
  });

  it('put a certain image into the last calibration bin', () => {
    expect(measure(['a', 'b'], [scored(0, 1, 0), scored(1, 1, 0)]).ece).toBeCloseTo(0.5, 12);
  });

  it('leave out classes that are absent, and are null where there is nothing to measure', () => {
    const oneClass = measure(['a', 'b', 'c'], [scored(0, 0.6, 0.4, 0), scored(0, 0.4, 0.6, 0)]);
    expect(oneClass).toMatchObject({
      accuracy: 0.5,
      balancedAccuracy: 0.5,
      macroAuc: null,
      recall: { a: 0.5, b: null, c: null },
    });
    expect(oneClass.macroF1).toBeCloseTo((2 / 3 + 0) / 2, 12);
    expect(measure(['a'], [])).toEqual({
      count: 0,
      accuracy: null,
      balancedAccuracy: null,
      macroF1: null,
      macroAuc: null,
      ece: null,
      auc: { a: null },
      recall: { a: null },
    });
  });
});
