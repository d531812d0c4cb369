import { expect, test } from 'vitest';
import { type Decision, reviewDetails } from '../../src/clinic/entities/index.ts';
import { addImage, addLesion, details, expectRefusal, newClinic, passphrase } from './harness.ts';

const said = (impression: string, decision: Decision, note = '') =>
  reviewDetails.parse({ impression, decision, note });
const nobody = '01890000-0000-7000-8000-000000000000';

/** A reviewed image, and a colleague to ask. */
async function clinicWithReview() {
  const { store, user } = await newClinic();
  const colleague = await store.accounts.add({
    ...{ name: 'Dr Second', role: 'clinician', passphrase },
  });
  const patient = store.patients.enrol(details({ familyName: 'Okafor' }));
  const image = addImage(store, addLesion(store, patient.id).id);
  const review = (decision: Decision, impression = 'nv') =>
    store.reviews.add({
      ...{ imageId: image.id, readingId: null, reviewerId: user.id },
      details: said(impression, decision),
    });
  const first = review('monitor');
  const request = { askedOfId: colleague.id, isBlind: true, question: 'excise?' };
  const ask = () => store.secondOpinions.ask(image.id, request, user.id);
  return { store, user, colleague, patient, image, first, review, request, ask };
}

test('a colleague is asked about the newest review, once at a time, and it stands on their list alone', async () => {
  const { store, user, colleague, first, ask } = await clinicWithReview();
  const asked = ask();
  expect(asked).toMatchObject({
    ...{ firstReviewId: first.id, askedOfName: 'Dr Second', answer: null, question: 'excise?' },
    ...{ isBlind: true, withdrawn: null },
  });
  await expectRefusal('opinion-asked', ask);
  expect(store.secondOpinions.awaiting(colleague.id).map(({ id }) => id)).toEqual([asked.id]);
  expect(store.secondOpinions.awaiting(user.id)).toEqual([]);
  expect(store.secondOpinions.askedBy(user.id)).toHaveLength(1);
  store.secondOpinions.withdraw(asked.id, user.id);
  expect(store.secondOpinions.get(asked.id)).toMatchObject({
    withdrawn: { at: expect.any(String), byName: user.name },
  });
  expect(store.secondOpinions.awaiting(colleague.id)).toEqual([]);
  expect(ask().id).not.toBe(asked.id);
});

test('nobody gives a second opinion on what they said themselves, or where nothing was said', async () => {
  const { store, user, colleague, patient, image, request } = await clinicWithReview();
  const { secondOpinions } = store;
  await expectRefusal('opinion-asked', () =>
    secondOpinions.ask(image.id, { ...request, askedOfId: user.id }, user.id),
  );
  await expectRefusal('opinion-asked', () =>
    secondOpinions.ask(image.id, { ...request, askedOfId: user.id }, colleague.id),
  );
  const unreviewed = addImage(store, addLesion(store, patient.id, 'other').id);
  await expectRefusal('not-found', () => secondOpinions.ask(unreviewed.id, request, user.id));
  await expectRefusal('not-found', () => secondOpinions.ask(nobody, request, user.id));
  await expectRefusal('not-found', () => secondOpinions.get(nobody));
  store.images.remove(image.id);
  await expectRefusal('not-found', () => secondOpinions.ask(image.id, request, user.id));
});

test('an answer replaces no review, ends the draft, and is never changed or withdrawn', async () => {
  const { store, user, colleague, image, first, ask } = await clinicWithReview();
  const { id } = ask();
  const draft = { impression: 'mel', decision: null, note: 'unsure' };
  store.reviews.keepDraft({ imageId: image.id, reviewerId: colleague.id }, draft);
  await expectRefusal('not-found', () =>
    store.secondOpinions.answer(id, said('nv', 'monitor'), user.id),
  );
  const answered = store.secondOpinions.answer(id, said('nv', 'monitor'), colleague.id);
  expect(answered.answer).toMatchObject({ impression: 'nv', differs: false });
  expect(store.reviews.newestByImage(image.id)?.id).toBe(first.id);
  expect(store.reviews.draft({ imageId: image.id, reviewerId: colleague.id })).toBeNull();
  await expectRefusal('not-found', () =>
    store.secondOpinions.answer(id, said('mel', 'excise'), colleague.id),
  );
  await expectRefusal('not-found', () => store.secondOpinions.withdraw(id, user.id));
  expect(store.secondOpinions.unsettled(user.id)).toEqual([]);
  await expectRefusal('not-found', () => store.secondOpinions.settle(id, first.id));
});

test('where two differ it waits for a consensus, which is one newer review of that image', async () => {
  const { store, user, colleague, patient, ask, review } = await clinicWithReview();
  const { id } = ask();
  store.secondOpinions.answer(id, said('nv', 'excise'), colleague.id);
  for (const each of [user, colleague])
    expect(store.secondOpinions.unsettled(each.id)).toHaveLength(1);
  const elsewhere = store.reviews.add({
    imageId: addImage(store, addLesion(store, patient.id, 'other').id).id,
    ...{ readingId: null, reviewerId: user.id, details: said('nv', 'excise') },
  });
  await expectRefusal('not-found', () => store.secondOpinions.settle(id, elsewhere.id));
  const consensus = review('excise');
  expect(store.secondOpinions.settle(id, consensus.id).consensusReviewId).toBe(consensus.id);
  expect(store.secondOpinions.unsettled(user.id)).toEqual([]);
  await expectRefusal('not-found', () => store.secondOpinions.settle(id, consensus.id));
});

test('only a blind request hides what others said, until it is answered or withdrawn', async () => {
  const { store, user, colleague, image, request, ask } = await clinicWithReview();
  const hidden = () => [...store.secondOpinions.hiddenFrom(colleague.id)];
  const open = store.secondOpinions.ask(image.id, { ...request, isBlind: false }, user.id);
  expect([open.isBlind, ...hidden()]).toEqual([false]);
  store.secondOpinions.withdraw(open.id, colleague.id);
  const { id } = ask();
  expect(hidden()).toEqual([image.id]);
  expect([...store.secondOpinions.hiddenFrom(user.id)]).toEqual([]);
  store.secondOpinions.answer(id, said('nv', 'monitor'), colleague.id);
  expect(hidden()).toEqual([]);
});

test('what was asked about a removed image, or of an archived patient, awaits nobody until it is back', async () => {
  const { store, colleague, patient, image, ask } = await clinicWithReview();
  const { id } = ask();
  const awaiting = () => store.secondOpinions.awaiting(colleague.id).length;
  store.images.remove(image.id);
  expect(awaiting()).toBe(0);
  await expectRefusal('not-found', () =>
    store.secondOpinions.answer(id, said('nv', 'monitor'), colleague.id),
  );
  store.corrections.restoreImage(image.id);
  expect(awaiting()).toBe(1);
  store.patients.archive(patient.id);
  expect(awaiting()).toBe(0);
  store.patients.restore(patient.id);
  expect(awaiting()).toBe(1);
});
