import { beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { loadShippedModel } from '../../src/clinic/model.ts';
import { type ScoringHead, scoreCounts, shippedScoring } from '../../src/clinic/scoring.ts';
import { Broadcast } from '../../src/station/changes.ts';
import type { ActiveHeads } from '../../src/station/classes/active-heads.ts';
import { Rescorer, rescoredItem } from '../../src/station/classes/rescorer.ts';
import type { Clinics } from '../../src/station/clinics.ts';
import type { Topic } from '../../src/station/contract/index.ts';
import type { ClinicStore, RescoredItem, RescoringItem } from '../../src/store/index.ts';

const network = 'now';
const head = { sha256: 'new', networkSha256: network } as ScoringHead;
const verdict = (kind: string) => JSON.stringify({ kind, malignancy: 0.25 });
const said = (kind: string, code: string) => ({
  headSha256: 'old',
  ...{ verdict: verdict(kind), probabilities: null, advice: null },
  first: JSON.stringify({ code, probability: 0.5 }),
});
const itemOf = (imageId: string, networkSha256 = network) =>
  ({
    ...{ imageId, networkSha256, qualityWarnings: [], unfamiliarity: null },
    ...{ before: said('unclear', 'nv'), after: said('no-sign', 'scar') },
  }) as unknown as RescoringItem;

/** The archive that is left to be read, and what was found of it. */
let left: RescoringItem[];
const batches: number[] = [];
const rescored: RescoredItem[] = [];
const job = { seq: 7, headSha256: 'new', fromHeadSha256: 'old', isPaused: false };
let newest: (typeof job & { endedAt: string | null }) | null;
let closing: AbortController;
let changed: Broadcast<readonly Topic[]>;
let rescorer: Rescorer;
const told: (readonly Topic[])[] = [];
const readAgain = vi.fn(async (_work: unknown, _imageId: string) => {});
const find = vi.fn((_: ClinicStore, sha256: string) => (sha256 === 'new' ? head : undefined));
const store = {
  rescorings: {
    newest: () => newest,
    next: (_: unknown, most: number) => left.slice(0, most),
    keep: (_: unknown, found: RescoredItem[], items: RescoringItem[]) => {
      batches.push(items.length);
      rescored.push(...found);
      left = left.slice(items.length);
    },
    end: (seq: number) => {
      newest = newest && { ...newest, endedAt: `${seq}` };
    },
  },
} as unknown as ClinicStore;
const clinics = { isOpen: true, store, untilClosed: new AbortController().signal };

beforeEach(() => {
  vi.clearAllMocks();
  closing = new AbortController();
  Object.assign(clinics, { isOpen: true, untilClosed: closing.signal });
  newest = { ...job, endedAt: null };
  left = [];
  for (const list of [batches, rescored, told]) list.length = 0;
  changed = new Broadcast();
  const heads = { find, model: { sha256: network } };
  rescorer = new Rescorer(
    clinics as unknown as Clinics,
    heads as unknown as ActiveHeads,
    changed,
    readAgain,
  );
  changed.subscribe((topics) => told.push(topics));
});

const run = async () => {
  rescorer.wake();
  await rescorer.idle();
};
const done = ['classes', 'readings', 'images'];

test('the archive is read two thousand readings at a time, told of after each, and ends once', async () => {
  left = Array.from({ length: 2001 }, (_, index) => itemOf(`${index}`));
  rescorer.wake();
  rescorer.wake();
  await rescorer.idle();
  expect(batches).toEqual([2000, 1]);
  expect(told).toEqual([['classes'], ['classes'], done]);
  expect([rescored.length, newest?.endedAt]).toEqual([2001, '7']);
  await run();
  expect(told).toHaveLength(3);
});

test.each([
  ['where there is nothing to do', () => (newest = null)],
  ['where it is done', () => (newest = { ...job, endedAt: 'then' })],
  ['while it is paused', () => (newest = { ...job, isPaused: true, endedAt: null })],
  ['while no clinic is open', () => (clinics.isOpen = false)],
  ['once it is locked', () => closing.abort()],
])('it rests %s', async (_, make) => {
  left = [itemOf('1')];
  make();
  await run();
  expect([batches, told]).toEqual([[], []]);
});

test('it begins when a clinic is unlocked, and by nothing else that changes', async () => {
  left = [itemOf('1')];
  changed.emit(['images']);
  await rescorer.idle();
  clinics.isOpen = false;
  changed.emit(['session']);
  await rescorer.idle();
  expect(batches).toEqual([]);
  clinics.isOpen = true;
  changed.emit(['users', 'session']);
  await rescorer.idle();
  expect(batches).toEqual([1]);
  left = [itemOf('2')];
  newest = { ...job, endedAt: null };
  await run();
  expect(batches).toEqual([1, 1]);
});

test('a head that is gone brings nothing up, and the job is over', async () => {
  left = [itemOf('1')];
  newest = { ...job, headSha256: 'gone', endedAt: null };
  await run();
  expect([batches, told, newest?.endedAt]).toEqual([[], [done], '7']);
});

test('what an older network read is read again one by one, and keeps what it has where that cannot be', async () => {
  left = [itemOf('1'), itemOf('2', 'older'), itemOf('3', 'older')];
  readAgain.mockRejectedValueOnce(new Error('The decoder ended.'));
  await run();
  expect(readAgain.mock.calls.map(([work, imageId]) => [work, imageId])).toEqual([
    [expect.objectContaining({ store, userId: null }), '2'],
    [expect.objectContaining({ store, userId: null }), '3'],
  ]);
  expect(rescored.map(({ item }) => item.imageId)).toEqual(['1']);
  expect(batches).toEqual([3]);
});

test('a lock ends it before the next image, and nothing of the batch is kept', async () => {
  left = [itemOf('1', 'older'), itemOf('2', 'older')];
  readAgain.mockImplementationOnce(async () => closing.abort());
  await run();
  expect([readAgain.mock.calls.length, batches, told]).toEqual([1, [], []]);
});

let shipped: ScoringHead;
beforeAll(() => {
  shipped = shippedScoring(loadShippedModel());
});

test('of a reading that the head has seen already its word stands, beside what was said before', () => {
  expect(rescoredItem(itemOf('1'), head, undefined)).toEqual({
    item: itemOf('1'),
    score: null,
    before: { kind: 'unclear', code: 'nv', probability: 0.5, malignancy: 0.25 },
    after: { kind: 'no-sign', code: 'scar', probability: 0.5, malignancy: 0.25 },
  });
  const none = { ...said('unusable', 'nv'), first: null };
  expect(rescoredItem({ ...itemOf('1'), before: none }, head, undefined).before).toEqual({
    ...{ kind: 'unusable', code: '', probability: 0, malignancy: 0.25 },
  });
});

test('of one that it has not it scores the counts, and the most probable class is named, of equals the first', () => {
  const counts = new Int32Array(256).fill(3);
  const item = { ...itemOf('1'), counts, after: null };
  const expected = scoreCounts(shipped, counts, null, []);
  const { score, after } = rescoredItem(item, shipped, undefined);
  expect(score).toEqual(expected);
  const most = Math.max(...expected.probabilities);
  const first = shipped.classes[expected.probabilities.indexOf(most)];
  expect(after).toMatchObject({ code: first?.code, probability: most });

  const equal = Float64Array.from(shipped.classes, (_, index) =>
    index === 1 || index === 3 ? 0.4 : 0.1,
  );
  const before = { ...said('unclear', 'nv'), probabilities: equal };
  const known = rescoredItem({ ...item, before }, shipped, shipped).before;
  expect(known).toMatchObject({
    code: shipped.classes[1]?.code,
    probability: 0.4,
    kind: 'unclear',
  });
  equal[0] = 0.9;
  expect(rescoredItem({ ...item, before }, shipped, shipped).before).toMatchObject({
    ...{ code: shipped.classes[0]?.code, probability: 0.9 },
  });
  // The head that said it is gone: what was noted of it is left.
  expect(rescoredItem({ ...item, before }, shipped, undefined).before.code).toBe('nv');
});
