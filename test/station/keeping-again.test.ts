import { describe, expect, test } from 'vitest';
import { type SharedCase, sharedCase } from '../../src/clinic/entities/index.ts';
import type { ImportFile } from '../../src/station/importer.ts';
import { workUntil } from '../../src/station/session.ts';
import { keepPerson, keptPersons } from '../../src/station/sharing/keeping.ts';
import type { OpenCase } from '../../src/station/sharing/sharing.ts';
import { type ClinicStore, unlockClinic } from '../../src/store/index.ts';
import {
  addImage,
  addLesion,
  closing,
  details,
  kdf,
  newClinic,
  passphrase,
  sha256,
  userName,
} from '../store/harness.ts';

const verdict = {
  ...{ kind: 'suspicious', reasons: ['melanoma'], malignancy: 0.7 },
  ...{ confidence: 'undecided', isLate: false },
};
const image = (number: number) => ({
  ...{ ref: `I${number}`, picture: number - 1, capturedAt: null, importedOn: '2026-06-02' },
  ...{ device: null, reviews: [], checklists: [] },
  reading: {
    networkName: 'qana-4',
    probabilities: [{ code: 'nv', name: 'Naevus', gravity: 'benign', probability: 1 }],
    verdict,
  },
});
const lesion = (number: number, ...images: number[]) => ({
  ...{ ref: `L${number}`, label: `Lesion ${number}`, bodySite: 'thigh', laterality: 'left' },
  ...{ position: null, note: '', closure: null, histology: [], images: images.map(image) },
});
const person = (ref: string, ...lesions: object[]) => ({
  ...{ ref, name: null, birthDate: null, ageYears: 62, sex: 'female', phototype: 2, note: '' },
  lesions,
});

/** A colleague's case: P1 has two lesions with three pictures, P2 one without any. */
function aCase(given: Partial<OpenCase> = {}): OpenCase {
  return {
    case: sharedCase.parse({
      ...{ caseId: '3b241101-e2bb-4255-8caf-4136c566a962', program: '0.1.0' },
      ...{ clinicName: 'At the lake', senderName: 'Dr Lind', madeAt: '2026-06-03T10:00:00.000Z' },
      ...{ isDeidentified: true, question: '' },
      persons: [person('P1', lesion(1, 1, 2), lesion(2, 3)), person('P2', lesion(3))],
    } satisfies Record<keyof SharedCase, unknown>),
    answerKey: Buffer.alloc(32),
    pictures: [1, 2, 3].map((each) => Buffer.from(`picture ${each}`)),
    fingerprint: 'A41F 09C3 7B2E 5D80 E6F1 22A9',
    ...given,
  };
}

/** Stores files as the importer does, without decoding or reading them. */
function importInto(store: ClinicStore) {
  return async (file: ImportFile) => {
    const existing = store.images.findBySha256(sha256(file.bytes));
    const stored = existing ?? addImage(store, file.lesionId, file.bytes, file.fileName);
    const { patientId } = store.lesions.get(stored.lesionId);
    if (!existing)
      return { outcome: 'imported' as const, image: stored, reading: null, readingError: null };
    return {
      ...{ outcome: 'duplicate' as const, image: stored },
      lesion: store.lesions.get(stored.lesionId),
      patient: store.patients.get(patientId),
    };
  };
}

type Import = ReturnType<typeof importInto>;

function keep(
  store: ClinicStore,
  patientId: string,
  {
    open = aCase(),
    importing = importInto(store),
    personRef = 'P1',
    signal = new AbortController().signal,
    onProgress = () => {},
  }: {
    open?: OpenCase;
    importing?: Import;
    personRef?: string;
    signal?: AbortSignal;
    onProgress?: (share: number) => void;
  } = {},
) {
  const [user] = store.accounts.list();
  const work = workUntil(new AbortController().signal, store, user?.id ?? '');
  return keepPerson(
    work,
    { import: (_, file) => importing(file) },
    open,
    { personRef, patientId },
    { signal, onProgress },
  );
}

async function clinicWithPatient() {
  const { folder, store } = await newClinic();
  const { id } = store.patients.enrol(details({ familyName: 'Okafor' }));
  return { folder, store, id };
}

/** What there is of the patient: labels, and how many pictures each lesion has. */
const there = (store: ClinicStore, patientId: string) =>
  store.lesions
    .listByPatient(patientId)
    .map(({ id, label }) => [label, store.images.listByLesion(id).length]);
