import path from 'node:path';
import { expect, test } from 'vitest';
import { Connection } from '../../src/store/connection.ts';
import { createClinic, unlockClinic } from '../../src/store/index.ts';
import {
  clinicOf,
  closing,
  dataKeyOf,
  details,
  expectRefusal,
  findPatients,
  kdf,
  newClinic,
  passphrase,
  temporaryFolder,
  userName,
} from './harness.ts';

const müller = { familyName: 'Müller', givenName: 'Jörg Karl', recordNumber: 'P-0012' };

test('Müller, Jörg Karl, P-0012 is found by what any of his words begins with, and by no other text', async () => {
  const { find } = await clinicOf(müller, { familyName: 'Okafor', recordNumber: 'X-1' });
  for (const text of [
    ...['Müller', 'muller', 'MUL', 'mul', 'mueller', 'Mu\u0308ller', 'jorg mull', 'karl'],
    ...['P-0012', 'p0012', '0012', '  müller   p-00 '],
  ])
    expect(find(text), text).toEqual(['Müller']);
  for (const text of ['ller', 'mul okafor', 'p-0013', 'muller x'])
    expect(find(text), text).toEqual([]);
});

test('names are found however they are typed', async () => {
  const typed = [
    ["O'Neill", 'oneill'],
    ["O'Neill", "o'neill"],
    ['Łukasz', 'lukasz'],
    ['Großmann', 'grossmann'],
    ['Søndergård', 'sondergard'],
    ['İpek', 'ipek'],
    ['Иванова', 'иван'],
    ['山田', '山'],
    ['García-Núñez', 'nunez'],
  ] as const;
  const names = new Set(typed.map(([familyName]) => familyName));
  const { find } = await clinicOf(...[...names].map((familyName) => ({ familyName })));
  for (const [familyName, text] of typed) expect(find(text), text).toEqual([familyName]);
});

test('what looks like a command or a pattern is only text beside a name', async () => {
  const { find } = await clinicOf(müller);
  expect(find("'; DROP TABLE patient; -- mul")).toEqual([]);
  for (const text of ['*', '"', '\u0000', '%', '_'])
    expect(find(`${text} mul`), text).toEqual(['Müller']);
});

test.each([
  ['李', '小龙', '李小龙'],
  ['李', '小龙', '小龙李'],
  ['李小龙', '', '李 小龙'],
  ['김', '민수', '김민수'],
  ['山田', '太郎', '山田太'],
  ['van den Berg', 'Jan', 'vandenberg'],
  ['van den Berg', 'Jan', 'vandenbergjan'],
  ['van den Berg', 'Jan', 'denberg'],
  ['Vandenberg', 'Jan', 'van den berg'],
  ['Øster', 'Åse', 'aase'],
  ['Øster', 'Åse', 'oester åse'],
  ['Øster', 'Aase', 'åse'],
  ['Søgård', '', 'soegaard'],
  ['Søgård', '', 'sogaard'],
])('%s %s is found by "%s"', async (familyName, givenName, text) => {
  const { find } = await clinicOf({ familyName, givenName }, { familyName: 'Okafor' });
  expect(find(text)).toEqual([familyName]);
});

test('a search of signs only finds nobody', async () => {
  const { store, find } = await clinicOf(müller, { familyName: "O'Neill" });
  for (const text of ['%', '_', "'", '  ?! ', '\u0000', '👩‍⚕️']) {
    expect(find(text), text).toEqual([]);
    expect(store.patientList.count({ text, show: 'current' }), text).toBe(0);
  }
  expect(find('  ')).toHaveLength(2);
  expect(store.patientList.count({ text: '', show: 'current' })).toBe(2);
});

test('a patient born on 14 March 1961 is found by the day, the month and the year in many forms', async () => {
  const { find } = await clinicOf(
    { familyName: 'Quillfeather', givenName: 'Ottoline', birthDate: '1961-03-14' },
    { familyName: 'Quill', givenName: 'Ottoline', birthDate: '1962-04-15' },
    { familyName: 'Okafor' },
  );
  for (const text of [
    '1961-03-14',
    '1961/3/14',
    '14.3.1961',
    '14.03.61',
    '14/3/1961',
    '3/14/1961',
    '14-03-1961',
    '19610314',
    '14031961',
    '14 March 1961',
    '14. März 1961',
    'March 14, 1961',
    '14 mars 1961',
    '14 de marzo de 1961',
    '1961年3月14日',
    '1961',
    '3/1961',
    '1961-03',
    'March 1961',
    'quill 14.3.1961',
    '1961 ottoline',
  ])
    expect(find(text), text).toEqual(['Quillfeather']);
});

