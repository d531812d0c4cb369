import { expect, test } from 'vitest';
import type { PatientDetails } from '../../src/clinic/entities/index.ts';
import { details, newClinic } from './harness.ts';

type Given = Partial<PatientDetails> & { familyName: string };

const jörg: Given = { familyName: 'Müller', givenName: 'Jörg Karl', birthDate: '1961-03-04' };

async function likenessTo(enrolled: Given, asked: Given) {
  const { store } = await newClinic();
  store.patients.enrol(details(enrolled));
  store.patients.enrol(details({ familyName: 'Okafor', birthDate: '1961-03-04' }));
  return store.doubles.find(details(asked)).map(({ likeness }) => likeness);
}

test.each<[string, Given, string]>([
  ['himself', jörg, 'same'],
  ['without accents', { ...jörg, familyName: 'MULLER', givenName: 'Jorg Karl' }, 'same'],
  ['as Germans write it without dots', { ...jörg, familyName: 'Mueller' }, 'same'],
  [
    'with names exchanged',
    { ...jörg, familyName: 'Jörg Karl', givenName: 'Müller' },
    'names-exchanged',
  ],
  ['with a letter wrong', { ...jörg, familyName: 'Möller' }, 'similar-name'],
  ['with letters exchanged', { ...jörg, familyName: 'Mülelr' }, 'similar-name'],
  ['without the second name', { ...jörg, givenName: 'Jörg' }, 'similar-name'],
  ['without a given name', { ...jörg, givenName: '' }, 'similar-name'],
  [
    'exchanged and with a letter wrong',
    { ...jörg, familyName: 'Jörg Carl', givenName: 'Müller' },
    'similar-name',
  ],
  ['born a day later', { ...jörg, birthDate: '1961-03-05' }, 'similar-date'],
  ['with day and month exchanged', { ...jörg, birthDate: '1961-04-03' }, 'similar-date'],
  ['without a birth date', { ...jörg, birthDate: null }, 'date-missing'],
])('Jörg Karl Müller, entered again %s, is found', async (_how, asked, likeness) => {
  expect(await likenessTo(jörg, asked)).toEqual([likeness]);
});

test.each<[string, Given]>([
  ['a namesake of another birth date', { ...jörg, birthDate: '1984-11-23' }],
  ['a sister', { ...jörg, givenName: 'Anna' }],
  ['a letter wrong and a figure too', { ...jörg, familyName: 'Möller', birthDate: '1961-03-05' }],
  ['a letter wrong and no birth date', { ...jörg, familyName: 'Möller', birthDate: null }],
])('%s is somebody else', async (_who, asked) => {
  expect(await likenessTo(jörg, asked)).toEqual([]);
});

test('archived patients are found too, and the likeliest comes first', async () => {
  const { store } = await newClinic();
  const near = store.patients.enrol(details({ ...jörg, familyName: 'Möller' }));
  const same = store.patients.archive(store.patients.enrol(details(jörg)).id);
  expect(store.doubles.find(details(jörg))).toEqual([
    { patient: same, likeness: 'same' },
    { patient: near, likeness: 'similar-name' },
  ]);
});

test('a name of signs only is nobody’s', async () => {
  expect(await likenessTo(jörg, { familyName: '%', givenName: '_' })).toEqual([]);
});
