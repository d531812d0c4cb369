import { beforeEach, describe, expect, test } from 'vitest';
import type { LesionImage, RecentAct, RecentChange } from '../../src/clinic/entities/index.ts';
import { obstacle, takeBack } from '../../src/station/undoing.ts';
import type { ClinicStore } from '../../src/store/index.ts';
import { addImage, addLesion, addOverview, details, newClinic } from '../store/harness.ts';

const again = 'It was changed again since.';
const edited = 'The same was edited again since.';
const lesionGone = 'The lesion was removed or merged since.';
const movedOn = 'An image was moved on since.';

let store: ClinicStore;
let userId: string;
let patientId: string;
let lesionId: string;
/** Each look at the clock is a second later. */
let seconds = 0;
beforeEach(async () => {
  const clock = () => new Date(Date.UTC(2026, 2, 1) + 1000 * seconds++);
  const clinic = await newClinic(undefined, clock);
  store = clinic.store;
  userId = clinic.user.id;
  patientId = store.patients.enrol(details({ familyName: 'Quillfeather' })).id;
  lesionId = addLesion(store, patientId).id;
});

/** As what was just done is noted. */
function changeOf(did: RecentAct, subjectId: string): RecentChange {
  return {
    ...{ id: crypto.randomUUID(), at: store.now().toISOString(), undoneAt: null },
    ...{ patientId, subjectId, did },
  };
}
const why = (change: RecentChange) => obstacle(store, change, 'clinician');
const undo = (change: RecentChange) => takeBack(store, change, userId);
function move(images: readonly LesionImage[], toLesionId: string): RecentChange {
  const imageIds = images.map(({ id }) => id);
  for (const imageId of imageIds) store.corrections.moveImage(imageId, toLesionId, userId);
  return changeOf({ act: 'image.move', imageIds, toLesionId }, imageIds[0] ?? '');
}
const whereIs = ({ id }: LesionImage) => store.images.get(id).lesionId;

test('of an edit of several fields one that was edited again since is enough that it is not taken back', () => {
  const edit = (change: object) => {
    const { revision, ...now } = store.patients.get(patientId);
    store.patients.update(patientId, revision, details({ ...now, ...change }));
  };
  edit({ familyName: 'Quillfeder', phototype: 3 });
  const before = { familyName: 'Quillfeather', phototype: null };
  const after = { familyName: 'Quillfeder', phototype: 3 };
  const change = changeOf({ act: 'patient.update', before, after }, patientId);
  expect(why(change)).toBeNull();
  edit({ phototype: 4 });
  expect(why(change)).toBe(edited);
  edit({ phototype: 3 });
  undo(change);
  expect(store.patients.get(patientId)).toMatchObject(before);
});

test('what was taken back, or what the user’s role allows no more, is not', () => {
  const { removedAt } = store.corrections.removeLesion(lesionId);
  const change = changeOf({ act: 'lesion.remove', removedAt: removedAt ?? '' }, lesionId);
  expect(why(change)).toBeNull();
  expect(why({ ...change, undoneAt: change.at })).toBe('It was taken back already.');
  expect(obstacle(store, change, 'reader')).toBe('Your role does not allow it any more.');
});

describe('two records that were merged into one', () => {
  const enrolled = () => store.patients.enrol(details({ familyName: 'Quillfeder' })).id;
  const merge = (from: string, into: string): RecentChange => {
    const { id } = store.patientMerges.merge(from, into, userId);
    return { ...changeOf({ act: 'patient.merge' }, id), patientId: into };
  };

  test('are each taken apart by themselves', () => {
    const [one, two] = [merge(enrolled(), patientId), merge(enrolled(), patientId)];
    expect([why(one), why(two)]).toEqual([null, null]);
    undo(one);
    expect([why(one), why(two)]).toEqual(['The two were taken apart since.', null]);
    expect(store.patientMerges.into(patientId)).toHaveLength(1);
  });

  test('hold nothing else back than what was done to the one that is in the other now', () => {
    const other = enrolled();
    const { archivedAt } = store.patients.archive(patientId);
    const change = changeOf({ act: 'patient.archive', archivedAt: archivedAt ?? '' }, patientId);
    const merged = merge(patientId, other);
    expect(why(change)).toMatch(/^The record was merged into another patient’s since/);
    const onward = merge(other, enrolled());
    expect(why(merged)).toBe('The patient who was kept was merged into another one since.');
    expect(why(onward)).toBeNull();
  });
});

