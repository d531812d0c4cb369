import { SnnError } from '../errors.ts';

/**
 * What a learner needs to know of a class's images: how many there are, the sum of their spike
 * counts, and the sum of the products of every two of them (the Gram matrix). All are whole numbers
 * below 2^53, which float64 adds and subtracts exactly. So the order in which images come and go
 * does not matter, and one that was removed leaves no trace in any bit.
 */
export interface ClassStatistics {
  readonly features: number;
  readonly count: number;
  readonly sum: Float64Array;
  /** Upper triangle, row by row: 00, 01, 02, …, 11, 12, … */
  readonly products: Float64Array;
}

/** Counts of 8 views are at most 1,016; of images so many that count² · images stays below 2^53. */
const MAX_COUNT = 32_767;
const MAX_IMAGES = 8_388_608;

export function noStatistics(features: number): ClassStatistics {
  return {
    features,
    count: 0,
    sum: new Float64Array(features),
    products: new Float64Array(triangle(features)),
  };
}

/** Of these images, whose order does not matter. Throws SnnError 'statistics-invalid'. */
export function statisticsOf(features: number, images: Iterable<Int32Array>): ClassStatistics {
  return withImages(noStatistics(features), images);
}

/** Throws SnnError 'statistics-invalid' where an image's counts are none, or it is one too many. */
export function withImages(
  statistics: ClassStatistics,
  images: Iterable<Int32Array>,
): ClassStatistics {
  return changed(statistics, images, 1);
}

/**
 * Without images that were added before: bit for bit as if they had never been. Throws SnnError
 * 'statistics-invalid' where they cannot have been.
 */
export function withoutImages(
  statistics: ClassStatistics,
  images: Iterable<Int32Array>,
): ClassStatistics {
  return changed(statistics, images, -1);
}

/** Of the images of both. Throws SnnError 'statistics-invalid'. */
export function combined(a: ClassStatistics, b: ClassStatistics): ClassStatistics {
  if (a.features !== b.features) throw invalid('Statistics of different networks');
  return checked({
    features: a.features,
    count: a.count + b.count,
    sum: a.sum.map((value, index) => value + (b.sum[index] ?? 0)),
    products: a.products.map((value, index) => value + (b.products[index] ?? 0)),
  });
}

/** Covariance of all classes' images about their class's mean, as a whole square. */
export function withinCovariance(classes: readonly ClassStatistics[]): Float64Array {
  const features = classes[0]?.features ?? 0;
  const images = classes.reduce((sum, { count }) => sum + count, 0);
  if (images === 0) throw new RangeError('There is no image to learn from');
  const square = new Float64Array(features * features);
  for (const { sum, products, count } of classes) {
    if (count === 0) continue;
    for (let row = 0, at = 0; row < features; row++) {
      const mean = (sum[row] ?? 0) / count;
      for (let column = row; column < features; column++, at++) {
        const place = row * features + column;
        const scatter = (products[at] ?? 0) - mean * (sum[column] ?? 0);
        square[place] = (square[place] ?? 0) + scatter / images;
      }
    }
  }
  for (let row = 0; row < features; row++) {
    for (let column = 0; column < row; column++) {
      square[row * features + column] = square[column * features + row] ?? 0;
    }
  }
  return square;
}

/** Numbers in the upper triangle of a square matrix, diagonal included. */
export function triangle(size: number): number {
  return (size * (size + 1)) / 2;
}

function changed(
  { features, count, sum, products }: ClassStatistics,
  images: Iterable<Int32Array>,
  sign: 1 | -1,
): ClassStatistics {
  const result = { features, count, sum: sum.slice(), products: products.slice() };
  for (const image of images) {
    if (image.length !== features) {
      throw invalid(`An image of ${image.length} spike counts; the network has ${features}`);
    }
    if (image.some((value) => value < 0 || value > MAX_COUNT)) {
      throw invalid(`An image with a spike count outside 0…${MAX_COUNT}`);
    }
    result.count += sign;
    addProducts(result, image, sign);
  }
  return checked(result);
}

function addProducts(
  { sum, products }: { sum: Float64Array; products: Float64Array },
  image: Int32Array,
  sign: 1 | -1,
): void {
  const counts = Float64Array.from(image);
  const features = counts.length;
  for (let row = 0, start = 0; row < features; start += features - row, row++) {
    const value = sign * (counts[row] ?? 0);
    if (value === 0) continue;
    sum[row] = (sum[row] ?? 0) + value;
    const shift = start - row;
    for (let column = row; column < features; column++) {
      products[shift + column] = (products[shift + column] ?? 0) + value * (counts[column] ?? 0);
    }
  }
}

function checked(statistics: ClassStatistics): ClassStatistics {
  const { count, sum, products } = statistics;
  if (count > MAX_IMAGES) throw invalid(`More than ${MAX_IMAGES} images of one class`);
  const isPossible =
    sum.every((value) => value >= 0) &&
    products.every((value) => value >= 0) &&
    (count > 0 || (count === 0 && !sum.some(Boolean) && !products.some(Boolean)));
  if (!isPossible) throw invalid('Images are taken away that had not been added');
  return statistics;
}

function invalid(detail: string): SnnError {
  return new SnnError('statistics-invalid', `${detail}.`);
}
