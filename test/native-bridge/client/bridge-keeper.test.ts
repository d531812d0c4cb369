import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  BridgeKeeper,
  type KeeperEvents,
  type KeeperOptions,
} from '../../../native-bridge/client/bridge-keeper.ts';
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
function keep(
  host: ProcessHost,
  lastResort: ProcessHost = new FakeHost(),
  options: Partial<KeeperOptions & Pick<KeeperEvents, 'prepare'>> = {},
) {
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
    { ...limits, lastResort, ...options },
    {
      prepare: options.prepare ?? (async () => {}),
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

/** Waits for the next bridge, which must come when this time is over and not before. */
async function nextBridgeAfter(host: FakeHost, ms: number): Promise<void> {
  const before = host.bridges.length;
  await vi.advanceTimersByTimeAsync(ms - 1);
  expect(host.bridges).toHaveLength(before);
  await vi.advanceTimersByTimeAsync(1);
  expect(host.bridges).toHaveLength(before + 1);
}

const patient = { firstPauseMs: 100, longestPauseMs: 450, maxDeaths: 99 };

test('each death doubles the pause up to the longest, and a success begins with the first again', async () => {
  const host = new FakeHost();
  const { keeper, told } = keep(host, undefined, patient);
  await vi.advanceTimersByTimeAsync(1);
  for (const pauseMs of [100, 200, 400, 450, 450]) {
    host.last.kill();
    await vi.advanceTimersByTimeAsync(0);
    expect([told.at(-1), keeper.session]).toEqual(['down', undefined]);
    await nextBridgeAfter(host, pauseMs);
    await vi.advanceTimersByTimeAsync(0);
    expect(told.at(-1)).toBe('up');
  }
  keeper.succeeded();
  host.last.kill();
  await vi.advanceTimersByTimeAsync(0);
  await nextBridgeAfter(host, 100);
  keeper.close();
});

test('a bridge is up when it is prepared, and not when it died meanwhile', async () => {
  const host = new FakeHost();
  const prepared: (() => void)[] = [];
  const prepare = () => new Promise<void>((resolve) => prepared.push(resolve));
  const { keeper, told } = keep(host, undefined, { ...patient, prepare });
  await vi.advanceTimersByTimeAsync(0);
  expect([keeper.session, told]).toEqual([undefined, []]);
  host.last.kill();
  await vi.advanceTimersByTimeAsync(100);
  expect(host.bridges).toHaveLength(2);
  prepared[0]?.();
  await vi.advanceTimersByTimeAsync(0);
  expect([keeper.session, told]).toEqual([undefined, ['down']]);
  prepared[1]?.();
  await vi.advanceTimersByTimeAsync(0);
  expect([keeper.session !== undefined, told]).toEqual([true, ['down', 'up']]);
  keeper.close();
});

test('after as many starts in a row as may fail the last resort takes over, and one that is up begins the count anew', async () => {
  const host = new FakeHost();
  let isPrepared = false;
  const prepare = () => (isPrepared ? Promise.resolve() : new Promise<void>(() => {}));
  const limits = { ...patient, maxFailedStarts: 3, longestPauseMs: 1, prepare };
  const { keeper, told } = keep(host, undefined, limits);
  const die = async () => {
    host.last.kill();
    await vi.advanceTimersByTimeAsync(1);
  };
  await die();
  await die();
  // What takes over is up.
  isPrepared = true;
  await die();
  isPrepared = false;
  expect(told).toEqual(['down', 'down', 'resorted', 'up']);
  keeper.close();

  const other = new FakeHost();
  const second = keep(other, undefined, limits);
  const dieToo = async (wasUp: boolean) => {
    if (wasUp) isPrepared = true;
    other.last.kill();
    await vi.advanceTimersByTimeAsync(1);
    isPrepared = false;
  };
  await dieToo(false);
  await dieToo(true);
  await dieToo(false);
  await dieToo(false);
  expect(second.told).toEqual(['down', 'down', 'up', 'down', 'down']);
  await dieToo(false);
  await dieToo(false);
  expect(second.told.at(-1)).toBe('resorted');
  expect(other.bridges).toHaveLength(6);
  second.keeper.close();
});

test('one bridge is started, however often that is asked for, and none once the keeper is closed', async () => {
  const host = new FakeHost();
  const { keeper } = keep(host, undefined, patient);
  keeper.start();
  await vi.advanceTimersByTimeAsync(0);
  keeper.start();
  expect(host.bridges).toHaveLength(1);
  host.last.kill();
  await vi.advanceTimersByTimeAsync(50);
  // It pauses: the next one comes in its time.
  keeper.start();
  expect(host.bridges).toHaveLength(1);
  keeper.close();
  keeper.start();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(host.bridges).toHaveLength(1);

  const running = new FakeHost();
  const second = keep(running, undefined, patient);
  await vi.advanceTimersByTimeAsync(0);
  second.keeper.close();
  expect(running.last.isAlive).toBe(false);
  await vi.advanceTimersByTimeAsync(10_000);
  expect([running.bridges.length, second.told]).toEqual([1, ['up']]);
  expect(vi.getTimerCount()).toBe(0);
});

test('the bridge takes over again from the last resort when it is asked to, its deaths forgotten', async () => {
  const [host, station] = [new FakeHost(), new FakeHost()];
  const { keeper, told } = keep(host, station, { maxDeaths: 2 });
  await vi.advanceTimersByTimeAsync(1);
  expect(keeper.retry()).toBe(false);
  for (let death = 0; death < 2; death++) {
    host.last.kill();
    await vi.advanceTimersByTimeAsync(1);
  }
  expect(told).toEqual(['up', 'down', 'up', 'resorted', 'up']);
  expect([host.bridges.length, station.bridges.length]).toEqual([2, 1]);
  expect(keeper.retry()).toBe(true);
  await vi.advanceTimersByTimeAsync(1);
  expect(station.last.isAlive).toBe(false);
  expect(told.slice(5)).toEqual(['retried', 'up']);
  expect([host.bridges.length, station.bridges.length]).toEqual([3, 1]);
  host.last.kill();
  await vi.advanceTimersByTimeAsync(1);
  expect(told.slice(7)).toEqual(['down', 'up']);
  keeper.close();
});

test('a last resort that dies is started again after a pause, not replaced', async () => {
  const [host, station] = [new FakeHost(), new FakeHost()];
  const { keeper, told } = keep(host, station, { maxDeaths: 1 });
  host.last.kill();
  await vi.advanceTimersByTimeAsync(1);
  station.last.kill();
  await vi.advanceTimersByTimeAsync(1);
  expect(told).toEqual(['up', 'resorted', 'up', 'down', 'up']);
  expect([host.bridges.length, station.bridges.length]).toEqual([1, 2]);
  keeper.close();
});

test('a bridge that owes an answer for too long is killed, with its whole time again after each that it gives', async () => {
  const host = new FakeHost();
  const answers = new Map<number, () => void>();
  host.onImage = (value) => new Promise<void>((resolve) => answers.set(value, resolve));
  const { keeper } = keep(host, undefined, { ...patient, stallLimitMs: 1_000 });
  await vi.advanceTimersByTimeAsync(0);
  const outcomes: string[] = [];
  const ask = (value: number) => {
    const networkSha256 = 'a'.repeat(64);
    const input = { networkSha256, image: Uint8Array.of(value), priority: 'archive' } as const;
    keeper.session?.call('infer', input).then(
      () => outcomes.push(`${value} done`),
      (error) => outcomes.push(`${value} ${error.code}`),
    );
  };
  for (const value of [1, 2]) ask(value);
  await vi.advanceTimersByTimeAsync(900);
  answers.get(1)?.();
  await vi.advanceTimersByTimeAsync(900);
  expect([host.last.isAlive, outcomes]).toEqual([true, ['1 done']]);
  answers.get(2)?.();
  await vi.advanceTimersByTimeAsync(5_000);
  // It owes nothing.
  expect([host.last.isAlive, outcomes]).toEqual([true, ['1 done', '2 done']]);
  ask(3);
  await vi.advanceTimersByTimeAsync(999);
  expect(host.bridges[0]?.isAlive).toBe(true);
  await vi.advanceTimersByTimeAsync(1);
  expect(host.bridges[0]?.isAlive).toBe(false);
  expect(outcomes.at(-1)).toBe('3 link-closed');
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
