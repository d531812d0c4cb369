import type { LesionImage } from '../../clinic/entities/index.ts';
import type { Handlers } from '../../processes/channel.ts';
import { Broadcast } from '../changes.ts';
import type { imageProcedures } from '../contract/images.ts';
import type { ImportPhase } from '../importer.ts';
import { changeRecord, type StationContext } from './context.ts';

export function imageHandlers(context: StationContext): Handlers<typeof imageProcedures> {
  const { session, importer, decoder, changed } = context;
  const progress = new Broadcast<{ importId: string; phase: ImportPhase }>();

  const setRemoved = (imageId: string, act: 'remove' | 'restore'): LesionImage =>
    changeRecord(
      context,
      { action: `image.${act}`, topics: ['images', 'patients'] },
      ({ images }) => images[act](imageId),
    );

  return {
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
  };
}
