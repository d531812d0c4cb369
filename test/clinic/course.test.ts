import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  type CourseModel,
  type CourseVisit,
  charactersOf,
  courseModelFolder,
  courseOf,
  foretold,
  loadCourseModel,
} from '../../src/clinic/course.ts';

const model = loadCourseModel();
const golden = JSON.parse(readFileSync(path.join(courseModelFolder, 'golden.json'), 'utf8')) as {
  years: number[];
  values: (number | null)[][];
  mean: number[];
  variance: number[];
}[];

/** Counts whose roots are the mean's. */
const usual = Int32Array.from(model.characters.mean, (root) => Math.round(root * root));

const visit = (years: number, longAxisMm: number | null, counts = [usual]): CourseVisit => ({
  ...{ years, longAxisMm, counts },
});

/** Of nothing but errors of one, so that a visit's figures are how unusual they are. */
const plain: CourseModel = {
  ...{ name: 'plain', networkSha256: 'ab'.repeat(32) },
  characters: { mean: [2], directions: [[1]] },
  figures: {
    ...{ intercept: [0, 0], slope: [0, 0] },
    ...{ interceptSd: [0, 0], slopeSd: [0, 0], errorSd: [1, 1] },
  },
  quantiles: { size: [0, 1, 1, 3, 4], counts: [0.5, 1, 5], both: [0, 1, 2] },
};
/** Of a logarithm of its size, and of so much more than the mean in its only character. */
const plainVisit = (logSize: number | null, more: number | null): CourseVisit =>
  visit(
    0,
    logSize === null ? null : Math.exp(logSize),
    more === null ? [] : [Int32Array.of((2 + more) ** 2)],
  );
const before = plainVisit(0, 0);

