import {
  diagnosisGravity,
  type HistologyDiagnosis,
  melanocytic,
  melanomas,
  type Quality,
  type QualityPeriod,
  type Rate,
  type Verdict,
} from './entities/index.ts';
import { rateOf } from './rates.ts';

/** A lesion of which a pathologist has said what it is, and what was said of it before. */
export interface VerifiedLesion {
  readonly takenOn: string;
  readonly diagnosis: HistologyDiagnosis;
  /** `null` where there was no image before the specimen was taken. */
  readonly image: {
    /** The reading that was there; `null` where there was none. */
    readonly verdict: Pick<Verdict, 'kind' | 'malignancy'> | null;
    /** Each reader's last review. */
    readonly reviews: readonly {
      readonly readerName: string;
      /** `null` where the impression names no class. */
      readonly isSuspicious: boolean | null;
      /** The same before the reading was shown; left out where it was shown from the start. */
      readonly wasSuspicious?: boolean | null;
    }[];
  } | null;
}

/** How the network and each reader fared against histology. */
export function qualityOf(lesions: readonly VerifiedLesion[]): Omit<Quality, 'opinions'> {
  const days = lesions.map(({ takenOn }) => takenOn).toSorted();
  const seen = lesions.filter(({ image }) => image !== null);
  const read = seen.flatMap(({ image, ...lesion }) => {
    const verdict = image?.verdict;
    return verdict && verdict.kind !== 'unusable' ? [{ ...lesion, verdict }] : [];
  });
  const names = new Set(
    seen.flatMap(({ image }) => image?.reviews.map(({ readerName }) => readerName) ?? []),
  );
  return {
    lesions: lesions.length,
    malignant: lesions.filter(isMalignant).length,
    withoutImage: lesions.length - seen.length,
    firstOn: days[0] ?? null,
    lastOn: days.at(-1) ?? null,
    network: {
      ...performance(
        read.map((each) => ({ ...each, isSuspicious: each.verdict.kind === 'suspicious' })),
      ),
      leftOut: seen.length - read.length,
      withUnclear: accuracy(
        read.map((each) => ({ ...each, isSuspicious: each.verdict.kind !== 'no-sign' })),
      ),
      calibration: calibration(read),
    },
    readers: [...names].sort().map((name) => {
      const reviewed = seen.flatMap(({ image, ...lesion }) => {
        const review = image?.reviews.find(({ readerName }) => readerName === name);
        return review ? [{ ...lesion, ...review }] : [];
      });
      const named = reviewed.flatMap(({ isSuspicious, ...lesion }) =>
        isSuspicious === null ? [] : [{ ...lesion, isSuspicious }],
      );
      const unaided = reviewed.filter(({ wasSuspicious }) => wasSuspicious !== undefined);
      return {
        name,
        ...performance(named),
        leftOut: reviewed.length - named.length,
        changes: changesBy(unaided),
      };
    }),
    needed: {
      all: needed(lesions, lesions.filter(isMalignant)),
      melanoma: needed(
        lesions.filter(({ diagnosis }) => melanocytic.includes(diagnosis)),
        lesions.filter(({ diagnosis }) => melanomas.includes(diagnosis)),
      ),
    },
  };
}

type Found = Pick<VerifiedLesion, 'takenOn' | 'diagnosis'>;
type Judged = Found & { readonly isSuspicious: boolean };

/** As the verdict has it, what is pre-malignant is to be found as well. */
const isMalignant = ({ diagnosis }: Found): boolean => diagnosisGravity[diagnosis] !== 'benign';

interface Change extends Found {
  readonly isSuspicious: boolean | null;
  readonly wasSuspicious?: boolean | null;
}

/** What seeing the reading did to impressions that were first said without it. */
function changesBy(said: readonly Change[]): Quality['readers'][number]['changes'] {
  const isRight = (lesion: Change, suspicious: boolean | null | undefined) =>
    suspicious === isMalignant(lesion);
  const turned = (from: boolean) =>
    said.filter(
      (each) =>
        isRight(each, each.wasSuspicious) === from && isRight(each, each.isSuspicious) === !from,
    ).length;
  return { of: said.length, toRight: turned(false), toWrong: turned(true) };
}

function accuracy(judged: readonly Judged[]): { sensitivity: Rate; specificity: Rate } {
  const ill = judged.filter(isMalignant);
  const well = judged.filter((each) => !isMalignant(each));
  return {
    sensitivity: rateOf(ill.filter(({ isSuspicious }) => isSuspicious).length, ill.length),
    specificity: rateOf(well.filter(({ isSuspicious }) => !isSuspicious).length, well.length),
  };
}

function performance(judged: readonly Judged[]) {
  return { ...accuracy(judged), periods: overTime(judged) };
}

/** Year by year; quarter by quarter within two years. */
function overTime(judged: readonly Judged[]): QualityPeriod[] {
  const years = judged.map(({ takenOn }) => Number(takenOn.slice(0, 4)));
  const isShort = Math.max(...years) - Math.min(...years) < 2;
  const nameOf = ({ takenOn }: Judged) =>
    isShort
      ? `${takenOn.slice(0, 4)} Q${Math.ceil(Number(takenOn.slice(5, 7)) / 3)}`
      : takenOn.slice(0, 4);
  const groups = Map.groupBy(judged, nameOf);
  return [...groups]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([period, group]) => ({ period, ...accuracy(group) }));
}

const edges = [0, 0.05, 0.2, 0.5, 0.8, 1] as const;

/** Where the network states such a chance of malignancy, how many are malignant. */
function calibration(
  read: readonly (Found & { verdict: Pick<Verdict, 'malignancy'> })[],
): Quality['network']['calibration'] {
  return edges.slice(1).map((to, index) => {
    const from = edges[index] ?? 0;
    const within = read.filter(
      ({ verdict: { malignancy } }) =>
        malignancy >= from && (malignancy < to || (to === 1 && malignancy >= from)),
    );
    const sum = within.reduce((total, { verdict }) => total + Math.min(1, verdict.malignancy), 0);
    return {
      from,
      to,
      stated: within.length === 0 ? null : sum / within.length,
      found: rateOf(within.filter(isMalignant).length, within.length),
    };
  });
}

/** How many are excised for one that had to be; its interval is that of the share, turned over. */
function needed(taken: readonly Found[], found: readonly Found[]): Quality['needed']['all'] {
  const share = rateOf(found.length, taken.length);
  return {
    taken: taken.length,
    found: found.length,
    number: found.length === 0 ? null : taken.length / found.length,
    low: taken.length === 0 ? null : 1 / share.high,
    high: found.length === 0 ? null : 1 / share.low,
  };
}
