import { bootstrap, type Measured, rankedArea, ranking } from './measured.ts';

const SEED = 14;

/** An image, and what was made of it without its lesion having been learned. */
export interface Judged {
  /** What it is: a code of the shipped classes or of an added one. */
  readonly code: string;
  readonly root: string;
  readonly lesion: string;
  readonly isStandIn: boolean;
  /** As how many images it counts beside others. */
  readonly weight: number;
  /** Lesions behind all stand-ins of its class. */
  readonly lesionsBehind: number;
  readonly before: Float64Array;
  readonly after: Float64Array;
  readonly wasSuspicious: boolean;
  readonly isSuspicious: boolean;
}

/** The weighted share of images, without an interval. */
export function part(images: readonly Judged[], has: (image: Judged) => boolean): number {
  let [those, total] = [0, 0];
  for (const image of images) {
    total += image.weight;
    if (has(image)) those += image.weight;
  }
  return total > 0 ? those / total : 0;
}

export function share(images: readonly Judged[], has: (image: Judged) => boolean): Measured | null {
  return mean(images, (image) => Number(has(image)));
}

/** Weighted, over lesions that are drawn. */
export function mean(images: readonly Judged[], value: (image: Judged) => number): Measured | null {
  const strata = strataOf(images);
  const sums = strata.map(({ lesions }) =>
    lesions.map((lesion) => ({
      total: lesion.reduce((sum, { weight }) => sum + weight, 0),
      those: lesion.reduce((sum, image) => sum + image.weight * value(image), 0),
    })),
  );
  return bootstrap(sizesOf(strata), SEED, (times) => {
    let [those, total] = [0, 0];
    for (const [stratum, lesions] of sums.entries()) {
      const drawn = times[stratum];
      const scale = scaleOf(strata[stratum], drawn);
      for (const [index, lesion] of lesions.entries()) {
        const count = (drawn?.[index] ?? 0) * scale;
        those += count * lesion.those;
        total += count * lesion.total;
      }
    }
    return total > 0 ? those / total : null;
  });
}

/** Under the ROC curve, over lesions that are drawn. */
export function area(
  positives: readonly Judged[],
  negatives: readonly Judged[],
  score: (image: Judged) => number,
): Measured | null {
  const strata = [...strataOf(positives), ...strataOf(negatives)];
  const images = strata.flatMap(({ lesions }, stratum) =>
    lesions.flatMap((lesion, index) => lesion.map((image) => ({ image, stratum, index }))),
  );
  const first = new Set(positives);
  const isPositive = images.map(({ image }) => first.has(image));
  const ranked = ranking(images.map(({ image }) => score(image)));
  return bootstrap(sizesOf(strata), SEED, (times) => {
    const scales = strata.map((stratum, index) => scaleOf(stratum, times[index]));
    return rankedArea(ranked, isPositive, (at) => {
      const { image, stratum, index } = images[at] ?? { image: undefined, stratum: 0, index: 0 };
      return (image?.weight ?? 0) * (times[stratum]?.[index] ?? 0) * (scales[stratum] ?? 1);
    });
  });
}

interface Stratum {
  readonly lesions: readonly (readonly Judged[])[];
  readonly drawn?: number;
}

/** The examples' lesions; of each class, the images that stand in, of which as many as its lesions are drawn. */
function strataOf(images: readonly Judged[]): Stratum[] {
  const byLesion = new Map<string, Judged[]>();
  const standing = new Map<string, Judged[]>();
  for (const image of images) {
    const [map, key] = image.isStandIn ? [standing, image.code] : [byLesion, image.lesion];
    const list = map.get(key);
    if (list) list.push(image);
    else map.set(key, [image]);
  }
  const strata: Stratum[] = [...standing.values()].map((own) => ({
    lesions: own.map((image) => [image]),
    drawn: own[0]?.lesionsBehind ?? own.length,
  }));
  return byLesion.size > 0 ? [{ lesions: [...byLesion.values()] }, ...strata] : strata;
}

function sizesOf(strata: readonly Stratum[]): { lesions: number; drawn?: number }[] {
  return strata.map(({ lesions, drawn }) => ({
    lesions: lesions.length,
    ...(drawn !== undefined && { drawn }),
  }));
}

/** So that a stratum keeps its weight, however many of it are drawn. */
function scaleOf(stratum: Stratum | undefined, times: Int32Array | undefined): number {
  if (!stratum || stratum.drawn === undefined) return 1;
  return stratum.lesions.length / Math.max(times?.reduce((sum, count) => sum + count, 0) ?? 1, 1);
}
