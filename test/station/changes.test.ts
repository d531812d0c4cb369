import { expect, test } from 'vitest';
import { Broadcast, isFurther } from '../../src/station/changes.ts';

test('a subscriber is told what comes after it joined, until it leaves', () => {
  const broadcast = new Broadcast<number>();
  const told: number[] = [];
  broadcast.emit(1);
  const leave = broadcast.subscribe((event) => told.push(event));
  broadcast.emit(2);
  leave();
  broadcast.emit(3);
  expect(told).toEqual([2]);
});

test('of a long work every half percent is told once, and its end', () => {
  let told = 0;
  const all: number[] = [];
  for (let done = 1; done <= 10_000; done++) {
    const share = done / 10_000;
    if (!isFurther(share, told)) continue;
    all.push(share);
    told = share;
  }
  expect(all).toHaveLength(200);
  for (const [step, share] of all.entries()) expect(share).toBeCloseTo((step + 1) / 200, 3);
});
