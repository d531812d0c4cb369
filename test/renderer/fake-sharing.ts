import {
  type Colleague,
  type GivenCase,
  type Lesion,
  type SharedCase,
  sharedCase,
} from '../../src/clinic/entities/index.ts';
import type { Handlers } from '../../src/processes/channel.ts';
import type { SharingPlan, StationContract } from '../../src/station/contract/index.ts';
import type { Clinic } from './fake-clinic.ts';
import { fail } from './fake-errors.ts';
import { classes, fakeId, hoursAgo } from './fake-records.ts';
import { drawLesion } from './phantom.ts';

const theirs = '1C2D 77A0 94EE 0B13 5F6A C8D2';
const passphrase = 'marble window kettle';

/** A colleague's case of a de-identified patient with two lesions. */
function caseOf(): SharedCase {
  const probabilities = classes.map(({ code, name, gravity }, at) => ({
    ...{ code, name, gravity },
    probability: at === 0 ? 0.7 : 0.05,
  }));
  const image = (number: number) => ({
    ...{ ref: `I${number}`, picture: number - 1, capturedAt: '2021-06-02' },
    ...{ importedOn: '2021-06-02', device: 'DL4' },
    reading: {
      networkName: 'qana-4',
      probabilities,
      verdict: {
        ...{ kind: 'suspicious', reasons: ['melanoma'], malignancy: 0.7 },
        ...{ confidence: 'undecided', isLate: false },
      },
    },
    reviews: [{ impression: 'mel', decision: 'excise', note: '', byName: null, on: '2021-06-03' }],
    checklists: [],
  });
  const lesion = (number: number, images: object[]) => ({
    ...{ ref: `L${number}`, label: `Lesion ${number}`, bodySite: 'upper-back' },
    ...{ laterality: 'left', position: null, note: '', closure: null, histology: [], images },
  });
  return sharedCase.parse({
    ...{ caseId: '3b241101-e2bb-4255-8caf-4136c566a962', program: '0.1.0' },
    ...{ clinicName: 'Hautklinik am See', senderName: 'Dr Ada Grün', madeAt: hoursAgo(20) },
    isDeidentified: true,
    question: 'Would you excise the first one, or see it again?',
    persons: [
      {
        ...{ ref: 'P1', name: null, birthDate: null, ageYears: 62, sex: 'female', phototype: 2 },
        ...{ familyMelanoma: 'yes', note: '' },
        lesions: [lesion(1, [image(1), image(2)]), lesion(2, [image(3)])],
      },
    ],
  });
}

type Names = Extract<keyof Handlers<StationContract>, `sharing.${string}`>;

