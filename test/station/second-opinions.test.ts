import { afterAll, beforeAll, expect, test } from 'vitest';
import { daysAfter, localDay } from '../../src/clinic/entities/days.ts';
import {
  drawTestImage,
  enrolOne,
  startStation,
  type TestStation,
  testPassphrase,
} from './harness.ts';

let station: TestStation;
let second: TestStation['client'];
let ids: { imageId: string; lesionId: string; patientId: string };
let colleagueId: string;
let opinionId: string;
const dueOn = daysAfter(localDay(new Date()), 90);
const naevus = { impression: 'nv', decision: 'monitor', dueOn, note: 'as last year' } as const;
const melanoma = { impression: 'mel', decision: 'excise', note: 'blue veil' } as const;

beforeAll(async () => {
  station = await startStation();
  const { client } = station;
  const { lesion, patient } = await enrolOne(client);
  const add = (userName: string, role: 'clinician' | 'assistant') =>
    client.call('users.add', { userName, role, passphrase: testPassphrase });
  colleagueId = (await add('Colleague', 'clinician')).id;
  const { image } = await client.call('images.import', {
    ...{ lesionId: lesion.id, importId: '1', fileName: 'a.jpg', bytes: await drawTestImage(1) },
  });
  ids = { imageId: image.id, lesionId: lesion.id, patientId: patient.id };
  second = station.connect();
  await second.call('session.unlock', { userName: 'Colleague', passphrase: testPassphrase });
});
afterAll(() => station.close());

/** All that a screen can be told of the lesion. */
const toldOf = async (client: TestStation['client']) => {
  const { imageId, lesionId, patientId } = ids;
  return JSON.stringify([
    await client.call('images.get', { imageId }),
    await client.call('lesions.get', { lesionId }),
    await client.call('patients.get', { patientId }),
    await client.call('patients.sideBySide', { patientId }),
    await client.call('checklists.ofImage', { imageId }),
    await client.call('followUps.page', {}),
    await client.call('reports.records', {}),
    await client.call('secondOpinions.list', {}),
  ]);
};

test('a second opinion is asked for with the review, of somebody who gives opinions', async () => {
  const { client } = station;
  const assistant = await client.call('users.add', {
    ...{ userName: 'Assistant', role: 'assistant', passphrase: testPassphrase },
  });
  const { imageId } = ids;
  const ask = (askedOfId: string) =>
    client.call('reviews.save', {
      ...{ imageId, readingId: null, details: naevus },
      request: { askedOfId, isBlind: true, question: 'would you wait?' },
    });
  await expect(ask(assistant.id)).rejects.toMatchObject({ code: 'invalid-input' });
  expect((await client.call('images.get', { imageId })).reviews).toEqual([]);
  await ask(colleagueId);
  await client.call('checklists.save', {
    imageId,
    details: { kind: 'seven-point', found: [{ code: 'veil', marks: [] }] },
  });
  const { awaited } = await second.call('secondOpinions.list', {});
  expect(awaited).toMatchObject([
    { opinion: { question: 'would you wait?', askedByName: 'Tester' }, entry: { review: null } },
  ]);
  opinionId = awaited[0]?.opinion.id ?? '';
});

test('whoever is blindly asked is told by no list what others said, and may not review past it', async () => {
  for (const word of ['as last year', 'monitor', dueOn, 'seven-point']) {
    expect(await toldOf(second)).not.toContain(word);
    expect(await toldOf(station.client)).toContain(word);
  }
  expect(await second.call('images.get', { imageId: ids.imageId })).toMatchObject({
    ...{ isBlind: true, reviews: [], awaited: [], opinions: [{ id: opinionId }] },
  });
  // What was planned without a review tells nothing of one.
  const byHand = { lesionId: ids.lesionId, kind: 'biopsy', dueOn: '2126-01-02' } as const;
  const { id: followUpId } = await station.client.call('followUps.plan', byHand);
  const { awaited } = await second.call('images.get', { imageId: ids.imageId });
  expect(awaited).toMatchObject([{ id: followUpId }]);
  await station.client.call('followUps.end', { followUpId });
  await expect(
    second.call('reviews.save', { imageId: ids.imageId, readingId: null, details: melanoma }),
  ).rejects.toMatchObject({ code: 'invalid-input' });
});

