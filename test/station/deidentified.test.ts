import sharp from 'sharp';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { daysAfter, daysBetween, localDay } from '../../src/clinic/entities/days.ts';
import { sharedAnswer, sharedCase } from '../../src/clinic/entities/index.ts';
import { openCase } from '../../src/interchange/cases/envelope.ts';
import { build } from '../../src/station/sharing/build.ts';
import { noShift, randomShift, shiftedTime } from '../../src/station/sharing/deidentify.ts';
import { addOverview, addReading, details, newClinic, sha256 } from '../store/harness.ts';
import { drawTestImage, enrolOne, startStation } from './harness.ts';

const today = new Date('2026-03-10T12:00:00Z');
const checklist = {
  kind: 'seven-point' as const,
  found: [{ code: 'veil', marks: [{ x: 0.25, y: 0.75 }] }],
};
/** What names people, or the records: none of it may stand in a de-identified case, whatever is ticked. */
const secrets = ['Quillfeather', 'Ottoline', 'REC-90210', '1931', 'DSC_1', 'H-77', 'Grün'];
const typed = {
  patient: 'of her uncle',
  lesion: 'by the scar',
  review: 'her sister',
  text: 'pT1a',
};

/** A patient of whom everything is said that can be. */
async function clinicWithRecords() {
  const { store, user } = await newClinic(undefined, () => today);
  const patient = store.patients.enrol(
    details({
      ...{ familyName: 'Quillfeather', givenName: 'Ottoline', recordNumber: 'REC-90210' },
      ...{ birthDate: '1931-03-14', sex: 'female', phototype: 2, note: typed.patient },
      ...{ hadMelanoma: 'yes', hadKeratinocyteCancer: 'no', familyMelanoma: 'yes' },
      ...{ naevusCount: 'over-100', atypicalNaevi: 'yes', immunosuppressed: 'no' },
    }),
  );
  const lesion = store.lesions.add(patient.id, {
    ...{ label: 'Quillfeather’s A', bodySite: 'upper-back', laterality: 'left' },
    ...{ position: { view: 'back', x: 0.1, y: 0.3 }, note: typed.lesion },
  });
  const original = Buffer.from('a picture');
  const visit = store.visits.forDay(patient.id, today.toISOString());
  const image = store.images.add({
    ...{ lesionId: lesion.id, visitId: visit.id, sha256: sha256(original) },
    ...{ fileName: 'DSC_1 Quillfeather.JPG', format: 'jpeg', widthPx: 600, heightPx: 450 },
    ...{ capturedAt: '2026-03-01T10:20:30', device: 'DL4', qualityWarnings: [] },
    quality: { sharpness: 100, exposure: 0.5, clipped: 0, skin: 1 },
    ...{ original, thumbnail: original },
  });
  addReading(store, image.id);
  const said = { impression: 'nv', decision: 'monitor' as const, note: typed.review };
  store.reviews.add({ imageId: image.id, readingId: null, reviewerId: user.id, details: said });
  store.checklists.add(image.id, checklist, user.id);
  const finding = { diagnosis: 'naevus' as const, breslowMm: null, text: typed.text };
  store.histology.add(lesion.id, { takenOn: '2026-02-15', number: 'H-77', ...finding }, user.id);
  store.lesions.setClosure(lesion.id, { on: '2026-02-20', reason: 'excised' });
  addOverview(store, patient.id, user.id);
  store.consents.add(
    patient.id,
    {
      ...{ scope: 'sharing', answer: 'given', saidOn: '2026-01-02' },
      ...{ saidBy: 'patient', note: 'by Ottoline' },
    },
    user.id,
  );
  const built = (choice: { isDeidentified: boolean; withNotes: boolean }) => {
    const ids = { lesionIds: [lesion.id], imageIds: [image.id] };
    const { persons } = build(store, { ...ids, question: '', ...choice });
    const case_ = {
      ...{ caseId: image.id, program: '0', clinicName: '', senderName: '', question: '' },
      ...{ madeAt: today.toISOString(), isDeidentified: choice.isDeidentified, persons },
    };
    expect(sharedCase.parse(case_).persons).toEqual(persons);
    return persons;
  };
  const ids = [patient, lesion, image, visit, user].map(({ id }) => id);
  return { built, ids, reading: store.readings.newestByImage(image.id) };
}

/** The whole of the person as it has to be; `day` is what becomes of a date. */
const expected = (
  isDeidentified: boolean,
  withNotes: boolean,
  day: (date: string) => string,
  reading: object,
) => ({
  ref: 'P1',
  name: isDeidentified ? null : { familyName: 'Quillfeather', givenName: 'Ottoline' },
  birthDate: isDeidentified ? null : '1931-03-14',
  ...{ ageYears: isDeidentified ? 90 : 94, sex: 'female', phototype: 2 },
  ...{ hadMelanoma: 'yes', hadKeratinocyteCancer: 'no', familyMelanoma: 'yes' },
  ...{ naevusCount: 'over-100', atypicalNaevi: 'yes', immunosuppressed: 'no' },
  note: withNotes ? typed.patient : '',
  lesions: [
    {
      ref: 'L1',
      label: isDeidentified ? 'Lesion 1' : 'Quillfeather’s A',
      ...{ bodySite: 'upper-back', laterality: 'left', position: { view: 'back', x: 0.1, y: 0.3 } },
      note: withNotes ? typed.lesion : '',
      closure: { on: day('2026-02-20'), reason: 'excised' },
      histology: [
        {
          ...{ takenOn: day('2026-02-15'), number: isDeidentified ? '' : 'H-77' },
          ...{ diagnosis: 'naevus', breslowMm: null, text: withNotes ? typed.text : '' },
        },
      ],
      images: [
        {
          ...{ ref: 'I1', picture: 0, device: 'DL4' },
          capturedAt: day('2026-03-01') + (isDeidentified ? '' : 'T10:20:30'),
          importedOn: day(localDay(today)),
          reading,
          reviews: [
            {
              ...{ impression: 'nv', decision: 'monitor', note: withNotes ? typed.review : '' },
              ...{ byName: isDeidentified ? null : 'Dr. Ada Grün', on: day(localDay(today)) },
            },
          ],
          checklists: [checklist],
        },
      ],
    },
  ],
});

