import {
  changedFields,
  type Lesion,
  type PatientDetails,
  patientDetails,
  type RecentAct,
} from '../../clinic/entities/index.ts';
import { leastLesions, oddness } from '../../clinic/oddness.ts';
import type { Handlers } from '../../processes/channel.ts';
import type { ClinicStore } from '../../store/index.ts';
import type { patientProcedures } from '../contract/patients.ts';
import { enterRead } from '../patient-reads.ts';
import { Veil } from '../veil.ts';
import { changeRecord, type StationContext } from './context.ts';
import { imageEntry } from './image-entry.ts';
import { movedFrom, movedTo } from './move-notes.ts';

/** Of each lesion, as many as a card has room for: a patient may have thousands. */
const shownImages = 12;

export function patientHandlers(context: StationContext): Handlers<typeof patientProcedures> {
  const { session, heads } = context;
  const topics = ['patients'] as const;
  const note = (store: ClinicStore, patientId: string, did: RecentAct) =>
    store.recentChanges.note({ userId: session.user.id, patientId, subjectId: patientId, did });
  return {
    'patients.search': (query) => session.store.patientList.page(query),
    'patients.count': (query) => ({ count: session.store.patientList.count(query) }),
    'patients.get': ({ patientId }) => {
      const { store } = session;
      const patient = store.patients.get(patientId);
      enterRead(session, patientId);
      const veil = new Veil(session);
      return {
        patient,
        lesions: store.lesions.listByPatient(patientId).map((lesion) => ({
          ...placedLesion(store, lesion, veil),
          images: store.images
            .newestOfLesion(lesion.id, shownImages)
            .map((image) => imageEntry(store, image, veil)),
          imageCount: store.images.countOfLesion(lesion.id),
        })),
        visits: store.visits.listByPatient(patientId),
        removed: {
          lesions: store.lesions
            .listRemoved(patientId)
            .map((lesion) => placedLesion(store, lesion, veil)),
          images: store.images
            .listRemoved(patientId)
            .map((image) => imageEntry(store, image, veil)),
        },
      };
    },
    'patients.sideBySide': ({ patientId }) => {
      const lesions = sideBySide(session.store, patientId, heads.model.sha256, new Veil(session));
      enterRead(session, patientId);
      return lesions;
    },
    'patients.possibleDoubles': (person) => session.store.doubles.find(person),
    'patients.enrol': (details) =>
      changeRecord(context, { action: 'patient.enrol', topics }, ({ patients }) =>
        patients.enrol(details),
      ),
    'patients.update': ({ patientId, revision, details }) =>
      changeRecord(context, { action: 'patient.update', topics }, (store) => {
        const before = store.patients.get(patientId);
        const after = store.patients.update(patientId, revision, details);
        const { before: was, after: is } = changedFields(before, after, patientFields);
        note(store, patientId, { act: 'patient.update', before: was, after: is });
        return after;
      }),
    'patients.archive': ({ patientId }) =>
      changeRecord(context, { action: 'patient.archive', topics }, (store) => {
        const archived = store.patients.archive(patientId);
        if (archived.archivedAt !== null)
          note(store, patientId, { act: 'patient.archive', archivedAt: archived.archivedAt });
        return archived;
      }),
    'patients.restore': ({ patientId }) =>
      changeRecord(context, { action: 'patient.restore', topics }, ({ patients }) =>
        patients.restore(patientId),
      ),
  };
}

function placedLesion(store: ClinicStore, lesion: Lesion, veil: Veil) {
  return {
    lesion,
    movedIn: store.corrections.movesInto(lesion.id).map((move) => movedFrom(store, move)),
    awaited: veil
      .followUps(store.followUps.listByLesion(lesion.id))
      .filter(({ ended }) => ended === null),
    histology: store.histology.listByLesion(lesion.id),
    movedOut: store.corrections.movesOutOf(lesion.id).map((move) => movedTo(store, move)),
  };
}

function sideBySide(store: ClinicStore, patientId: string, networkSha256: string, veil: Veil) {
  const beside = store.lesions
    .listByPatient(patientId)
    .filter(({ closure }) => closure === null)
    .flatMap((lesion) => {
      const [newest] = store.images.newestOfLesion(lesion.id, 1);
      if (!newest) return [];
      const [reading] = store.readings
        .listByImage(newest.id)
        .filter((each) => each.networkSha256 === networkSha256);
      const counts = reading && store.readings.spikeCounts(reading.id);
      return [{ ...imageEntry(store, newest, veil), lesion, counts }];
    });
  const counted = beside.flatMap(({ lesion, counts }) =>
    counts ? [{ id: lesion.id, counts }] : [],
  );
  const found = counted.length < leastLesions ? [] : oddness(counted.map(({ counts }) => counts));
  const oddnessOf = new Map(counted.map(({ id }, at) => [id, found[at] ?? null]));
  return beside
    .map(({ counts: _, ...entry }) => ({
      ...entry,
      oddness: oddnessOf.get(entry.lesion.id) ?? null,
    }))
    .toSorted((a, b) => (b.oddness ?? -1) - (a.oddness ?? -1));
}

const patientFields = Object.keys(patientDetails.shape) as (keyof PatientDetails)[];
