import { expect, test } from 'vitest';
import {
  correctable,
  isSimilar,
  type PatientSearch,
  readSearch,
  reversedForIndex,
} from '../../src/store/patient-search.ts';
import { clinicOf, findPatients } from './harness.ts';

const now = new Date('2026-06-15T10:00:00.000Z');

function read(text: string): PatientSearch {
  const search = readSearch(text, now);
  if (typeof search === 'string') throw new Error(`"${text}" is ${search}`);
  return search;
}

const termsOf = (text: string) =>
  read(text).terms.map((term) => ('word' in term ? term.word : term.ranges));

test('an empty text means everybody, one of signs alone nobody', () => {
  expect(['', ' \t', '?!', '👩‍⚕️'].map((text) => readSearch(text, now))).toEqual([
    ...['everybody', 'everybody', 'nobody', 'nobody'],
  ]);
});

test('each word is searched for, and several as one; of more than sixteen the first', () => {
  expect(read('Okafor')).toEqual({ terms: [{ word: 'Okafor' }], joined: undefined });
  expect(read('van den Berg').joined).toBe('vandenBerg');
  const words = Array.from({ length: 17 }, (_, n) => `w${String.fromCharCode(97 + n)}`);
  expect(termsOf(words.slice(0, 16).join(' '))).toEqual(words.slice(0, 16));
  expect(termsOf(words.join(' '))).toEqual(words.slice(0, 16));
  expect(read(words.join(' ')).joined).toBe(words.slice(0, 16).join(''));
});

test('a date of birth may be the number that it is written as, and its year', () => {
  const day = { from: '1961-03-14', to: '1961-03-14' };
  const year = { from: '1961-01-01', to: '1961-12-31' };
  expect(read('quill 14.3.1961').terms).toEqual([
    {
      ranges: [day],
      otherwise: [{ ranges: [year], otherwise: [{ word: '1961' }] }, { word: '14' }, { word: '3' }],
    },
    { word: 'quill' },
  ]);
  // The day itself is not to come.
  expect(termsOf('15.6.2026')).toEqual([[{ from: '2026-06-15', to: '2026-06-15' }]]);
});

test('similar words are looked up for words of four letters and more, never for numbers', () => {
  expect(correctable(read('lin Lund Belanger P0012 山田太郎 1961'))).toEqual([
    ...['Lund', 'Belanger', '山田太郎'],
  ]);
  expect(['lin', 'lund', 'p0012', '山田太郎'].map(reversedForIndex)).toEqual([
    ...[null, 'dnul', null, '郎太田山'],
  ]);
});

test('a word is similar to another by one slip, and not to itself', () => {
  const similar = ['belanger', 'belange', 'belangre', 'belangers', 'belung'].filter((word) =>
    isSimilar('belanger', word),
  );
  expect(similar).toEqual(['belange', 'belangre', 'belangers']);
});

test('a slip at any place of a name still offers whom it was meant for', async () => {
  const { store } = await clinicOf({ familyName: 'Bélanger' }, { familyName: 'Okafor' });
  const name = [...'belanger'];
  const slips = name.flatMap((letter, at) => [
    name.with(at, 'x'),
    name.toSpliced(at, 1),
    name.toSpliced(at, 0, 'x'),
    name.toSpliced(at, 2, name[at + 1] ?? '', letter),
  ]);
  for (const text of slips.map((letters) => letters.join(''))) {
    const { entries, similar } = findPatients(store, text);
    const found = [...entries, ...similar].map(({ patient }) => patient.familyName);
    expect(found, text).toEqual(['Bélanger']);
  }
});

test('of two dates both are a person’s: the day and its year, not another one', async () => {
  const { find } = await clinicOf(
    { familyName: 'Okafor', birthDate: '1961-03-14' },
    { familyName: 'Lind', birthDate: '1962-03-14' },
  );
  expect(find('14.3.1961 1961')).toEqual(['Okafor']);
  expect(find('14.3.1961 March 1961 okafor')).toEqual(['Okafor']);
  expect(find('14.3.1961 1962')).toEqual([]);
});
