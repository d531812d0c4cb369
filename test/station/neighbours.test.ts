import { expect, test } from 'vitest';
import { Neighbours, nearestFirst, rootsOf } from '../../src/station/classes/neighbours.ts';

/** A store with a reading for each of these counts, of the images `1`, `2` … unless they are named. */
function archive(...counts: readonly (readonly number[])[]) {
  const asked: number[] = [];
  const all = counts.map((each, index) => ({
    ...{ seq: index + 1, imageId: String(index + 1), counts: Int32Array.from(each) },
  }));
  return {
    asked,
    all,
    erasures: { count: 0 },
    readings: {
      countsAfter: (_: string, seq: number) => {
        asked.push(seq);
        return all.filter((each) => each.seq > seq);
      },
    },
  };
}

const everything = (_imageId: string) => true;
const near = (
  neighbours: Neighbours,
  store: ReturnType<typeof archive>,
  { counts = [4, 0], limit = 10, isShown = everything, network = 'a' } = {},
) => {
  const own = { imageId: 'own', counts: Int32Array.from(counts), limit };
  return neighbours.nearest(store, network, own, isShown);
};
const idsOf = (found: ReturnType<typeof near>) => found.map(({ imageId }) => imageId);

test('likeness is the cosine between the roots of two images’ counts: one of the same, none where nothing is in common', () => {
  const found = near(new Neighbours(), archive([4, 0], [4, 4], [0, 9], [0, 0]));
  expect(found).toEqual([
    { imageId: '1', likeness: 1 },
    { imageId: '2', likeness: expect.closeTo(Math.SQRT1_2, 12) },
    { imageId: '4', likeness: 0 },
    { imageId: '3', likeness: 0 },
  ]);
  const [none] = near(new Neighbours(), archive([4, 0]), { counts: [0, 0] });
  expect(none?.likeness).toBe(0);
});

test('an image that was read twice is found once, where it is nearest; the image itself, and what is not shown, never', () => {
  const store = archive([4, 0], [5, 0], [6, 0], [7, 0], [4, 1]);
  const [own, , , again] = store.all;
  if (own) own.imageId = 'own';
  if (again) again.imageId = '2';
  const isShown = (imageId: string) => imageId !== '3';
  expect(idsOf(near(new Neighbours(), store, { isShown }))).toEqual(['2', '5']);
  expect(idsOf(near(new Neighbours(), store, { limit: 1 }))).toEqual(['2']);
});

test('what was read since is found as well, without asking for the rest again; after an erasure and for another network all is', () => {
  const store = archive([4, 0], [5, 0]);
  const neighbours = new Neighbours();
  expect(idsOf(near(neighbours, store))).toEqual(['1', '2']);
  store.all.push({ seq: 9, imageId: '9', counts: Int32Array.of(4, 0) });
  expect(idsOf(near(neighbours, store))).toEqual(['1', '9', '2']);
  expect(idsOf(near(neighbours, store))).toEqual(['1', '9', '2']);
  store.all.shift();
  store.erasures.count += 1;
  expect(idsOf(near(neighbours, store))).toEqual(['9', '2']);
  near(neighbours, store, { network: 'b' });
  expect(store.asked).toEqual([0, 2, 9, 0, 0]);
  expect(near(neighbours, archive())).toEqual([]);
});

test('the smallest distance comes first, of equals the earlier', () => {
  const distances = Int32Array.from({ length: 500 }, (_, index) => (index * 7919) % 101);
  const order = [...distances.keys()].sort(
    (one, other) => (distances[one] ?? 0) - (distances[other] ?? 0) || one - other,
  );
  expect([...nearestFirst(distances)]).toEqual(order);
  expect([...nearestFirst(new Int32Array())]).toEqual([]);
});

test('all that are near are found, however many nearer ones are not shown', () => {
  const store = archive(...Array.from({ length: 300 }, (_, index) => [4, index]));
  const isShown = (imageId: string) => Number(imageId) > 298;
  expect(idsOf(near(new Neighbours(), store, { isShown, limit: 1 }))).toEqual(['299']);
  expect(idsOf(near(new Neighbours(), store, { isShown }))).toEqual(['299', '300']);
});

test('a root is kept in eighths, at most 255', () => {
  expect([...rootsOf(Int32Array.of(-1, 0, 1, 2, 4, 100, 1000, 1023, 1024, 1_000_000))]).toEqual([
    ...[0, 0, 8, 11, 16, 80, 253, 255, 255, 255],
  ]);
});
