import { localDay } from '../../clinic/entities/days.ts';
import type {
  LesionImage,
  Patient,
  SharedCase,
  SharedImage,
  SharedLesion,
  SharedPerson,
} from '../../clinic/entities/index.ts';
import { ageInYears } from '../../clinic/wording/dates.ts';
import type { ClinicStore } from '../../store/index.ts';
import { noShift, randomShift, type Shift, shiftedTime } from './deidentify.ts';

export interface SharingChoice {
  readonly lesionIds: readonly string[];
  /** The pictures that somebody looked at. */
  readonly imageIds: readonly string[];
  readonly question: string;
  readonly isDeidentified: boolean;
  /** Notes may name people: they go along only where somebody says so. */
  readonly withNotes: boolean;
}

interface Built {
  readonly persons: SharedCase['persons'];
  readonly patientIds: readonly string[];
  /** In the order of the file's pictures. */
  readonly images: readonly LesionImage[];
  readonly lesions: readonly { readonly ref: string; readonly lesionId: string }[];
}

/** What of the clinic's records goes into a case. Throws `not-found` and `lesion-removed`. */
export function build(store: ClinicStore, choice: SharingChoice): Built {
  const { isDeidentified } = choice;
  const shift = isDeidentified ? randomShift() : noShift;
  const images: LesionImage[] = [];
  const lesions: { ref: string; lesionId: string }[] = [];
  const chosen = [...new Set(choice.lesionIds)].map((id) => store.lesions.getCurrent(id));
  const byPatient = Map.groupBy(chosen, ({ patientId }) => patientId);
  const persons = [...byPatient].map(([patientId, own], at): SharedPerson => {
    const patient = store.patients.get(patientId);
    return {
      ref: `P${at + 1}`,
      ...personOf(patient, choice, store.now()),
      lesions: own.map((lesion): SharedLesion => {
        const ref = `L${lesions.length + 1}`;
        lesions.push({ ref, lesionId: lesion.id });
        const closure = lesion.closure && {
          ...lesion.closure,
          on: shift(lesion.closure.on),
        };
        return {
          ref,
          label: isDeidentified ? `Lesion ${lesions.length}` : lesion.label,
          bodySite: lesion.bodySite,
          laterality: lesion.laterality,
          position: lesion.position,
          note: choice.withNotes ? lesion.note : '',
          closure,
          histology: store.histology.listByLesion(lesion.id).map((found) => ({
            takenOn: shift(found.takenOn),
            number: isDeidentified ? '' : found.number,
            diagnosis: found.diagnosis,
            breslowMm: found.breslowMm,
            text: choice.withNotes ? found.text : '',
          })),
          images: store.images.listByLesion(lesion.id).map((image): SharedImage => {
            images.push(image);
            return imageOf(store, image, images.length, shift, choice);
          }),
        };
      }),
    };
  });
  return { persons, patientIds: [...byPatient.keys()], images, lesions };
}

function personOf(patient: Patient, { isDeidentified, withNotes }: SharingChoice, now: Date) {
  const { familyName, givenName, birthDate, sex, phototype, hadMelanoma } = patient;
  const { hadKeratinocyteCancer, familyMelanoma, naevusCount, atypicalNaevi } = patient;
  return {
    name: isDeidentified ? null : { familyName, givenName },
    birthDate: isDeidentified ? null : birthDate,
    ageYears: ageOf(birthDate, now, isDeidentified),
    ...{ sex, phototype, hadMelanoma, hadKeratinocyteCancer, familyMelanoma, naevusCount },
    ...{ atypicalNaevi, immunosuppressed: patient.immunosuppressed },
    note: withNotes ? patient.note : '',
  };
}

/** The few who are very old are one age together where nobody is to be known by it. */
const oldest = 90;

function ageOf(birthDate: string | null, now: Date, isDeidentified: boolean): number | null {
  if (birthDate === null) return null;
  const age = Math.max(0, ageInYears(birthDate, now));
  return isDeidentified ? Math.min(age, oldest) : age;
}

function imageOf(
  store: ClinicStore,
  image: LesionImage,
  number: number,
  shift: Shift,
  { isDeidentified, withNotes }: SharingChoice,
): SharedImage {
  const reading = store.readings.newestByImage(image.id);
  const dayOf = (instant: string) => shift(localDay(new Date(instant)));
  return {
    ref: `I${number}`,
    picture: number - 1,
    capturedAt: shiftedTime(image.capturedAt, shift, !isDeidentified),
    importedOn: dayOf(image.importedAt),
    device: image.device,
    reading: reading && {
      networkName: reading.networkName,
      probabilities: reading.probabilities,
      verdict: reading.verdict,
    },
    reviews: store.reviews.listByImage(image.id).map((review) => ({
      impression: review.impression,
      decision: review.decision,
      note: withNotes ? review.note : '',
      byName: isDeidentified ? null : review.reviewerName,
      on: dayOf(review.createdAt),
    })),
    checklists: store.checklists.listByImage(image.id).map(({ details }) => details),
  };
}
