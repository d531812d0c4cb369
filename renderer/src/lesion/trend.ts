/** A figure with the ends of its interval. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** What was found on a day: the middle of its images, and from the lowest to the highest of them. */
export interface TrendPoint extends Estimate {
  readonly day: string;
}

/** A point a visit, of the images that have the figure; one that is a number alone has no interval. */
export function trendOf<T>(
  visits: readonly { readonly day: string; readonly images: readonly T[] }[],
  figure: (image: T) => Estimate | number | null,
): TrendPoint[] {
  return visits.flatMap(({ day, images }) => {
    const found = images
      .map(figure)
      .filter((each) => each !== null)
      .map((each) => (typeof each === 'number' ? { value: each, low: each, high: each } : each))
      .toSorted((one, other) => one.value - other.value);
    if (found.length === 0) return [];
    const middle = (found.length - 1) / 2;
    const [below, above] = [found[Math.floor(middle)], found[Math.ceil(middle)]];
    return [
      {
        day,
        value: ((below?.value ?? 0) + (above?.value ?? 0)) / 2,
        low: Math.min(...found.map(({ low }) => low)),
        high: Math.max(...found.map(({ high }) => high)),
      },
    ];
  });
}
