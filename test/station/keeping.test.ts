import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newSigningKey } from '../../src/clinic/class-pack.ts';
import type { SharedCase } from '../../src/clinic/entities/index.ts';
import { sealCase } from '../../src/interchange/cases/envelope.ts';
import {
  drawTestImage,
  enrolOne,
  startStation,
  type TestStation,
  testPassphrase,
} from './harness.ts';

const keepingId = '019430aa-7f3c-7d10-9c5e-2b1f4a6c8d00';
const passphrase = 'marble window kettle';
let station: TestStation;
let patientId: string;

beforeAll(async () => {
  station = await startStation();
  const { patient } = await enrolOne(station.client);
  patientId = patient.id;
});
afterAll(() => station.close());

/** A lesion with an image, a review and a finding of its own. */
async function lesionToShare(seed: number): Promise<string> {
  const { client } = station;
  const details = { label: `Lesion ${seed}`, bodySite: 'thigh', note: 'beside the scar' } as const;
  const { id: lesionId } = await client.call('lesions.add', { patientId, details });
  const exif = { IFD2: { DateTimeOriginal: '2026:02:03 10:11:12' } };
  const drawn = sharp(await drawTestImage(seed)).withExif(exif);
  const bytes = new Uint8Array(await drawn.jpeg().toBuffer());
  const { image } = await client.call('images.import', {
    ...{ lesionId, importId: '1', fileName: `${seed}.jpg`, bytes },
  });
  await client.call('reviews.save', {
    ...{ imageId: image.id, readingId: null },
    details: { impression: 'mel', decision: 'excise', note: 'blue veil' },
  });
  await client.call('histology.add', {
    ...{ lesionId, details: { takenOn: '2026-01-05', number: 'H-77', diagnosis: 'naevus' } },
  });
  return lesionId;
}

/** As it comes back from a colleague's clinic; its picture is another file than the clinic's own. */
async function openCase(
  lesionIds: string | string[],
  given: { isDeidentified: boolean; withNotes: boolean },
) {
  const { client } = station;
  const meant = { lesionIds: [lesionIds].flat() };
  const { lesions: planned } = await client.call('sharing.plan', meant);
  const imageIds = planned.flatMap((each) => each.imageIds);
  const { bytes } = await client.call('sharing.make', {
    ...{ makingId: keepingId, ...meant, imageIds, question: '', ...given },
    sealedFor: { passphrase },
  });
  return openFile(bytes);
}

async function openFile(bytes: Uint8Array) {
  const { client } = station;
  const opened = await client.call('sharing.open', { bytes, passphrase });
  const { id } = await client.call('patients.enrol', { familyName: 'Okafor', givenName: '' });
  const keep = (other: object = {}) =>
    client.call('sharing.keep', {
      ...{ openedId: opened.openedId, keepingId, personRef: 'P1', patientId: id, ...other },
    });
  const lesions = async () => (await client.call('patients.get', { patientId: id })).lesions;
  return { bytes, opened, id, keep, lesions };
}

test('a colleague’s case is kept as a patient of one’s own: read here, its words as notes, once, and entered', async () => {
  const { client } = station;
  const shared = await lesionToShare(5);
  const given = { isDeidentified: false, withNotes: true };
  const { opened, id, keep, lesions } = await openCase(shared, given);
  for (const bad of [{ personRef: 'P9' }, { patientId: keepingId }, { openedId: id }])
    await expect(keep(bad)).rejects.toMatchObject({ code: 'not-found' });
  expect(await lesions()).toEqual([]);

  expect(await keep()).toEqual({ lesions: 1, images: 1, duplicates: 0, failed: 0 });
  const [own] = await lesions();
  expect(own?.lesion).toMatchObject({ label: 'Lesion 5', bodySite: 'thigh' });
  const note = own?.lesion.note ?? '';
  for (const said of [
    'From a case of Test clinic',
    'H-77',
    'Tester',
    'blue veil',
    'beside the scar',
  ])
    expect(note).toContain(said);
  expect(note).not.toContain('shifted');
  const lesionId = own?.lesion.id ?? '';
  const { images, histology } = await client.call('lesions.get', { lesionId });
  // What others said is nobody's review here, and what was found is no finding of this clinic's.
  expect(images).toMatchObject([{ image: { capturedAt: '2026-02-03T10:11:12' }, reviews: [] }]);
  expect(histology).toEqual([]);
  expect(images[0]?.reading).not.toBeNull();

  expect(opened.kept).toEqual([]);
  expect(await keep()).toEqual({ lesions: 1, images: 1, duplicates: 0, failed: 0 });
  expect(await lesions()).toHaveLength(1);
  const log = await client.call('audit.list', {});
  expect(log.find(({ action }) => action === 'case.keep')?.subject).toBe(
    `case:${opened.case.caseId} patient:${id} lesion:${lesionId}`,
  );
  expect(await client.call('audit.verify', {})).toMatchObject({ intact: true });
});

