import { expect, test } from 'vitest';
import { reviewDetails } from '../../src/clinic/entities/index.ts';
import { consentHandlers } from '../../src/station/handlers/consents.ts';
import { followUpHandlers } from '../../src/station/handlers/follow-ups.ts';
import { histologyHandlers } from '../../src/station/handlers/histology.ts';
import { retentionHandlers } from '../../src/station/handlers/retention.ts';
import { reviewHandlers } from '../../src/station/handlers/reviews.ts';
import { addLesion, details } from '../store/harness.ts';
import { calling, newScreen, takeImage } from './screen.ts';

const days = ['2026-03-09', '2026-03-10', '2026-03-11'] as const;
const [yesterday, today, tomorrow] = days;

/** A patient with a lesion and an image, on the day in the middle. */
async function clinic() {
  const screen = await newScreen(`${today}T12:00:00`);
  const { store } = screen;
  const head = { classes: [{ code: 'own' }] };
  const heads = {
    active: () => ({ head }),
    shipped: { classes: [{ code: 'nv' }, { code: 'bcc' }] },
  };
  const context = { ...screen.context, heads } as unknown as typeof screen.context;
  const patientId = store.patients.enrol(details({ familyName: 'Okafor' })).id;
  const lesionId = addLesion(store, patientId).id;
  const imageId = takeImage(store, lesionId).id;
  return { screen, store, context, patientId, lesionId, imageId };
}

/** Whether each is done; what is not must say so as bad input, and leave no entry. */
async function taken<T>(
  { entries }: { entries: () => string[] },
  all: readonly T[],
  work: (given: T) => unknown,
): Promise<boolean[]> {
  const done: boolean[] = [];
  for (const given of all) {
    const before = entries().length;
    const code = await Promise.resolve()
      .then(() => work(given))
      .then(
        () => 'done',
        (error: { code?: string }) => error.code,
      );
    expect(['done', 'invalid-input']).toContain(code);
    expect(entries().length > before).toBe(code === 'done');
    done.push(code === 'done');
  }
  return done;
}

test('nobody has said, and no specimen was taken, on a day that is still to come', async () => {
  const { screen, context, patientId, lesionId } = await clinic();
  const consents = consentHandlers(context);
  const said = { scope: 'care', answer: 'given', saidBy: 'patient', note: '' } as const;
  const record = (saidOn: string) =>
    consents['consents.record']({ patientId, details: { ...said, saidOn } }, calling);
  expect(await taken(screen, days, record)).toEqual([true, true, false]);

  const histology = histologyHandlers(context);
  const found = { diagnosis: 'naevus', breslowMm: null, number: '', text: '' } as const;
  const add = (takenOn: string) =>
    histology['histology.add'](
      { lesionId, details: { ...found, takenOn }, isExcised: false },
      calling,
    );
  expect(await taken(screen, days, add)).toEqual([true, true, false]);
  let { id: histologyId } = await add(today);
  const correct = async (takenOn: string) => {
    const corrected = await histology['histology.correct'](
      { histologyId, details: { ...found, takenOn } },
      calling,
    );
    histologyId = corrected.id;
  };
  expect(await taken(screen, days, correct)).toEqual([true, true, false]);
});

test('what is awaited, and until when somebody is kept, lies ahead: tomorrow at the earliest', async () => {
  const { screen, context, patientId, lesionId } = await clinic();
  const followUps = followUpHandlers(context);
  const plan = (dueOn: string) =>
    followUps['followUps.plan']({ lesionId, kind: 'monitor', dueOn }, calling);
  expect(await taken(screen, days, plan)).toEqual([false, false, true]);
  const { id: followUpId } = await plan(tomorrow);
  const reschedule = (dueOn: string) =>
    followUps['followUps.reschedule']({ followUpId, dueOn }, calling);
  expect(await taken(screen, days, reschedule)).toEqual([false, false, true]);

  const retention = retentionHandlers(context);
  const keep = (until: string | null) =>
    retention['retention.keepLonger'](
      { patientId, kept: until === null ? null : { until, reason: 'a study' } },
      calling,
    );
  expect(await taken(screen, [...days, null], keep)).toEqual([false, false, true, true]);
});

test('a decision that is waited for has a day ahead, seeing again always; what ends the matter has none', async () => {
  const { screen, store, context, imageId } = await clinic();
  const reviews = reviewHandlers(context);
  const save = ([decision, dueOn]: readonly ['monitor' | 'biopsy' | 'no-action', string | null]) =>
    reviews['reviews.save'](
      {
        ...{ imageId, readingId: null, request: undefined },
        details: reviewDetails.parse({ impression: 'nv', decision, dueOn, note: '' }),
      },
      calling,
    );
  const any = [yesterday, today, tomorrow, null];
  const withDay = (decision: 'monitor' | 'biopsy' | 'no-action') =>
    any.map((dueOn) => [decision, dueOn] as const);
  expect(await taken(screen, withDay('monitor'), save)).toEqual([false, false, true, false]);
  expect(await taken(screen, withDay('biopsy'), save)).toEqual([false, false, true, true]);
  expect(await taken(screen, withDay('no-action'), save)).toEqual([true, true, true, true]);
  const saved = store.reviews.listByImage(imageId).map(({ decision, dueOn }) => [decision, dueOn]);
  expect(saved).toEqual([
    ...Array.from({ length: 4 }, () => ['no-action', null]),
    ...[
      ['biopsy', null],
      ['biopsy', tomorrow],
    ],
    ['monitor', tomorrow],
  ]);
});

