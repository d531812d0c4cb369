import type { ClinicStore } from '../../store/index.ts';
import type { ImageEntry } from '../contract.ts';
import type { HandlersOf, StationContext } from './context.ts';

export function patientHandlers({
  session,
  changed,
}: StationContext): HandlersOf<
  | 'patients.search'
  | 'patients.get'
  | 'patients.enrol'
  | 'patients.update'
  | 'patients.archive'
  | 'patients.restore'
  | 'lesions.add'
  | 'lesions.update'
> {
  /** Makes a change and its audit entry in one transaction, then tells the screens. */
  const change = <T extends { readonly id: string }>(
    action: string,
    subject: 'patient' | 'lesion',
    work: (store: ClinicStore) => T,
  ): T => {
    const { store, user } = session;
    const changedRecord = store.transaction(() => {
      const record = work(store);
      store.audit.append({ userId: user.id, action, subject: `${subject}:${record.id}` });
      return record;
    });
    changed.emit(['patients']);
    return changedRecord;
  };

  return {
    'patients.search': (query) => session.store.patients.search(query),
    'patients.get': ({ patientId }) => {
      const { store } = session;
      return {
        patient: store.patients.get(patientId),
        lesions: store.lesions.listByPatient(patientId).map((lesion) => ({
          lesion,
          images: store.images.listByLesion(lesion.id).map((image) => imageEntry(store, image)),
        })),
        visits: store.visits.listByPatient(patientId),
      };
    },
    'patients.enrol': (details) =>
      change('patient.enrol', 'patient', (store) => store.patients.enrol(details)),
    'patients.update': ({ patientId, details }) =>
      change('patient.update', 'patient', (store) => store.patients.update(patientId, details)),
    'patients.archive': ({ patientId }) =>
      change('patient.archive', 'patient', (store) => store.patients.archive(patientId)),
    'patients.restore': ({ patientId }) =>
      change('patient.restore', 'patient', (store) => store.patients.restore(patientId)),
    'lesions.add': ({ patientId, details }) =>
      change('lesion.add', 'lesion', (store) => store.lesions.add(patientId, details)),
    'lesions.update': ({ lesionId, details }) =>
      change('lesion.update', 'lesion', (store) => store.lesions.update(lesionId, details)),
  };
}

function imageEntry(store: ClinicStore, image: ImageEntry['image']): ImageEntry {
  return {
    image,
    reading: store.readings.newestByImage(image.id) ?? null,
    review: store.reviews.newestByImage(image.id) ?? null,
  };
}
