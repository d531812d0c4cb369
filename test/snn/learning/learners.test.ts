import { describe, expect, test } from 'vitest';
import { affine } from '../../../src/snn/head/classify.ts';
import {
  EDGE_NEURONS_PER_CLASS,
  EDGE_OFFSET,
  EDGE_READOUT,
  edgeBits,
  edgePotentials,
  edgeScores,
  edgeThresholds,
  edgeWords,
} from '../../../src/snn/learning/edge.ts';
import { EdgeFit } from '../../../src/snn/learning/edge-fit.ts';
import { PrototypeFit } from '../../../src/snn/learning/prototype.ts';
import { RidgeFit, type WeightedClass } from '../../../src/snn/learning/ridge.ts';
import { statisticsOf, withImages, withoutImages } from '../../../src/snn/learning/statistics.ts';
import { cluster } from './clusters.ts';

const features = 12;
const lots = [1, 2, 3].map((seed) => cluster(features, 10 * seed + 5, seed));

function groupsOf(images: readonly (readonly Int32Array[])[]): WeightedClass[] {
  return images.map((lot) => ({ statistics: statisticsOf(features, lot), weight: 1 }));
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
    const fit = new RidgeFit(groupsOf(lots));
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
    const there = new RidgeFit([first, ...others]);
    const back = new RidgeFit([{ ...first, statistics: again }, ...others]);
    expect(back.scores).toEqual(there.scores);
    expect(back.ridge).toBe(there.ridge);
  });

  test('scores a lesion that it left out as a fit without it would, for the same standardization', () => {
    const ridge = 0.3;
    const far = cluster(features, 400, 1);
    const [one = new Int32Array(), two = new Int32Array(), ...others] = far;
    const all = new RidgeFit(groupsOf([far, ...lots.slice(1)]), ridge);
    const fewer = new RidgeFit(groupsOf([others, ...lots.slice(1)]), ridge);
    const left = all.withoutThem([one, two], 0);
    for (const [index, image] of [one, two].entries()) {
      for (const [k, score] of fewer.score(image).entries()) {
        // Without two of 400 the standardization hardly moves.
        expect(Math.abs((left[index]?.[k] ?? 0) - score)).toBeLessThan(1e-3);
      }
    }
    const [alone = new Float64Array()] = all.withoutThem([one], 0);
    expect(all.asIfUnseen(0, [one])(one)[0]).toBeCloseTo(alone[0] ?? 0, 12);
  });

  test('lets the likeliest ridge grow as images become fewer', () => {
    const overlapping = (size: number) =>
      [0, 1, 2].map((k) =>
        cluster(features, 3 * size, 7)
          .slice(k * size, (k + 1) * size)
          .map((counts) => counts.map((count, index) => count + (index % 3 === k ? 15 : 0))),
      );
    const ridgeOf = (size: number) => new RidgeFit(groupsOf(overlapping(size))).ridge;
    expect(ridgeOf(8)).toBeGreaterThan(ridgeOf(800));
  });

  test('leaves out a channel that never varies', () => {
    const constant = lots.map((lot) => lot.map((counts) => counts.with(0, 77)));
    const { weights } = new RidgeFit(groupsOf(constant)).scores;
    expect([weights[0], weights[features], weights[2 * features]]).toEqual([0, 0, 0]);
  });

  test('has nothing to say without an image', () => {
    expect(() => new RidgeFit(groupsOf([[], []]))).toThrow(RangeError);
  });
});

test('the prototype learner gives each image to the nearest class mean', () => {
  const fit = new PrototypeFit(lots.map((lot) => statisticsOf(features, lot)));
  for (const [truth, lot] of lots.entries()) {
    for (const counts of lot) {
      const own = fit.score(counts);
      expect(own.indexOf(Math.max(...own))).toBe(truth);
    }
  }
});

test('a prototype without an image is the mean of the others', () => {
  const [first = [], ...others] = lots;
  const [image = new Int32Array(), ...rest] = first;
  const fit = new PrototypeFit(lots.map((lot) => statisticsOf(features, lot)));
  const [left = new Float64Array()] = fit.withoutThem([image], 0);
  const without = new PrototypeFit([rest, ...others].map((lot) => statisticsOf(features, lot)));
  const gap = (scores: Float64Array) => (scores[0] ?? 0) - (scores[1] ?? 0);
  // The covariance of the others differs a little.
  expect(gap(left)).toBeLessThan(gap(fit.score(image)));
  expect(Math.abs(gap(left) - gap(without.score(image)))).toBeLessThan(
    Math.abs(gap(fit.score(image)) - gap(without.score(image))),
  );
});

