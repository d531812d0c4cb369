import { daysAfter, localDay } from '../../src/clinic/entities/days.ts';
import type { BodySite, Laterality, QualityWarning } from '../../src/clinic/entities/index.ts';
import type { Clinic, StoredImage } from './fake-clinic.ts';
import { fillFollowUps } from './fake-follow-ups.ts';
import { fakeId, fakeImage, hoursAgo } from './fake-records.ts';

type Place = readonly [
  label: string,
  site: BodySite,
  side: Laterality,
  at: readonly ['front' | 'back', number, number] | null,
  imageCount: number,
];
type Person = readonly [family: string, given: string, born: string, places: readonly Place[]];

/** Nobody: names, dates and findings are made up. */
const people: readonly Person[] = [
  [
    'Quillfeather',
    'Ottoline',
    '1961-03-14',
    [
      ['A', 'upper-back', 'right', ['back', 0.56, 0.27], 3],
      ['B', 'forearm', 'left', ['front', 0.77, 0.43], 2],
      ['C, beside the old scar', 'thigh', 'right', ['front', 0.4, 0.62], 1],
      ['D', 'abdomen', 'unspecified', null, 0],
    ],
  ],
  ['Abendroth', 'Konstantin', '1948-11-02', [['A', 'scalp', 'midline', ['front', 0.5, 0.04], 2]]],
  [
    'van der Meulen-Oosterhuis',
    'Wilhelmina Charlotte',
    '1990-07-21',
    [['left shoulder, 5 mm', 'shoulder', 'left', ['back', 0.36, 0.2], 2]],
  ],
  ['Nakamura', 'Ren', '1979-01-30', [['A', 'foot', 'right', ['front', 0.43, 0.96], 1]]],
  ['Okonkwo', 'Adaeze', '2001-05-09', [['A', 'hand', 'left', ['front', 0.82, 0.55], 1]]],
  ['Sørensen', 'Liv', '1955-12-24', []],
];

const warnings: readonly QualityWarning[][] = [
  [],
  [],
  ['blurred'],
  [],
  ['too-dark', 'little-skin'],
];

/** A review without a first impression. */
const plain = { firstImpression: null, overrideReason: null };

export function fillClinic(clinic: Clinic): void {
  let seed = 1;
  people.forEach(([familyName, givenName, birthDate, places], index) => {
    const patient = clinic.enrol({
      recordNumber: `R-${1042 + index * 17}`,
      familyName,
      givenName,
      birthDate,
      sex: index % 2 ? 'male' : 'female',
      phototype: (index % 6) + 1,
      ...(index === 0 && { familyMelanoma: 'yes', naevusCount: 'over-100', hadMelanoma: 'no' }),
      note: index === 0 ? 'Many naevi; yearly full-body examination.' : '',
    });
    const visitId = fakeId();
    if (places.length > 0)
      clinic.visits.push({
        id: visitId,
        patientId: patient.id,
        startedAt: hoursAgo(20 + index * 40),
        note: '',
      });
    for (const [label, bodySite, laterality, at, imageCount] of places) {
      const position = at && { view: at[0], x: at[1], y: at[2] };
      const lesion = clinic.addLesion(patient.id, {
        label,
        bodySite,
        laterality,
        position,
        note: '',
      });
      for (let shot = 0; shot < imageCount; shot++) addImage(clinic, lesion.id, visitId, seed++);
    }
  });
  fillFollowUps(clinic);
  const retired = clinic.enrol({
    recordNumber: 'R-0007',
    familyName: 'Former',
    givenName: 'Felix',
    birthDate: '1930-02-02',
    sex: 'male',
    phototype: null,
    note: '',
  });
  retired.archivedAt = hoursAgo(900);
  const actions = ['session.unlock', 'image.import', 'image.read', 'review.save', 'patient.update'];
  for (let entry = 0; entry < 30; entry++)
    clinic.audit.push({
      at: hoursAgo(entry * 3),
      userName: 'Dr Edda Winter',
      action: actions[entry % actions.length] ?? '',
      subject: `018f0000-0000-7000-8000-0000000000${(entry + 10).toString(16)}`,
    });
}

/** As many again as a list does not show at once, each with an image. */
export function addCrowd(clinic: Clinic): void {
  for (let number = 1; number <= 260; number++) {
    const patient = clinic.enrol({
      recordNumber: `C-${String(number).padStart(4, '0')}`,
      familyName: `Crowd${String(number).padStart(3, '0')}`,
      givenName: number % 2 ? 'Ada' : 'Bo',
      birthDate: `19${50 + (number % 50)}-05-17`,
      sex: number % 2 ? 'female' : 'male',
      phototype: null,
      note: '',
    });
    const lesion = clinic.addLesion(patient.id, {
      label: 'A',
      bodySite: 'forearm',
      laterality: 'left',
      position: null,
      note: '',
    });
    addImage(clinic, lesion.id, fakeId(), 100 + number);
  }
}

function addImage(clinic: Clinic, lesionId: string, visitId: string, seed: number): void {
  const importedAt = hoursAgo(Math.abs(260 - seed * 21));
  const image: StoredImage = {
    stored: fakeImage(lesionId, visitId, seed, {
      fileName: seed === 8 ? 'unreadable_0008.jpg' : `IMG_${4200 + seed * 3}.jpg`,
      importedAt,
      ...(seed % 3 === 0 && { capturedAt: '2025-10-02T10:14:00' }),
      qualityWarnings: warnings[seed % warnings.length] ?? [],
    }),
    seed,
    readings: [],
    reviews: [],
  };
  clinic.images.push(image);
  if (seed !== 8) clinic.read(image, importedAt);
  if (seed === 3) clinic.read(image, hoursAgo(2));
  if (seed === 1 || seed === 2) {
    clinic.addReview(image.stored.id, image.readings[0]?.id ?? null, {
      ...plain,
      impression: 'nv',
      decision: 'monitor',
      dueOn: daysAfter(localDay(new Date()), seed === 1 ? -12 : 80),
      note: 'Regular network; see again in three months.',
    });
  }
  if (seed === 2)
    clinic.addReview(image.stored.id, null, {
      ...plain,
      firstImpression: 'nv',
      overrideReason: 'structures',
      impression: 'mel',
      decision: 'excise',
      dueOn: null,
      note: '',
    });
}
