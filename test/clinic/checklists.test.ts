import { expect, test } from 'vitest';
import { abcd, checklistDetails, scoreOf } from '../../src/clinic/entities/index.ts';
import { criteriaOf, foundText, scoreText } from '../../src/clinic/wording/checklists.ts';

const found = (...codes: string[]) => codes.map((code) => ({ code, marks: [] }));
const rule = { kind: 'abcd' as const, structures: ['network' as const, 'dots' as const] };

test('the 7-point checklist counts major criteria twice, and three points are suspicious', () => {
  const score = (...codes: string[]) => scoreOf({ kind: 'seven-point', found: found(...codes) });
  expect(score()).toEqual({ score: 0, says: 'benign' });
  expect(score('network')).toEqual({ score: 2, says: 'benign' });
  expect(score('network', 'dots')).toEqual({ score: 3, says: 'suspicious' });
  expect(score('streaks', 'dots', 'blotches')).toEqual({ score: 3, says: 'suspicious' });
  const all = ['network', 'veil', 'vessels', 'streaks', 'dots', 'blotches', 'regression'];
  expect(score(...all)).toEqual({ score: 10, says: 'suspicious' });
  expect(score('veil', 'veil')).toEqual({ score: 2, says: 'benign' });
});

test('the total dermoscopy score is suspicious from 4.75 and highly so above 5.45', () => {
  const score = (asymmetry: number, border: number, colours: number, structures: number) =>
    scoreOf({
      kind: 'abcd',
      ...{ asymmetry, border },
      colours: abcd.colours.slice(0, colours),
      structures: abcd.structures.slice(0, structures),
    });
  expect(score(0, 0, 1, 1)).toEqual({ score: 1, says: 'benign' });
  expect(score(2, 1, 2, 2)).toEqual({ score: 4.7, says: 'benign' });
  expect(score(2, 2, 2, 2)).toEqual({ score: 4.8, says: 'suspicious' });
  expect(score(2, 8, 2, 2)).toEqual({ score: 5.4, says: 'suspicious' });
  expect(score(2, 8, 3, 2)).toEqual({ score: 5.9, says: 'highly-suspicious' });
  expect(score(2, 8, 6, 5)).toEqual({ score: 8.9, says: 'highly-suspicious' });
});

test('Menzies’ method suspects a melanoma without a negative and with a positive feature', () => {
  const says = (...codes: string[]) => scoreOf({ kind: 'menzies', found: found(...codes) }).says;
  expect(says()).toBe('benign');
  expect(says('pseudopods')).toBe('suspicious');
  expect(says('pseudopods', 'symmetry')).toBe('benign');
  expect(says('one-colour', 'veil')).toBe('benign');
});

test('no criterion is taken that a list does not have, and no mark beside the picture', () => {
  const parse = (details: unknown) => checklistDetails.safeParse(details).success;
  expect(parse({ kind: 'seven-point', found: found('magic') })).toBe(false);
  expect(parse({ kind: 'seven-point', found: [{ code: 'veil', marks: [{ x: 1.1, y: 0 }] }] })).toBe(
    false,
  );
  expect(
    parse({ kind: 'abcd', asymmetry: 3, border: 0, colours: ['red'], structures: ['dots'] }),
  ).toBe(false);
});

test('a score is told in words with its limit', () => {
  const ticked = (kind: 'seven-point' | 'menzies', ...codes: string[]) =>
    scoreText({ kind, found: found(...codes) });
  expect(ticked('seven-point', 'dots')).toBe('1 point, limit 3: below the limit');
  expect(ticked('seven-point', 'veil', 'dots')).toBe('3 points, limit 3: melanoma suspected');
  expect(ticked('menzies')).toBe('No positive feature: no melanoma by this method');
  expect(ticked('menzies', 'veil', 'symmetry')).toBe(
    'A negative feature is there: no melanoma by this method',
  );
  expect(ticked('menzies', 'veil')).toBe('No negative and 1 positive: melanoma suspected');
  const total = (border: number) =>
    scoreText({ ...rule, asymmetry: 2, border, colours: ['red', 'white'] });
  expect(total(1)).toBe('Total dermoscopy score 4.7, below 4.75');
  expect(total(2)).toBe('Total dermoscopy score 4.8, from 4.75 to 5.45: suspicious');
  expect(scoreText({ ...rule, asymmetry: 2, border: 8, colours: [...abcd.colours] })).toBe(
    'Total dermoscopy score 7.4, above 5.45: highly suspicious of melanoma',
  );
});

test('what was found is told in the order of the list, and that it was nothing', () => {
  const ticked = (kind: 'seven-point' | 'menzies', ...codes: string[]) =>
    foundText({ kind, found: found(...codes) });
  expect(ticked('seven-point', 'dots', 'veil')).toBe(
    'Blue-whitish veil, Irregular dots or globules',
  );
  expect(ticked('menzies', 'veil', 'symmetry')).toBe('Symmetry of pattern, Blue-white veil');
  expect(ticked('menzies')).toBe('None of the criteria');
  expect(ticked('seven-point', 'regression')).toBe('Regression structures');
  expect(foundText({ ...rule, asymmetry: 2, border: 1, colours: ['red', 'white'] })).toBe(
    'Asymmetry 2, border 1, red, white; network, dots',
  );
});

test('a list names its criteria with their points; of Menzies’ method the negative ones have none', () => {
  const points = (kind: 'seven-point' | 'menzies') =>
    criteriaOf(kind).map(({ code, name, points }) => [code, name, points]);
  expect(points('seven-point')).toContainEqual(['veil', 'Blue-whitish veil', 2]);
  expect(points('seven-point')).toContainEqual(['dots', 'Irregular dots or globules', 1]);
  expect(points('menzies').slice(0, 3)).toEqual([
    ['symmetry', 'Symmetry of pattern', 0],
    ['one-colour', 'A single colour', 0],
    ['veil', 'Blue-white veil', 1],
  ]);
  expect(points('menzies')).toHaveLength(11);
});
