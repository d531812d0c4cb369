import { expect, test } from 'vitest';
import { loadShippedModel } from '../../src/clinic/model.ts';
import {
  atMelanomaThreshold,
  ranked,
  type ScoringHead,
  scoreCounts,
  shippedScoring,
} from '../../src/clinic/scoring.ts';

const head = shippedScoring(loadShippedModel());
const counts = Int32Array.from({ length: 256 }, (_, at) => (at * 7) % 97);

test('where it is not known how unfamiliar an image is, nothing is said of how sure the head is', () => {
  expect(scoreCounts(head, counts, 1, []).advice).not.toBeNull();
  const uncalibrated: ScoringHead = { ...head, calibration: null };
  for (const [of, unfamiliarity] of [
    [head, null],
    [uncalibrated, 1],
  ] as const) {
    const { advice, verdict } = scoreCounts(of, counts, unfamiliarity, []);
    expect(advice).toBeNull();
    expect(verdict).toMatchObject({
      confidence: 'undecided',
      reasons: expect.arrayContaining(['uncalibrated']),
    });
  }
});

test('a clinic’s operating point of melanoma changes nothing else of a head', () => {
  const moved = atMelanomaThreshold(head, 0.123);
  expect(moved.calibration?.referral).toEqual({
    ...head.calibration?.referral,
    melanomaThreshold: 0.123,
  });
  expect({ ...moved, calibration: head.calibration }).toEqual(head);
  expect(atMelanomaThreshold(head, null)).toBe(head);
  const uncalibrated: ScoringHead = { ...head, calibration: null };
  expect(atMelanomaThreshold(uncalibrated, 0.123)).toBe(uncalibrated);
});

test('the most probable class comes first, and of equals the one that the head has first', () => {
  const probabilities = Float64Array.from(head.classes, (_, index) => (index === 3 ? 0.4 : 0.1));
  const [first, ...others] = ranked(head, probabilities).map(({ code }) => code);
  const codes = head.classes.map(({ code }) => code);
  expect(first).toBe(codes[3]);
  expect(others).toEqual(codes.toSpliced(3, 1));
});
