import { describe, expect, test } from 'vitest';
import { formatFigure, formatFigureSpan } from '../../renderer/src/about/figures.ts';
import { errorText } from '../../renderer/src/station/errors.ts';
import { ageInYears, formatAgo } from '../../renderer/src/wording/dates.ts';
import {
  classHint,
  formatMs,
  formatPercent,
  gravityShares,
  impressionName,
  inClinicalOrder,
  shortClassName,
} from '../../renderer/src/wording/readings.ts';
import { verdictHeadlines, verdictNames } from '../../renderer/src/wording/verdict.ts';
import { RemoteError } from '../../src/processes/contract.ts';

describe('chances', () => {
  test('that are small but not nothing are not shown as nothing, nor near-certainty as certainty', () => {
    const shown = [0, 0.0004, 0.254, 0.996, 1].map((value) =>
      formatPercent(value).replace('\u00a0', ' '),
    );
    expect(shown).toEqual(['0 %', '<1 %', '25 %', '>99 %', '100 %']);
  });
});

test('a figure of the model card and its interval are both in per cent, or neither', () => {
  const span = [0.667, 0.746] as const;
  const shown = (key: string) => [formatFigure(key, 0.7104), formatFigureSpan(key, span)];
  expect(shown('accuracy')).toEqual(['71.0 %', '67 to 75 %']);
  expect(shown('macroF1')).toEqual(['0.710', '0.667 to 0.746']);
  expect(shown('macroAuc')).toEqual(['0.710', '0.667 to 0.746']);
  expect(formatFigure('count', 1846)).toBe((1846).toLocaleString());
  expect(formatFigureSpan('count', undefined)).toBe('');
});

test('durations are given in milliseconds up to a second', () => {
  expect([1.234, 48.2, 1530].map(formatMs)).toEqual(['1.2 ms', '48 ms', '1.5 s']);
});

describe('class names', () => {
  test('are shown without what stands in brackets, which the hint keeps', () => {
    const bkl = { code: 'bkl', name: 'Benign keratosis (solar lentigo)' };
    expect(shortClassName(bkl.name)).toBe('Benign keratosis');
    expect(classHint(bkl)).toBe('Harmless age spot or wart-like growth: solar lentigo');
  });

  test('of an impression are found by code, with words for "other" and "unsure"', () => {
    const classes = [{ code: 'nv', name: 'Melanocytic naevus' }];
    expect(['nv', 'other', 'unsure', 'xyz'].map((code) => impressionName(code, classes))).toEqual([
      'Melanocytic naevus',
      'Other',
      'Unsure',
      'xyz',
    ]);
  });
});

describe('a verdict', () => {
  test('begins on the card with the very words of its chip', () => {
    for (const [verdict, name] of Object.entries(verdictNames))
      expect(verdictHeadlines[verdict as keyof typeof verdictNames].startsWith(name)).toBe(true);
  });
});

describe('the classes', () => {
  test('are offered in a clinical order, what must not be missed first', () => {
    const classes = [
      { code: 'akiec', gravity: 'pre-malignant' as const },
      ...['bcc', 'mel', 'scc'].map((code) => ({ code, gravity: 'malignant' as const })),
      ...['bkl', 'df', 'nv', 'scar', 'vasc'].map((code) => ({ code, gravity: 'benign' as const })),
    ];
    expect(inClinicalOrder(classes).map(({ code }) => code)).toEqual([
      ...['mel', 'bcc', 'scc', 'akiec', 'nv', 'bkl', 'df', 'vasc', 'scar'],
    ]);
  });

  test('are added up by how serious they are, and nothing is lost', () => {
    const shares = gravityShares([
      { gravity: 'malignant', probability: 0.25 },
      { gravity: 'benign', probability: 0.5 },
      { gravity: 'malignant', probability: 0.25 },
    ]);
    expect(shares.map(({ gravity, share }) => [gravity, share])).toEqual([
      ['malignant', 0.5],
      ['pre-malignant', 0],
      ['benign', 0.5],
    ]);
  });
});

describe('dates', () => {
  test('of birth give the age on the day itself, not a day later', () => {
    expect(ageInYears('1980-03-10', new Date(2025, 2, 9))).toBe(44);
    expect(ageInYears('1980-03-10', new Date(2025, 2, 10))).toBe(45);
  });

  test('of a moment ago are "just now"', () => {
    const now = Date.now();
    expect(formatAgo(new Date(now - 20_000).toISOString(), now)).toBe('just now');
  });
});

describe('a failed call', () => {
  test('is told in the station’s own words', () => {
    const error = new RemoteError({ code: 'empty-file', message: 'a.jpg is empty.' });
    expect(errorText(error)).toBe('a.jpg is empty.');
  });

  test('that is a fault of the window itself shows no technical text', () => {
    expect(errorText(new TypeError('x is undefined'))).not.toContain('undefined');
  });
});
