import { expect, test } from 'vitest';
import type { Decision, FollowUpDue } from '../../src/clinic/entities/index.ts';
import type { ClinicStore, Clock } from '../../src/store/index.ts';
import {
  addImage,
  addLesion,
  details,
  expectRefusal,
  newClinic,
  temporaryFolder,
} from './harness.ts';

const today = '2026-06-15';
const nobody = '01890000-0000-7000-8000-000000000000';

async function clinicWithLesion(clock?: Clock) {
  const { store, user } = await newClinic(temporaryFolder(), clock);
  const patient = store.patients.enrol(details({ familyName: 'Okafor' }));
  const lesion = addLesion(store, patient.id);
  const decide = (imageId: string, decision: Decision, dueOn: string | null = null) => {
    const review = store.reviews.add({
      imageId,
      readingId: null,
      reviewerId: user.id,
      details: { impression: 'nv', decision, dueOn },
    });
    store.followUps.follow(store.images.get(imageId), review, user.id);
    return review;
  };
  return { store, user, patient, lesion, decide };
}

const all = { due: [], kinds: [], text: '', today, after: null, limit: 50 };
const page = (
  store: ClinicStore,
  asked: Partial<Parameters<ClinicStore['followUps']['page']>[0]> = {},
) => store.followUps.page({ ...all, ...asked });
const open = (store: ClinicStore) =>
  page(store).entries.map(({ kind, dueOn }) => `${kind} ${dueOn}`);

test('a decision plans what is awaited, and a newer one of the same kind takes its place', async () => {
  const { store, lesion, decide } = await clinicWithLesion();
  const first = addImage(store, lesion.id);
  decide(first.id, 'monitor', '2026-09-01');
  expect(open(store)).toEqual(['monitor 2026-09-01']);
  const second = addImage(store, lesion.id);
  decide(second.id, 'monitor', '2027-03-01');
  decide(second.id, 'biopsy', '2026-07-01');
  expect(open(store)).toEqual(['biopsy 2026-07-01']);
  const ends = store.followUps.listByLesion(lesion.id).map(({ ended }) => ended?.how ?? null);
  expect(ends).toEqual(['replaced', 'replaced', null]);
});

test('no action on a second picture of a visit leaves what the first planned; on a later visit’s it ends it', async () => {
  const { store, lesion, decide } = await clinicWithLesion();
  const first = addImage(store, lesion.id);
  const sameDay = addImage(store, lesion.id);
  decide(first.id, 'monitor', '2026-09-01');
  decide(sameDay.id, 'no-action');
  expect(open(store)).toEqual(['monitor 2026-09-01']);
  const later = { ...addImage(store, lesion.id), importedAt: '2999-01-01T00:00:00.000Z' };
  const review = store.reviews.add({
    imageId: later.id,
    readingId: null,
    reviewerId: store.accounts.list()[0]?.id ?? '',
    details: { impression: 'nv', decision: 'no-action' },
  });
  store.followUps.follow(later, review, review.reviewerId);
  expect(open(store)).toEqual([]);
  expect(store.followUps.listByLesion(lesion.id)[0]?.ended?.how).toBe('seen');
});

test('of plans of one lesion a finding ends those that wait for one, and a newer plan those of its kind', async () => {
  const { store, user, lesion, decide } = await clinicWithLesion();
  decide(addImage(store, lesion.id).id, 'biopsy', '2026-07-01');
  decide(addImage(store, lesion.id).id, 'excise', '2026-07-02');
  decide(addImage(store, lesion.id).id, 'refer', '2026-07-03');
  store.followUps.plan(lesion.id, 'monitor', '2026-07-04', user.id);
  store.followUps.plan(lesion.id, 'biopsy', '2026-07-05', user.id);
  expect(open(store)).toEqual([
    'excision 2026-07-02',
    'referral 2026-07-03',
    'monitor 2026-07-04',
    'biopsy 2026-07-05',
  ]);
  store.followUps.endByHistology(lesion.id, user.id);
  expect(open(store)).toEqual(['referral 2026-07-03', 'monitor 2026-07-04']);
  const ends = store.followUps.listByLesion(lesion.id).map(({ kind, ended }) => [kind, ended?.how]);
  expect(ends).toEqual([
    ['biopsy', 'replaced'],
    ['excision', 'histology'],
    ['referral', undefined],
    ['monitor', undefined],
    ['biopsy', 'histology'],
  ]);
});

test.each([
  [0, 'an image that came at the instant of a plan leaves it open', ['monitor 2026-09-01']],
  [1, 'an image that came a moment after a plan ends it as seen', []],
])('%i ms: %s', async (laterMs, _what, left) => {
  let now = new Date('2026-06-15T08:00:00.000Z');
  const { store, user, lesion, decide } = await clinicWithLesion(() => now);
  store.followUps.plan(lesion.id, 'monitor', '2026-09-01', user.id);
  now = new Date(now.getTime() + laterMs);
  decide(addImage(store, lesion.id).id, 'no-action');
  expect(open(store)).toEqual(left);
});

test('a correction of a review takes back what the review planned', async () => {
  const { store, lesion, decide } = await clinicWithLesion();
  const image = addImage(store, lesion.id);
  decide(image.id, 'excise', '2026-07-01');
  decide(image.id, 'no-action');
  expect(open(store)).toEqual([]);
});

test('what a review planned goes where its image is moved, to another patient too', async () => {
  const { store, user, lesion, decide } = await clinicWithLesion();
  const image = addImage(store, lesion.id);
  decide(image.id, 'monitor', '2026-09-01');
  const other = addLesion(store, store.patients.enrol(details({ familyName: 'Lind' })).id);
  store.corrections.moveImage(image.id, other.id, user.id);
  expect(page(store).entries[0]?.lesionId).toBe(other.id);
  store.corrections.takeMoveBack(image.id);
  expect(page(store).entries[0]?.lesionId).toBe(lesion.id);
});