describe('the model of a lesion’s course', () => {
  test('foretells the newest visit as the training’s own arithmetic does', () => {
    expect(golden.length).toBeGreaterThan(3);
    for (const { years, values, mean, variance } of golden) {
      const visits = years.map((year, at) => ({
        years: year,
        figures: (values[at] ?? []).map((value) => value ?? Number.NaN),
      }));
      const found = foretold(model, visits);
      for (const [at, value] of mean.entries()) {
        expect(found.mean[at]).toBeCloseTo(value, 3);
        expect((found.variance[at] ?? 0) / (variance[at] ?? 1)).toBeCloseTo(1, 3);
      }
    }
  });

  test('a size that stays is usual, and one that grows by a half in a year is not', () => {
    const before = [visit(0, 5), visit(0.8, 5.1), visit(1.5, 5)];
    const still = courseOf(model, [...before, visit(2.4, 5.1)]);
    const grown = courseOf(model, [...before, visit(2.4, 7.5)]);
    expect(still?.asUnusual.size).toBeGreaterThan(20);
    expect(grown?.asUnusual.size).toBeLessThan(2);
    expect(grown?.longAxisMm?.high).toBeLessThan(7.5);
    expect(grown?.longAxisMm).toEqual(still?.longAxisMm);
  });

  test('what seems to shrink is no growth', () => {
    const shrunk = courseOf(model, [visit(0, 6), visit(1, 6), visit(2, 4.5)]);
    expect(shrunk?.asUnusual.size).toBeGreaterThan(50);
  });

  test('the longer nobody looked, the wider is what is to be expected', () => {
    const width = (years: number) => {
      const axis = courseOf(model, [visit(0, 5), visit(0.5, 5), visit(0.5 + years, 5)])?.longAxisMm;
      return (axis?.high ?? 0) / (axis?.low ?? 1);
    };
    expect(width(6)).toBeGreaterThan(1.1 * width(0.5));
  });

  test('without sizes the counts alone say how unusual it is, and without either nothing is said', () => {
    const other = usual.toReversed();
    const course = courseOf(model, [visit(0, null), visit(1, null), visit(2, null, [other])]);
    expect(course).toMatchObject({ longAxisMm: null, asUnusual: { size: null } });
    expect(course?.asUnusual.both).toBe(course?.asUnusual.counts);
    expect(course?.asUnusual.counts).toBeLessThan(2);
    expect(courseOf(model, [visit(0, null, []), visit(1, null, [])])).toBeNull();
    expect(courseOf(model, [visit(0, 5)])).toBeNull();
    expect(courseOf(model, [visit(0, 5), visit(1, null, [])])).toBeNull();
  });

  test('a size that was never seen before is not compared', () => {
    const course = courseOf(model, [visit(0, null), visit(1, 30)]);
    expect(course?.longAxisMm).toBeNull();
    expect(course?.asUnusual.size).toBeNull();
  });

  test.each([
    ['as small as the least', -1, 100],
    ['at a quantile', 1, 75],
    ['between two quantiles', Math.sqrt(2), 37.5],
    ['at the last quantile', 2, 0.2],
    ['beyond all of them', 9, 0.2],
  ])('a size %s is as unusual as straight lines between the quantiles say', (_, size, percent) => {
    const course = courseOf(plain, [before, plainVisit(size, null)]);
    expect(course?.asUnusual.size).toBeCloseTo(percent, 6);
    expect(course?.asUnusual).toMatchObject({ counts: null, both: course?.asUnusual.size });
  });

  test('how unusual counts are is by the squares of their characters, however they differ', () => {
    const counts = (more: number) => courseOf(plain, [before, plainVisit(null, more)])?.asUnusual;
    expect(counts(0)).toEqual({ size: null, counts: 100, both: 100 });
    expect(counts(1)?.counts).toBeCloseTo(50, 6);
    expect(counts(-1)?.counts).toBeCloseTo(50, 6);
    expect(counts(2)?.counts).toBeCloseTo(12.5, 6);
  });

  test('size and counts together are as unusual as their chances multiplied', () => {
    const both = (logSize: number, more: number) =>
      courseOf(plain, [before, plainVisit(logSize, more)])?.asUnusual.both;
    expect(both(0, 0)).toBe(100);
    // −ln(3/4 · 1/2) is .98, and the quantiles are one apart.
    expect(both(1, 1)).toBeCloseTo(100 * (1 + Math.log(3 / 8) / 2), 6);
    expect(both(2, 9)).toBeCloseTo(0.2, 6);
  });

  test('what is to be expected of a size is its middle and 1.96 errors to both sides', () => {
    const axis = courseOf(plain, [before, plainVisit(0, null)])?.longAxisMm;
    expect(axis?.value).toBeCloseTo(1, 6);
    expect(axis?.low).toBeCloseTo(Math.exp(-1.96), 6);
    expect(axis?.high).toBeCloseTo(Math.exp(1.96), 6);
  });

  test('of a visit before the first figure of its kind nothing is compared', () => {
    const noCounts = plainVisit(0, null);
    expect(courseOf(plain, [noCounts, plainVisit(1, 5)])?.asUnusual.counts).toBeNull();
    expect(courseOf(plain, [noCounts, plainVisit(null, 5)])).toBeNull();
    const mixed = courseOf(plain, [noCounts, plainVisit(null, 0), plainVisit(1, 5)]);
    expect(mixed?.asUnusual.size).toBeCloseTo(75, 6);
    expect(mixed?.asUnusual.counts).toBeCloseTo(0.2, 6);
    expect(courseOf(plain, [])).toBeNull();
  });

  test('several images of a visit count as their mean', () => {
    const [once] = charactersOf(model, [usual]) ?? [];
    const [twice] = charactersOf(model, [usual, usual.map(() => 0)]) ?? [];
    const [none] = charactersOf(model, [usual.map(() => 0)]) ?? [];
    expect(twice).toBeCloseTo(((once ?? 0) + (none ?? 0)) / 2, 6);
    expect(charactersOf(model, [])).toBeNull();
  });

  test('is refused when model and card do not belong together', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'course-'));
    expect(() => loadCourseModel(folder)).toThrow('cannot be used');
    for (const name of ['card.json', 'model.json'])
      writeFileSync(path.join(folder, name), readFileSync(path.join(courseModelFolder, name)));
    expect(loadCourseModel(folder).name).toBe('change-1');
    writeFileSync(path.join(folder, 'model.json'), '{}');
    expect(() => loadCourseModel(folder)).toThrow('but card.json names');
  });
});
