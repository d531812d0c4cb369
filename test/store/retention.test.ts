import { expect, test } from 'vitest';
import { localDay } from '../../src/clinic/entities/days.ts';
import type { PatientDetails } from '../../src/clinic/entities/index.ts';
import type { ClinicStore } from '../../src/store/index.ts';
import { addImage, addLesion, details, expectRefusal, findPatients, newClinic } from './harness.ts';

/** A clinic whose clock the test sets; each patient is enrolled, or seen, when it says so. */
async function clinicOverTime() {
  let now = new Date('2026-11-28T10:00:00');
  const clinic = await newClinic(undefined, () => now);
  const at = <T>(day: string, work: (store: ClinicStore) => T): T => {
    now = new Date(`${day}T10:00:00`);
    return work(clinic.store);
  };
  const seen = (familyName: string, day: string, given: Partial<PatientDetails> = {}) =>
    at('2001-05-05', ({ patients, visits }) => {
      const { id } = patients.enrol(details({ familyName, ...given }));
      visits.forDay(id, new Date(`${day}T09:00:00`).toISOString());
      return id;
    });
  const over = (day: string) =>
    at(day, (store) => {
      const { retention } = store;
      const today = localDay(store.now());
      const entries = retention.overdue(today, 100);
      expect(retention.count(today)).toBe(entries.length);
      return entries.map(({ patient, overSince }) => `${patient.familyName} ${overSince}`);
    });
  return { ...clinic, at, seen, over };
}

test('without a rule nobody’s time is over', async () => {
  const { seen, over } = await clinicOverTime();
  seen('Okafor', '2001-06-01');
  expect(over('2026-11-28')).toEqual([]);
});

test('a patient’s time is over on the day so many years after the last visit, and not before', async () => {
  const { store, seen, over } = await clinicOverTime();
  store.retention.setRule({ years: 10, minorAge: null });
  seen('Okafor', '2016-11-28');
  expect(over('2026-11-27')).toEqual([]);
  expect(over('2026-11-28')).toEqual(['Okafor 2026-11-28']);
});

test('who was a minor at the last visit is kept until the age that the clinic sets', async () => {
  const { store, seen, over } = await clinicOverTime();
  store.retention.setRule({ years: 10, minorAge: 30 });
  seen('Child', '2010-03-01', { birthDate: '2000-06-15' });
  seen('Grown', '2010-03-01', { birthDate: '1992-02-28' });
  seen('Unknown', '2010-03-02');
  seen('Birthday', '2010-03-03', { birthDate: '1992-03-03' });
  expect(over('2026-11-28')).toEqual([
    'Grown 2020-03-01',
    'Unknown 2020-03-02',
    'Birthday 2020-03-03',
  ]);
  expect(over('2022-03-04')).not.toContainEqual(expect.stringContaining('Child'));
  expect(over('2030-06-14')).not.toContain('Child 2030-06-15');
  expect(over('2030-06-15')).toContain('Child 2030-06-15');
  store.retention.setRule({ years: 10, minorAge: null });
  expect(over('2026-11-28')[0]).toMatch(/^(Child|Grown) 2020-03-01$/);
});

test('a minor is kept at least as long as everybody else', async () => {
  const { store, seen, over } = await clinicOverTime();
  store.retention.setRule({ years: 10, minorAge: 20 });
  seen('Grown by then', '2010-03-01', { birthDate: '1995-01-01' });
  seen('Not yet', '2010-03-01', { birthDate: '2000-06-15' });
  expect(over('2020-02-29')).toEqual([]);
  expect(over('2020-03-01')).toEqual(['Grown by then 2020-03-01']);
  expect(over('2020-06-15')).toEqual(['Grown by then 2020-03-01', 'Not yet 2020-06-15']);
});

test('the longest ago comes first; a patient who was never seen counts from the enrolment, archived ones too', async () => {
  const { store, at, seen, over } = await clinicOverTime();
  store.retention.setRule({ years: 5, minorAge: null });
  seen('Second', '2012-01-01');
  seen('Third', '2015-01-01');
  const never = at('2009-01-01', ({ patients }) =>
    patients.enrol(details({ familyName: 'First' })),
  );
  store.patients.archive(never.id);
  seen('Later', '2025-01-01');
  expect(over('2026-11-28')).toEqual(['First 2014-01-01', 'Second 2017-01-01', 'Third 2020-01-01']);
});

test('a new visit takes a patient off the list, what is awaited is told, and nothing is erased by it', async () => {
  const { store, user, at, seen, over } = await clinicOverTime();
  store.retention.setRule({ years: 5, minorAge: null });
  const id = seen('Okafor', '2012-01-01');
  const lesion = addLesion(store, id);
  store.followUps.plan(lesion.id, 'monitor', '2013-01-01', user.id);
  const [entry] = at('2026-11-28', ({ retention }) => retention.overdue('2026-11-28', 10));
  expect(entry).toMatchObject({ awaitedCount: 1, imageCount: 0, hasVisits: true });
  expect(findPatients(store).entries).toHaveLength(1);
  addImage(store, lesion.id);
  expect(over('2026-11-28')).toEqual([]);
});

test('a collection of examples is no patient whose time could be over', async () => {
  const { store, seen, over } = await clinicOverTime();
  store.retention.setRule({ years: 1, minorAge: null });
  store.classExamples.addCollection('Atlas', seen('Atlas', '2010-01-01'));
  expect(over('2026-11-28')).toEqual([]);
});

test('who is kept longer is proposed from that day on, also as a record that was merged, and not before; it can be taken back', async () => {
  const { store, user, seen, over } = await clinicOverTime();
  store.retention.setRule({ years: 5, minorAge: null });
  const okafor = seen('Okafor', '2012-01-01');
  const double = seen('Okafor', '2011-01-01');
  store.retention.keepLonger(okafor, { until: '2027-01-31', reason: 'a claim is not settled' });
  expect(over('2026-11-28')).toEqual(['Okafor 2016-01-01']);
  expect(store.retention.kept('2027-01-30', 10)).toMatchObject([
    { until: '2027-01-31', reason: 'a claim is not settled', patient: { id: okafor } },
  ]);
  store.patientMerges.merge(okafor, double, user.id);
  expect(over('2027-01-30')).toEqual([]);
  expect(over('2027-01-31')).toEqual(['Okafor 2017-01-01']);
  expect(store.retention.kept('2027-01-31', 10)).toEqual([]);
  store.retention.keepLonger(okafor, null);
  expect(over('2026-11-28')).toEqual(['Okafor 2017-01-01']);
  await expectRefusal('not-found', () => store.retention.keepLonger('nobody', null));
});
