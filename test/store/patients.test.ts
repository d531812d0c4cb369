import { expect, test } from 'vitest';
import type { PatientDetails } from '../../src/clinic/entities/index.ts';
import { createClinic } from '../../src/store/index.ts';
import {
  addImage,
  addLesion,
  closing,
  details,
  expectRefusal,
  kdf,
  newClinic,
  passphrase,
  temporaryFolder,
  userName,
} from './harness.ts';

async function clinicOf(...people: (Partial<PatientDetails> & { familyName: string })[]) {
  const { store } = await newClinic();
  for (const person of people) store.patients.enrol(details(person));
  const find = (text: string, archived = false) =>
    store.patients.search({ text, archived }).map(({ patient }) => patient.familyName);
  return { store, find };
}

const müller = { familyName: 'Müller', givenName: 'Jörg Karl', recordNumber: 'P-0012' };

test.each([
  'Müller',
  'muller',
  'MUL',
  'mul',
  'mueller',
  'Mu\u0308ller',
  'jorg mull',
  'karl',
  'P-0012',
  'p0012',
  '0012',
  '  müller   p-00 ',
])('"%s" finds Müller, Jörg Karl, P-0012', async (text) => {
  const { find } = await clinicOf(müller, { familyName: 'Okafor', recordNumber: 'X-1' });
  expect(find(text)).toEqual(['Müller']);
});

test.each(['ller', 'mul okafor', 'p-0013', 'muller x'])('"%s" does not find him', async (text) => {
  const { find } = await clinicOf(müller, { familyName: 'Okafor', recordNumber: 'X-1' });
  expect(find(text)).toEqual([]);
});

test.each([
  ["O'Neill", 'oneill'],
  ["O'Neill", "o'neill"],
  ['Łukasz', 'lukasz'],
  ['Großmann', 'grossmann'],
  ['Søndergård', 'sondergard'],
  ['İpek', 'ipek'],
  ['Иванова', 'иван'],
  ['山田', '山'],
  ['García-Núñez', 'nunez'],
])('%s is found by "%s"', async (familyName, text) => {
  const { find } = await clinicOf({ familyName });
  expect(find(text)).toEqual([familyName]);
});

test.each(['%', '_', "'; DROP TABLE patient; --", '*', '"', '\u0000'])(
  'the text %j is only text',
  async (text) => {
    const { find } = await clinicOf(müller);
    expect(find(`${text} mul`)).toEqual(text.includes('DROP') ? [] : ['Müller']);
  },
);

test('a patient renamed is found by the new name and no longer by the old one', async () => {
  const { store, find } = await clinicOf(müller);
  const [found] = store.patients.search({ text: 'mul', archived: false });
  const id = found?.patient.id ?? '';
  const changed = store.patients.update(id, 1, details({ ...müller, familyName: 'Weiß' }));
  expect(store.patients.get(id)).toEqual(changed);
  expect(find('muller')).toEqual([]);
  expect(find('weiss jorg')).toEqual(['Weiß']);
});

test('an archived patient is found only among the archived, and comes back unchanged', async () => {
  const { store, find } = await clinicOf(müller, { familyName: 'Okafor' });
  const [found] = store.patients.search({ text: 'mul', archived: false });
  const before = found?.patient;
  const archived = store.patients.archive(before?.id ?? '');
  expect(archived.archivedAt).not.toBeNull();
  expect(store.patients.get(archived.id)).toEqual(archived);
  expect([find(''), find('', true)]).toEqual([['Okafor'], ['Müller']]);
  const restored = store.patients.restore(archived.id);
  expect(restored).toEqual({ ...before, updatedAt: restored.updatedAt });
  expect(find('', true)).toEqual([]);
});

test('patients are listed by last visit, then by name without regard to case and marks', async () => {
  const { store, find } = await clinicOf(
    { familyName: 'Zander' },
    { familyName: 'Öberg' },
    { familyName: 'adams' },
    { familyName: 'Pavel' },
  );
  const visit = (name: string, at: string) => {
    const [found] = store.patients.search({ text: name, archived: false });
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
  expect(store.patients.search({ text: '', archived: false })).toEqual([
    {
      patient,
      lesionCount: 2,
      imageCount: 2,
      unreviewedCount: 1,
      lastVisitAt: visits[0]?.startedAt,
    },
  ]);
});

test('a record number is taken in either case, and no number is no duplicate', async () => {
  const { store } = await clinicOf(müller, { familyName: 'Okafor' }, { familyName: 'Lind' });
  const message = await expectRefusal('duplicate-record-number', () =>
    store.patients.enrol(details({ familyName: 'Other', recordNumber: 'p-0012' })),
  );
  expect(message).not.toMatch(/0012|Müller|Other/);
  const [okafor] = store.patients.search({ text: 'okafor', archived: false });
  const id = okafor?.patient.id ?? '';
  await expectRefusal('duplicate-record-number', () =>
    store.patients.update(id, 1, details({ familyName: 'Okafor', recordNumber: 'P-0012' })),
  );
  const kept = details({ familyName: 'Okafor', recordNumber: 'P-0013' });
  expect(store.patients.update(id, 1, kept).recordNumber).toBe('P-0013');
  expect(store.patients.update(id, 2, kept).recordNumber).toBe('P-0013');
});

test('an edit that began before another one was saved is refused, and the other one stays', async () => {
  const { store } = await clinicOf(müller);
  const [found] = store.patients.search({ text: 'mul', archived: false });
  const { id = '', revision = 0 } = found?.patient ?? {};
  const first = store.patients.update(id, revision, details({ ...müller, phototype: 2 }));
  const message = await expectRefusal('changed-meanwhile', () =>
    store.patients.update(id, revision, details({ ...müller, note: 'asked to come again' })),
  );
  expect(message).toContain('nothing was saved');
  expect(store.patients.get(id)).toEqual(first);
  store.patients.archive(id);
  const again = details({ ...müller, phototype: 2, note: 'asked to come again' });
  expect(store.patients.update(id, first.revision, again)).toMatchObject({ revision: 3 });
});

test('an unknown patient is not found', async () => {
  const { store } = await clinicOf();
  const id = '01890000-0000-7000-8000-000000000000';
  await expectRefusal('not-found', () => store.patients.get(id));
  await expectRefusal('not-found', () => store.patients.update(id, 1, details(müller)));
  await expectRefusal('not-found', () => store.patients.archive(id));
});

test('records carry the time of the clock that was given', async () => {
  let now = new Date('2026-05-06T07:08:09.010Z');
  const clinic = { clinicName: 'C', demo: false, userName, passphrase, kdf, clock: () => now };
  const { store } = closing(await createClinic(temporaryFolder(), clinic));
  const patient = store.patients.enrol(details(müller));
  expect(patient.createdAt).toBe('2026-05-06T07:08:09.010Z');
  now = new Date('2026-05-07T00:00:00Z');
  const changed = store.patients.update(patient.id, 1, details(müller));
  expect(changed).toEqual({ ...patient, revision: 2, updatedAt: '2026-05-07T00:00:00.000Z' });
});

test('a search by a whole page of text is answered', async () => {
  const { find } = await clinicOf(müller);
  expect(find('müller '.repeat(5000))).toEqual(['Müller']);
});