export function fakeSharing(
  clinic: Clinic,
  changed: (...topics: string[]) => void,
): Pick<Handlers<StationContract>, Names> {
  const colleagues: Colleague[] = [];
  const cases: GivenCase[] = [];
  const filed = new Set<string>();
  const lesion = () => clinic.lesions[0] ?? fail('not-found', 'There is no lesion.');
  const patient = () => clinic.patients[0] ?? fail('not-found', 'There is no patient.');
  const kept = () =>
    clinic.keptBefore
      ? [{ personRef: 'P1', patient: patient(), isWhole: clinic.keptBefore === 'whole' }]
      : [];
  const planOf = (isMeant: (lesion: Lesion) => boolean): SharingPlan => ({
    patients: [patient()],
    lesions: clinic.lesions.filter(isMeant).map((each) => ({
      lesion: each,
      imageIds: clinic.images
        .filter(({ stored }) => stored.lesionId === each.id)
        .map(({ stored }) => stored.id),
      isHeldBack: clinic.heldBack.has(each.id),
    })),
  });
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  const file = (fileName: string) => ({ bytes: new Uint8Array(8), fileName });
  return {
    'sharing.overview': () => ({
      fingerprint: 'A41F 09C3 7B2E 5D80 E6F1 22A9',
      colleagues: [...colleagues],
      cases: [...cases],
    }),
    'sharing.keyFile': () => file('clinic.dermaspike-key'),
    'sharing.inspectKey': ({ bytes }) =>
      text(bytes).startsWith('key')
        ? {
            clinicName: 'Hautklinik am See',
            fingerprint: theirs,
            isKnown: colleagues.length > 0,
          }
        : fail('case-foreign', 'This is no file of this kind. Choose the one that was sent.'),
    'sharing.addColleague': () => {
      colleagues.push({
        ...{ fingerprint: theirs, clinicName: 'Hautklinik am See' },
        ...{ addedByName: 'Dr Edda Winter', addedAt: hoursAgo(1) },
      });
      changed('sharing');
      return {};
    },
    'sharing.removeColleague': () => {
      colleagues.length = 0;
      changed('sharing');
      return {};
    },
    'sharing.plan': ({ lesionIds }) => planOf(({ id }) => lesionIds.includes(id)),
    'sharing.planPatient': ({ patientId }) =>
      planOf((each) => each.patientId === patientId && each.removedAt === null),
    'sharing.findWriting': ({ imageId }) =>
      clinic.withWriting.has(imageId) ? [{ x: 0.1, y: 0.9, width: 0.4, height: 0.05 }] : [],
    'sharing.make': ({ lesionIds, isDeidentified, sealedFor }) => {
      cases.unshift({
        ...{ id: fakeId(), madeByName: 'Dr Edda Winter', madeAt: hoursAgo(0), isDeidentified },
        sealedFor: 'fingerprint' in sealedFor ? 'Hautklinik am See' : '',
        lesions: lesionIds.map((lesionId, at) => ({ ref: `L${at + 1}`, lesionId })),
        answers: 0,
      });
      changed('sharing');
      return file('case-3b241101.dermaspike-case');
    },
    'sharing.progress': () => () => {},
    'sharing.inspect': ({ bytes }) =>
      text(bytes).startsWith('case')
        ? { asksPassphrase: true }
        : fail('case-foreign', 'This is no file of this kind. Choose the one that was sent.'),
    'sharing.open': ({ passphrase: given }) =>
      given === passphrase
        ? { openedId: fakeId(), case: caseOf(), fingerprint: theirs, kept: kept() }
        : fail('case-wrong-passphrase', 'That passphrase does not open the file. Try again.'),
    'sharing.picture': async ({ imageRef, maxSidePx }) => ({
      bytes: await drawLesion(Number(imageRef.slice(1)), Math.min(maxSidePx, 640), 4 / 3),
      mediaType: 'image/png',
    }),
    'sharing.keep': ({ patientId }) => {
      clinic.patients.find(({ id }) => id === patientId) ??
        fail('not-found', 'There is no patient.');
      changed('patients');
      return { lesions: 2, images: 2, duplicates: 1, failed: 0 };
    },
    'sharing.close': () => ({}),
    'sharing.answer': () => file('answer-3b241101.dermaspike-answer'),
    'sharing.inspectAnswer': ({ bytes }) =>
      text(bytes).startsWith('answer')
        ? {
            ...{ clinicName: 'Hautklinik am See', authorName: 'Dr Ada Grün' },
            ...{ answeredAt: hoursAgo(3), fingerprint: theirs, isFiled: filed.size > 0 },
            answers: [
              {
                ...{ lesionRef: 'L1', impression: 'nv', decision: 'monitor' },
                ...{ text: 'Regular network. Again in three months.' },
                ...{ lesion: lesion(), patient: patient() },
              },
            ],
          }
        : fail('case-unknown', 'This answers a case that was not given away by this clinic.'),
    'sharing.fileAnswer': () => {
      filed.add('1');
      changed('sharing');
      return [];
    },
    'sharing.answersOf': ({ lesionId }) =>
      filed.size > 0 && lesionId === lesion().id
        ? [
            {
              ...{ id: fakeId(), lesionId, impression: 'nv', decision: 'monitor' },
              text: 'Regular network. Again in three months.',
              ...{ clinicName: 'Hautklinik am See', authorName: 'Dr Ada Grün' },
              ...{ fingerprint: theirs, answeredAt: hoursAgo(3) },
              ...{ filedByName: 'Dr Edda Winter', filedAt: hoursAgo(1) },
            },
          ]
        : [],
  };
}
