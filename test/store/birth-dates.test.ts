import { expect, test } from 'vitest';
import { findDates, findYears } from '../../src/store/birth-dates.ts';

const today = '2026-06-15';
const day = (date: string) => ({ from: date, to: date });

test.each([
  ['1961-03-14', ['1961-03-14']],
  ['1961.3.4', ['1961-03-04']],
  ['14.3.1961', ['1961-03-14']],
  ['14 / 3 / 1961', ['1961-03-14']],
  ['3/14/1961', ['1961-03-14']],
  ['3/4/1961', ['1961-04-03', '1961-03-04']],
  ['3/3/1961', ['1961-03-03']],
  ['14.3.61', ['1961-03-14']],
  ['14.3.05', ['2005-03-14', '1905-03-14']],
  ['3/3/05', ['2005-03-03', '1905-03-03']],
  ['15.6.26', ['2026-06-15', '1926-06-15']],
  ['16.6.26', ['1926-06-16']],
  ['14031961', ['1961-03-14']],
  ['19610314', ['1961-03-14']],
  ['03041961', ['1961-04-03', '1961-03-04']],
  ['03031961', ['1961-03-03']],
  ['14 March 1961', ['1961-03-14']],
  ['1st January 1961', ['1961-01-01']],
  ['14. März 1961', ['1961-03-14']],
  ['14 de marzo de 1961', ['1961-03-14']],
  ['31-Dec-1961', ['1961-12-31']],
  ['March 14, 1961', ['1961-03-14']],
  ['1961年3月14日', ['1961-03-14']],
  ['29.2.1960', ['1960-02-29']],
  ['1890-01-01', ['1890-01-01']],
])('"%s" is a day', (text, dates) => {
  expect(findDates(text, today)).toEqual({ dates: [{ text, ranges: dates.map(day) }], rest: ' ' });
});

test.each([
  ['1961-03', '1961-03-01', '1961-03-31'],
  ['2/1961', '1961-02-01', '1961-02-28'],
  ['February 1960', '1960-02-01', '1960-02-29'],
  ['Dez. 1961', '1961-12-01', '1961-12-31'],
  ['januari 1961', '1961-01-01', '1961-01-31'],
  ['June 2026', '2026-06-01', '2026-06-30'],
  ['1961', '1961-01-01', '1961-12-31'],
  ['1890', '1890-01-01', '1890-12-31'],
  ['2026', '2026-01-01', '2026-12-31'],
])('"%s" is all of its days', (text, from, to) => {
  expect(findDates(text, today)).toEqual({ dates: [{ text, ranges: [{ from, to }] }], rest: ' ' });
});

test.each(['1889', '2027', '14.14.61', '19611314', '14 Mumble'])(
  '"%s" is no date of birth, and stays to be searched for',
  (text) => {
    expect(findDates(text, today)).toEqual({ dates: [], rest: text });
  },
);

test.each([
  ['30.2.1961', '2.1961'],
  ['16.6.2026', '6.2026'],
  ['31 April 1961', 'April 1961'],
  ['July 2026', '2026'],
  ['14 Mumble 1961', '1961'],
])('of "%s", which is no day or is to come, "%s" is left', (text, left) => {
  expect(findDates(text, today).dates.map((date) => date.text)).toEqual([left]);
});

test('what stands around dates is left, and a number within a word or a longer number is none', () => {
  const found = findDates('Müller 14.3.1961 Okafor 1984', today);
  expect(found.dates.map(({ text }) => text)).toEqual(['14.3.1961', '1984']);
  expect(found.rest.split(/\s+/)).toEqual(['Müller', 'Okafor', '']);
  for (const text of ['P1961', '19615', '1961a']) expect(findDates(text, today).dates).toEqual([]);
});

test('years alone are found where no more is asked for', () => {
  expect(findYears('14.3.1961', today)).toEqual({
    dates: [{ text: '1961', ranges: [{ from: '1961-01-01', to: '1961-12-31' }] }],
    rest: '14.3. ',
  });
});
