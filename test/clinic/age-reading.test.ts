import { expect, test } from 'vitest';
import { ageOn, readWithAge } from '../../src/clinic/age-reading.ts';
import { loadShippedModel } from '../../src/clinic/model.ts';
import { ranked, shippedScoring } from '../../src/clinic/scoring.ts';

const model = loadShippedModel();
const head = shippedScoring(model);
const counts = Int32Array.from({ length: 256 }, (_, at) => (at * 7) % 97);
const reading = {
  headSha256: model.headSha256,
  probabilities: ranked(head, head.probabilities(counts)),
};

test('an age is counted in whole years up to the day of the picture', () => {
  expect(ageOn('1963-05-17', '2026-05-16T23:59:59')).toBe(62);
  expect(ageOn('1963-05-17', '2026-05-17T00:00:00')).toBe(63);
  expect(ageOn('2026-05-17', '2026-05-17T00:00:00')).toBe(0);
});

test('nobody is younger than nothing or older than 120: the camera’s clock is wrong', () => {
  expect(ageOn('1963-05-17', '1963-05-16T12:00:00')).toBeNull();
  expect(ageOn('1905-01-02', '2026-01-01T12:00:00')).toBe(120);
  expect(ageOn('1905-01-01', '2026-01-01T12:00:00')).toBeNull();
});

test('the older the patient, the likelier a carcinoma and the less so a naevus', () => {
  const at = (years: number, code: string) =>
    readWithAge(model, reading, years)?.probabilities.find((each) => each.code === code)
      ?.probability ?? Number.NaN;
  for (const [younger, older] of [
    [20, 45],
    [45, 80],
  ] as const) {
    expect(at(older, 'bcc')).toBeGreaterThan(at(younger, 'bcc'));
    expect(at(older, 'nv')).toBeLessThan(at(younger, 'nv'));
  }
});

test('the malignant and pre-malignant classes are added up, the most probable class comes first', () => {
  const { probabilities = [], malignancy } = readWithAge(model, reading, 63) ?? {};
  const grave = probabilities.filter(({ gravity }) => gravity !== 'benign');
  expect(malignancy).toBeCloseTo(
    grave.reduce((sum, { probability }) => sum + probability, 0),
    12,
  );
  const sorted = probabilities.toSorted((a, b) => b.probability - a.probability);
  expect(probabilities).toEqual(sorted);
});

test('a reading of a clinic’s own head, or a network without age.json, has none with age', () => {
  expect(readWithAge(model, { ...reading, headSha256: 'f'.repeat(64) }, 63)).toBeNull();
  expect(readWithAge({ ...model, age: null }, reading, 63)).toBeNull();
});
