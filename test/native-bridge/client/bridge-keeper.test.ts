import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { BridgeKeeper } from '../../../native-bridge/client/bridge-keeper.ts';
import type { HostedProcess, ProcessHost } from '../../../src/processes/host.ts';
import { linkedPair } from '../../../src/processes/link.ts';
import { answerPulse } from '../../../src/processes/pulse.ts';
import { FakeHost } from './fake-bridge.ts';

const deathWindowMs = 60_000;
const silenceLimitMs = 8_000;

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'],
  });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A keeper of what `host` starts, and what it told. */
function keep(host: ProcessHost, lastResort: ProcessHost = new FakeHost()) {
  const told: string[] = [];
  const note = (what: string) => () => void told.push(what);
  const limits = {
    firstPauseMs: 1,
    longestPauseMs: 1,
    maxFailedStarts: 9,
    stallLimitMs: 1e6,
    silenceLimitMs,
    maxDeaths: 3,
    deathWindowMs,
  };
  const keeper = new BridgeKeeper(
    host,
    { ...limits, lastResort },
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
  return { keeper, told };
}

/** What is told of a bridge that was up for `livesMs` each time, the pauses between included. */
async function toldOf(livesMs: readonly number[]): Promise<string[]> {
  const host = new FakeHost();
  const { keeper, told } = keep(host);
  for (const lifeMs of livesMs) {
    await vi.advanceTimersByTimeAsync(lifeMs);
    host.last.kill();
    await vi.advanceTimersByTimeAsync(0);
  }
  keeper.close();
  return told;
}

test('the last resort takes over where three deaths lie within a minute, and not where they span a whole one', async () => {
  const upTwice = ['up', 'down', 'up', 'down', 'up'];
  expect(await toldOf([10, 30_000, 29_999])).toEqual([...upTwice, 'resorted', 'up']);
  expect(await toldOf([10, 30_000, 30_000])).toEqual([...upTwice, 'down']);
});

test('where not even the last resort starts, the bridge is tried again when somebody asks for it', async () => {
  const bridge = new FakeHost();
  let isBroken = true;
  const broken = {
    spawn: () => {
      if (isBroken) throw new Error('There is no such file.');
      return bridge.spawn();
    },
  };
  const { keeper, told } = keep(broken, {
    spawn: () => {
      throw new Error('There is no memory.');
    },
  });
  expect(keeper.retry()).toBe(false);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(told.filter((what) => what !== 'down')).toEqual(['resorted', 'unavailable']);
  isBroken = false;
  expect(keeper.retry()).toBe(true);
  await vi.advanceTimersByTimeAsync(0);
  expect(told.at(-1)).toBe('up');
  expect(keeper.session).toBeDefined();
  expect(keeper.retry()).toBe(false);
  keeper.close();
});

/** A bridge that shows its pulse, but while its loop stands still. */
class StallingBridge implements HostedProcess {
  readonly pid = undefined;
  readonly exited = new Promise<never>(() => {});
  readonly link;
  readonly kill = vi.fn();
  #standing: (() => void)[] | undefined;

  constructor() {
    const [near, far] = linkedPair();
    this.link = near;
    const inItsTime = (listener: (message: unknown) => void) => (message: unknown) => {
      if (this.#standing) this.#standing.push(() => listener(message));
      else listener(message);
    };
    answerPulse({
      send: (message) => far.send(message),
      onMessage: (listener) => far.onMessage(inItsTime(listener)),
      onClose: (listener) => far.onClose(listener),
      close: () => far.close(),
    }).onMessage(() => {});
  }

  stand(): void {
    this.#standing = [];
  }

  goOn(): void {
    const standing = this.#standing ?? [];
    this.#standing = undefined;
    for (const deliver of standing) deliver();
  }
}

async function silentBridge() {
  const bridge = new StallingBridge();
  const { keeper, told } = keep({ spawn: () => bridge });
  await vi.advanceTimersByTimeAsync(1_000);
  bridge.stand();
  for (let waitedMs = 0; told.at(-1) !== 'silent'; waitedMs++) {
    expect(waitedMs).toBeLessThan(10_000);
    await vi.advanceTimersByTimeAsync(1);
  }
  return { bridge, keeper, told };
}

test('a bridge that stays silent is killed when its time is up', async () => {
  const { bridge, keeper } = await silentBridge();
  await vi.advanceTimersByTimeAsync(silenceLimitMs - 1);
  expect(bridge.kill).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(bridge.kill).toHaveBeenCalledOnce();
  keeper.close();
});

test('a bridge that answers again is not killed', async () => {
  const { bridge, keeper, told } = await silentBridge();
  await vi.advanceTimersByTimeAsync(silenceLimitMs - 1);
  bridge.goOn();
  await vi.advanceTimersByTimeAsync(10 * silenceLimitMs);
  expect(told).toEqual(['up', 'silent', 'recovered']);
  expect(bridge.kill).not.toHaveBeenCalled();
  keeper.close();
});
