import { describe, expect, it } from 'vitest';
import { type Contestant, compare, measureRounds } from '../../src/cli/bench/rounds.ts';
import { median } from '../../src/cli/bench/statistics.ts';

/** Contestants that take as long as they say, on a clock that only they move. */
class FakeTime {
  nowMs = 0;
  readonly runs: string[] = [];

  contestant(name: string, durationsMs: readonly number[]): Contestant {
    let run = 0;
    return {
      name,
      run: () => {
        this.runs.push(name);
        this.nowMs += durationsMs[run++ % durationsMs.length] ?? 0;
      },
    };
  }

  options(rounds: number, burst: number, warmUpRuns = 0) {
    return { rounds, burst, warmUpRuns, now: () => this.nowMs, cpu: () => this.nowMs / 2 };
  }
}

describe('the benchmark’s rounds', () => {
  it('give the median of each contestant, and their ratios to the first', async () => {
    const time = new FakeTime();
    const contestants = [
      time.contestant('ours', [2]),
      time.contestant('slow', [5]),
      time.contestant('fast', [1]),
    ];
    const timings = await measureRounds(contestants, time.options(3, 4));
    expect(compare(contestants, timings)).toEqual({
      medianMs: 2,
      peers: [
        { name: 'slow', medianMs: 5, ratio: 2.5 },
        { name: 'fast', medianMs: 1, ratio: 0.5 },
      ],
    });
  });

  it('do not time the first run of a turn, nor the warm-up', async () => {
    const time = new FakeTime();
    const settled = [100, 100, 900, 3, 4, 900, 5, 6];
    const [timing] = await measureRounds([time.contestant('ours', settled)], time.options(2, 2, 2));
    expect(timing).toEqual({ medianMs: 4.5, fastestMs: 3, cpuMs: 2.25 });
  });

  it('take another contestant first each time', async () => {
    const time = new FakeTime();
    const contestants = ['a', 'b', 'c'].map((name) => time.contestant(name, [1]));
    await measureRounds(contestants, time.options(3, 0));
    expect(time.runs.join('')).toBe('abcbcacab');
  });

  it('wait for contestants that answer later', async () => {
    let nowMs = 0;
    const later: Contestant = {
      name: 'later',
      run: async () => {
        await Promise.resolve();
        nowMs += 7;
      },
    };
    const options = { rounds: 2, burst: 2, warmUpRuns: 1, now: () => nowMs, cpu: () => 0 };
    expect(await measureRounds([later], options)).toMatchObject([{ medianMs: 7 }]);
  });
});

describe('the median', () => {
  it('is the middle value, or the mean of the two middle ones', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([10, 9, 1, 5])).toBe(7);
    expect(median([])).toBeNaN();
  });
});
