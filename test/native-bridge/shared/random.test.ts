import { expect, test } from 'vitest';
import { Random } from '../../../native-bridge/shared/random.ts';

const drawn = (seed: number, end: number, count = 200) => {
  const random = new Random(seed);
  return Array.from({ length: count }, () => random.below(end));
};
const seeds = Array.from({ length: 20 }, (_, seed) => seed);

test('the same seed gives the same numbers again, and every other one gives others', () => {
  for (const seed of seeds) expect(drawn(seed, 1000)).toEqual(drawn(seed, 1000));
  expect(new Set(seeds.map((seed) => drawn(seed, 1000, 8).join())).size).toBe(seeds.length);
});

test('the numbers of a seed are xorshift’s on every machine', () => {
  // Those that the golden drawings were found with: x ^= x << 13, x ^= x >>> 17, x ^= x << 5.
  expect(drawn(1, 2 ** 32, 3)).toEqual([1361921809, 3224134966, 3722112275]);
  expect(drawn(12345, 2 ** 32, 3)).toEqual([3437724474, 2895868474, 2572564948]);
});

test('numbers are whole, from nought to below the end, each about as often as another', () => {
  for (const seed of seeds) {
    const counts = Array<number>(5).fill(0);
    for (const value of drawn(seed, 5, 1000)) counts[value] = (counts[value] ?? Number.NaN) + 1;
    expect(counts).toHaveLength(5);
    for (const count of counts) expect(Math.abs(count - 200)).toBeLessThan(60);
  }
  expect(new Set(drawn(3, 1))).toEqual(new Set([0]));
  expect(new Set(drawn(3, 0))).toEqual(new Set([0]));
});

test('each of several is chosen', () => {
  const random = new Random(7);
  const chosen = Array.from({ length: 60 }, () => random.of(['a', 'b', 'c']));
  expect(new Set(chosen)).toEqual(new Set(['a', 'b', 'c']));
});
