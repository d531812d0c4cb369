import { describe, expect, test } from 'vitest';
import { affine } from '../../../src/snn/head/classify.ts';
import {
  EDGE_UNIT,
  type EdgeNeurons,
  edgePotentials,
  edgeThresholds,
  learnEdgeNeurons,
  MAX_EDGE_NEURONS,
} from '../../../src/snn/learning/edge.ts';
import { prototypeScores } from '../../../src/snn/learning/prototype.ts';
import { RidgeFit, type RidgeGroup } from '../../../src/snn/learning/ridge.ts';
import { statisticsOf, withImages, withoutImages } from '../../../src/snn/learning/statistics.ts';
import { cluster } from './clusters.ts';

const features = 12;
const lots = [1, 2, 3].map((seed) => cluster(features, 10 * seed + 5, seed));

function groupsOf(images: readonly (readonly Int32Array[])[], weight = 1): RidgeGroup[] {
  return images.map((lot, target) => ({ statistics: statisticsOf(features, lot), weight, target }));
}

/** The same regression from the images themselves: normal equations and Gaussian elimination. */
function jointly(images: readonly (readonly Int32Array[])[], ridge: number) {
  const rows = images.flatMap((lot, target) =>
    lot.map((counts) => ({ counts, target, weight: 1 / images.length / lot.length })),
  );
  const mean = Array.from({ length: features }, (_, i) =>
    rows.reduce((sum, { counts, weight }) => sum + weight * (counts[i] ?? 0), 0),
  );
  const deviation = mean.map((m, i) =>
    Math.sqrt(rows.reduce((sum, r) => sum + r.weight * ((r.counts[i] ?? 0) - m) ** 2, 0)),
  );
  const standard = rows.map((row) => ({
    ...row,
    a: mean.map((m, i) => ((row.counts[i] ?? 0) - m) / (deviation[i] ?? 1)),
  }));
  const matrix = mean.map((_, i) =>
    mean.map(
      (_m, j) =>
        standard.reduce((sum, { a, weight }) => sum + weight * (a[i] ?? 0) * (a[j] ?? 0), 0) +
        (i === j ? ridge : 0),
    ),
  );
  const betas = images.map((_, k) => {
    const share = 1 / images.length;
    const right = mean.map((_m, i) =>
      standard.reduce(
        (sum, { a, weight, target }) =>
          sum + weight * (a[i] ?? 0) * ((target === k ? 1 : 0) - share),
        0,
      ),
    );
    return solved(matrix, right);
  });
  return (counts: Int32Array) =>
    betas.map((beta) =>
      beta.reduce(
        (sum, b, i) => sum + (b * ((counts[i] ?? 0) - (mean[i] ?? 0))) / (deviation[i] ?? 1),
        1 / images.length,
      ),
    );
}

function solved(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const a = matrix.map((row, i) => [...row, right[i] ?? 0]);
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j < a.length; j++) {
      if (i === j) continue;
      const factor = (a[j]?.[i] ?? 0) / (a[i]?.[i] ?? 1);
      a[j] = (a[j] ?? []).map((value, k) => value - factor * (a[i]?.[k] ?? 0));
    }
  }
  return a.map((row, i) => (row.at(-1) ?? 0) / (row[i] ?? 1));
}

