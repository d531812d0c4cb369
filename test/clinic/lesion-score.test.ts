import { expect, test } from 'vitest';
import { type ImageOfLesion, scoreLesion } from '../../src/clinic/lesion-score.ts';
import { loadShippedModel } from '../../src/clinic/model.ts';
import { scoreCounts, shippedScoring } from '../../src/clinic/scoring.ts';

const head = shippedScoring(loadShippedModel());
const counts = (seed: number) => Int32Array.from({ length: 256 }, (_, at) => (at * seed) % 97);

function image(spikeCounts: Int32Array, unfamiliarity: number | null = 1): ImageOfLesion {
  const { verdict } = scoreCounts(head, spikeCounts, 1, []);
  return { spikeCounts, unfamiliarity, verdict };
}

const unusable = (of: ImageOfLesion): ImageOfLesion => ({
  ...of,
  verdict: { ...of.verdict, kind: 'unusable' },
});

test('images that count the same are read as each of them is', () => {
  const one = image(counts(7));
  const { probabilities, advice, verdict } = scoreCounts(head, counts(7), 1, []);
  expect(scoreLesion(head, [one, one, one])).toEqual({
    images: 3,
    probabilities,
    advice,
    verdict,
  });
});

test('counts are averaged and rounded half up, whatever the order of the images', () => {
  const [a, b] = [image(counts(7)), image(counts(11))];
  const mean = counts(7).map((count, at) => Math.floor((count + (counts(11)[at] ?? 0) + 1) / 2));
  const { probabilities } = scoreCounts(head, mean, 1, []);
  expect(scoreLesion(head, [a, b])?.probabilities).toEqual(probabilities);
  expect(scoreLesion(head, [b, a])?.probabilities).toEqual(probabilities);
});

test('an unusable picture is left out, unless all are', () => {
  const [a, b, c] = [image(counts(7)), image(counts(11)), image(counts(13))];
  expect(scoreLesion(head, [a, b, unusable(c)])).toEqual(scoreLesion(head, [a, b]));
  expect(scoreLesion(head, [a, unusable(b)])).toBeNull();
  expect(scoreLesion(head, [unusable(a), unusable(b)])?.images).toBe(2);
});

test('a lesion is as unfamiliar as the most unfamiliar of its images', () => {
  const far = (head.calibration?.outOfDistribution.threshold ?? 0) + 1;
  const score = scoreLesion(head, [image(counts(7), 1), image(counts(7), far)]);
  expect(score?.verdict.reasons).toContain('unfamiliar');
});

test('one image is no more than its own reading', () => {
  expect(scoreLesion(head, [image(counts(7))])).toBeNull();
  expect(scoreLesion(head, [])).toBeNull();
});
