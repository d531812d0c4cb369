import { expect, test } from 'vitest';
import {
  byLikeness,
  Comparison,
  likenesses,
  type Person,
} from '../../src/store/person-likeness.ts';

const person = (familyName: string, givenName: string, birthDate: string | null): Person => ({
  ...{ familyName, givenName, birthDate },
});
const [day, dayAfter, anotherDay] = ['1961-03-04', '1961-03-05', '1984-11-23'];
const müller = person('Müller', 'Jörg Karl', day);
const kim = person('Kim', 'Kin', day);

test.each<[string, Person, Person, string | undefined]>([
  ['two of the same names and day', müller, { ...müller }, 'same'],
  [
    'two of the same names, born a day apart',
    müller,
    { ...müller, birthDate: dayAfter },
    'similar-date',
  ],
  [
    'two of the same names without a day',
    { ...müller, birthDate: null },
    { ...müller, birthDate: null },
    'date-missing',
  ],
  [
    'two of the same names, of whom one has a day',
    müller,
    { ...müller, birthDate: null },
    'date-missing',
  ],
  ['namesakes', müller, { ...müller, birthDate: anotherDay }, undefined],
  [
    'two nearly of a name, born a day apart',
    müller,
    person('Möller', 'Jörg Karl', dayAfter),
    undefined,
  ],
  [
    'two nearly of a name, of whom one has no day',
    müller,
    person('Möller', 'Jörg Karl', null),
    undefined,
  ],
  ['strangers of one day', müller, person('Okafor', 'Ada', day), undefined],
  ['strangers of one given name', müller, person('Okafor', 'Jörg Karl', day), undefined],
  ['strangers born a day apart', müller, person('Okafor', 'Ada', dayAfter), undefined],
  [
    'strangers without a day',
    { ...müller, birthDate: null },
    person('Okafor', 'Ada', null),
    undefined,
  ],
  ['exchanged names', müller, person('Jörg Karl', 'Müller', day), 'names-exchanged'],
  [
    'exchanged names, born a day apart',
    müller,
    person('Jörg Karl', 'Müller', dayAfter),
    'similar-date',
  ],
  ['exchanged names, nearly', müller, person('Jörg Karl', 'Möller', day), 'similar-name'],
  ['exchanged names that are nearly alike', kim, person('Kin', 'Kim', day), 'names-exchanged'],
  ['alike names of which one is exchanged', kim, person('Kin', 'Kil', day), 'similar-name'],
  [
    'one’s family name as the other’s given name',
    person('Jörg', 'Anna', day),
    person('Schmidt', 'Jörg', day),
    undefined,
  ],
  ['the same without the second name', müller, person('Müller', 'Jörg', day), 'similar-name'],
  ['the same without a given name', müller, person('Müller', '', day), 'similar-name'],
  ['the same with another first name', müller, person('Müller', 'Kurt Karl', day), undefined],
])('%s are told, whoever stands first', (_who, one, other, likeness) => {
  const comparison = new Comparison();
  expect([comparison.likeness(one, other), comparison.likeness(other, one)]).toEqual([
    likeness,
    likeness,
  ]);
});

test('the likeliest come first', () => {
  const mixed = (
    ['similar-date', 'same', 'date-missing', 'names-exchanged', 'similar-name'] as const
  ).map((likeness) => ({ likeness }));
  expect(mixed.sort(byLikeness).map(({ likeness }) => likeness)).toEqual(likenesses);
});
