import { afterEach, beforeEach, expect, type Mock, test, vi } from 'vitest';
import type { HostedProcess, ProcessHost } from '../../src/processes/host.ts';
import { type Link, linkedPair } from '../../src/processes/link.ts';
import { answerPulse } from '../../src/processes/pulse.ts';
import { acceptConnections, askToRetire } from '../../src/station/connections.ts';
import { StationKeeper } from '../../src/station/keeper.ts';

let host: FakeHost;
let keeper: StationKeeper;
const log: string[] = [];
const gaveUp: string[] = [];
beforeEach(() => {
  vi.useFakeTimers();
  host = new FakeHost();
  keeper = new StationKeeper(host, (line) => log.push(line));
  keeper.onGaveUp((ending) => gaveUp.push(ending));
});
afterEach(() => {
  vi.useRealTimers();
  log.length = 0;
  gaveUp.length = 0;
});

type Ending = Readonly<{ code: number | null; signal: string | null }>;

interface FakeStation extends HostedProcess {
  /** The station's end of its link. */
  readonly own: Link;
  /** Has it exit, its link being closed by itself. */
  readonly exit: (ending: Ending) => void;
  /** Has it exit and its link close. */
  readonly end: (ending: Ending) => void;
  readonly kill: Mock<() => void>;
}

/** Stations that live in the test, and end when it says so. */
class FakeHost implements ProcessHost {
  readonly stations: FakeStation[] = [];
  spawn(): HostedProcess {
    const [link, own] = linkedPair();
    const { promise: exited, resolve: exit } = Promise.withResolvers<Ending>();
    const end = (ending: Ending) => {
      exit(ending);
      own.close();
    };
    const kill = vi.fn(() => end({ code: null, signal: 'SIGKILL' }));
    const station = { pid: undefined, link, own, exited, exit, end, kill };
    this.stations.push(station);
    return station;
  }
  get last() {
    const last = this.stations.at(-1);
    if (!last) throw new Error('No station was started.');
    return last;
  }
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const crash = async (given: Partial<Ending> = {}) => {
  host.last.end({ code: 3, signal: null, ...given });
  await pass(0);
};
/** Has the station say something to a screen, as every one does that runs. */
const speak = async () => {
  const { own } = host.last;
  acceptConnections(answerPulse(own), (connection) => connection.send('hello'));
  keeper.connect();
  await pass(0);
};
/** How long after this moment another station is there. */
async function restartedAfter(): Promise<number> {
  const before = host.stations.length;
  for (let ms = 0; ms <= 20_000; ms += 50) {
    if (host.stations.length > before) return ms;
    await pass(50);
  }
  return Number.POSITIVE_INFINITY;
}

test('a station that keeps dying is started again after ever longer waits, ten seconds at most, and quickly again once one was well', async () => {
  keeper.start();
  const waits: number[] = [];
  for (let death = 0; death < 9; death++) {
    await speak();
    await crash();
    waits.push(await restartedAfter());
  }
  expect(waits).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]);
  for (const [ranMs, wait] of [
    [30_000, 10_000],
    [30_001, 100],
    [0, 200],
  ] as const) {
    await speak();
    await pass(ranMs);
    await crash();
    expect(await restartedAfter(), `${ranMs}`).toBe(wait);
  }
  expect(new Set(log)).toEqual(
    new Set(['The service stopped unexpectedly (exit 3); starting it again.']),
  );
  expect(gaveUp).toEqual([]);
});

test('one that ends soon and never says a word is given up after five times, and may be tried anew', async () => {
  for (let again = 0; again < 2; again++) {
    keeper.start();
    for (let death = 0; death < 4; death++) {
      await crash();
      expect(await restartedAfter()).toBeLessThan(20_000);
    }
    await crash({ code: null, signal: 'SIGSEGV' });
    expect(await restartedAfter()).toBe(Number.POSITIVE_INFINITY);
    expect(log.at(-1)).toBe('The service cannot be started: it ended 5 times (SIGSEGV).');
    expect(gaveUp).toEqual(Array(again + 1).fill('SIGSEGV'));
  }
});