describe('an image', () => {
  test('that was removed comes back, unless that was done, or its file came again', () => {
    const bytes = new Uint8Array(3000).fill(7);
    const { id } = addImage(store, lesionId, bytes);
    const remove = () => {
      const { removedAt } = store.images.remove(id);
      return changeOf({ act: 'image.remove', removedAt: removedAt ?? '' }, id);
    };
    const first = remove();
    expect(why(first)).toBeNull();
    undo(first);
    expect(store.images.get(id).removedAt).toBeNull();
    expect(why(first)).toBe(again);
    const second = remove();
    expect([why(first), why(second)]).toEqual([again, null]);
    addImage(store, lesionId, bytes);
    expect(why(second)).toMatch(/imported again since. Remove that image first/);
  });

  test('that stayed with one of two people when their records were taken apart is not moved from there', () => {
    const other = store.patients.enrol(details({ familyName: 'Quillfeder' })).id;
    const theirs = addLesion(store, other).id;
    const { id } = store.patientMerges.merge(other, patientId, userId);
    const image = addImage(store, lesionId);
    const change = move([image], theirs);
    expect(why(change)).toBeNull();
    store.patientMerges.unmerge(id);
    expect([theirs, lesionId]).not.toContain(whereIs(image));
    expect(why(change)).toBe(movedOn);
  });

  test('goes back with those that were moved along, and not from where one of them went on to', () => {
    const [b, c] = [addLesion(store, patientId, 'B').id, addLesion(store, patientId, 'C').id];
    const [one, two] = [addImage(store, lesionId), addImage(store, lesionId)];
    const both = move([one, two], b);
    expect(why(both)).toBeNull();
    const onward = move([two], c);
    expect([why(both), why(onward)]).toEqual([movedOn, null]);
    undo(onward);
    expect([why(both), why(onward)]).toEqual([null, movedOn]);
    undo(both);
    expect([one, two].map(whereIs)).toEqual([lesionId, lesionId]);
    expect(why(both)).toBe(movedOn);
  });

  test('that went on and came there once more goes back to where it came from last', () => {
    const [b, c] = [addLesion(store, patientId, 'B').id, addLesion(store, patientId, 'C').id];
    const image = addImage(store, lesionId);
    const first = move([image], b);
    move([image], c);
    const last = move([image], b);
    expect([why(first), why(last)]).toEqual([movedOn, null]);
    undo(last);
    expect(whereIs(image)).toBe(c);
  });

  test('does not go back to a lesion that is gone, and goes on with one that was merged', () => {
    const [b, c] = [addLesion(store, patientId, 'B').id, addLesion(store, patientId, 'C').id];
    const change = move([addImage(store, lesionId)], b);
    store.corrections.removeLesion(lesionId);
    expect(why(change)).toBe('The lesion that they came from was removed or merged since.');
    store.corrections.restoreLesion(lesionId);
    expect(why(change)).toBeNull();
    store.corrections.mergeLesions(b, c, userId);
    expect(why(change)).toBe(movedOn);
  });
});

