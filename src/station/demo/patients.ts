import type {
  BodySite,
  Decision,
  HistologyDetails,
  Laterality,
  LesionClosure,
  OverviewPoint,
  PatientDetails,
} from '../../clinic/entities/index.ts';
import type { PhantomKind } from '../../imaging/decoder.ts';

/** One picture of a lesion, and what was made of it; without a review it is due. */
export interface DemoShot {
  readonly monthsAgo: number;
  /** Size of the lesion at that time, against what it is by now. */
  readonly growth?: number;
  readonly review?: {
    readonly impression: string;
    readonly decision: Decision;
    readonly note?: string;
    /** In which it is to be seen again. */
    readonly inMonths?: number;
  };
  /** An overview photograph was taken of the back too, and the lesion is marked in it. */
  readonly onBack?: OverviewPoint;
}

export interface DemoLesion {
  readonly label: string;
  readonly bodySite: BodySite;
  readonly laterality: Laterality;
  readonly view: 'front' | 'back';
  /** On the body map, fractions of its width and height. */
  readonly at: readonly [x: number, y: number];
  readonly kind: PhantomKind;
  /** The oldest first. */
  readonly shots: readonly DemoShot[];
  /** After the newest review. */
  readonly closed?: LesionClosure['reason'];
  /** Found after it. */
  readonly histology?: Pick<HistologyDetails, 'diagnosis' | 'text'>;
}

export interface DemoPatient {
  readonly details: Pick<
    PatientDetails,
    'recordNumber' | 'familyName' | 'givenName' | 'birthDate'
  > &
    Partial<PatientDetails>;
  readonly lesions: readonly DemoLesion[];
}

/** Where lesion A lies in a photograph of the back. */
const onBack = { x: 0.655, y: 0.31 };

const watched = { impression: 'nv', decision: 'monitor', inMonths: 12 } as const;

/** People who do not exist, with lesions over five years. */
export const demoPatients: readonly DemoPatient[] = [
  {
    details: {
      recordNumber: 'DEMO-001',
      familyName: 'Example',
      givenName: 'Ada',
      birthDate: '1961-03-14',
      sex: 'female',
      phototype: 2,
      hadMelanoma: 'no',
      familyMelanoma: 'yes',
      naevusCount: 'over-100',
      note: 'Invented patient. Many naevi, yearly full-body examination.',
    },
    lesions: [
      {
        label: 'A',
        bodySite: 'upper-back',
        laterality: 'right',
        view: 'back',
        at: [0.56, 0.27],
        kind: 'melanoma-like',
        shots: [
          { monthsAgo: 60, growth: 0.5, review: watched, onBack },
          { monthsAgo: 47, growth: 0.53, review: watched },
          { monthsAgo: 35, growth: 0.6, review: watched },
          {
            monthsAgo: 12,
            growth: 0.75,
            review: {
              ...watched,
              inMonths: 3,
              note: 'Larger than before. Seen again in three months.',
            },
            onBack,
          },
          { monthsAgo: 0, onBack },
        ],
      },
      {
        label: 'B',
        bodySite: 'lower-leg',
        laterality: 'left',
        view: 'front',
        at: [0.57, 0.8],
        kind: 'naevus',
        shots: [
          { monthsAgo: 60, growth: 0.95, review: watched },
          { monthsAgo: 35, review: watched },
          {
            monthsAgo: 12,
            review: { impression: 'nv', decision: 'no-action', note: 'Unchanged in four years.' },
          },
        ],
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
      hadKeratinocyteCancer: 'yes',
      note: 'Invented patient.',
    },
    lesions: [
      {
        label: 'Temple',
        bodySite: 'face',
        laterality: 'left',
        view: 'front',
        at: [0.53, 0.07],
        kind: 'keratosis-like',
        shots: [
          {
            monthsAgo: 26,
            growth: 0.7,
            review: { impression: 'akiec', decision: 'monitor', inMonths: 24 },
          },
          { monthsAgo: 1 },
        ],
      },
      {
        label: 'Flank',
        bodySite: 'abdomen',
        laterality: 'right',
        view: 'front',
        at: [0.44, 0.38],
        kind: 'seborrhoeic',
        shots: [{ monthsAgo: 26, review: { impression: 'bkl', decision: 'no-action' } }],
      },
      {
        label: 'Nose',
        bodySite: 'face',
        laterality: 'midline',
        view: 'front',
        at: [0.5, 0.075],
        kind: 'basal-cell-like',
        shots: [
          {
            monthsAgo: 26,
            review: { impression: 'bcc', decision: 'excise', note: 'Excised the same month.' },
          },
        ],
        closed: 'excised',
        histology: {
          diagnosis: 'bcc',
          text: 'Invented finding. Nodular basal cell carcinoma, excised with clear margins.',
        },
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
        kind: 'naevus',
        shots: [
          { monthsAgo: 19, growth: 0.9, review: watched },
          { monthsAgo: 7, review: watched },
          { monthsAgo: 0 },
        ],
      },
      {
        label: 'Shoulder',
        bodySite: 'shoulder',
        laterality: 'left',
        view: 'back',
        at: [0.36, 0.2],
        kind: 'vascular',
        shots: [{ monthsAgo: 0 }],
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
        kind: 'dermatofibroma-like',
        shots: [
          { monthsAgo: 41, review: { impression: 'df', decision: 'monitor', inMonths: 36 } },
          { monthsAgo: 2 },
        ],
      },
    ],
  },
];
