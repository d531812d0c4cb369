import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { IdleLock } from '../../src/station/idle-lock.ts';

const minute = 60_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function watched() {
  const events: (string | number | null)[] = [];
  const idleLock = new IdleLock(() => events.push('lock'));
  idleLock.warnings.subscribe(({ locksInMs }) => events.push(locksInMs));
  return { idleLock, events };
}

test('locks once the wait is over, and says so half a minute before', () => {
  const { idleLock, events } = watched();
  idleLock.active(10 * minute);
  vi.advanceTimersByTime(9.5 * minute - 1);
  expect(events).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(events).toEqual([30_000]);
  vi.advanceTimersByTime(30_000 - 1);
  expect(events).toEqual([30_000]);
  vi.advanceTimersByTime(1);
  expect(events).toEqual([30_000, 'lock']);
});

test('of a wait of less than a minute half is left when it is told of', () => {
  const { idleLock, events } = watched();
  idleLock.active(40_000);
  vi.advanceTimersByTime(20_000);
  expect(events).toEqual([20_000]);
  vi.advanceTimersByTime(20_000);
  expect(events).toEqual([20_000, 'lock']);
});

test('begins anew whenever somebody is there, and takes the warning back', () => {
  const { idleLock, events } = watched();
  idleLock.active(5 * minute);
  vi.advanceTimersByTime(4 * minute);
  idleLock.active(5 * minute);
  vi.advanceTimersByTime(4.5 * minute);
  expect(events).toEqual([30_000]);
  idleLock.active(5 * minute);
  expect(events).toEqual([30_000, null]);
  vi.advanceTimersByTime(4 * minute);
  expect(events).toEqual([30_000, null]);
});

test('locks on the first sign of somebody after the computer slept through the wait', () => {
  const { idleLock, events } = watched();
  idleLock.active(10 * minute);
  vi.setSystemTime(Date.now() + 10 * minute);
  idleLock.active(10 * minute);
  expect(events).toEqual([]);
  vi.setSystemTime(Date.now() + 10 * minute + 1);
  idleLock.active(10 * minute);
  expect(events).toEqual(['lock']);
  idleLock.active(10 * minute);
  vi.advanceTimersByTime(9 * minute);
  expect(events).toEqual(['lock']);
});

test('does not begin before somebody was there, ends with a lock, and may be switched off', () => {
  const { idleLock, events } = watched();
  vi.advanceTimersByTime(60 * minute);
  idleLock.active(5 * minute);
  idleLock.stop();
  vi.advanceTimersByTime(60 * minute);
  idleLock.active(5 * minute);
  idleLock.active(null);
  vi.advanceTimersByTime(60 * minute);
  expect(events).toEqual([]);
});
