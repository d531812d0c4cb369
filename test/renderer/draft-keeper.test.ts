import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DraftKeeper } from '../../renderer/src/drafts/draft-keeper.ts';
import type { StationConnection } from '../../renderer/src/station/connection.ts';
import { RemoteError } from '../../src/processes/contract.ts';

const station = {} as StationConnection;
/** What the station was asked to keep. */
let sent: unknown[];
let failure: RemoteError | undefined;
let keeper: DraftKeeper;

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  failure = undefined;
  keeper = new DraftKeeper();
});
afterEach(() => vi.useRealTimers());

const type = (content: string) =>
  keeper.put('form', content, async () => {
    if (failure) throw failure;
    sent.push(content);
  });
const pause = () => vi.advanceTimersByTimeAsync(1000);

test('what is typed is kept once, after a pause, as it is then', async () => {
  keeper.attach(station, 'ada');
  for (const text of ['a', 'ab', 'abc']) type(text);
  expect(keeper.unkept('form')).toBe('abc');
  await pause();
  expect(sent).toEqual(['abc']);
  expect(keeper.unkept('form')).toBeUndefined();
});

test('what could not be kept while the station was away is kept when the same person is back', async () => {
  const detach = keeper.attach(station, 'ada');
  failure = new RemoteError({ code: 'link-closed', message: '' });
  type('abc');
  await pause();
  detach();
  await pause();
  expect(sent).toEqual([]);
  expect(keeper.unkept('form')).toBe('abc');
  failure = undefined;
  keeper.attach(station, 'ada');
  await pause();
  expect(sent).toEqual(['abc']);
});

test('what one person typed is never kept as another one’s', async () => {
  const detach = keeper.attach(station, 'ada');
  failure = new RemoteError({ code: 'locked', message: '' });
  type('abc');
  await pause();
  detach();
  await pause();
  failure = undefined;
  keeper.attach(station, 'bo');
  await pause();
  expect(sent).toEqual([]);
  expect(keeper.unkept('form')).toBeUndefined();
});

test('what the station refuses is not sent again', async () => {
  keeper.attach(station, 'ada');
  failure = new RemoteError({ code: 'not-found', message: '' });
  type('abc');
  await pause();
  expect(keeper.unkept('form')).toBeUndefined();
});

test('what is typed while the last text is on its way is kept after it', async () => {
  keeper.attach(station, 'ada');
  type('a');
  keeper.flush();
  type('ab');
  await pause();
  expect(sent).toEqual(['a', 'ab']);
  expect(keeper.unkept('form')).toBeUndefined();
});
