import { expect, test } from 'vitest';
import {
  originText,
  profileName,
  quantityText,
  rangeText,
  scaleText,
} from '../../../src/clinic/wording/measures.ts';

const mm = (value: number, error: number) => ({ value, error, unit: 'mm' as const });
const areas = (value: number, error: number) => ({ value, error, unit: 'mm²' as const });
const scale = (relativeError: number) => scaleText({ mmPerPx: 0.0207, relativeError });

test('a quantity has the digits that its error of 95 cases in 100 leaves, from three down to none', () => {
  expect(quantityText(mm(6.2, 0.255))).toBe('6.2 ± 0.5 mm');
  expect(quantityText(mm(6.238, 0.0255))).toBe('6.24 ± 0.05 mm');
  expect(quantityText(mm(12.34, 0.0001))).toBe('12.340 ± 0.000 mm');
  expect(quantityText(mm(12.34, 0))).toBe('12.340 ± 0.000 mm');
  expect(quantityText(mm(7.6, 5.1))).toBe('8 ± 10 mm');
  expect(quantityText(mm(12, 0.5))).toBe('12.0 ± 1.0 mm');
});

test('what is surer to hundreds than to ones has noughts for what nobody knows', () => {
  expect(quantityText(areas(1234, 70))).toBe('1,230 ± 140 mm²');
  expect(quantityText(areas(123_456, 4000))).toBe('123,500 ± 7,800 mm²');
  expect(quantityText(areas(333, 51.2))).toBe('330 ± 100 mm²');
  expect(quantityText(areas(333, 50.9))).toBe('333 ± 100 mm²');
});

test('a range goes from the one end of what is likely to the other, and not below nought', () => {
  expect(rangeText(mm(6.2, 0.255))).toBe('5.7 to 6.7 mm');
  expect(rangeText(mm(0.2, 0.2))).toBe('0.0 to 0.6 mm');
  expect(rangeText(mm(0.9, 0.2))).toBe('0.5 to 1.3 mm');
});

test('a scale is told in pixels of a millimetre, its error with a digit behind the point below 10 %', () => {
  expect(scale(0.006)).toBe('1 mm is 48.3 pixels, ± 1.2 %');
  expect(scale(0.0505)).toBe('1 mm is 48.3 pixels, ± 9.9 %');
  expect(scale(0.054)).toBe('1 mm is 48.3 pixels, ± 11 %');
});

test('a scale’s origin is told with its length, and a device’s with its magnification', () => {
  const points = { from: { x: 0, y: 0 }, to: { x: 9, y: 0 }, lengthMm: 2.1234 };
  expect(originText({ source: 'clicks', ...points })).toBe(
    'From two points of a ruler, 2.123 mm apart',
  );
  expect(originText({ source: 'mark', ...points })).toBe('From a mark of 2.123 mm');
  expect(originText({ source: 'ruler', markMm: 1, marks: 23, directionDegrees: 0 })).toBe(
    'From a ruler that was found, 23 marks 1 mm apart',
  );
  const profile = { device: 'Lumen Scope', magnification: '10×' };
  expect(originText({ source: 'device', profileId: 'p', ...profile })).toBe(
    'From the profile of Lumen Scope, 10×',
  );
  expect(profileName({ device: 'Lumen Scope', magnification: '' })).toBe('Lumen Scope');
});
