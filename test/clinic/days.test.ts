import { expect, test } from 'vitest';
import { daysAfter, daysBetween, localDay, monthsAfter } from '../../src/clinic/entities/days.ts';

test('a day of the calendar has ten characters, whatever the hour', () => {
  expect(localDay(new Date(2026, 2, 3, 0, 0))).toBe('2026-03-03');
  expect(localDay(new Date(2026, 11, 31, 23, 59))).toBe('2026-12-31');
});

test('months later it is the same day, or the month’s last where that is none', () => {
  expect(monthsAfter('2026-01-15', 3)).toBe('2026-04-15');
  expect(monthsAfter('2026-01-31', 1)).toBe('2026-02-28');
  expect(monthsAfter('2028-01-31', 1)).toBe('2028-02-29');
  expect(monthsAfter('2026-05-31', 1)).toBe('2026-06-30');
  expect(monthsAfter('2026-11-30', 3)).toBe('2027-02-28');
  expect(monthsAfter('2026-03-03', 0)).toBe('2026-03-03');
  expect(monthsAfter('2026-03-31', -1)).toBe('2026-02-28');
});

test('days are counted over the ends of months, years and summer time', () => {
  expect(daysAfter('2026-12-30', 3)).toBe('2027-01-02');
  expect(daysAfter('2026-03-01', -1)).toBe('2026-02-28');
  expect(daysAfter('2026-03-03', 0)).toBe('2026-03-03');
  expect(daysBetween('2026-12-30', '2027-01-02')).toBe(3);
  expect(daysBetween('2027-01-02', '2026-12-30')).toBe(-3);
  expect(daysBetween('2026-01-01', '2126-01-01')).toBe(36_524);
});
