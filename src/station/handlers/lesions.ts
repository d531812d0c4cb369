import type { Lesion } from '../../clinic/entities/index.ts';
import type { Handlers } from '../../processes/channel.ts';
import type { ClinicStore } from '../../store/index.ts';
import type { lesionProcedures } from '../contract/lesions.ts';
import { changeRecord, type StationContext } from './context.ts';
import { Veil } from './veil.ts';

export function lesionHandlers(context: StationContext): Handlers<typeof lesionProcedures> {
  const { session } = context;
  const change = (act: string, work: (store: ClinicStore) => Lesion) =>
    changeRecord(context, { action: `lesion.${act}`, topics: ['lesions'] }, work);
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
      change('update', ({ lesions }) => lesions.update(lesionId, revision, details)),
    'lesions.close': ({ lesionId, closure }) =>
      change('close', ({ lesions }) => lesions.setClosure(lesionId, closure)),
    'lesions.reopen': ({ lesionId }) =>
      change('reopen', ({ lesions }) => lesions.setClosure(lesionId, null)),
    'lesions.remove': ({ lesionId }) =>
      changeWithImages('remove', ({ corrections }) => corrections.removeLesion(lesionId)),
    'lesions.merge': ({ lesionId, intoLesionId }) =>
      changeWithImages(
        'merge',
        ({ corrections }) => corrections.mergeLesions(lesionId, intoLesionId, session.user.id),
        { also: `lesion:${intoLesionId}` },
      ),
    'lesions.restore': ({ lesionId }) =>
      changeWithImages('restore', ({ corrections }) => corrections.restoreLesion(lesionId)),
  };
}
