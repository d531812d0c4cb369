import type { LesionImage, RecentAct } from '../../clinic/entities/index.ts';
import type { Handlers } from '../../processes/channel.ts';
import type { ClinicStore } from '../../store/index.ts';
import { Broadcast } from '../changes.ts';
import type { imageProcedures } from '../contract/images.ts';
import type { Topic } from '../contract/index.ts';
import type { ImportPhase } from '../importer.ts';
import { enterRead } from '../patient-reads.ts';
import { Veil } from '../veil.ts';
import { changeRecord, type StationContext } from './context.ts';
import { movedFrom } from './move-notes.ts';

export function imageHandlers(context: StationContext): Handlers<typeof imageProcedures> {
  const { session, importer, decoder, changed } = context;
  const progress = new Broadcast<{ importId: string; phase: ImportPhase }>();

  const change = (
    act: string,
    topics: readonly Topic[],
    work: (store: ClinicStore) => LesionImage,
  ): LesionImage => changeRecord(context, { action: `image.${act}`, topics }, work);

  /** All of them, or none. */
  const changeEach = (
    imageIds: readonly string[],
    act: string,
    work: (store: ClinicStore, imageId: string) => LesionImage,
    /** Told which ones are elsewhere now. */
    note: (store: ClinicStore, moved: readonly string[]) => void = () => {},
  ): LesionImage[] => {
    const { store, user } = session;
    const moved = store.transaction(() => {
      const places = imageIds.map((imageId) => {
        const from = store.images.get(imageId).lesionId;
        return { from, image: work(store, imageId) };
      });
      const elsewhere = places.filter(({ from, image }) => from !== image.lesionId);
      note(
        store,
        elsewhere.map(({ image }) => image.id),
      );
      for (const { from, image } of elsewhere) {
        const subject = `image:${image.id} lesion:${from} lesion:${image.lesionId}`;
        store.audit.append({ userId: user.id, action: `image.${act}`, subject });
      }
      return places.map(({ image }) => image);
    });
    changed.emit(['images', 'patients']);
    return moved;
  };

  return {
    'images.import': async ({ importId, ...file }, { signal }) => {
      const onPhase = (phase: ImportPhase) => progress.emit({ importId, phase });
      const result = await importer.import(session.begin(), file, { signal, onPhase });
      if (result.outcome === 'imported') changed.emit(['images', 'readings', 'patients']);
      return result;
    },
    'images.importProgress': (_, emit) => progress.subscribe(emit),
    'images.get': ({ imageId }) => {
      const { store, user } = session;
      const image = store.images.get(imageId);
      const lesion = store.lesions.get(image.lesionId);
      enterRead(session, lesion.patientId);
      const veil = new Veil(session);
      return {
        image,
        lesion,
        patient: store.patients.get(lesion.patientId),
        readings: store.readings.listByImage(imageId),
        reviews: veil.reviews(imageId),
        opinions: veil.opinions(imageId),
        isBlind: veil.hides(imageId),
        moves: store.corrections.movesOf(imageId).map((move) => movedFrom(store, move)),
        awaited: veil
          .followUps(store.followUps.listByLesion(lesion.id))
          .filter(({ ended }) => ended === null),
        draft: store.reviews.draft({ imageId, reviewerId: user.id }),
      };
    },
    'images.thumbnail': ({ imageId }) => ({
      bytes: session.store.images.thumbnail(imageId),
      mediaType: 'image/jpeg',
    }),
    'images.rendition': ({ imageId, maxSidePx }, { signal }) => {
      const { images } = session.store;
      const { fileName } = images.get(imageId);
      return decoder.render(images.original(imageId), { fileName, maxSidePx, signal });
    },
    'images.move': ({ imageIds, lesionId }) =>
      changeEach(
        imageIds,
        'move',
        ({ corrections }, imageId) => corrections.moveImage(imageId, lesionId, session.user.id),
        (store, moved) => {
          const [first] = moved;
          if (!first) return;
          const did: RecentAct = { act: 'image.move', imageIds: [...moved], toLesionId: lesionId };
          const { patientId } = store.lesions.get(lesionId);
          store.recentChanges.note({ userId: session.user.id, patientId, subjectId: first, did });
        },
      ),
    'images.takeMoveBack': ({ imageIds }) =>
      changeEach(imageIds, 'take-move-back', ({ corrections }, imageId) =>
        corrections.takeMoveBack(imageId),
      ),
    'images.remove': ({ imageId }) =>
      change('remove', ['images', 'patients'], (store) => {
        const removed = store.images.remove(imageId);
        const { patientId } = store.lesions.get(removed.lesionId);
        if (removed.removedAt !== null)
          store.recentChanges.note({
            userId: session.user.id,
            patientId,
            subjectId: imageId,
            did: { act: 'image.remove', removedAt: removed.removedAt },
          });
        return removed;
      }),
    'images.restore': ({ imageId }) =>
      change('restore', ['images', 'patients', 'lesions'], ({ corrections }) =>
        corrections.restoreImage(imageId),
      ),
  };
}