test.each([
  { isDeidentified: true, withNotes: false },
  { isDeidentified: true, withNotes: true },
  { isDeidentified: false, withNotes: false },
  { isDeidentified: false, withNotes: true },
])('a case is what was chosen and nothing besides: %o', async (choice) => {
  const { built, ids, reading } = await clinicWithRecords();
  const persons = built(choice);
  const back = daysBetween(persons[0]?.lesions[0]?.histology[0]?.takenOn ?? '', '2026-02-15');
  if (choice.isDeidentified) {
    expect(back).toBeGreaterThanOrEqual(90);
    expect(back).toBeLessThanOrEqual(1460);
  } else expect(back).toBe(0);
  const day = (date: string) => daysAfter(date, -back);
  const { networkName, probabilities, verdict } = reading ?? {};
  const read = { networkName, probabilities, verdict };
  const { isDeidentified, withNotes } = choice;
  expect(persons).toEqual([expected(isDeidentified, withNotes, day, read)]);
  const text = JSON.stringify(persons);
  for (const id of ids) expect(text).not.toContain(id);
  expect(text).not.toContain('DSC_1');
  if (isDeidentified) for (const secret of secrets) expect(text).not.toContain(secret);
});

test('the days by which a case goes back are between 90 and 1460, all of them, and one case has one number', () => {
  const drawn = Array.from({ length: 20_000 }, () => {
    const shift = randomShift();
    const days = daysBetween(shift('2026-03-10'), '2026-03-10');
    expect(daysBetween(shift('2020-02-29'), '2020-02-29')).toBe(days);
    return days;
  });
  expect(Math.min(...drawn)).toBe(90);
  expect(Math.max(...drawn)).toBe(1460);
  expect(new Set(drawn).size).toBeGreaterThan(1300);
});

test.each([
  ['2026-03-01T10:20:30', true, '2026-03-01T10:20:30'],
  ['2026-03-01T10:20:30.25', true, '2026-03-01T10:20:30'],
  ['2026-03-01T10:20:30', false, '2026-03-01'],
  ['2026-03-01', true, '2026-03-01'],
  [null, true, null],
])('of %s, the hour kept: %s, a case says %s', (time, keepsHour, said) => {
  expect(shiftedTime(time, noShift, keepsHour)).toBe(said);
});

test('a picture in the file is upright, sRGB, 4096 px at most, and says nothing of itself', async () => {
  const station = await startStation();
  onTestFinished(() => station.close());
  const { client } = station;
  const { lesion } = await enrolOne(client);
  const drawn = await sharp(await drawTestImage(3))
    .resize(5000, 3000, { fit: 'fill' })
    .toColourspace('p3')
    .withExif({
      IFD0: { Artist: 'Thaddeus' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '52/1 30/1 0/1' },
    })
    .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"><note>Thaddeus</note></x:xmpmeta>')
    .withIccProfile('p3')
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();
  expect(await sharp(drawn).metadata()).toMatchObject({ width: 5000, orientation: 6 });
  const { image } = await client.call('images.import', {
    ...{ lesionId: lesion.id, importId: '1', fileName: 'a.jpg', bytes: drawn },
  });
  const sealedFor = { passphrase: 'marble window kettle' };
  const ids = { lesionIds: [lesion.id], imageIds: [image.id] };
  for (const isDeidentified of [true, false]) {
    const { bytes } = await client.call('sharing.make', {
      ...{ makingId: image.id, ...ids, question: '', isDeidentified, withNotes: false },
      sealedFor,
    });
    const { attachments } = await openCase(bytes, 'dermaspike-case', sealedFor);
    expect(attachments).toHaveLength(1);
    const [picture = new Uint8Array()] = attachments;
    const found = await sharp(picture).metadata();
    expect(found).toMatchObject({ format: 'jpeg', space: 'srgb', height: 4096 });
    expect(found.width).toBeCloseTo((4096 * 3) / 5, -1);
    for (const part of ['orientation', 'exif', 'xmp', 'icc', 'iptc'] as const)
      expect(found[part]).toBeUndefined();
    for (const said of ['Thaddeus', 'Exif', 'xmpmeta'])
      expect(Buffer.from(picture).includes(said)).toBe(false);
  }
});

/** Of a schema, the places that may be of any length. */
function unbounded(part: unknown, place = ''): string[] {
  if (typeof part !== 'object' || part === null) return [];
  if (Array.isArray(part)) return part.flatMap((each, at) => unbounded(each, `${place}/${at}`));
  const schema = part as Record<string, unknown>;
  const isLimited = ['maxLength', 'format', 'pattern', 'enum', 'const'].some(
    (key) => key in schema,
  );
  return [
    ...(schema.type === 'array' && !('maxItems' in schema) ? [place] : []),
    ...(schema.type === 'string' && !isLimited ? [place] : []),
    ...Object.entries(schema).flatMap(([key, each]) => unbounded(each, `${place}/${key}`)),
  ];
}

test.each([
  ['case', sharedCase],
  ['answer', sharedAnswer],
])('every list and text of a %s has a bound', (_, schema) => {
  const document = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  expect(JSON.stringify(document)).toContain('"maxItems"');
  expect(unbounded(document)).toEqual([]);
});
