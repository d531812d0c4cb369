import type {
  LesionImage,
  PatientRecord,
  RecordedImage,
  RecordedLesion,
  RecordedOverview,
} from '../../clinic/entities/index.ts';
import { patientRecordFormat } from '../../clinic/entities/index.ts';
import type { ClinicStore } from '../../store/index.ts';
import { Veil } from '../veil.ts';

/** Who takes a patient's records out of the clinic, and with which program. */
export interface Taker {
  readonly program: string;
  readonly clinicName: string;
  readonly userId: string;
  readonly userName: string;
}

/** All that is recorded of a patient. Throws `not-found`, and `not-allowed` where some of it is held back from the taker. */
export function recordOf(store: ClinicStore, patientId: string, taker: Taker): PatientRecord {
  const patient = store.patients.get(patientId);
  new Veil({ store, user: { id: taker.userId } }).assertMayTake(
    (lesion) => lesion.patientId === patientId,
  );
  const lesions = [
    ...store.lesions.listByPatient(patientId),
    ...store.lesions.listRemoved(patientId),
  ];
  const removed = store.images.listRemoved(patientId);
  return {
    ...patientRecordFormat,
    program: taker.program,
    clinicName: taker.clinicName,
    madeAt: store.now().toISOString(),
    madeByName: taker.userName,
    patient,
    merged: store.patientMerges
      .into(patientId)
      .map(({ fromPatientId }) => store.patients.get(fromPatientId)),
    consents: store.consents.listByPatient(patientId),
    visits: store.visits.listByPatient(patientId),
    lesions: lesions.map((lesion, at): RecordedLesion => {
      const images = [
        ...store.images.listByLesion(lesion.id),
        ...removed.filter(({ lesionId }) => lesionId === lesion.id),
      ];
      const isMerged = lesion.mergedInto !== null;
      return {
        ...lesion,
        images: images.map((image, n) => recordedImage(store, image, fileNameOf(image, at, n))),
        followUps: isMerged ? [] : store.followUps.listByLesion(lesion.id),
        histology: isMerged ? [] : store.histology.listByLesion(lesion.id),
        colleagueAnswers: store.sharedCases.answersOf(lesion.id),
      };
    }),
    overviews: overviewsOf(store, patientId),
  };
}

function overviewsOf({ overviews }: ClinicStore, patientId: string): RecordedOverview[] {
  const markers = Map.groupBy(overviews.markersOfPatient(patientId), (each) => each.overviewId);
  return [...overviews.listByPatient(patientId), ...overviews.listRemoved(patientId)].map(
    ({ patientId: _, ...overview }, at) => ({
      ...overview,
      file: `images/overview-${originalName(overview, at)}`,
      markers: (markers.get(overview.id) ?? []).map(({ overviewId: _, ...marker }) => marker),
    }),
  );
}

function recordedImage(store: ClinicStore, image: LesionImage, file: string): RecordedImage {
  return {
    ...image,
    file,
    readings: store.readings.listByImage(image.id).map((reading) => ({
      ...reading,
      spikeCounts: [...store.readings.spikeCounts(reading.id)],
    })),
    reviews: store.reviews.listByImage(image.id),
    secondOpinions: store.secondOpinions.listByImage(image.id),
    checklists: store.checklists.listByImage(image.id),
    scale: store.measuring.scaleOf(image.id),
    outline: store.measuring.outlineOf(image.id),
    moves: store.corrections.movesOf(image.id),
  };
}

/** "images/01-02 IMG_0042.jpg": by lesion and image, so that no two are the same. */
function fileNameOf(image: LesionImage, lesion: number, at: number): string {
  return `images/${twoDigits(lesion)}-${originalName(image, at)}`;
}

/** "02 IMG_0042.jpg", by its place. */
function originalName({ fileName, format }: Pick<LesionImage, 'fileName' | 'format'>, at: number) {
  const stem = asFileName(fileName.replace(/\.[^.]*$/, '')).slice(0, 60);
  return `${twoDigits(at)}${stem ? ` ${stem}` : ''}.${extensions[format]}`;
}

const twoDigits = (at: number): string => String(at + 1).padStart(2, '0');

const extensions: Record<LesionImage['format'], string> = {
  jpeg: 'jpg',
  png: 'png',
  tiff: 'tif',
  webp: 'webp',
  avif: 'avif',
  gif: 'gif',
  heic: 'heic',
  jpeg2000: 'jp2',
  bmp: 'bmp',
};

/** Letters, figures and what no file system and no address minds. */
export function asFileName(text: string): string {
  return text
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N}_. -]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^[. ]+|[. ]+$/g, '');
}
