import { randomStream } from '../snn/index.ts';

const resamples = 400;
const seed = 1;

/** Members drawn with replacement, group by group, and those of the groups that were not drawn. */
export interface Resample<T> {
  readonly inside: readonly T[];
  readonly outside: readonly T[];
}

/** Bootstrap resamples over groups (Efron, 1979); the same for the same members in the same order. */
export function resampled<T>(members: readonly T[], groupOf: (member: T) => string): Resample<T>[] {
  const groups = [...Map.groupBy(members, groupOf).values()];
  const random = randomStream(seed, groups.length, 0);
  return Array.from({ length: resamples }, () => {
    const drawn = groups.map(() => random.next() % groups.length);
    return {
      inside: drawn.flatMap((at) => groups[at] ?? []),
      outside: groups.filter((_, at) => !drawn.includes(at)).flat(),
    };
  });
}
