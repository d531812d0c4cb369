import {
  type BodySite,
  type Laterality,
  lesionDetails,
  type PatientDetails,
  patientDetails,
} from '../clinic/entities/index.ts';
import type { Decoder, PhantomKind } from '../imaging/decoder.ts';
import type { Importer } from './importer.ts';
import type { Session } from './session.ts';

/**
 * The demo clinic: patients that do not exist, with images that the program draws itself and stamps
 * as phantoms. It is a real clinic in every other way, in a folder of its own; its passphrase is no
 * secret.
 */
const demoUser = 'Demo clinician';
const demoPassphrase = 'nothing in here is secret';

interface DemoLesion {
  readonly label: string;
  readonly bodySite: BodySite;
  readonly laterality: Laterality;
  readonly view: 'front' | 'back';
  /** On the body map, fractions of its width and height. */
  readonly at: readonly [x: number, y: number];
  readonly images: readonly PhantomKind[];
}

interface DemoPatient {
  readonly details: Pick<
    PatientDetails,
    'recordNumber' | 'familyName' | 'givenName' | 'birthDate'
  > &
    Partial<PatientDetails>;
  readonly lesions: readonly DemoLesion[];
}

const demoPatients: readonly DemoPatient[] = [
  {
    details: {
      recordNumber: 'DEMO-001',
      familyName: 'Example',
      givenName: 'Ada',
      birthDate: '1961-03-14',
      sex: 'female',
      phototype: 2,
      note: 'Invented patient. Many naevi, yearly full-body examination.',
    },
    lesions: [
      {
        label: 'A',
        bodySite: 'upper-back',
        laterality: 'right',
        view: 'back',
        at: [0.56, 0.27],
        images: ['naevus', 'melanoma-like'],
      },
      {
        label: 'B',
        bodySite: 'lower-leg',
        laterality: 'left',
        view: 'front',
        at: [0.57, 0.8],
        images: ['naevus'],
      },
    ],
  },
  {
    details: {
      recordNumber: 'DEMO-002',
      familyName: 'Sample',
      givenName: 'Bruno',
      birthDate: '1948-11-02',
      sex: 'male',
      phototype: 3,
      note: 'Invented patient.',
    },
    lesions: [
      {
        label: 'Temple',
        bodySite: 'face',
        laterality: 'left',
        view: 'front',
        at: [0.53, 0.07],
        images: ['keratosis-like'],
      },
      {
        label: 'Flank',
        bodySite: 'abdomen',
        laterality: 'right',
        view: 'front',
        at: [0.44, 0.38],
        images: ['seborrhoeic'],
      },
    ],
  },
  {
    details: {
      recordNumber: 'DEMO-003',
      familyName: 'Specimen',
      givenName: 'Chidi',
      birthDate: '1990-07-21',
      sex: 'male',
      phototype: 5,
      note: 'Invented patient.',
    },
    lesions: [
      {
        label: 'Sole',
        bodySite: 'foot',
        laterality: 'right',
        view: 'front',
        at: [0.44, 0.97],
        images: ['naevus'],
      },
      {
        label: 'Shoulder',
        bodySite: 'shoulder',
        laterality: 'left',
        view: 'back',
        at: [0.36, 0.2],
        images: ['vascular'],
      },
    ],
  },
  {
    details: {
      recordNumber: 'DEMO-004',
      familyName: 'Placeholder',
      givenName: 'Dana',
      birthDate: '1979-01-30',
      sex: 'female',
      phototype: 1,
      note: 'Invented patient.',
    },
    lesions: [
      {
        label: 'Thigh',
        bodySite: 'thigh',
        laterality: 'right',
        view: 'front',
        at: [0.45, 0.6],
        images: ['dermatofibroma-like'],
      },
    ],
  },
];

export const demoImageCount = demoPatients
  .flatMap(({ lesions }) => lesions)
  .reduce((count, { images }) => count + images.length, 0);

/** Opens the demo clinic; makes it first when it is not there. */
export async function openDemoClinic(
  session: Session,
  importer: Importer,
  decoder: Decoder,
  onProgress: (imagesDone: number) => void,
): Promise<void> {
  if (!session.hasDemo) {
    await session.makeDemo(demoUser, demoPassphrase, () =>
      fillDemo(session, importer, decoder, onProgress),
    );
  }
  await session.openDemo(demoUser, demoPassphrase);
}

async function fillDemo(
  session: Session,
  importer: Importer,
  decoder: Decoder,
  onProgress: (imagesDone: number) => void,
): Promise<void> {
  const { store } = session;
  let done = 0;
  for (const { details, lesions } of demoPatients) {
    const patient = store.patients.enrol(patientDetails.parse(details));
    for (const { view, at, images, ...lesionOf } of lesions) {
      const position = { view, x: at[0], y: at[1] };
      const lesion = store.lesions.add(patient.id, lesionDetails.parse({ ...lesionOf, position }));
      for (const kind of images) {
        const bytes = await decoder.drawPhantom({
          seed: done + 1,
          kind,
          sizePx: [600, 450],
          ...(patient.phototype && { phototype: patient.phototype }),
        });
        await importer.import({
          lesionId: lesion.id,
          fileName: `phantom-${String(done + 1).padStart(2, '0')}.jpg`,
          bytes,
        });
        done += 1;
        onProgress(done);
      }
    }
  }
}