const whole = [
  ['Lesion 1', 2],
  ['Lesion 2', 1],
];
const kept = { lesions: 2, images: 3, duplicates: 0, failed: 0 };

type Fault = (store: ClinicStore) => { importing?: Import; isOver?: () => void };
/** The program ends before the picture is stored, or after. */
const endsAt =
  (number: number, when: 'before' | 'after'): Fault =>
  (store) => {
    let imported = 0;
    const importing = importInto(store);
    return {
      importing: async (file) => {
        imported += 1;
        if (imported === number && when === 'before') throw new Error('The program ended.');
        const result = await importing(file);
        if (imported === number) throw new Error('The program ended.');
        return result;
      },
    };
  };
const faults: readonly [string, Fault, unknown[]][] = [
  [
    'between the lesions',
    (store) => {
      let noted = 0;
      const { noteKept } = store.sharedCases;
      store.sharedCases.noteKept = (...given) => {
        noted += 1;
        if (noted === 2) throw new Error('The program ended.');
        noteKept.apply(store.sharedCases, given);
      };
      return {};
    },
    [],
  ],
  [
    'before the lesions are entered',
    (store) => {
      store.audit.append = () => {
        throw new Error('The program ended.');
      };
      return {};
    },
    [],
  ],
  ...[1, 2, 3].flatMap((number): [string, Fault, unknown[]][] => {
    const after = (stored: number) => [
      ['Lesion 1', Math.min(stored, 2)],
      ['Lesion 2', Math.max(0, stored - 2)],
    ];
    return [
      [`before picture ${number}`, endsAt(number, 'before'), after(number - 1)],
      [`after picture ${number}`, endsAt(number, 'after'), after(number)],
    ];
  }),
];

describe('a person who is kept again is whole and there once', () => {
  test.each(faults)('where the program ended %s', async (_, fault, left) => {
    const { folder, store, id } = await clinicWithPatient();
    await expect(keep(store, id, fault(store))).rejects.toThrow('The program ended.');
    store.close();

    const again = closing(await unlockClinic(folder, { userName, passphrase, kdf })).store;
    expect(there(again, id)).toEqual(left);
    const isWhole = JSON.stringify(left) === JSON.stringify(whole);
    expect(keptPersons(again, aCase())).toMatchObject(
      left.length === 0 ? [] : [{ personRef: 'P1', patient: { id }, isWhole }],
    );
    expect(await keep(again, id)).toEqual(kept);
    expect(there(again, id)).toEqual(whole);

    const { seq } = again.audit.head();
    expect(await keep(again, id)).toEqual(kept);
    expect(again.audit.head().seq).toBe(seq);
    expect(keptPersons(again, aCase())).toMatchObject([{ patient: { id }, isWhole: true }]);
    expect(await again.checkAudit()).toMatchObject({ intact: true, problems: [] });
  });
});

test('a picture that could not be stored is told, and stored when the person is kept again', async () => {
  const { store, id } = await clinicWithPatient();
  const importing = importInto(store);
  const failing: Import = (file) =>
    file.fileName.endsWith('I2.jpg')
      ? Promise.reject(Object.assign(new Error('The disk is full.'), { code: 'disk-full' }))
      : importing(file);
  expect(await keep(store, id, { importing: failing })).toEqual({ ...kept, images: 2, failed: 1 });
  expect(keptPersons(store, aCase())).toMatchObject([{ isWhole: false }]);
  expect(await keep(store, id)).toEqual(kept);
  expect(there(store, id)).toEqual(whole);
});

test('a person without pictures is kept once, too', async () => {
  const { store, id } = await clinicWithPatient();
  for (const _ of [1, 2])
    expect(await keep(store, id, { personRef: 'P2' })).toMatchObject({ lesions: 1, images: 0 });
  expect(there(store, id)).toEqual([['Lesion 3', 0]]);
});

