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
  /** Milliseconds for which this thread has run: other programs do not lengthen it. */
  readonly cpu: () => number;
  readonly onRound?: (done: number) => void;
}

/** Of one run, in milliseconds. */
export interface Timing {
  readonly medianMs: number;
  readonly fastestMs: number;
  /** Median of the rounds' means. */
  readonly cpuMs: number;
}

const neverWoken = new Int32Array(new SharedArrayBuffer(4));

export const usualRounds = {
  burst: 5,
  warmUpRuns: 20,
  now: () => performance.now(),
  cpu: () => {
    // Linux books a thread's time when it leaves the processor, or else every few milliseconds.
    Atomics.wait(neverWoken, 0, 0, 0.05);
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1000;
  },
} as const;

/**
 * The timing of each contestant, in their order. In each round
 * everyone has a turn, another one first each time, so that a machine that slows down or speeds up
 * does so for all. A turn begins with one run that is not timed: it pays for the caches that the
 * previous contestant filled.
 */
export async function measureRounds(
  contestants: readonly Contestant[],
  { rounds, burst, warmUpRuns, now, cpu, onRound }: RoundOptions,
): Promise<Timing[]> {
  const results = contestants.map(() => ({ durations: [] as number[], cpuMeans: [] as number[] }));
  for (const { run } of contestants) for (let turn = 0; turn < warmUpRuns; turn++) await run(turn);
  for (let round = 0; round < rounds; round++) {
    for (let place = 0; place < contestants.length; place++) {
      const index = (round + place) % contestants.length;
      const contestant = contestants[index];
      const result = results[index];
      if (contestant === undefined || result === undefined) continue;
      await contestant.run(round);
      const cpuBefore = cpu();
      for (let turn = 0; turn < burst; turn++) {
        const startedAt = now();
        await contestant.run(round + turn);
        result.durations.push(now() - startedAt);
      }
      result.cpuMeans.push((cpu() - cpuBefore) / burst);
    }
    onRound?.(round + 1);
  }
  return results.map(({ durations, cpuMeans }) => ({
    medianMs: median(durations),
    fastestMs: Math.min(...durations),
    cpuMs: median(cpuMeans),
  }));
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
  timings: readonly Timing[],
): { medianMs: number; peers: Comparison[] } {
  const [medianMs = Number.NaN, ...others] = timings.map((timing) => timing.medianMs);
  return {
    medianMs,
    peers: others.map((peerMs, index) => ({
      name: contestants[index + 1]?.name ?? '',
      medianMs: peerMs,
      ratio: peerMs / medianMs,
    })),
  };
}
