import { median } from './statistics.ts';

/** Something that reads an image; `turn` counts its calls, for it to choose the image. */
export interface Contestant {
  readonly name: string;
  run(turn: number): unknown;
}

export interface RoundOptions {
  readonly rounds: number;
  /** Timed runs of each contestant in each round. */
  readonly burst: number;
  readonly warmUpRuns: number;
  /** Milliseconds. */
  readonly now: () => number;
  readonly onRound?: (done: number) => void;
}

export const usualRounds = { burst: 5, warmUpRuns: 20, now: () => performance.now() } as const;

/**
 * Median duration of one run of each contestant, in milliseconds and their order. In each round
 * everyone has a turn, another one first each time, so that a machine that slows down or speeds up
 * does so for all. A turn begins with one run that is not timed: it pays for the caches that the
 * previous contestant filled.
 */
export async function measureRounds(
  contestants: readonly Contestant[],
  { rounds, burst, warmUpRuns, now, onRound }: RoundOptions,
): Promise<number[]> {
  const durations = contestants.map((): number[] => []);
  for (const { run } of contestants) for (let turn = 0; turn < warmUpRuns; turn++) await run(turn);
  for (let round = 0; round < rounds; round++) {
    for (let place = 0; place < contestants.length; place++) {
      const index = (round + place) % contestants.length;
      const contestant = contestants[index];
      if (contestant === undefined) continue;
      await contestant.run(round);
      for (let turn = 0; turn < burst; turn++) {
        const startedAt = now();
        await contestant.run(round + turn);
        durations[index]?.push(now() - startedAt);
      }
    }
    onRound?.(round + 1);
  }
  return durations.map(median);
}

export interface Comparison {
  readonly name: string;
  readonly medianMs: number;
  /** Its median divided by ours: above 1, we are faster. */
  readonly ratio: number;
}

/** The first contestant is ours. */
export function compare(
  contestants: readonly Contestant[],
  mediansMs: readonly number[],
): { medianMs: number; peers: Comparison[] } {
  const [medianMs = Number.NaN, ...others] = mediansMs;
  return {
    medianMs,
    peers: others.map((peerMs, index) => ({
      name: contestants[index + 1]?.name ?? '',
      medianMs: peerMs,
      ratio: peerMs / medianMs,
    })),
  };
}