test('an impression is a class of the head that reads, of the shipped one, another diagnosis or none yet', async () => {
  const { screen, context, imageId } = await clinic();
  const reviews = reviewHandlers(context);
  const save = (impression: string) =>
    reviews['reviews.save'](
      {
        ...{ imageId, readingId: null, request: undefined },
        details: reviewDetails.parse({ impression, decision: 'no-action', note: '' }),
      },
      calling,
    );
  const said = ['own', 'nv', 'bcc', 'other', 'unsure', 'scar', 'OWN'];
  expect(await taken(screen, said, save)).toEqual([true, true, true, true, true, false, false]);
});

test('a finding ends what waits for one, and closes the lesion where all of it was taken', async () => {
  const { store, context, lesionId, screen } = await clinic();
  const { user } = screen;
  const histology = histologyHandlers(context);
  const kindsOpen = () =>
    store.followUps.listByLesion(lesionId).flatMap(({ kind, ended }) => (ended ? [] : [kind]));
  for (const kind of ['monitor', 'biopsy', 'excision', 'referral'] as const)
    store.followUps.plan(lesionId, kind, tomorrow, user.id);
  const found = { diagnosis: 'naevus', breslowMm: null, number: '', text: '' } as const;
  const add = (takenOn: string, isExcised: boolean) =>
    histology['histology.add']({ lesionId, details: { ...found, takenOn }, isExcised }, calling);
  const { id } = await add(today, false);
  expect(kindsOpen()).toEqual(['monitor', 'referral']);
  expect(store.lesions.get(lesionId).closure).toBeNull();
  expect(screen.told()).toBe('followUps lesions');
  expect(screen.entries()[0]).toBe(`histology.add histology:${id} lesion:${lesionId}`);
  await add(yesterday, true);
  expect(store.lesions.get(lesionId).closure).toEqual({ on: yesterday, reason: 'excised' });
});

test('the list of what is awaited tells of each lesion its newest image, and whether one has come that nobody has reviewed', async () => {
  const { screen, store, context, lesionId, patientId } = await clinic();
  const { user, turnTo } = screen;
  const followUps = followUpHandlers(context);
  const asked = { due: [], kinds: [], text: '', after: null, limit: 50 };
  const page = async () => (await followUps['followUps.page'](asked, calling)).entries;
  const review = (imageId: string) =>
    store.reviews.add({
      ...{ imageId, readingId: null, reviewerId: user.id },
      details: reviewDetails.parse({ impression: 'nv', decision: 'no-action', note: '' }),
    });
  store.followUps.plan(lesionId, 'monitor', tomorrow, user.id);
  const atOnce = takeImage(store, lesionId);
  expect(await page()).toMatchObject([
    { lesion: { id: lesionId }, newest: { image: { id: atOnce.id } }, hasCome: false },
  ]);
  turnTo(`${today}T12:00:01`);
  const later = takeImage(store, lesionId);
  expect(await page()).toMatchObject([{ newest: { image: { id: later.id } }, hasCome: true }]);
  review(later.id);
  expect(await page()).toMatchObject([{ hasCome: false }]);

  const [closed, removed] = [addLesion(store, patientId, 'B'), addLesion(store, patientId, 'C')];
  for (const into of [closed, removed]) {
    const waiting = addLesion(store, patientId, 'D');
    store.followUps.plan(waiting.id, 'biopsy', tomorrow, user.id);
    store.corrections.mergeLesions(waiting.id, into.id, user.id);
  }
  expect((await page()).map(({ lesion }) => lesion.label)).toEqual(['A', 'B', 'C']);
  store.lesions.setClosure(closed.id, { on: today, reason: 'excised' });
  store.corrections.removeLesion(removed.id);
  expect((await page()).map(({ lesion }) => lesion.label)).toEqual(['A']);
});

test('what was planned, reminded of, put off and ended is entered by its id, with the lesion where it is planned', async () => {
  const { screen, context, lesionId } = await clinic();
  const followUps = followUpHandlers(context);
  const plan = { lesionId, kind: 'monitor', dueOn: tomorrow } as const;
  const { id: followUpId } = await followUps['followUps.plan'](plan, calling);
  await followUps['followUps.remind']({ followUpId }, calling);
  await followUps['followUps.end']({ followUpId, note: '' }, calling);
  await followUps['followUps.resume']({ followUpId }, calling);
  expect(screen.entries().slice(0, 4)).toEqual([
    `follow-up.resume follow-up:${followUpId}`,
    `follow-up.end follow-up:${followUpId}`,
    `follow-up.remind follow-up:${followUpId}`,
    `follow-up.plan follow-up:${followUpId} lesion:${lesionId}`,
  ]);
});

test('of those who are kept longer, and of those whose time is over, a hundred are shown at once and all are counted', async () => {
  const { screen, store, context } = await clinic();
  const retention = retentionHandlers(context);
  screen.turnTo('2010-03-10T12:00:00');
  const enrolled = Array.from({ length: 101 }, (_, n) =>
    store.patients.enrol(details({ familyName: `Patient ${n}` })),
  );
  screen.turnTo(`${today}T12:00:00`);
  const rule = { years: 10, minorAge: null };
  expect(retention['retention.setRule'](rule, calling)).toEqual(rule);
  expect(screen.entries()[0]).toBe('clinic.retention years:10 minors:none');
  expect(screen.told()).toBe('settings');
  const overdue = await retention['retention.overdue']({}, calling);
  expect([overdue.count, overdue.entries.length]).toEqual([101, 100]);
  for (const { id } of enrolled)
    store.retention.keepLonger(id, { until: tomorrow, reason: 'a study' });
  expect(await retention['retention.kept']({}, calling)).toHaveLength(100);
  retention['retention.setRule']({ years: null, minorAge: 25 }, calling);
  expect(screen.entries()[0]).toBe('clinic.retention years:none minors:25');
});