test.each([
  ['said something', 'is tried on', speak],
  ['ran for more than ten seconds', 'is tried on', () => pass(10_001)],
  ['ran for ten seconds in silence', 'is given up', () => pass(10_000)],
])('where the third of five that end %s, the service %s', async (_, what, live) => {
  const isTriedOn = what === 'is tried on';
  keeper.start();
  for (let death = 0; death < 5; death++) {
    if (death === 2) await live();
    await crash();
    if (death < 4) await restartedAfter();
  }
  expect(gaveUp).toEqual(isTriedOn ? [] : ['exit 3']);
  if (!isTriedOn) return;
  // With the two after it three more are five in a row.
  await restartedAfter();
  for (let death = 0; death < 3; death++) {
    expect(gaveUp).toEqual([]);
    await crash();
    await restartedAfter();
  }
  expect(gaveUp).toEqual(['exit 3']);
});

test('one that asks to retire is ended at once, takes no connection any more, and another follows without a word', async () => {
  const started = vi.fn();
  keeper.onStart(started);
  keeper.start();
  expect(started).toHaveBeenCalledTimes(1);
  askToRetire(host.last.own);
  await pass(0);
  expect(host.last.kill).toHaveBeenCalledTimes(1);
  expect(keeper.connect()).toBeUndefined();
  expect(await restartedAfter()).toBe(100);
  expect([started.mock.calls.length, log]).toEqual([2, []]);
});

test('where something else follows one that retires, none is started; after a crash one is', async () => {
  const retired = vi.fn();
  keeper.onRetired(retired);
  keeper.start();
  await crash();
  expect([await restartedAfter(), retired.mock.calls.length]).toEqual([100, 0]);
  askToRetire(host.last.own);
  await pass(0);
  expect([await restartedAfter(), retired.mock.calls.length]).toEqual([
    ...[Number.POSITIVE_INFINITY, 1],
  ]);
});

test('a station is asked to end by closing its link, and forced to after three seconds', async () => {
  keeper.start();
  const { own, kill, exit } = host.last;
  const closed = vi.fn();
  own.onClose(closed);
  const stopped = vi.fn();
  void keeper.stop().then(stopped);
  await pass(2999);
  expect([closed, kill, stopped].map(({ mock }) => mock.calls.length)).toEqual([1, 0, 0]);
  exit({ code: 0, signal: null });
  await pass(60_000);
  expect([closed, kill, stopped].map(({ mock }) => mock.calls.length)).toEqual([1, 0, 1]);
  expect(host.stations).toHaveLength(1);

  keeper = new StationKeeper(host, (line) => log.push(line));
  keeper.start();
  const { kill: forced } = host.last;
  void keeper.stop();
  await pass(2999);
  expect(forced).not.toHaveBeenCalled();
  await pass(1);
  expect(forced).toHaveBeenCalledTimes(1);
  expect(log).toEqual([]);
});

test('one that ended before its link closed is not ended once more', async () => {
  keeper.start();
  const { own, kill, exit } = host.last;
  exit({ code: 3, signal: null });
  await pass(0);
  own.close();
  await pass(60_000);
  expect(kill).not.toHaveBeenCalled();
});

test('a shell that ends while it waits to start a station starts none', async () => {
  keeper.start();
  await crash();
  await keeper.stop();
  expect(await restartedAfter()).toBe(Number.POSITIVE_INFINITY);
});

test('who watches hears that a station does not answer, and that it is over with its end', async () => {
  const events: string[] = [];
  keeper.onPulse({ silent: () => events.push('silent'), back: () => events.push('back') });
  keeper.start();
  const answer = (own: Link) => own.send('pulse!');
  answer(host.last.own);
  await pass(5000);
  expect(events).toEqual(['silent']);
  answer(host.last.own);
  await pass(0);
  expect(events).toEqual(['silent', 'back']);
  await pass(5000);
  await crash();
  expect(events).toEqual(['silent', 'back', 'silent', 'back']);
});

test('a connection tells the station which screen it is of', async () => {
  keeper.start();
  const screens: (string | undefined)[] = [];
  acceptConnections(answerPulse(host.last.own), (_, screen) => screens.push(screen));
  keeper.connect('one');
  keeper.connect();
  await pass(0);
  expect(screens).toEqual(['one', undefined]);
});
