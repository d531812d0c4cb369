import {
  changedFields,
  type Lesion,
  type LesionDetails,
  lesionDetails,
  type RecentAct,
} from '../../clinic/entities/index.ts';
import type { Handlers } from '../../processes/channel.ts';
import type { ClinicStore } from '../../store/index.ts';
import type { lesionProcedures } from '../contract/lesions.ts';
import { enterRead } from '../patient-reads.ts';
import { Veil } from '../veil.ts';
import { changeRecord, type StationContext } from './context.ts';

export function lesionHandlers(context: StationContext): Handlers<typeof lesionProcedures> {
  const { session } = context;
  const change = (act: string, work: (store: ClinicStore) => Lesion) =>
    changeRecord(context, { action: `lesion.${act}`, topics: ['lesions'] }, work);
  const note = (store: ClinicStore, { id, patientId }: Lesion, did: RecentAct) =>
    store.recentChanges.note({ userId: session.user.id, patientId, subjectId: id, did });
  /** Where its images appear or disappear with it. */
  const changeWithImages = (
    act: string,
    work: (store: ClinicStore) => Lesion,
    more: { also?: string } = {},
  ) =>
    changeRecord(
      context,
      { action: `lesion.${act}`, topics: ['lesions', 'images'], ...more },
      work,
    );
  return {
    'lesions.get': ({ lesionId }) => {
      const { store } = session;
      const veil = new Veil(session);
      const lesion = store.lesions.find(lesionId) ?? store.lesions.get(lesionId);
      enterRead(session, lesion.patientId);
      return {
        lesion,
        patient: store.patients.get(lesion.patientId),
        images: store.images.listByLesion(lesion.id).map((image) => {
          const reviews = veil.reviews(image.id);
          const reading = store.readings.newestByImage(image.id);
          return { image, reading, review: reviews[0] ?? null, reviews };
        }),
        followUps: veil.followUps(store.followUps.listByLesion(lesion.id)),
        histology: store.histology.listByLesion(lesion.id),
      };
    },
    'lesions.add': ({ patientId, details }) =>
      change('add', ({ lesions }) => lesions.add(patientId, details)),
    'lesions.update': ({ lesionId, revision, details }) =>
      change('update', (store) => {
        const before = store.lesions.get(lesionId);
        const after = store.lesions.update(lesionId, revision, details);
        note(store, after, { act: 'lesion.update', ...changedFields(before, after, lesionFields) });
        return after;
      }),
    'lesions.close': ({ lesionId, closure }) =>
      change('close', (store) => {
        const closed = store.lesions.setClosure(lesionId, closure);
        note(store, closed, { act: 'lesion.close', ...closure });
        return closed;
      }),
    'lesions.reopen': ({ lesionId }) =>
      change('reopen', ({ lesions }) => lesions.setClosure(lesionId, null)),
    'lesions.remove': ({ lesionId }) =>
      changeWithImages('remove', (store) => {
        const removed = store.corrections.removeLesion(lesionId);
        if (removed.removedAt !== null)
          note(store, removed, { act: 'lesion.remove', removedAt: removed.removedAt });
        return removed;
      }),
    'lesions.merge': ({ lesionId, intoLesionId }) =>
      changeWithImages(
        'merge',
        (store) => {
          const merged = store.corrections.mergeLesions(lesionId, intoLesionId, session.user.id);
          if (merged.removedAt !== null)
            note(store, merged, { act: 'lesion.merge', removedAt: merged.removedAt, intoLesionId });
          return merged;
        },
        { also: `lesion:${intoLesionId}` },
      ),
    'lesions.restore': ({ lesionId }) =>
      changeWithImages('restore', ({ corrections }) => corrections.restoreLesion(lesionId)),
  };
}

const lesionFields = Object.keys(lesionDetails.shape) as (keyof LesionDetails)[];
