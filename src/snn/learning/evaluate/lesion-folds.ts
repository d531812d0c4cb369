import { randomStream } from '../../random.ts';

/** What a fold must keep together, and what it must have a part of. */
export interface Grouped {
  readonly code: string;
  readonly lesion: string;
}

/**
 * A fold for each image, so that no lesion is in two and each fold has its part of every class: lesions
 * of a class, in a random order that the seed sets, go to the fold that has the fewest images of it.
 */
export function lesionFolds(images: readonly Grouped[], folds: number, seed: number): number[] {
  const lesions = new Map<string, Map<string, number>>();
  for (const { code, lesion } of images) {
    const codes = lesions.get(lesion) ?? new Map<string, number>();
    codes.set(code, (codes.get(code) ?? 0) + 1);
    lesions.set(lesion, codes);
  }
  const order = shuffled([...lesions.keys()].toSorted(), seed);
  const held = Array.from({ length: folds }, () => new Map<string, number>());
  const foldOf = new Map<string, number>();
  for (const lesion of order) {
    const codes = lesions.get(lesion) ?? new Map<string, number>();
    const load = (fold: number) =>
      [...codes.keys()].reduce((sum, code) => sum + (held[fold]?.get(code) ?? 0), 0);
    const fold = held.reduce((best, _, each) => (load(each) < load(best) ? each : best), 0);
    foldOf.set(lesion, fold);
    for (const [code, count] of codes) {
      held[fold]?.set(code, (held[fold]?.get(code) ?? 0) + count);
    }
  }
  return images.map(({ lesion }) => foldOf.get(lesion) ?? 0);
}

/** In a random order that the seed sets: Fisher and Yates. */
export function shuffled<T>(items: readonly T[], seed: number): T[] {
  const random = randomStream(seed, items.length, 0);
  const order = [...items];
  for (let last = order.length - 1; last > 0; last--) {
    const other = random.next() % (last + 1);
    const kept = order[last] as T;
    order[last] = order[other] as T;
    order[other] = kept;
  }
  return order;
}
