import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { BridgeKeeper } from '../../../native-bridge/client/bridge-keeper.ts';
import { FakeHost } from './fake-bridge.ts';

const deathWindowMs = 60_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** What became of a bridge that was up for `livesMs` each time, the pauses between included. */
async function told(livesMs: readonly number[]): Promise<string[]> {
  const heard: string[] = [];
  const note = (what: string) => () => void heard.push(what);
  const [host, lastResort] = [new FakeHost(), new FakeHost()];
  const keeper = new BridgeKeeper(
    host,
    {
      firstPauseMs: 1,
      longestPauseMs: 1,
      maxFailedStarts: 9,
      stallLimitMs: 1e6,
      silenceLimitMs: 1e6,
      maxDeaths: 3,
      deathWindowMs,
      lastResort,
    },
    {
      prepare: async () => {},
      up: note('up'),
      silent: note('silent'),
      recovered: note('recovered'),
      down: note('down'),
      resorted: note('resorted'),
      retried: note('retried'),
      unavailable: note('unavailable'),
    },
  );
  keeper.start();
  for (const lifeMs of livesMs) {
    await vi.advanceTimersByTimeAsync(lifeMs);
    host.last.kill();
    await vi.advanceTimersByTimeAsync(0);
  }
  keeper.close();
  return heard;
}

test('the last resort takes over where three deaths lie within a minute, and not where they span a whole one', async () => {
  expect(await told([10, 30_000, 29_999])).toEqual([
    'up',
    'down',
    'up',
    'down',
    'up',
    'resorted',
    'up',
  ]);
  expect(await told([10, 30_000, 30_000])).toEqual(['up', 'down', 'up', 'down', 'up', 'down']);
});