test('a merged lesion’s plans are the other’s, and are there again when the two are taken apart', async () => {
  const { store, user, patient, lesion } = await clinicWithLesion();
  const other = addLesion(store, patient.id, 'B');
  store.followUps.plan(lesion.id, 'monitor', '2026-09-01', user.id);
  store.corrections.mergeLesions(lesion.id, other.id, user.id);
  expect(store.followUps.listByLesion(other.id)).toHaveLength(1);
  expect(page(store).entries).toHaveLength(1);
  store.corrections.restoreLesion(lesion.id);
  expect(store.followUps.listByLesion(other.id)).toEqual([]);
  expect(store.followUps.listByLesion(lesion.id)).toHaveLength(1);
});

test('closed and removed lesions and archived patients are not on the list, and come back to it', async () => {
  const { store, user, patient, lesion } = await clinicWithLesion();
  store.followUps.plan(lesion.id, 'monitor', '2026-09-01', user.id);
  store.lesions.setClosure(lesion.id, { on: today, reason: 'excised' });
  expect(open(store)).toEqual([]);
  store.lesions.setClosure(lesion.id, null);
  store.corrections.removeLesion(lesion.id);
  expect(open(store)).toEqual([]);
  store.corrections.restoreLesion(lesion.id);
  store.patients.archive(patient.id);
  expect(open(store)).toEqual([]);
  store.patients.restore(patient.id);
  expect(open(store)).toEqual(['monitor 2026-09-01']);
});

test('the list begins with the longest overdue, is counted and filtered, and comes page by page', async () => {
  const { store, user, patient } = await clinicWithLesion();
  const days: readonly (string | null)[] = [
    '2026-06-14',
    null,
    '2026-06-15',
    '2025-01-01',
    '2026-08-01',
  ];
  for (const [index, day] of days.entries()) {
    const { id } = addLesion(store, patient.id, `L${index}`);
    if (day) store.followUps.plan(id, 'monitor', day, user.id);
    else {
      const image = addImage(store, id);
      const review = store.reviews.add({
        imageId: image.id,
        readingId: null,
        reviewerId: user.id,
        details: { impression: 'nv', decision: 'refer' },
      });
      store.followUps.follow(image, review, user.id);
    }
  }
  const dates = (due: FollowUpDue[]) => page(store, { due }).entries.map(({ dueOn }) => dueOn);
  expect(dates([])).toEqual(['2025-01-01', '2026-06-14', '2026-06-15', '2026-08-01', null]);
  expect(dates(['overdue'])).toEqual(['2025-01-01', '2026-06-14']);
  expect(dates(['soon', 'undated'])).toEqual(['2026-06-15', null]);
  expect(store.followUps.counts(all, today)).toEqual({ overdue: 2, soon: 1, later: 1, undated: 1 });
  expect(page(store, { kinds: ['referral'] }).entries).toHaveLength(1);
  expect(page(store, { text: 'okaf' }).entries).toHaveLength(5);
  expect(page(store, { text: 'nobody' }).entries).toEqual([]);
  const first = page(store, { limit: 3 });
  const rest = page(store, { limit: 3, after: first.next });
  expect([...first.entries, ...rest.entries].map(({ dueOn }) => dueOn)).toEqual(dates([]));
  expect(rest.next).toBeNull();
  expect(page(store, { limit: 5 }).next).toBeNull();
});

test('a plan is moved to another day, reminded of, ended by hand and taken up again', async () => {
  const { store, user, lesion } = await clinicWithLesion();
  const { id } = store.followUps.plan(lesion.id, 'monitor', '2026-09-01', user.id);
  expect(store.followUps.reschedule(id, '2026-10-01').dueOn).toBe('2026-10-01');
  store.followUps.remind(id);
  expect(store.followUps.remind(id)).toMatchObject({
    reminders: 2,
    remindedAt: expect.any(String),
  });
  const ended = store.followUps.end(id, user.id, 'seen elsewhere');
  expect(ended.ended).toMatchObject({ how: 'by-hand', byName: user.name, note: 'seen elsewhere' });
  await expectRefusal('not-found', () => store.followUps.remind(id));
  await expectRefusal('not-found', () => store.followUps.end(id, user.id, 'again'));
  expect(store.followUps.get(id)).toEqual(ended);
  expect(store.followUps.resume(id).ended).toBeNull();
  await expectRefusal('not-found', () => store.followUps.end(nobody, user.id, ''));
});

test('only what was ended by hand is taken up again, and not beside a newer plan of its kind', async () => {
  const { store, user, lesion } = await clinicWithLesion();
  const plan = (kind: 'monitor' | 'biopsy', dueOn: string) =>
    store.followUps.plan(lesion.id, kind, dueOn, user.id).id;
  const replaced = plan('monitor', '2026-09-01');
  const ended = plan('monitor', '2026-10-01');
  await expectRefusal('not-found', () => store.followUps.resume(ended));
  store.followUps.end(ended, user.id, 'moved away');
  await expectRefusal('not-found', () => store.followUps.resume(replaced));
  const newer = plan('monitor', '2026-11-01');
  await expectRefusal('not-found', () => store.followUps.resume(ended));
  store.followUps.end(newer, user.id, 'came back');
  plan('biopsy', '2026-08-01');
  store.followUps.resume(ended);
  expect(open(store)).toEqual(['biopsy 2026-08-01', 'monitor 2026-10-01']);
});
