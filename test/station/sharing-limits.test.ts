import { expect, test } from 'vitest';
import { caseLimits, type SharedCase, sharedCase } from '../../src/clinic/entities/index.ts';
import type { Decoder } from '../../src/imaging/decoder.ts';
import { stationContract } from '../../src/station/contract/index.ts';
import { assertFits } from '../../src/station/sharing/plan.ts';
import { makeCase } from '../../src/station/sharing/sharing.ts';
import { addImage, addLesion, details, newClinic } from '../store/harness.ts';

const review = (note: string) => ({
  ...{ impression: 'nv', decision: 'monitor' as const, note, byName: null, on: '2026-06-02' },
});
const image = (number: number, note?: string) => ({
  ...{ ref: `I${number}`, picture: number - 1, capturedAt: null, importedOn: '2026-06-02' },
  ...{ device: null, reading: null, checklists: [] },
  reviews: note === undefined ? [] : Array.from({ length: 200 }, () => review(note)),
});

/** A case of lesions that have so many pictures each. */
function caseOf(imagesOfLesions: readonly number[], note?: string) {
  let number = 0;
  const lesions = imagesOfLesions.map((images, at) => ({
    ...{ ref: `L${at + 1}`, label: `Lesion ${at + 1}`, bodySite: 'thigh', laterality: 'left' },
    ...{ position: null, note: '', closure: null, histology: [] },
    images: Array.from({ length: images }, () => image(++number, note)),
  }));
  return {
    ...{ caseId: '3b241101-e2bb-4255-8caf-4136c566a962', program: '0.1.0', question: '' },
    ...{ clinicName: 'At the lake', senderName: 'Dr Lind', madeAt: '2026-06-03T10:00:00.000Z' },
    isDeidentified: true,
    persons: [
      {
        ...{ ref: 'P1', name: null, birthDate: null, ageYears: 62, sex: 'female', phototype: 2 },
        ...{ note: '', lesions },
      },
    ],
  };
}
const fits = (given: object) => assertFits((given as SharedCase).persons);
const tooMuch = (message: string) =>
  expect.objectContaining({ code: 'case-too-much', message: expect.stringContaining(message) });

test('as many pictures and lesions as a file may hold fit its document, and one more is refused before anything is drawn', () => {
  const { images, imagesOfLesion, lesions } = caseLimits;
  for (const most of [
    caseOf([imagesOfLesion, images - imagesOfLesion]),
    caseOf(Array.from({ length: lesions }, () => 4)),
  ]) {
    expect(sharedCase.safeParse(most).error).toBeUndefined();
    expect(() => fits(most)).not.toThrow();
  }
  const more = caseOf([imagesOfLesion, images - imagesOfLesion, 1]);
  expect(() => fits(more)).toThrow(tooMuch('1000 pictures are more than the 999'));
  expect(sharedCase.safeParse(more).success).toBe(false);
  const ofOne = caseOf([1, imagesOfLesion + 1]);
  expect(() => fits(ofOne)).toThrow(tooMuch('501 pictures of one lesion are more than the 500'));
  expect(sharedCase.safeParse(ofOne).success).toBe(false);
  const ids = (length: number) =>
    Array.from({ length }, () => '019430aa-7f3c-7d10-9c5e-2b1f4a6c8d00');
  const { input } = stationContract['sharing.plan'];
  expect(input.safeParse({ lesionIds: ids(lesions) }).success).toBe(true);
  for (const length of [0, lesions + 1])
    expect(input.safeParse({ lesionIds: ids(length) }).success).toBe(false);
});

test('what was said of the lesions fits to the very last byte, or is refused before anything is drawn', () => {
  expect(() => fits(caseOf([10], 'x'.repeat(3000)))).not.toThrow();
  expect(() => fits(caseOf([10], 'x'.repeat(4000)))).not.toThrow();
  expect(() => fits(caseOf([11], 'x'.repeat(4000)))).toThrow(tooMuch('more than the 8 MiB'));
  const most = 8 * 1_048_576 - 32_768;
  const full = caseOf([10], 'x'.repeat(3000));
  const [person] = full.persons;
  const { length } = JSON.stringify(full.persons);
  const filled = (note: string) => fits({ persons: [{ ...person, note }] });
  expect(() => filled('x'.repeat(most - length))).not.toThrow();
  expect(() => filled('x'.repeat(most - length + 1))).toThrow(tooMuch('more than the 8 MiB'));
  // A letter that takes two bytes counts as two.
  expect(() => filled('é'.repeat(most - length))).toThrow(tooMuch('more than the 8 MiB'));
});

test('pictures that fill more than a file holds are told by how many were drawn, and nothing is made', async () => {
  const { store, user } = await newClinic();
  const { id } = store.patients.enrol(details({ familyName: 'Okafor' }));
  const lesion = addLesion(store, id);
  const imageIds = [1, 2, 3, 4, 5].map(() => addImage(store, lesion.id).id);
  let drawn = 0;
  const decoder = {
    render: async () => {
      drawn += 1;
      return { bytes: new Uint8Array(60 * 2 ** 20), mediaType: 'image/jpeg' };
    },
  } as unknown as Decoder;
  const ids = { lesionIds: [lesion.id], imageIds };
  const choice = { ...ids, question: '', isDeidentified: true, withNotes: false };
  const made = makeCase(
    { store, decoder },
    choice,
    { passphrase: 'marble window kettle' },
    { program: '0.1.0', clinicName: 'Here', userId: user.id, userName: user.name },
    { signal: new AbortController().signal, onProgress: () => {} },
  );
  await expect(made).rejects.toEqual(
    tooMuch('5 pictures: the first 3 fill more than the 128 MiB that one file can hold'),
  );
  expect(drawn).toBe(3);
});
