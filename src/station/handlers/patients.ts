import type { Lesion } from '../../clinic/entities/index.ts';
import type { Handlers } from '../../processes/channel.ts';
import type { ClinicStore } from '../../store/index.ts';
import type { ImageEntry } from '../contract/index.ts';
import type { patientProcedures } from '../contract/patients.ts';
import { changeRecord, type StationContext } from './context.ts';
import { movedFrom, movedTo } from './move-notes.ts';

export function patientHandlers(context: StationContext): Handlers<typeof patientProcedures> {
  const { session } = context;
  const topics = ['patients'] as const;
  return {
    'patients.search': (query) => session.store.patientList.page(query),
    'patients.count': (query) => ({ count: session.store.patientList.count(query) }),
    'patients.get': ({ patientId }) => {
      const { store } = session;
      return {
        patient: store.patients.get(patientId),
        lesions: store.lesions.listByPatient(patientId).map((lesion) => ({
          ...placedLesion(store, lesion),
          images: store.images.listByLesion(lesion.id).map((image) => imageEntry(store, image)),
        })),
        visits: store.visits.listByPatient(patientId),
        removed: {
          lesions: store.lesions
            .listRemoved(patientId)
            .map((lesion) => placedLesion(store, lesion)),
          images: store.images.listRemoved(patientId).map((image) => imageEntry(store, image)),
        },
      };
    },
    'patients.possibleDoubles': (person) => session.store.doubles.find(person),
    'patients.enrol': (details) =>
      changeRecord(context, { action: 'patient.enrol', topics }, ({ patients }) =>
        patients.enrol(details),
      ),
    'patients.update': ({ patientId, revision, details }) =>
      changeRecord(context, { action: 'patient.update', topics }, ({ patients }) =>
        patients.update(patientId, revision, details),
      ),
    'patients.archive': ({ patientId }) =>
      changeRecord(context, { action: 'patient.archive', topics }, ({ patients }) =>
        patients.archive(patientId),
      ),
    'patients.restore': ({ patientId }) =>
      changeRecord(context, { action: 'patient.restore', topics }, ({ patients }) =>
        patients.restore(patientId),
      ),
  };
}

function placedLesion(store: ClinicStore, lesion: Lesion) {
  return {
    lesion,
    movedIn: store.corrections.movesInto(lesion.id).map((move) => movedFrom(store, move)),
    movedOut: store.corrections.movesOutOf(lesion.id).map((move) => movedTo(store, move)),
  };
}

function imageEntry(store: ClinicStore, image: ImageEntry['image']): ImageEntry {
  return {
    image,
    reading: store.readings.newestByImage(image.id) ?? null,
    review: store.reviews.newestByImage(image.id) ?? null,
  };
}
