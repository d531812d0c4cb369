import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Handlers, serve } from '../../src/processes/channel.ts';
import { type Link, linkedPair } from '../../src/processes/link.ts';
import {
  type StationContract,
  stationContract,
  stationErrorCodes,
} from '../../src/station/contract/index.ts';
import { backUpBeforeLeaving } from '../../src/station/leaving.ts';

type Leave = Handlers<StationContract>['backup.beforeLeaving'];

let stop: AbortController;
beforeEach(() => {
  vi.useFakeTimers();
  stop = new AbortController();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A connection to a station that answers so, and whether it was closed. */
function stationThat(leave: Leave): { link: Link; closed: () => number } {
  const [link, far] = linkedPair();
  const closed = vi.fn();
  far.onClose(closed);
  const handlers = { 'backup.beforeLeaving': leave } as Handlers<StationContract>;
  serve(far, stationContract, handlers, { codes: stationErrorCodes });
  return { link, closed: () => closed.mock.calls.length };
}

test('a shell that has no station leaves at once', async () => {
  expect(await backUpBeforeLeaving(undefined, stop)).toEqual({ failure: null });
});

test.each([
  ['was made', { outcome: 'made', message: null } as const, null],
  ['failed', { outcome: 'failed', message: 'The medium is full.' } as const, 'The medium is full.'],
])(
  'a shell whose backup %s leaves with what is to be said, its connection closed and nobody waiting',
  async (_, answer, failure) => {
    const { link, closed } = stationThat(() => answer);
    expect(await backUpBeforeLeaving(link, stop)).toEqual({ failure });
    expect([closed(), vi.getTimerCount()]).toEqual([1, 0]);
    expect(stop.signal.aborted).toBe(false);
  },
);

test('a shell leaves without its backup after two minutes, or when it is told to', async () => {
  const hangs: Leave = () => new Promise(() => {});
  const { link, closed } = stationThat(hangs);
  const left = backUpBeforeLeaving(link, stop);
  await vi.advanceTimersByTimeAsync(119_999);
  expect(closed()).toBe(0);
  await vi.advanceTimersByTimeAsync(1);
  expect(await left).toEqual({ failure: null });
  expect(closed()).toBe(1);

  const told = new AbortController();
  const soon = backUpBeforeLeaving(stationThat(hangs).link, told);
  told.abort();
  expect(await soon).toEqual({ failure: null });
});

test('a station that is gone holds no shell back', async () => {
  const { link } = stationThat(() => new Promise(() => {}));
  const left = backUpBeforeLeaving(link, stop);
  link.close();
  expect(await left).toEqual({ failure: null });
});
