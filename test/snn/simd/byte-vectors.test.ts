import { describe, expect, test } from 'vitest';
import { ByteVectors } from '../../../src/snn/index.ts';
import { randomStream } from '../../../src/snn/random.ts';

/** Bytes at both ends as well as between. */
function vectorsOf(count: number, length: number, seed: number): Uint8Array[] {
  const random = randomStream(seed, length, 0);
  return Array.from({ length: count }, (_, index) =>
    Uint8Array.from({ length }, () =>
      index % 5 === 0 ? 255 * (random.next() & 1) : random.next() & 255,
    ),
  );
}

const plain = (a: Uint8Array, b: Uint8Array) =>
  a.reduce((sum, value, at) => sum + (value - (b[at] ?? 0)) ** 2, 0);

describe.each([1, 15, 16, 100, 256, 257])('vectors of %i bytes', (length) => {
  test('have the squared distances of plain integers, however many are appended when', () => {
    const all = vectorsOf(1_200, length, 3);
    const vectors = new ByteVectors(length);
    const [to = new Uint8Array(length)] = vectorsOf(1, length, 9);
    expect(vectors.squaredDistances(to)).toHaveLength(0);
    for (const [from, until] of [
      [0, 1],
      [1, 700],
      [700, 1_200],
    ] as const) {
      vectors.append(all.slice(from, until));
      const expected = all.slice(0, until).map((vector) => plain(vector, to));
      expect([...vectors.squaredDistances(to)]).toEqual(expected);
    }
    expect(vectors.count).toBe(all.length);
    expect(vectors.at(777)).toEqual(all[777]);
  });
});

test('the farthest vectors of 32,768 bytes are as far as they are', () => {
  const vectors = new ByteVectors(32_768);
  vectors.append([new Uint8Array(32_768).fill(255)]);
  expect([...vectors.squaredDistances(new Uint8Array(32_768))]).toEqual([32_768 * 255 * 255]);
});

test('a vector of another length is refused', () => {
  expect(() => new ByteVectors(16).append([new Uint8Array(15)])).toThrow(RangeError);
});