test('of a de-identified case no shifted date becomes a fact, and the note says that they are', async () => {
  const { client } = station;
  const given = { isDeidentified: true, withNotes: false };
  const { keep, lesions } = await openCase(await lesionToShare(6), given);
  expect(await keep()).toMatchObject({ images: 1 });
  const [own] = await lesions();
  expect(own?.lesion.note).toContain('the dates below are shifted');
  expect(own?.lesion.note).not.toContain('beside the scar');
  const { images } = await client.call('lesions.get', { lesionId: own?.lesion.id ?? '' });
  expect(images).toMatchObject([{ image: { capturedAt: null } }]);
});

test('keeping that a lock breaks off is gone on with from the file, and the patient is there once', async () => {
  const { client } = station;
  const shared = [await lesionToShare(7), await lesionToShare(8)];
  const given = { isDeidentified: false, withNotes: false };
  const { bytes, id, keep, lesions } = await openCase(shared, given);
  const locked = new Promise<unknown>((resolve) => {
    const leave = client.subscribe('sharing.progress', {}, () => {
      leave();
      resolve(client.call('session.lock', {}));
    });
  });
  // Whether the lock came before the last picture or just behind it.
  await keep().catch(() => {});
  await locked;
  await client.call('session.unlock', { userName: 'Tester', passphrase: testPassphrase });
  await expect(keep()).rejects.toMatchObject({ code: 'not-found' });
  expect(await lesions()).toHaveLength(2);

  const again = await client.call('sharing.open', { bytes, passphrase });
  expect(again.kept).toMatchObject([{ personRef: 'P1', patient: { id } }]);
  expect(await keep({ openedId: again.openedId })).toMatchObject({ lesions: 2, images: 2 });
  const own = await lesions();
  expect(own.map(({ lesion }) => lesion.label)).toEqual(['Lesion 7', 'Lesion 8']);
  for (const { lesion } of own) {
    const { images } = await client.call('lesions.get', { lesionId: lesion.id });
    expect(images).toHaveLength(1);
  }
  const whole = await client.call('sharing.open', { bytes, passphrase });
  expect(whole.kept).toMatchObject([{ patient: { id }, isWhole: true }]);
});

test.each([
  ['the day alone', { isDeidentified: false, capturedAt: '2026-02-03' }],
  ['a shifted time', { isDeidentified: true, capturedAt: '2026-02-03T10:11:12' }],
])(
  'a picture of which another program’s case says %s was taken nobody knows when',
  async (_, said) => {
    const { client } = station;
    const seed = said.isDeidentified ? 9 : 10;
    const given = { isDeidentified: false, withNotes: false };
    const { opened } = await openCase(await lesionToShare(seed), given);
    const shared: SharedCase = {
      ...opened.case,
      isDeidentified: said.isDeidentified,
      persons: opened.case.persons.map((person) => ({
        ...person,
        lesions: person.lesions.map((lesion) => ({
          ...lesion,
          images: lesion.images.map((image) => ({ ...image, capturedAt: said.capturedAt })),
        })),
      })),
    };
    const { keep, lesions } = await openFile(
      await sealCase({
        ...{ format: 'dermaspike-case', id: shared.caseId, signingKey: newSigningKey() },
        document: { case: shared, answerKey: Buffer.alloc(32).toString('base64') },
        attachments: [await drawTestImage(20 + seed)],
        recipient: { kind: 'passphrase', passphrase, cost: { n: 2 ** 14, r: 8, p: 1 } },
      }),
    );
    expect(await keep()).toMatchObject({ images: 1, failed: 0 });
    const lesionId = (await lesions())[0]?.lesion.id ?? '';
    const { images } = await client.call('lesions.get', { lesionId });
    expect(images).toMatchObject([{ image: { capturedAt: null } }]);
  },
);
