import { expect, test } from 'vitest';
import type { Gravity } from '../../../src/clinic/entities/index.ts';
import {
  classHint,
  className,
  formatMs,
  formatPercent,
  gravityShares,
  impressionName,
  inClinicalOrder,
  shortClassName,
} from '../../../src/clinic/wording/readings.ts';
import { speak } from '../../../src/language/index.ts';

const nbsp = '\u00a0';
const classOf = (code: string, gravity: Gravity) => ({ code, gravity, probability: 0.25 });

test('what must not be missed comes first: by gravity, then as a clinician thinks, then as it came', () => {
  const classes = [
    classOf('own-2', 'benign'),
    classOf('own-1', 'benign'),
    classOf('vasc', 'benign'),
    classOf('akiec', 'pre-malignant'),
    classOf('nv', 'benign'),
    classOf('bcc', 'malignant'),
    classOf('own-3', 'malignant'),
    classOf('bkl', 'benign'),
    classOf('mel', 'malignant'),
  ];
  const order = inClinicalOrder(classes).map(({ code }) => code);
  expect(order).toEqual(['mel', 'bcc', 'own-3', 'akiec', 'nv', 'bkl', 'vasc', 'own-2', 'own-1']);
});

test('the chances are added up by how serious their classes are, also where no class is', () => {
  const classes = [
    classOf('mel', 'malignant'),
    classOf('bcc', 'malignant'),
    classOf('nv', 'benign'),
  ];
  expect(gravityShares(classes)).toEqual([
    { gravity: 'malignant', share: 0.5 },
    { gravity: 'pre-malignant', share: 0 },
    { gravity: 'benign', share: 0.25 },
  ]);
});

test('a class is called by its name without the brackets, and another one by its code', () => {
  const classes = [
    { code: 'vasc', name: 'Vascular lesion (angioma)' },
    { code: 'own', name: 'Ours' },
  ];
  expect(['vasc', 'own', 'gone'].map((code) => className(code, classes))).toEqual([
    'Vascular lesion',
    'Ours',
    'gone',
  ]);
  const impressions = ['other', 'unsure', 'own'].map((code) => impressionName(code, classes));
  expect(impressions).toEqual(['Other', 'Unsure', 'Ours']);
});

test('a shipped class is named in the language that is spoken, a clinic’s own as it called it', () => {
  speak('de', { Melanoma: 'Melanom', Ours: 'Nicht übersetzt' });
  const names = ['Melanoma (invasive)', 'Ours', 'constructor'].map(shortClassName);
  speak('en', {});
  expect(names).toEqual(['Melanom', 'Ours', 'constructor']);
  expect(shortClassName('Melanoma (invasive)')).toBe('Melanoma');
});

test('a class is explained in plain words and by what its name has in brackets, as far as there is either', () => {
  expect(classHint({ code: 'nv', name: 'Melanocytic naevus (mole)' })).toBe('Ordinary mole: mole');
  expect(classHint({ code: 'nv', name: 'Melanocytic naevus' })).toBe('Ordinary mole');
  expect(classHint({ code: 'own', name: 'Ours (rare)' })).toBe('rare');
  expect(classHint({ code: 'own', name: 'Ours' })).toBe('');
});

test('a chance is a whole percentage, but never nothing or all where it is not', () => {
  const said = [0, 0.000_001, 0.0099, 0.01, 0.104, 0.5, 0.99, 0.9901, 0.999_999, 1].map(
    formatPercent,
  );
  const figures = ['0', '<1', '<1', '1', '10', '50', '99', '>99', '>99', '100'];
  expect(said).toEqual(figures.map((figure) => `${figure}${nbsp}%`));
  expect(formatPercent(1.002)).toBe(`100${nbsp}%`);
});

test('a time is told to a tenth of a millisecond below ten, and to a tenth of a second from a second on', () => {
  expect([0.26, 9.94, 10, 999, 1000, 12_340].map(formatMs)).toEqual([
    '0.3 ms',
    '9.9 ms',
    '10 ms',
    '999 ms',
    '1.0 s',
    '12.3 s',
  ]);
});
