import { expect, test } from 'vitest';
import { oddness } from '../../src/clinic/oddness.ts';

const like = (...counts: number[]) => Int32Array.from(counts);

test('the lesion that counts otherwise is farthest from the others', () => {
  const found = oddness([like(90, 40, 0), like(100, 36, 1), like(0, 2, 80), like(81, 49, 0)]);
  expect(found.indexOf(Math.max(...found))).toBe(2);
  expect(found[2]).toBeGreaterThan(0.8);
  expect(found[0]).toBeLessThan(0.4);
});

test('equal lesions are no farther than rounding, however many spikes they have', () => {
  for (const odd of oddness([like(1, 4, 9), like(100, 400, 900), like(4, 16, 36)]))
    expect(odd).toBeCloseTo(0, 12);
});

test('the order of the lesions changes nothing', () => {
  const [a, b, c] = [like(9, 1, 0), like(1, 9, 4), like(4, 4, 4)];
  const forth = oddness([a, b, c]);
  const back = oddness([c, b, a]);
  for (const [at, odd] of forth.entries()) expect(back[2 - at]).toBeCloseTo(odd, 12);
});

test('a lesion without a spike is like nothing', () => {
  expect(oddness([like(0, 0), like(4, 9), like(4, 9)])[0]).toBe(1);
});
