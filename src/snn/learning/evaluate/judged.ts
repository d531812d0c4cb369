import { bootstrap, type Measured, rankedArea, ranking, type Stratum } from './measured.ts';

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
  const lesions = strata.flatMap((stratum) => stratum.lesions);
  const totals = Float64Array.from(lesions, (lesion) =>
    lesion.reduce((sum, { weight }) => sum + weight, 0),
  );
  const sums = Float64Array.from(lesions, (lesion) =>
    lesion.reduce((sum, image) => sum + image.weight * value(image), 0),
  );
  return bootstrap(sizesOf(strata), SEED, ({ times, scales }) => {
    let [those, total] = [0, 0];
    for (let lesion = 0; lesion < times.length; lesion++) {
      const count = (times[lesion] as number) * (scales[lesion] as number);
      those += count * (sums[lesion] as number);
      total += count * (totals[lesion] as number);
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
  const images = strata
    .flatMap((stratum) => stratum.lesions)
    .flatMap((lesion, at) => lesion.map((image) => ({ image, at, score: score(image) })));
  const ranked = Array.from(
    ranking(images.map((each) => each.score)),
    (index) => images[index] as (typeof images)[number],
  );
  const first = new Set(positives);
  const scores = Float64Array.from(ranked, (each) => each.score);
  const isPositive = Uint8Array.from(ranked, ({ image }) => Number(first.has(image)));
  const lesionOf = Int32Array.from(ranked, ({ at }) => at);
  const own = Float64Array.from(ranked, ({ image }) => image.weight);
  const weights = new Float64Array(ranked.length);
  return bootstrap(sizesOf(strata), SEED, ({ times, scales }) => {
    for (let rank = 0; rank < weights.length; rank++) {
      const lesion = lesionOf[rank] as number;
      weights[rank] =
        (own[rank] as number) * (times[lesion] as number) * (scales[lesion] as number);
    }
    return rankedArea(scores, isPositive, weights);
  });
}

interface LesionStratum {
  readonly lesions: readonly (readonly Judged[])[];
  readonly drawn?: number;
}

/** The examples' lesions; of each class, the images that stand in, of which as many as its lesions are drawn. */
function strataOf(images: readonly Judged[]): LesionStratum[] {
  const byLesion = new Map<string, Judged[]>();
  const standing = new Map<string, Judged[]>();
  for (const image of images) {
    const [map, key] = image.isStandIn ? [standing, image.code] : [byLesion, image.lesion];
    const list = map.get(key);
    if (list) list.push(image);
    else map.set(key, [image]);
  }
  const strata: LesionStratum[] = [...standing.values()].map((own) => ({
    lesions: own.map((image) => [image]),
    drawn: own[0]?.lesionsBehind ?? own.length,
  }));
  return byLesion.size > 0 ? [{ lesions: [...byLesion.values()] }, ...strata] : strata;
}

function sizesOf(strata: readonly LesionStratum[]): Stratum[] {
  return strata.map(({ lesions, drawn }) => ({
    lesions: lesions.length,
    ...(drawn !== undefined && { drawn }),
  }));
}
