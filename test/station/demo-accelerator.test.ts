import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  type AcceleratorOverview,
  type BridgeClient,
  demoAcceleratorId,
} from '../../native-bridge/client/client.ts';
import { demoAcceleratorReady } from '../../src/station/demo/accelerator.ts';
import { overview, status } from '../native-bridge/client/fake-bridge.ts';

const accelerator = (id: string, state: 'attested' | 'attesting') => ({
  ...{ ...status, id },
  device: { attestation: { state } },
});
const seeing = (...accelerators: object[]) =>
  ({ ...overview, accelerators }) as AcceleratorOverview;
const attested = seeing(status, accelerator(demoAcceleratorId, 'attested'));

let now: AcceleratorOverview;
let tell: (next: AcceleratorOverview) => void;
const stop = vi.fn();
const bridge = {
  overview: () => now,
  onOverview: (listener: typeof tell) => {
    tell = listener;
    return stop;
  },
} as unknown as BridgeClient;
const settled = vi.fn();
let abort: AbortController;
beforeEach(() => {
  vi.useFakeTimers();
  vi.clearAllMocks();
  now = seeing(status);
  abort = new AbortController();
});
afterEach(() => {
  vi.useRealTimers();
});

const wait = () => void demoAcceleratorReady(bridge, abort.signal).then(settled);
/** How often the wait has ended, and how often it has let go of the bridge; nothing is left behind. */
async function ended() {
  await vi.advanceTimersByTimeAsync(0);
  return [settled.mock.calls.length, stop.mock.calls.length];
}

test('an accelerator that is attested already is not waited for', async () => {
  now = attested;
  wait();
  expect([await ended(), vi.getTimerCount()]).toEqual([[1, 1], 0]);
});

test('it is waited for until it is attested, and no other one', async () => {
  wait();
  tell(seeing(accelerator('real', 'attested'), accelerator(demoAcceleratorId, 'attesting')));
  expect(await ended()).toEqual([0, 0]);
  tell(attested);
  expect([await ended(), vi.getTimerCount()]).toEqual([[1, 1], 0]);
  abort.abort();
  expect(await ended()).toEqual([1, 1]);
});

test('one that does not come is waited for a quarter of a minute', async () => {
  wait();
  await vi.advanceTimersByTimeAsync(14_999);
  expect(await ended()).toEqual([0, 0]);
  await vi.advanceTimersByTimeAsync(1);
  expect(await ended()).toEqual([1, 1]);
});

test('a lock ends the wait, also one that came before it', async () => {
  wait();
  abort.abort();
  expect(await ended()).toEqual([1, 1]);
  wait();
  expect(await ended()).toEqual([2, 2]);
});
