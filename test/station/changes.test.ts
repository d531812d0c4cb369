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

test('of a long work every half percent is told once, as soon as it is done, and its end', () => {
  const pieces = 997;
  let told = 0;
  const all: number[] = [];
  for (let done = 1; done <= pieces; done++) {
    const share = done / pieces;
    if (!isFurther(share, told)) continue;
    all.push(share);
    told = share;
  }
  expect(all).toHaveLength(200);
  for (const [step, share] of all.entries()) {
    const late = share - (step + 1) / 200;
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThan(1 / pieces);
  }
});
