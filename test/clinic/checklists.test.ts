import { expect, test } from 'vitest';
import { abcd, checklistDetails, scoreOf } from '../../src/clinic/entities/index.ts';

const found = (...codes: string[]) => codes.map((code) => ({ code, marks: [] }));

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
