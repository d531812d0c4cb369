import { describe, expect, test } from 'vitest';
import type { Cursor } from '../../src/clinic/entities/index.ts';
import type { PatientPage } from '../../src/store/index.ts';
import { addImage, addLesion, clinicOf, details, findPatients, newClinic } from './harness.ts';

const müller = { familyName: 'Müller', givenName: 'Jörg Karl', recordNumber: 'P-0012' };

test('the list is walked page by page, each patient once, in either direction', async () => {
  const names = Array.from({ length: 23 }, (_, index) => `N${String(index).padStart(2, '0')}`);
  const { store } = await clinicOf(...names.map((familyName) => ({ familyName })));
  names.slice(5, 15).forEach((name, index) => {
    const [found] = findPatients(store, name).entries;
    store.visits.forDay(found?.patient.id ?? '', `2026-01-${10 + (index % 4)}T10:00:00Z`);
  });
  const whole = { show: 'current', sort: { by: 'name', descending: false }, text: '' } as const;
  const { entries, next } = store.patientList.page({ ...whole, after: null, limit: 23 });
  expect([entries.length, next]).toEqual([23, null]);
  for (const by of ['visit', 'name'] as const)
    for (const descending of [true, false]) {
      const seen: string[] = [];
      let after: Cursor | null = null;
      do {
        const query = { show: 'current', sort: { by, descending }, text: '', limit: 4 } as const;
        const page: PatientPage = store.patientList.page({ ...query, after });
        seen.push(...page.entries.map(({ patient }) => patient.familyName));
        after = page.next;
      } while (after);
      expect(seen.toSorted(), `${by} ${descending}`).toEqual(names);
      if (by === 'name') expect(seen).toEqual(descending ? names.toReversed() : names);
    }
});

test('patients are listed by last visit, then by name without regard to case and marks', async () => {
  const { store, find } = await clinicOf(
    { familyName: 'Zander' },
    { familyName: 'Öberg' },
    { familyName: 'adams' },
    { familyName: 'Pavel' },
  );
  const visit = (name: string, at: string) => {
    const [found] = findPatients(store, name).entries;
    store.visits.forDay(found?.patient.id ?? '', at);
  };
  expect(find('')).toEqual(['adams', 'Öberg', 'Pavel', 'Zander']);
  visit('pavel', '2026-01-05T10:00:00Z');
  visit('zander', '2026-02-05T10:00:00Z');
  expect(find('')).toEqual(['Zander', 'Pavel', 'adams', 'Öberg']);
});

test('a patient is listed with the counts of lesions, images and unreviewed images', async () => {
  const { store, user } = await newClinic();
  const patient = store.patients.enrol(details(müller));
  const [first, second] = [addLesion(store, patient.id), addLesion(store, patient.id, 'B')];
  const images = [first, first, second].map(({ id }) => addImage(store, id));
  const [reviewed, removed] = images;
  store.reviews.add({
    imageId: reviewed?.id ?? '',
    readingId: null,
    reviewerId: user.id,
    details: { impression: 'unsure', decision: 'monitor', note: '' },
  });
  store.images.remove(removed?.id ?? '');
  const visits = store.visits.listByPatient(patient.id);
  expect(findPatients(store).entries).toEqual([
    {
      patient,
      lesionCount: 2,
      imageCount: 2,
      unreviewedCount: 1,
      lastVisitAt: visits[0]?.startedAt,
    },
  ]);
});

describe('one letter wrong, missing, too many, or two exchanged', () => {
  const people = [{ familyName: 'Bélanger' }, { familyName: 'Belange' }, { familyName: 'Okafor' }];

  test('is offered as similar', async () => {
    const { store } = await clinicOf(...people);
    for (const text of [
      ...['belangre', 'bélangre', 'belangar', 'belangr', 'ebelanger', 'eblanger', 'delanger'],
      ...['blanger', 'bealnger', 'belpnger', 'belnager'],
    ]) {
      const { entries, similar } = findPatients(store, text);
      expect(entries, text).toEqual([]);
      const names = similar.map(({ patient }) => patient.familyName);
      expect(names, text).toContain('Bélanger');
      expect(names, text).not.toContain('Okafor');
    }
  });

  test('stands below those who are found exactly, and none stands in both', async () => {
    const { store } = await clinicOf(...people);
    const { entries, similar } = findPatients(store, 'belange');
    expect(entries.map(({ patient }) => patient.familyName)).toEqual(['Belange', 'Bélanger']);
    expect(similar).toEqual([]);
    const exact = findPatients(store, 'belanger');
    expect(exact.entries.map(({ patient }) => patient.familyName)).toEqual(['Bélanger']);
    expect(exact.similar.map(({ patient }) => patient.familyName)).toEqual(['Belange']);
  });

  test('is allowed in one word beside others that are right, and never in a number', async () => {
    const { store } = await clinicOf({ ...müller, familyName: 'Bélanger' });
    const similar = (text: string) =>
      findPatients(store, text).similar.map(({ patient }) => patient.familyName);
    expect(similar('belangre karl')).toEqual(['Bélanger']);
    expect(similar('belangre okafor')).toEqual([]);
    expect(similar('P-0013')).toEqual([]);
    expect(similar('krl')).toEqual([]);
  });

  test('is looked for in words of four letters, and shown below the last page, twenty at most', async () => {
    const { store } = await clinicOf({ familyName: 'Lund' }, { familyName: 'Lin' });
    const similar = (text: string, more: { limit?: number; after?: Cursor | null } = {}) => {
      const sort = { by: 'name', descending: false } as const;
      const query = { show: 'current', sort, text, limit: 1000, after: null, ...more } as const;
      const page = store.patientList.page(query);
      const names = page.similar.map(({ patient }) => patient.familyName);
      return { ...page, names };
    };
    expect([similar('lumd').names, similar('lim').names]).toEqual([['Lund'], []]);
    store.transaction(() => {
      for (const givenName of ['Ada', 'Bo'])
        store.patients.enrol(details({ familyName: 'Belanger', givenName }));
      for (let n = 0; n < 21; n++) store.patients.enrol(details({ familyName: 'Belange' }));
    });
    const first = similar('belanger', { limit: 1 });
    expect([first.entries.length, first.names]).toEqual([1, []]);
    const last = similar('belanger', { limit: 1, after: first.next });
    expect([last.entries.length, last.next]).toEqual([1, null]);
    expect(last.names).toEqual(Array.from({ length: 20 }, () => 'Belange'));
    expect(similar('').names).toEqual([]);
  });
});
