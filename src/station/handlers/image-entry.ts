import type { ClinicStore } from '../../store/index.ts';
import type { ImageEntry, PlacedImageEntry } from '../contract/index.ts';
import type { Veil } from '../veil.ts';

/** An image with its newest reading, and the newest review that may be seen. */
export function imageEntry(store: ClinicStore, image: ImageEntry['image'], veil: Veil): ImageEntry {
  return {
    image,
    reading: store.readings.newestByImage(image.id),
    review: veil.newestReview(image.id),
  };
}

/** The same, with whose it is. */
export function placedImageEntry(
  store: ClinicStore,
  imageId: string,
  veil: Veil,
): PlacedImageEntry {
  const image = store.images.get(imageId);
  const lesion = store.lesions.get(image.lesionId);
  return {
    ...imageEntry(store, image, veil),
    lesion,
    patient: store.patients.get(lesion.patientId),
  };
}
