import { randomBytes, randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { LesionAnswer } from '../../src/clinic/entities/index.ts';
import { addLesion, details, expectRefusal, newClinic } from './harness.ts';

const fingerprint = '1a2b 3c4d 5e6f 7a8b 9c0d 1e2f';

/** A clinic with lesions, and what gives cases of them away and files answers to those. */
async function clinicThatShares(labels: readonly string[]) {
  const { store, user } = await newClinic();
  const { id: patientId } = store.patients.enrol(details({ familyName: 'Okafor' }));
  const lesionIds = labels.map((label) => addLesion(store, patientId, label).id);
  const lesions = lesionIds.map((lesionId, n) => ({ ref: `L${n + 1}`, lesionId }));
  const give = (isDeidentified: boolean, sealedFor = '', given = lesions) => {
    const made = { id: randomUUID(), sealedFor, isDeidentified, answerKey: randomBytes(32) };
    store.sharedCases.add({ ...made, userId: user.id, lesions: given });
    return made;
  };
  const file = (caseId: string, answeredAt: string, ...answers: readonly LesionAnswer[]) => {
    const from = { clinicName: 'Elsewhere', authorName: 'Dr Wu' };
    const answer = { answerId: randomUUID(), caseId, answeredAt, answers: [...answers], ...from };
    return { answer, filed: store.sharedCases.fileAnswer(answer, fingerprint, user.id) };
  };
  return { store, user, patientId, lesions, give, file };
}

const said = (lesionRef: string, text = ''): LesionAnswer => ({
  ...{ lesionRef, text, impression: 'nv', decision: 'monitor' },
});

test('cases that were given away are listed, the newest first, with their lesions in the file’s order', async () => {
  const labels = Array.from({ length: 11 }, (_, n) => `Lesion ${n}`);
  const { store, user, lesions, give } = await clinicThatShares(labels);
  const first = give(true, 'Elsewhere');
  const second = give(false, '', lesions.slice(0, 1));
  expect(store.sharedCases.list(10)).toMatchObject([
    { id: second.id, isDeidentified: false, sealedFor: '', lesions: lesions.slice(0, 1) },
    // L10 behind L9, not behind L1.
    { id: first.id, isDeidentified: true, sealedFor: 'Elsewhere', lesions, answers: 0 },
  ]);
  expect(store.sharedCases.list(1)).toMatchObject([{ id: second.id, madeByName: user.name }]);
  expect(store.sharedCases.answerKey(first.id)).toEqual(first.answerKey);
  expect(store.sharedCases.answerKey(randomUUID())).toBeUndefined();
});

test('an answer is filed with each of its lesions, counts once, and stands behind those that came before it', async () => {
  const { store, user, lesions, give, file } = await clinicThatShares(['A', 'B']);
  const { id } = give(true);
  const [a = { lesionId: '' }, b = { lesionId: '' }] = lesions;
  const later = file(id, '2026-03-02T10:00:00.000Z', said('L1', 'dysplastic'), said('L2'));
  const earlier = file(id, '2026-03-01T10:00:00.000Z', said('L1', 'harmless'));
  expect(later.filed).toMatchObject([
    { lesionId: a.lesionId, fingerprint, filedByName: user.name, authorName: 'Dr Wu' },
    { lesionId: b.lesionId },
  ]);
  expect(store.sharedCases.answersOf(a.lesionId)).toEqual([earlier.filed[0], later.filed[0]]);
  expect(store.sharedCases.answersOf(b.lesionId)).toEqual([later.filed[1]]);
  expect(store.sharedCases.list(1)).toMatchObject([{ answers: 2 }]);
  expect(store.sharedCases.isFiled(later.answer.answerId)).toBe(true);
  expect(store.sharedCases.isFiled(randomUUID())).toBe(false);
});

test('an answer about no lesion that was given away with the case is refused, and one about some is filed with those', async () => {
  const { store, lesions, give, file } = await clinicThatShares(['A', 'B']);
  const { id } = give(true, '', lesions.slice(0, 1));
  const at = '2026-03-02T10:00:00.000Z';
  await expectRefusal('not-found', () => file(id, at, said('L2')));
  await expectRefusal('not-found', () => file(randomUUID(), at, said('L1')));
  expect(store.sharedCases.list(1)).toMatchObject([{ answers: 0 }]);
  const { filed } = file(id, at, said('L1'), said('L2'));
  expect(filed.map(({ lesionId }) => lesionId)).toEqual([lesions[0]?.lesionId]);
});

test('what was kept of another clinic’s case is known by who signed it', async () => {
  const { store, lesions } = await clinicThatShares(['A', 'B']);
  const caseId = randomUUID();
  const [a = { lesionId: '' }, b = { lesionId: '' }] = lesions;
  store.sharedCases.noteKept({ caseId, signer: 'one' }, 'L1', a.lesionId);
  store.sharedCases.noteKept({ caseId, signer: 'other' }, 'L1', b.lesionId);
  const kept = (signer: string) => [...store.sharedCases.keptLesions({ caseId, signer })];
  expect(kept('one')).toEqual([['L1', a.lesionId]]);
  expect(kept('other')).toEqual([['L1', b.lesionId]]);
  expect(kept('nobody')).toEqual([]);
});

test('the clinic’s own key is made once, and a colleague’s is kept under the name given last', async () => {
  const { store, user } = await clinicThatShares([]);
  const keyPair = () => ({ privateKey: randomBytes(32), publicKey: randomBytes(32) });
  const own = store.sharedCases.ownKey(keyPair);
  expect(store.sharedCases.ownKey(keyPair)).toEqual(own);
  const { publicKey } = keyPair();
  for (const clinicName of ['Elsewhere', 'Elsewhere & Partners'])
    store.sharedCases.addColleague(fingerprint, { clinicName, publicKey }, user.id);
  expect(store.sharedCases.colleagues()).toMatchObject([
    { fingerprint, clinicName: 'Elsewhere & Partners', addedByName: user.name },
  ]);
  expect(store.sharedCases.keyOf(fingerprint)).toEqual({
    clinicName: 'Elsewhere & Partners',
    publicKey,
  });
  store.sharedCases.removeColleague(fingerprint);
  expect(store.sharedCases.colleagues()).toEqual([]);
  await expectRefusal('not-found', () => store.sharedCases.keyOf(fingerprint));
});
