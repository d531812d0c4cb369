import { expect, test } from 'vitest';
import { isDateSlip, isOneSlipApart, nameLikeness } from '../../src/store/likeness.ts';

test.each([
  ['belanger', 'belanger'],
  ['belanger', 'belangre'],
  ['belanger', 'blanger'],
  ['belanger', 'bellanger'],
  ['belanger', 'belanper'],
  ['belanger', 'elanger'],
  ['belanger', 'belangers'],
  ['', 'x'],
])('%s and %s are one slip apart, either way round', (one, other) => {
  expect([isOneSlipApart(one, other), isOneSlipApart(other, one)]).toEqual([true, true]);
});

test.each([
  ['belanger', 'belangers s'],
  ['belanger', 'beranges'],
  ['belanger', 'leganber'],
  ['belanger', 'beaxnger'],
  ['belanger', 'bilonger'],
  ['ab', 'ba c'],
  ['', 'xy'],
])('%s and %s are more than a slip apart', (one, other) => {
  expect([isOneSlipApart(one, other), isOneSlipApart(other, one)]).toEqual([false, false]);
});

test.each([
  ['Müller', 'mueller', 'same'],
  ['van der Meulen', 'vandermeulen', 'same'],
  ['García-Núñez', 'Garcia Nunez', 'same'],
  ['Jörg', 'Jorgen', 'different'],
  ['Bélanger', 'Belangre', 'similar'],
  ['Bélanger', 'Belanges', 'similar'],
  ['Bélanger', 'Eblanger', 'similar'],
  ['小𠮷野家', '小野家', 'similar'],
  ['Lin', 'Lim', 'similar'],
  ['Li', 'Lin', 'different'],
  ['Li', 'Lu', 'different'],
  ['', '', 'same'],
] as const)('%s and %s are %s', (one, other, likeness) => {
  expect(nameLikeness(one, other)).toBe(likeness);
});

test('a date slips by one figure, or by day and month exchanged', () => {
  expect(isDateSlip('1961-03-14', '1961-03-15')).toBe(true);
  expect(isDateSlip('1961-03-04', '1961-04-03')).toBe(true);
  expect(isDateSlip('1961-03-14', '1962-03-15')).toBe(false);
  expect(isDateSlip('1961-03-14', '1961-03-14')).toBe(false);
});
