import { SnnError } from '../errors.ts';
import { classScores, softmax } from '../head/classify.ts';
import type { Foundation } from './foundation.ts';

/**
 * What brings one clinic's images to the counts that the training's would have: a factor for each
 * channel and nothing else (scale-only adaptation). Stored counts stay as they are; a head with an
 * adapter reads count' = ⌊count · gain + ½⌋, which are whole numbers again.
 */
export interface CameraAdapter {
  /** Multiples of 1/GAIN_UNIT from 1/MOST_GAIN to MOST_GAIN: products with counts are exact. */
  readonly gains: Float64Array;
}

export const GAIN_UNIT = 4_096;
export const MOST_GAIN = 4;
const MOST_COUNT = 32_767;
/** From fewer images a channel's mean says more of those images than of the camera. */
export const LEAST_CAMERA_IMAGES = 100;
/** How often the classes' shares are found again; after three rounds they hardly move. */
const ROUNDS = 3;

/**
 * From images without labels. A channel's gain takes their mean count to the mean that the shipped
 * statistics give to the same mixture of classes; the mixture is what the shipped head makes of the
 * adapted images, so it and the gains are found in turn (`docs/incremental.md` compares that with
 * an offset beside the gain, and with the training's own mixture). The same for the same images,
 * whatever their order. Throws SnnError 'learning-refused' of too few images.
 */
export function cameraAdapter(
  { head, classes }: Pick<Foundation, 'head' | 'classes'>,
  images: readonly Int32Array[],
): CameraAdapter {
  if (images.length < LEAST_CAMERA_IMAGES) {
    throw new SnnError(
      'learning-refused',
      `The counts are adapted to a camera from ${LEAST_CAMERA_IMAGES} images or more; there are ${images.length}.`,
    );
  }
  const features = head.featureScale.length;
  const means = classes.map(({ statistics: { sum, count } }) => sum.map((value) => value / count));
  // Whole numbers, which add up to the same in any order.
  const own = new Float64Array(features);
  for (const counts of images) {
    for (let i = 0; i < features; i++) own[i] = (own[i] ?? 0) + (counts[i] ?? 0);
  }
  const total = classes.reduce((sum, { statistics }) => sum + statistics.count, 0);
  let shares: Float64Array = Float64Array.from(
    classes,
    ({ statistics }) => statistics.count / total,
  );
  let adapter = adapterFor(shares, means, own, images.length);
  for (let round = 0; round < ROUNDS; round++) {
    shares = meanProbabilities(head, adapter, images);
    adapter = adapterFor(shares, means, own, images.length);
  }
  return adapter;
}

function adapterFor(
  shares: Float64Array,
  means: readonly Float64Array[],
  own: Float64Array,
  images: number,
): CameraAdapter {
  return {
    gains: own.map((sum, channel) => {
      const wanted = means.reduce(
        (all, mean, k) => all + (shares[k] ?? 0) * (mean[channel] ?? 0),
        0,
      );
      if (sum === 0) return 1;
      const gain = Math.min(Math.max((wanted * images) / sum, 1 / MOST_GAIN), MOST_GAIN);
      return Math.floor(gain * GAIN_UNIT + 0.5) / GAIN_UNIT;
    }),
  };
}

/** In units of 2^-40, whose sum is exact in any order. */
function meanProbabilities(
  head: Foundation['head'],
  adapter: CameraAdapter,
  images: readonly Int32Array[],
): Float64Array {
  const unit = 2 ** 40;
  const sums = new Float64Array(head.classes.length);
  for (const counts of images) {
    const probabilities = softmax(classScores(head, adaptedCounts(adapter, counts)).scores);
    for (const [k, p] of probabilities.entries()) sums[k] = (sums[k] ?? 0) + Math.floor(p * unit);
  }
  return sums.map((sum) => sum / (unit * images.length));
}

/** The same array where there is no adapter. */
export function adaptedCounts(adapter: CameraAdapter | null, counts: Int32Array): Int32Array {
  if (!adapter) return counts;
  const { gains } = adapter;
  return counts.map((count, channel) =>
    Math.min(Math.floor(count * (gains[channel] ?? 1) + 0.5), MOST_COUNT),
  );
}