describe('a lesion', () => {
  test('that was removed or merged comes back, and not once it was brought back by hand and removed anew', () => {
    const into = addLesion(store, patientId, 'B').id;
    const image = addImage(store, lesionId);
    const removed = (at: string | null) =>
      changeOf({ act: 'lesion.remove', removedAt: at ?? '' }, lesionId);
    const first = removed(store.corrections.removeLesion(lesionId).removedAt);
    undo(first);
    expect(store.lesions.get(lesionId).removedAt).toBeNull();
    expect(why(first)).toBe(again);
    const second = removed(store.corrections.removeLesion(lesionId).removedAt);
    expect([why(first), why(second)]).toEqual([again, null]);
    undo(second);

    const { removedAt } = store.corrections.mergeLesions(lesionId, into, userId);
    const merge = { act: 'lesion.merge', removedAt: removedAt ?? '' } as const;
    const merged = changeOf({ ...merge, intoLesionId: into }, lesionId);
    expect(why(merged)).toBeNull();
    expect(why(changeOf({ ...merge, intoLesionId: lesionId }, lesionId))).toBe(again);
    expect(why(removed(removedAt))).toBe(again);
    undo(merged);
    expect([whereIs(image), why(merged)]).toEqual([lesionId, again]);
  });

  test('whose follow-up was closed is followed again, unless it was closed otherwise or is gone', () => {
    const close = (on: string, reason: 'excised' | 'gone') => {
      store.lesions.setClosure(lesionId, { on, reason });
      return changeOf({ act: 'lesion.close', on, reason }, lesionId);
    };
    const first = close('2026-02-03', 'excised');
    expect(why(first)).toBeNull();
    const otherDay = close('2026-02-04', 'excised');
    expect([why(first), why(otherDay)]).toEqual([again, null]);
    const otherReason = close('2026-02-04', 'gone');
    expect([why(otherDay), why(otherReason)]).toEqual([again, null]);
    store.corrections.removeLesion(lesionId);
    expect(why(otherReason)).toBe(lesionGone);
    store.corrections.restoreLesion(lesionId);
    undo(otherReason);
    expect(store.lesions.get(lesionId).closure).toBeNull();
    expect(why(otherReason)).toBe(again);
  });
});

describe('an overview photograph', () => {
  const point = { x: 0.5, y: 0.25 };
  const elsewhere = { x: 0.1, y: 0.2 };

  test('that was removed comes back, unless that was done, or its file came again', () => {
    const bytes = new Uint8Array(3000).fill(9);
    const { id } = addOverview(store, patientId, userId, bytes);
    const remove = () => {
      const { removedAt } = store.overviews.remove(id);
      return changeOf({ act: 'overview.remove', removedAt: removedAt ?? '' }, id);
    };
    const first = remove();
    expect(why(first)).toBeNull();
    undo(first);
    expect(store.overviews.get(id).removedAt).toBeNull();
    expect(why(first)).toBe(again);
    const second = remove();
    expect([why(first), why(second)]).toEqual([again, null]);
    addOverview(store, patientId, userId, bytes);
    expect(why(second)).toMatch(/imported again since. Remove that photograph first/);
  });

  test('has its former region, unless another one was said since or it is gone', () => {
    const { id } = addOverview(store, patientId, userId);
    const say = (from: 'back' | 'upper-back', to: 'back' | 'upper-back' | 'chest') => {
      store.overviews.setRegion(id, to);
      const [before, after] = [{ region: from }, { region: to }];
      return changeOf({ act: 'overview.update', before, after }, id);
    };
    const first = say('back', 'upper-back');
    const second = say('upper-back', 'chest');
    expect([why(first), why(second)]).toEqual([edited, null]);
    undo(second);
    expect([store.overviews.get(id).region, why(first)]).toEqual(['upper-back', null]);
    store.overviews.remove(id);
    expect(why(first)).toBe('The photograph was removed since.');
  });

  test('has its former mark of a lesion or none, unless it was marked anew, or photograph or lesion is gone', () => {
    const { id } = addOverview(store, patientId, userId);
    const mark = (before: typeof point | null, after: typeof point | null) => {
      store.overviews.mark(id, lesionId, after, userId);
      return changeOf({ act: 'overview.mark', lesionId, before, after }, id);
    };
    const placed = () => store.overviews.markerOf(id, lesionId);
    const first = mark(null, point);
    expect(why(first)).toBeNull();
    const moved = mark(point, elsewhere);
    expect([why(first), why(moved)]).toEqual([again, null]);
    const unmarked = mark(elsewhere, null);
    expect([why(moved), why(unmarked)]).toEqual([again, null]);
    undo(unmarked);
    expect(placed()).toMatchObject(elsewhere);
    expect([why(unmarked), why(moved)]).toEqual([again, null]);
    undo(moved);
    expect(placed()).toMatchObject(point);
    store.corrections.removeLesion(lesionId);
    expect(why(first)).toBe(lesionGone);
    store.corrections.restoreLesion(lesionId);
    undo(first);
    expect(placed()).toBeNull();
    store.overviews.remove(id);
    expect(why(first)).toBe('The photograph was removed since.');
  });
});