describe('the edge learner', () => {
  const thresholds = Int32Array.of(10, 20, 30);
  const neuronOf = (...counts: number[]) => edgeBits(thresholds, Int32Array.from(counts));

  test('a neuron’s potential is the number of channels on whose bits it agrees', () => {
    const weights = neuronOf(10, 19, 31);
    const potential = (...counts: number[]) =>
      edgePotentials({ thresholds, weights }, Int32Array.from(counts))[0];
    expect(potential(10, 19, 31)).toBe(3);
    expect(potential(9, 19, 31)).toBe(2);
    expect(potential(9, 20, 29)).toBe(0);
  });

  test('a class’s score is its offset and the sum of the potentials, each times its readout', () => {
    const neurons = {
      thresholds,
      weights: Uint32Array.of(...neuronOf(10, 20, 30), ...neuronOf(0, 0, 0)),
      readout: Int32Array.of(5, -7, 1, 0),
      offsets: Int32Array.of(100, -1),
    };
    expect(edgeScores(neurons, Int32Array.of(10, 20, 0))).toEqual(
      Int32Array.of(100 + 5 * 2 - 7 * 1, -1 + 2),
    );
  });

  test('agrees channel by channel with a plain count, whatever the number of channels', () => {
    const [a = new Int32Array(), b = new Int32Array()] = cluster(45, 2, 5);
    const limits = edgeThresholds([statisticsOf(45, cluster(45, 9, 5))]);
    const agreements = limits.filter(
      (limit, i) => (a[i] ?? 0) >= limit === (b[i] ?? 0) >= limit,
    ).length;
    expect(edgePotentials({ thresholds: limits, weights: edgeBits(limits, a) }, b)).toEqual(
      Int32Array.of(agreements),
    );
  });

  test('thresholds are the mean of the classes’ means, whatever their sizes', () => {
    const statistics = [[Int32Array.of(3)], Array.from({ length: 9 }, () => Int32Array.of(10))];
    expect(edgeThresholds(statistics.map((images) => statisticsOf(1, images)))).toEqual(
      Int32Array.of(6),
    );
  });

  const lesions = lots.map((lot) => lot.map((image) => [image]));
  const limits = edgeThresholds(lots.map((lot) => statisticsOf(features, lot)));
  const fit = new EdgeFit(limits, lesions);

  test('a neuron learns one image of a lesion, and a class has no more than it may', () => {
    const words = edgeWords(features);
    expect(fit.neurons.weights).toHaveLength(
      words * lots.reduce((sum, lot) => sum + Math.min(lot.length, EDGE_NEURONS_PER_CLASS), 0),
    );
    const [[first = new Int32Array()] = []] = lots;
    expect(fit.neurons.weights.subarray(0, words)).toEqual(edgeBits(limits, first));
  });

  test('gives most images to their class, in whole numbers that fit 32 bits', () => {
    const all = lots.flatMap((lot, truth) =>
      lot.map((counts) => ({ truth, scores: edgeScores(fit.neurons, counts) })),
    );
    const right = all.filter(({ truth, scores }) => scores.indexOf(Math.max(...scores)) === truth);
    expect(right.length / all.length).toBeGreaterThan(0.9);
    const { readout, offsets } = fit.neurons;
    expect(readout.every((each) => Math.abs(each) <= EDGE_READOUT)).toBe(true);
    expect(offsets.every((each) => Math.abs(each) <= EDGE_OFFSET)).toBe(true);
  });

  test('scores a learned lesion lower when it is left out', () => {
    const [[image = new Int32Array()] = []] = lots;
    const [left = new Float64Array()] = fit.withoutThem([image], 0);
    const gap = (scores: Float64Array) => (scores[0] ?? 0) - (scores[1] ?? 0);
    expect(gap(left)).toBeLessThan(gap(fit.score(image)));
  });
});