describe('the analytic learner', () => {
  test('equals joint training on the same images to 1e-9', () => {
    const fit = new RidgeFit(groupsOf(lots), 3);
    const joint = jointly(lots, fit.ridge);
    for (const counts of lots.flat()) {
      const scores = affine(fit.scores, counts);
      for (const [k, score] of joint(counts).entries()) {
        expect(Math.abs((scores[k] ?? 0) - score)).toBeLessThan(1e-9);
      }
    }
  });

  test('gives the same bits when an image was learned and taken away again', () => {
    const [first = [], ...others] = groupsOf(lots);
    if (Array.isArray(first)) throw new TypeError('no group');
    const stranger = cluster(features, 3, 9);
    const again = withoutImages(withImages(first.statistics, stranger), stranger);
    const there = new RidgeFit([first, ...others], 3);
    const back = new RidgeFit([{ ...first, statistics: again }, ...others], 3);
    expect(back.scores).toEqual(there.scores);
    expect(back.ridge).toBe(there.ridge);
  });

  test('scores a lesion that it left out as a fit without it would, for the same standardization', () => {
    const ridge = 0.3;
    const fit = new RidgeFit(groupsOf(lots), 3, ridge);
    const [group] = groupsOf(lots);
    const lesion = (lots[0] ?? []).slice(0, 2);
    if (!group) throw new TypeError('no group');
    const scored = lesion.map((counts) => affine(fit.scores, counts));
    const without = fit.withoutThem(lesion, scored, group);
    // The identity behind it: a fit to targets in which the lesion's are its own left-out scores.
    for (const [index, counts] of lesion.entries()) {
      const before = affine(fit.scores, counts)[0] ?? 0;
      expect(without[index]?.[0] ?? 0).toBeLessThan(before);
    }
    const far = cluster(features, 400, 1);
    const large = new RidgeFit(groupsOf([far, ...lots.slice(1)]), 3, ridge);
    const [many] = groupsOf([far, ...lots.slice(1)]);
    const fewer = new RidgeFit(groupsOf([far.slice(1), ...lots.slice(1)]), 3, ridge);
    const [one = new Int32Array()] = far;
    if (!many) throw new TypeError('no group');
    const [left] = large.withoutThem([one], [affine(large.scores, one)], many);
    // Without one of 400 the standardization hardly moves.
    expect(Math.abs((left?.[0] ?? 0) - (affine(fewer.scores, one)[0] ?? 0))).toBeLessThan(2e-4);
  });

  test('lets the likeliest ridge grow as images become fewer', () => {
    const overlapping = (size: number) =>
      [0, 1, 2].map((k) =>
        cluster(features, 3 * size, 7)
          .slice(k * size, (k + 1) * size)
          .map((counts) => counts.map((count, index) => count + (index % 3 === k ? 15 : 0))),
      );
    const ridgeOf = (size: number) => new RidgeFit(groupsOf(overlapping(size)), 3).ridge;
    expect(ridgeOf(8)).toBeGreaterThan(ridgeOf(800));
  });

  test('leaves out a channel that never varies', () => {
    const constant = lots.map((lot) => lot.map((counts) => counts.with(0, 77)));
    const { weights } = new RidgeFit(groupsOf(constant), 3).scores;
    expect([weights[0], weights[features], weights[2 * features]]).toEqual([0, 0, 0]);
  });

  test('has nothing to say without an image', () => {
    expect(() => new RidgeFit(groupsOf([[], []]), 2)).toThrow(RangeError);
  });
});

test('the prototype learner gives each image to the nearest class mean', () => {
  const scores = prototypeScores(lots.map((lot) => statisticsOf(features, lot)));
  for (const [truth, lot] of lots.entries()) {
    for (const counts of lot) {
      const own = affine(scores, counts);
      expect(own.indexOf(Math.max(...own))).toBe(truth);
    }
  }
});

describe('the edge learner', () => {
  const thresholds = Int32Array.of(10, 20, 30);
  const neuronsOf = (...images: number[][]): EdgeNeurons => ({
    thresholds,
    neurons: [
      learnEdgeNeurons(
        thresholds,
        images.map((counts) => Int32Array.from(counts)),
      ),
    ],
  });

  test('a neuron’s potential is the number of channels on whose bits it agrees', () => {
    const one = neuronsOf([10, 19, 31]);
    const potential = (...counts: number[]) =>
      (edgePotentials(one, Int32Array.from(counts))[0] ?? 0) / EDGE_UNIT;
    expect(potential(10, 19, 31)).toBe(3);
    expect(potential(9, 19, 31)).toBe(2);
    expect(potential(9, 20, 29)).toBe(0);
  });

  test('a class’s potential is the mean of its neurons’, rounded down', () => {
    const three = neuronsOf([10, 20, 30], [10, 20, 0], [10, 0, 0]);
    const [potential = 0] = edgePotentials(three, Int32Array.of(10, 20, 30));
    expect(potential).toBe(Math.floor((6 * EDGE_UNIT) / 3));
    const [uneven = 0] = edgePotentials(three, Int32Array.of(0, 20, 30));
    expect(uneven).toBe(Math.floor((3 * EDGE_UNIT) / 3));
  });

  test('agrees channel by channel with a plain count, whatever the number of channels', () => {
    const [a = new Int32Array(), b = new Int32Array()] = cluster(45, 2, 5);
    const limits = edgeThresholds([statisticsOf(45, cluster(45, 9, 5))]);
    const neurons = { thresholds: limits, neurons: [learnEdgeNeurons(limits, [a])] };
    const agreements = limits.filter((t, i) => (a[i] ?? 0) >= t === (b[i] ?? 0) >= t).length;
    expect(edgePotentials(neurons, b)).toEqual(Int32Array.of(agreements * EDGE_UNIT));
  });

  test('learns an image a neuron, and no more images than it may have neurons', () => {
    const images = cluster(3, MAX_EDGE_NEURONS + 5, 1);
    expect(learnEdgeNeurons(thresholds, images)).toHaveLength(MAX_EDGE_NEURONS);
  });

  test('a class without a neuron is named last', () => {
    expect(
      edgePotentials({ thresholds, neurons: [new Uint32Array()] }, Int32Array.of(1, 2, 3)),
    ).toEqual(Int32Array.of(-1));
  });

  test('thresholds are the mean of the classes’ means, whatever their sizes', () => {
    const statistics = [[Int32Array.of(3)], Array.from({ length: 9 }, () => Int32Array.of(10))];
    expect(edgeThresholds(statistics.map((images) => statisticsOf(1, images)))).toEqual(
      Int32Array.of(6),
    );
  });
});
