import { expect, test } from 'vitest';
import { Turns } from '../../src/processes/turns.ts';

test('a flood of one queue delays another by one turn, whatever its length', async () => {
  const turns = new Turns();
  const begun: string[] = [];
  const [flood, quiet] = [{}, {}];
  for (let n = 0; n < 1000; n++) turns.take(flood, () => begun.push('flood'));
  await new Promise<void>((resolve) => {
    turns.take(quiet, () => {
      begun.push('quiet');
      turns.take(quiet, () => {
        begun.push('quiet');
        resolve();
      });
    });
  });
  expect(begun.length).toBeLessThanOrEqual(4);
});

test('of one queue work begins in the order in which it came, and none of it once it is dropped', async () => {
  const turns = new Turns();
  const begun: number[] = [];
  const queue = {};
  await new Promise<void>((resolve) => {
    for (let n = 0; n < 10; n++)
      turns.take(queue, () => {
        begun.push(n);
        if (n < 4) return;
        turns.drop(queue);
        turns.take({}, resolve);
      });
  });
  expect(begun).toEqual([0, 1, 2, 3, 4]);
});
