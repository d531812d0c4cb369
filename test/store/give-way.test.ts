import { afterEach, expect, test, vi } from 'vitest';
import { firstRows, GiveWay, nextRows } from '../../src/store/give-way.ts';

afterEach(() => void vi.restoreAllMocks());

/** A clock that stands still until the test sets it. */
function stoppedClock() {
  let nowMs = 1000;
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
  return {
    passMs: (ms: number) => {
      nowMs += ms;
    },
  };
}

test('others are due once the work had its eight milliseconds, and not again before it had them anew', async () => {
  const clock = stoppedClock();
  const way = new GiveWay({ connection: { isOpen: true } });
  expect(way.isDue).toBe(false);
  clock.passMs(7);
  expect(way.isDue).toBe(false);
  clock.passMs(1);
  expect(way.isDue).toBe(true);
  clock.passMs(500);
  expect(way.isDue).toBe(true);
  await way.toOthers();
  expect(way.isDue).toBe(false);
  clock.passMs(8);
  expect(way.isDue).toBe(true);
});

test('what waits for its turn has it, and the work ends where that locked the clinic or aborted it', async () => {
  const connection = { isOpen: true };
  const stop = new AbortController();
  const way = new GiveWay({ connection, signal: stop.signal });
  let turns = 0;
  setImmediate(() => {
    turns += 1;
  });
  await way.toOthers();
  expect(turns).toBe(1);
  setImmediate(() => stop.abort(new Error('Enough.')));
  await expect(way.toOthers()).rejects.toThrow('Enough.');
  const other = new GiveWay({ connection });
  setImmediate(() => {
    connection.isOpen = false;
  });
  await expect(other.toOthers()).rejects.toMatchObject({ name: 'AbortError' });
});

test.each([
  [firstRows, 0, 20],
  [10, 4.9, 20],
  [10, 5, 10],
  [10, 10, 10],
  [10, 10.1, 5],
  [11, 80, 5],
  [1, 80, 1],
  [800, 0, 1000],
])('after %i rows that took %f ms the next slice has %i', (rows, tookMs, next) => {
  expect(nextRows(rows, tookMs)).toBe(next);
});