test('a number that could be a date or a year is a record number as well, and a month a name', async () => {
  const { find } = await clinicOf(
    { familyName: 'Okafor', recordNumber: '1961-03' },
    { familyName: 'May', birthDate: '1961-07-01' },
    { familyName: 'Lind', birthDate: '1861-01-01', recordNumber: 'X-9' },
  );
  expect(find('1961-03')).toEqual(['Okafor']);
  expect(find('1961').sort()).toEqual(['May', 'Okafor']);
  expect(find('may 1961')).toEqual(['May']);
  expect(find('31.2.1961')).toEqual([]);
});

test('a patient renamed is found by the new name and no longer by the old one', async () => {
  const { store, find } = await clinicOf(müller);
  const [found] = findPatients(store, 'mul').entries;
  const id = found?.patient.id ?? '';
  const changed = store.patients.update(id, 1, details({ ...müller, familyName: 'Weiß' }));
  expect(store.patients.get(id)).toEqual(changed);
  expect(find('muller')).toEqual([]);
  expect(find('weiss jorg')).toEqual(['Weiß']);
});

test('an archived patient is found only among the archived, and comes back unchanged', async () => {
  const { store, find } = await clinicOf(müller, { familyName: 'Okafor' });
  const [found] = findPatients(store, 'mul').entries;
  const before = found?.patient;
  const archived = store.patients.archive(before?.id ?? '');
  expect(archived.archivedAt).not.toBeNull();
  expect(store.patients.get(archived.id)).toEqual(archived);
  expect([find(''), find('', 'archived')]).toEqual([['Okafor'], ['Müller']]);
  const restored = store.patients.restore(archived.id);
  expect(restored).toEqual({ ...before, updatedAt: restored.updatedAt });
  expect(find('', 'archived')).toEqual([]);
});

test('a record number is taken in either case, and no number is no duplicate', async () => {
  const { store } = await clinicOf(müller, { familyName: 'Okafor' }, { familyName: 'Lind' });
  const message = await expectRefusal('duplicate-record-number', () =>
    store.patients.enrol(details({ familyName: 'Other', recordNumber: 'p-0012' })),
  );
  expect(message).not.toMatch(/0012|Müller|Other/);
  const [okafor] = findPatients(store, 'okafor').entries;
  const id = okafor?.patient.id ?? '';
  await expectRefusal('duplicate-record-number', () =>
    store.patients.update(id, 1, details({ familyName: 'Okafor', recordNumber: 'P-0012' })),
  );
  const kept = details({ familyName: 'Okafor', recordNumber: 'P-0013' });
  expect(store.patients.update(id, 1, kept).recordNumber).toBe('P-0013');
  expect(store.patients.update(id, 2, kept).recordNumber).toBe('P-0013');
  const numbered = ['p-0012', 'P-0013', 'P-0014', ''].map(
    (recordNumber) => store.patients.findByNumber(recordNumber)?.familyName,
  );
  expect(numbered).toEqual(['Müller', 'Okafor', undefined, undefined]);
});

test('an edit that began before another one was saved is refused, and the other one stays', async () => {
  const { store } = await clinicOf(müller);
  const [found] = findPatients(store, 'mul').entries;
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

test('risk factors are kept as they were answered, and what was not asked stays open', async () => {
  const { store } = await clinicOf();
  const asked = details({ ...müller, hadMelanoma: 'no', naevusCount: 'over-100' });
  const { id } = store.patients.enrol(asked);
  const open = { familyMelanoma: null, atypicalNaevi: null, immunosuppressed: null };
  expect(store.patients.get(id)).toMatchObject({ ...asked, ...open });
  const learned = { ...asked, familyMelanoma: 'yes', hadKeratinocyteCancer: 'yes' } as const;
  store.patients.update(id, 1, { ...learned, naevusCount: null, immunosuppressed: 'no' });
  expect(store.patients.get(id)).toMatchObject({
    hadMelanoma: 'no',
    hadKeratinocyteCancer: 'yes',
    familyMelanoma: 'yes',
    naevusCount: null,
    atypicalNaevi: null,
    immunosuppressed: 'no',
  });
  expect(await store.checkAudit()).toMatchObject({ intact: true });
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

test('patients without words in the index are given them when the clinic is opened', async () => {
  const { folder, store } = await newClinic();
  store.patients.enrol(details(müller));
  store.close();
  const connection = Connection.open(path.join(folder, 'clinic.db'), await dataKeyOf(folder));
  connection.allowWriting();
  connection.run('DELETE FROM patient_word');
  connection.close();
  const opened = closing(await unlockClinic(folder, { userName, passphrase }));
  expect(findPatients(opened.store, 'mueller').entries).toHaveLength(1);
});

test('a search by a whole page of text is answered', async () => {
  const { find } = await clinicOf(müller);
  expect(find('müller '.repeat(5000))).toEqual(['Müller']);
});
