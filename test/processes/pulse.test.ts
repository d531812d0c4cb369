import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { linkedPair } from '../../src/processes/link.ts';
import { answerPulse, Pulse, watchPulse } from '../../src/processes/pulse.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A pulse, and what it told. */
function watched(isAnswering: () => boolean) {
  const told: string[] = [];
  const pulse = new Pulse(
    () => {
      if (isAnswering()) pulse.answered();
    },
    { silent: () => told.push('silent'), back: () => told.push('back') },
  );
  return { pulse, told };
}

test('what stops answering is told of within three seconds, once, and again when it is back', () => {
  let isAnswering = true;
  const { pulse, told } = watched(() => isAnswering);
  vi.advanceTimersByTime(10_000);
  expect(told).toEqual([]);
  isAnswering = false;
  vi.advanceTimersByTime(3_000);
  expect(told).toEqual(['silent']);
  vi.advanceTimersByTime(60_000);
  pulse.answered();
  expect(told).toEqual(['silent', 'back']);
});

test('what has never answered, or begins anew, is not silent', () => {
  let isAnswering = false;
  const { pulse, told } = watched(() => isAnswering);
  vi.advanceTimersByTime(10_000);
  isAnswering = true;
  pulse.answered();
  vi.advanceTimersByTime(1_000);
  isAnswering = false;
  pulse.restart();
  vi.advanceTimersByTime(10_000);
  expect(told).toEqual([]);
});

test('a question that nobody heard is asked again', () => {
  let isThere = false;
  const { told } = watched(() => isThere);
  vi.advanceTimersByTime(2_000);
  isThere = true;
  vi.advanceTimersByTime(1_000);
  isThere = false;
  vi.advanceTimersByTime(3_000);
  expect(told).toEqual(['silent']);
});

test('a link’s pulse goes unseen beside its messages, and ends with it', async () => {
  const [near, far] = linkedPair();
  const told: string[] = [];
  const received: unknown[] = [];
  const link = watchPulse(near, { silent: () => told.push('silent'), back: () => {} });
  link.onMessage((message) => received.push(message));
  const other = answerPulse(far);
  other.onMessage((message) => other.send(`heard ${message}`));
  link.send('a');
  await vi.advanceTimersByTimeAsync(5_000);
  expect(received).toEqual(['heard a']);
  expect(told).toEqual([]);
  far.close();
  expect(vi.getTimerCount()).toBe(0);
});
