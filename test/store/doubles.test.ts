import { afterEach, expect, test, vi } from 'vitest';
import type { PatientDetails } from '../../src/clinic/entities/index.ts';
import { details, newClinic } from './harness.ts';

afterEach(() => void vi.restoreAllMocks());

type Given = Partial<PatientDetails> & { familyName: string };

/** A clock that leaps on whenever it is looked at, once it is told how far. */
function leapingClock() {
  const clock = { nowMs: 0, stepMs: 0 };
  vi.spyOn(performance, 'now').mockImplementation(() => {
    clock.nowMs += clock.stepMs;
    return clock.nowMs;
  });
  return clock;
}

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
  const undated = store.patients.enrol(details({ ...jörg, birthDate: null }));
  const dayOff = store.patients.enrol(details({ ...jörg, birthDate: '1961-03-05' }));
  const crossed = store.patients.enrol(
    details({ ...jörg, familyName: 'Jörg Karl', givenName: 'Müller' }),
  );
  expect(store.doubles.find(details(jörg))).toEqual([
    { patient: same, likeness: 'same' },
    { patient: crossed, likeness: 'names-exchanged' },
    { patient: near, likeness: 'similar-name' },
    { patient: dayOff, likeness: 'similar-date' },
    { patient: undated, likeness: 'date-missing' },
  ]);
});

test('a name of signs only is nobody’s', async () => {
  expect(await likenessTo(jörg, { familyName: '%', givenName: '_' })).toEqual([]);
});

test('a pair of which one is archived while others have their turn is neither offered nor counted', async () => {
  const { store } = await newClinic();
  const [gone] = [jörg, jörg].map((person) => store.patients.enrol(details(person)).id);
  const [one, other] = [1, 2].map(() =>
    store.patients.enrol(details({ familyName: 'Lind', birthDate: '1970-01-02' })),
  );
  const before = await store.doubles.pairs(1);
  expect([before.pairs.length, before.count]).toEqual([1, 2]);
  leapingClock().stepMs = 1000;
  setImmediate(() => store.patients.archive(gone ?? ''));
  const { pairs, count } = await store.doubles.pairs(10);
  expect(pairs.map(({ one, other }) => [one, other])).toEqual([[one, other]]);
  expect(count).toBe(1);
});

test('five hundred people are read at once, and others have their turn before the next ones', async () => {
  const { store } = await newClinic();
  store.transaction(() => {
    for (let n = 0; n < 500; n++) store.patients.enrol(details({ familyName: `Person${n}` }));
  });
  let turns = 0;
  const signal = Object.assign(new AbortController().signal, {
    throwIfAborted: () => {
      turns += 1;
    },
  });
  const clock = leapingClock();
  expect(await store.doubles.pairs(10, signal)).toEqual({ pairs: [], count: 0 });
  expect(turns).toBe(0);
  clock.stepMs = 1000;
  await store.doubles.pairs(10, signal);
  // As each of them is sorted, too.
  expect(turns).toBe(1 + 500);
});