test('the answer stands beside the review, is shown with it, and plans nothing', async () => {
  const answered = await second.call('secondOpinions.answer', { opinionId, details: melanoma });
  expect(answered.answer).toMatchObject({ impression: 'mel', differs: true });
  expect(await toldOf(second)).toContain('as last year');
  const record = await station.client.call('images.get', { imageId: ids.imageId });
  expect(record.reviews).toMatchObject([{ impression: 'nv' }]);
  expect(record.awaited).toMatchObject([{ kind: 'monitor' }]);
  await expect(second.call('secondOpinions.withdraw', { opinionId })).rejects.toMatchObject({
    code: 'not-found',
  });
});

test('a consensus needs its reason, is a review that things follow from, and is counted', async () => {
  const settle = (note: string) =>
    station.client.call('secondOpinions.settle', {
      ...{ opinionId, readingId: null, details: { ...melanoma, note } },
    });
  expect(await second.call('secondOpinions.counts', {})).toEqual({
    ...{ awaited: 0, unsettled: 1, asked: 0 },
  });
  await expect(settle(' ')).rejects.toMatchObject({ code: 'invalid-input' });
  await settle('looked at it together: the veil is real');
  const record = await second.call('images.get', { imageId: ids.imageId });
  expect(record.reviews).toMatchObject([{ impression: 'mel' }, { impression: 'nv' }]);
  expect(record.opinions[0]?.consensusReviewId).toBe(record.reviews[0]?.id);
  expect(record.awaited).toMatchObject([{ kind: 'excision' }]);
  const { opinions } = await station.client.call('quality.get', {});
  expect(opinions).toMatchObject({
    blind: { impression: { agreed: { count: 0, of: 1 } } },
    settled: { count: 1, toFirst: 0, toSecond: 1 },
  });
});

test('a reader is judged by their own word, not by the consensus that they entered', async () => {
  const taken = { takenOn: localDay(new Date()), diagnosis: 'melanoma' as const };
  await station.client.call('histology.add', { lesionId: ids.lesionId, details: taken });
  const { readers } = await station.client.call('quality.get', {});
  expect(readers).toMatchObject([
    { name: 'Colleague', sensitivity: { count: 1, of: 1 } },
    { name: 'Tester', sensitivity: { count: 0, of: 1 } },
  ]);
});

test('the audit log tells who asked, answered and settled, vouches for it, and says no impression', async () => {
  const entries = await station.client.call('audit.list', {});
  const actions = entries.map(({ action }) => action);
  expect(actions).toEqual(
    expect.arrayContaining([
      'second-opinion.ask',
      'second-opinion.answer',
      'second-opinion.settle',
    ]),
  );
  expect(JSON.stringify(entries)).not.toContain('mel');
  expect((await station.client.call('audit.verify', {})).intact).toBe(true);
});

test('only the two whom it concerns withdraw it', async () => {
  const { client } = station;
  const { imageId } = ids;
  const request = { askedOfId: colleagueId, isBlind: false, question: '' };
  const asked = await client.call('secondOpinions.ask', { imageId, request });
  await client.call('users.add', {
    ...{ userName: 'Third', role: 'clinician', passphrase: testPassphrase },
  });
  const third = station.connect();
  await third.call('session.unlock', { userName: 'Third', passphrase: testPassphrase });
  const input = { opinionId: asked.id };
  await expect(third.call('secondOpinions.withdraw', input)).rejects.toMatchObject({
    code: 'not-allowed',
  });
  await second.call('secondOpinions.withdraw', input);
  expect(await client.call('secondOpinions.counts', {})).toMatchObject({ asked: 0 });
});
