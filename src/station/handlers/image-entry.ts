import type { ClinicStore } from '../../store/index.ts';
import type { ImageEntry } from '../contract/index.ts';

/** An image with its newest reading and review. */
export function imageEntry(store: ClinicStore, image: ImageEntry['image']): ImageEntry {
  return {
    image,
    reading: store.readings.newestByImage(image.id),
    review: store.reviews.newestByImage(image.id),
  };
}
