import { expect, test } from 'vitest';
import { type Facts, filled, unknownPlaces } from '../../renderer/src/wording/templates.ts';

const facts: Facts = { lesion: 'A', longAxis: null, patient: 'Okafor, {age} $1' };

test.each([
  ['a place is filled wherever it stands', 'Lesion {lesion}: {lesion}.', 'Lesion A: A.'],
  ['what has no value is left out', 'Long axis: {longAxis}.', 'Long axis: .'],
  ['what is not known here stays as typed', 'Reading: {verdict}.', 'Reading: {verdict}.'],
  [
    'a place that nobody knows of stays as typed',
    '{Lesion} {} {toString}',
    '{Lesion} {} {toString}',
  ],
  ['what is filled in is not looked at again', '{patient}', 'Okafor, {age} $1'],
  ['braces that are not closed stay', 'a { b {lesion} } {lesion', 'a { b A } {lesion'],
])('%s', (_, wording, text) => {
  expect(filled(wording, facts)).toBe(text);
});

test('of a wording the places that are never filled are named once', () => {
  expect(unknownPlaces('{lesion} {size} {} {size} {verdict}')).toEqual(['{size}', '{}']);
});