test('what was removed since stays so, and what was erased is kept anew', async () => {
  const { store, id } = await clinicWithPatient();
  await keep(store, id);
  const [first, second] = store.lesions.listByPatient(id);
  const [image] = store.images.listByLesion(first?.id ?? '');
  store.images.remove(image?.id ?? '');
  store.corrections.removeLesion(second?.id ?? '');
  expect(keptPersons(store, aCase())).toMatchObject([{ isWhole: true }]);
  expect(await keep(store, id)).toEqual({ lesions: 1, images: 1, duplicates: 0, failed: 0 });
  expect(there(store, id)).toEqual([['Lesion 1', 1]]);

  const [user] = store.accounts.list();
  const order = { reason: 'request', userId: user?.id ?? '', secondUserId: null } as const;
  store.erasures.erase({ subject: { kind: 'patient', id }, ...order }, () => {});
  expect(keptPersons(store, aCase())).toEqual([]);
  const { id: other } = store.patients.enrol(details({ familyName: 'Okafor' }));
  expect(await keep(store, other)).toEqual(kept);
  expect(there(store, other)).toEqual(whole);
});

test('as another patient a person is not kept again, unless the two were merged', async () => {
  const { store, id } = await clinicWithPatient();
  await keep(store, id);
  const { id: other } = store.patients.enrol(details({ familyName: 'Okafor' }));
  await expect(keep(store, other)).rejects.toMatchObject({ code: 'case-kept' });
  expect(there(store, other)).toEqual([]);
  const [user] = store.accounts.list();
  store.patientMerges.merge(id, other, user?.id ?? '');
  expect(keptPersons(store, aCase())).toMatchObject([{ patient: { id: other }, isWhole: true }]);
  expect(await keep(store, other)).toEqual(kept);
  expect(there(store, other)).toEqual(whole);
});

test('pictures of lesions that were made one since are known again', async () => {
  const { store, id } = await clinicWithPatient();
  await keep(store, id);
  const [first, second] = store.lesions.listByPatient(id);
  const [user] = store.accounts.list();
  store.corrections.mergeLesions(second?.id ?? '', first?.id ?? '', user?.id ?? '');
  expect(await keep(store, id)).toMatchObject({ images: 3, duplicates: 0, failed: 0 });
  expect(there(store, id)).toEqual([['Lesion 1', 3]]);
});

test('a case that another clinic signed is another case, and one whose pictures are all here is refused', async () => {
  const { store, id } = await clinicWithPatient();
  await keep(store, id);
  const open = aCase({ fingerprint: 'FFFF 09C3 7B2E 5D80 E6F1 22A9' });
  expect(keptPersons(store, open)).toEqual([]);
  await expect(keep(store, id, { open })).rejects.toMatchObject({ code: 'duplicate-image' });
  expect(there(store, id)).toEqual(whole);
});

test('a picture that the clinic has elsewhere stays there', async () => {
  const { store, id } = await clinicWithPatient();
  const other = store.patients.enrol(details({ familyName: 'Lind' }));
  addImage(store, addLesion(store, other.id).id, Buffer.from('picture 1'));
  for (const _ of [1, 2])
    expect(await keep(store, id)).toEqual({ ...kept, images: 2, duplicates: 1 });
  expect(keptPersons(store, aCase())).toMatchObject([{ isWhole: true }]);
});

test('a lock while a picture is stored breaks off the rest, and is said to be one', async () => {
  const { store, id } = await clinicWithPatient();
  const locking = new AbortController();
  const [user] = store.accounts.list();
  const work = workUntil(locking.signal, store, user?.id ?? '');
  const importing = importInto(store);
  let imported = 0;
  const keeping = keepPerson(
    work,
    {
      import: async (_, file) => {
        imported += 1;
        if (imported === 2) locking.abort();
        work.assertOpen();
        return importing(file);
      },
    },
    aCase(),
    { personRef: 'P1', patientId: id },
    { signal: locking.signal, onProgress: () => {} },
  );
  await expect(keeping).rejects.toMatchObject({ code: 'locked' });
  expect(there(store, id)).toEqual([
    ['Lesion 1', 1],
    ['Lesion 2', 0],
  ]);
});

test('a picture that a case holds twice is kept once, and how far it is is told picture by picture', async () => {
  const { store, id } = await clinicWithPatient();
  const twice = Buffer.from('picture 1');
  const open = aCase({ pictures: [twice, twice, Buffer.from('picture 3')] });
  const shares: number[] = [];
  expect(await keep(store, id, { open, onProgress: (share) => shares.push(share) })).toEqual({
    ...kept,
    ...{ images: 2, duplicates: 1 },
  });
  expect(shares).toEqual([1 / 3, 2 / 3, 1]);
  expect(there(store, id)).toEqual([
    ['Lesion 1', 1],
    ['Lesion 2', 1],
  ]);
});

