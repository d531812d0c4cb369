import type { LesionImage } from '../../clinic/entities.ts';
import { Broadcast } from '../changes.ts';
import type { ImportPhase } from '../importer.ts';
import type { HandlersOf, StationContext } from './context.ts';

/** As many as a person can work through before the list is fetched again. */
const worklistLimit = 500;

export function imageHandlers({
  session,
  importer,
  decoder,
  changed,
}: StationContext): HandlersOf<
  | 'worklist.list'
  | 'images.import'
  | 'images.importProgress'
  | 'images.get'
  | 'images.thumbnail'
  | 'images.rendition'
  | 'images.remove'
  | 'images.restore'
  | 'readings.read'
  | 'reviews.save'
  | 'reviews.keepDraft'
> {
  const progress = new Broadcast<{ importId: string; phase: ImportPhase }>();

  const setRemoved = (imageId: string, action: 'remove' | 'restore'): LesionImage => {
    const { store, user } = session;
    const image = store.transaction(() => {
      store.audit.append({
        userId: user.id,
        action: `image.${action}`,
        subject: `image:${imageId}`,
      });
      return store.images[action](imageId);
    });
    changed.emit(['images', 'patients']);
    return image;
  };

  return {
    'worklist.list': () => {
      const { store, user } = session;
      const begun = store.reviews.draftedImages(user.id);
      return store.images
        .worklist(worklistLimit)
        .map((entry) => ({ ...entry, isBegun: begun.has(entry.image.id) }));
    },
    'images.import': async ({ importId, ...file }, { signal }) => {
      const onPhase = (phase: ImportPhase) => progress.emit({ importId, phase });
      const result = await importer.import(file, { signal, onPhase });
      if (result.outcome === 'imported') changed.emit(['images', 'readings', 'patients']);
      return result;
    },
    'images.importProgress': (_, emit) => progress.subscribe(emit),
    'images.get': ({ imageId }) => {
      const { store, user } = session;
      const image = store.images.get(imageId);
      const lesion = store.lesions.get(image.lesionId);
      return {
        image,
        lesion,
        patient: store.patients.get(lesion.patientId),
        readings: store.readings.listByImage(imageId),
        reviews: store.reviews.listByImage(imageId),
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
    'images.remove': ({ imageId }) => setRemoved(imageId, 'remove'),
    'images.restore': ({ imageId }) => setRemoved(imageId, 'restore'),
    'readings.read': async ({ imageId }, { signal }) => {
      const reading = await importer.readAgain(imageId, signal);
      changed.emit(['readings']);
      return reading;
    },
    'reviews.save': ({ imageId, readingId, details }) => {
      const { store, user } = session;
      const review = store.transaction(() => {
        const saved = store.reviews.add({ imageId, readingId, reviewerId: user.id, details });
        store.audit.append({ userId: user.id, action: 'review.save', subject: `image:${imageId}` });
        return saved;
      });
      changed.emit(['reviews', 'patients']);
      return review;
    },
    'reviews.keepDraft': ({ imageId, draft }) => {
      const { store, user } = session;
      const key = { imageId, reviewerId: user.id };
      const before = store.reviews.draft(key);
      store.reviews.keepDraft(key, draft);
      if ((before === null) !== (store.reviews.draft(key) === null)) changed.emit(['drafts']);
      return {};
    },
  };
}
