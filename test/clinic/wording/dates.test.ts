import { expect, test } from 'vitest';
import {
  ageInYears,
  formatAgo,
  formatDate,
  formatSpan,
} from '../../../src/clinic/wording/dates.ts';

const now = Date.parse('2026-11-28T12:00:00Z');
const ago = (seconds: number) => new Date(now - seconds * 1000).toISOString();
const [hour, day] = [3600, 86_400];

test('a year is full on the birthday, and not on any day before', () => {
  const born = '1980-06-15';
  const age = (month: number, date: number) => ageInYears(born, new Date(2026, month - 1, date));
  expect([age(6, 14), age(6, 15), age(6, 16)]).toEqual([45, 46, 46]);
  expect([age(5, 30), age(7, 1)]).toEqual([45, 46]);
  expect(ageInYears('2026-01-01', new Date(2026, 0, 1))).toBe(0);
});

test('how long ago it was is said in the largest unit that is full', () => {
  const said = [0, 59, 60, hour - 1, hour, day - 1, day, 2 * day].map((seconds) =>
    formatAgo(ago(seconds), now),
  );
  expect(said).toEqual([
    'just now',
    'just now',
    '1 minute ago',
    '60 minutes ago',
    '1 hour ago',
    '24 hours ago',
    'yesterday',
    '2 days ago',
  ]);
  expect(formatAgo(ago(-2 * hour), now)).toBe('in 2 hours');
  expect(formatAgo(ago(18_030), now)).toBe('5 hours ago');
});

test('what was more than 30 days ago is said by its date', () => {
  expect(formatAgo(ago(30 * day), now)).toBe('30 days ago');
  expect(formatAgo(ago(30 * day + 1), now)).toBe(formatDate(ago(30 * day + 1)));
  expect(formatAgo(ago(100 * day), now)).toBe(formatDate(ago(100 * day)));
});

test('a span is a minute or more, in the largest unit that is full', () => {
  const spans = [0, 59, 60, 150, hour - 1, hour, day - 1, day, 12 * day].map((seconds) =>
    formatSpan(ago(seconds), now),
  );
  expect(spans).toEqual([
    '1 minute',
    '1 minute',
    '1 minute',
    '3 minutes',
    '60 minutes',
    '1 hour',
    '24 hours',
    '1 day',
    '12 days',
  ]);
});