test('keeping that is cancelled ends there, and is no picture that could not be stored', async () => {
  const { store, id } = await clinicWithPatient();
  const cancelling = new AbortController();
  const importing: Import = async () => {
    cancelling.abort();
    throw Object.assign(new Error('Stopped.'), { code: 'cancelled' });
  };
  const { signal } = cancelling;
  await expect(keep(store, id, { importing, signal })).rejects.toMatchObject({
    name: 'AbortError',
  });
});

test('a person whose only picture is here already is refused, and so is going on with a patient who is not there', async () => {
  const { store, id } = await clinicWithPatient();
  const only = aCase();
  const open = {
    ...only,
    case: sharedCase.parse({ ...only.case, persons: [person('P1', lesion(1, 1))] }),
  };
  const other = store.patients.enrol(details({ familyName: 'Lind' }));
  addImage(store, addLesion(store, other.id).id, Buffer.from('picture 1'));
  await expect(keep(store, id, { open })).rejects.toMatchObject({ code: 'duplicate-image' });
  await keep(store, id);
  const nobody = '01890000-0000-7000-8000-000000000000';
  await expect(keep(store, nobody)).rejects.toMatchObject({ code: 'not-found' });
});

test('pictures are named by the case and the file’s name for them, and lesions without a name by the file’s', async () => {
  const { store, id } = await clinicWithPatient();
  const only = aCase();
  const unnamed = { ...lesion(1, 1), label: ' ' };
  const open = {
    ...only,
    case: sharedCase.parse({ ...only.case, persons: [person('P1', unnamed)] }),
  };
  await keep(store, id, { open });
  const [own] = store.lesions.listByPatient(id);
  expect(own?.label).toBe('L1');
  expect(store.images.listByLesion(own?.id ?? '').map(({ fileName }) => fileName)).toEqual([
    '3b241101 I1.jpg',
  ]);
});

const review = { impression: 'nv', decision: 'monitor', note: '', byName: null, on: '2026-06-02' };
const finding = { diagnosis: 'naevus', breslowMm: null, number: '', text: '' };
const origin = 'From a case of At the lake, sealed by Dr Lind on 3 Jun 2026.';
const shifted = 'It was de-identified: the dates below are shifted.';
test.each([
  ['nothing', { isDeidentified: true }, {}, [origin]],
  [
    'a review of an image that was read',
    { isDeidentified: true },
    { images: [{ ...image(1), reviews: [review] }] },
    [origin, shifted, 'I1: Naevus, Monitor; 2 Jun 2026'],
  ],
  [
    'a review of one that was not',
    { isDeidentified: true },
    { images: [{ ...image(1), reading: null, reviews: [{ ...review, note: 'blue' }] }] },
    [origin, shifted, 'I1: nv, Monitor; 2 Jun 2026; blue'],
  ],
  [
    'a finding and a review, by name',
    { isDeidentified: false },
    {
      ...{
        note: 'by the scar',
        histology: [{ ...finding, takenOn: '2026-05-01', number: 'H-77' }],
      },
      images: [{ ...image(1), reviews: [{ ...review, byName: 'Dr Okafor' }] }],
    },
    [
      ...[origin, 'Melanocytic naevus, 1 May 2026; H-77'],
      ...['I1: Naevus, Monitor; Dr Okafor, 2 Jun 2026', 'by the scar'],
    ],
  ],
  [
    'as many findings as reviews',
    { isDeidentified: true },
    {
      histology: [{ ...finding, takenOn: '2026-05-01', text: 'pT1a' }],
      images: [{ ...image(1), reviews: [review] }],
    },
    [
      ...[origin, shifted, 'Melanocytic naevus, 1 May 2026; pT1a'],
      'I1: Naevus, Monitor; 2 Jun 2026',
    ],
  ],
  [
    'more than a note holds',
    { isDeidentified: false },
    { note: 'x'.repeat(4000) },
    [origin, 'x'.repeat(4000 - origin.length - 1)],
  ],
])('of a lesion of which %s was said the note says so', async (_, of, said, lines) => {
  const { store, id } = await clinicWithPatient();
  const only = aCase();
  const persons = [person('P1', { ...lesion(1, 1), ...said })];
  const open = { ...only, case: sharedCase.parse({ ...only.case, ...of, persons }) };
  await keep(store, id, { open });
  expect(store.lesions.listByPatient(id)[0]?.note).toBe(lines.join('\n'));
});
