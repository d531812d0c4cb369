import { expect, test } from 'vitest';
import { power } from '../../../native-bridge/shared/contract.ts';

test('a device may say that it takes no power, and not that it takes less', () => {
  const isTaken = (mw: number, periodMs: number) => power.safeParse({ mw, periodMs }).success;
  expect([isTaken(0, 0), isTaken(-0.1, 0), isTaken(0, -1), isTaken(0, 0.5)]).toEqual([
    true,
    false,
    false,
    false,
  ]);
});
