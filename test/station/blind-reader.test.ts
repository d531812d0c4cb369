import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  drawTestImage,
  enrolOne,
  startStation,
  type TestStation,
  testPassphrase,
} from './harness.ts';

type Client = TestStation['client'];
const first = { impression: 'nv', decision: 'no-action', note: 'as last year' } as const;
const other = { impression: 'mel', decision: 'excise', note: 'blue veil' } as const;

test('whoever is blindly asked takes nothing out of the clinic that tells what others said, nor hears of another colleague’s answer; others may, and they themselves once they have answered', async () => {
  const station = await startStation();
  onTestFinished(() => station.close());
  const folder = await mkdtemp(path.join(tmpdir(), 'dermaspike-blind-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const { client } = station;
  const { lesion, patient } = await enrolOne(client);
  const { image } = await client.call('images.import', {
    ...{ lesionId: lesion.id, importId: '1', fileName: 'a.jpg', bytes: await drawTestImage(1) },
  });
  const ask = async (userName: string, isBlind: boolean) => {
    const user = { userName, passphrase: testPassphrase };
    const { id } = await client.call('users.add', { ...user, role: 'clinician' });
    const colleague = station.connect();
    await colleague.call('session.unlock', user);
    const { id: opinionId } = await client.call('secondOpinions.ask', {
      ...{ imageId: image.id, request: { askedOfId: id, isBlind, question: '' } },
    });
    return { colleague, opinionId };
  };
  await client.call('reviews.save', { imageId: image.id, readingId: null, details: first });
  const { colleague: blind, opinionId } = await ask('Blind', true);
  const seeing = await ask('Seeing', false);
  await seeing.colleague.call('secondOpinions.answer', {
    ...{ opinionId: seeing.opinionId, details: other },
  });
  const opinionsOf = async (by: Client) =>
    (await by.call('images.get', { imageId: image.id })).opinions.map(({ id }) => id);
  expect(await opinionsOf(blind)).toEqual([opinionId]);
  expect(await opinionsOf(client)).toEqual([opinionId, seeing.opinionId]);

  const write = (by: Client) =>
    by.call('patientFolder.write', { patientId: patient.id, writingId: image.id, folder });
  const plan = (by: Client) => by.call('sharing.plan', { lesionIds: [lesion.id] });
  const share = (by: Client) =>
    by.call('sharing.make', {
      ...{ makingId: image.id, lesionIds: [lesion.id], imageIds: [image.id], question: '' },
      isDeidentified: true,
      ...{ withNotes: true, sealedFor: { passphrase: 'quagmire lanthanum vestibule' } },
    });
  const heldBack = async (by: Client) =>
    (await by.call('sharing.planPatient', { patientId: patient.id })).lesions.map(
      ({ isHeldBack }) => isHeldBack,
    );
  expect([await heldBack(blind), await heldBack(client)]).toEqual([[true], [false]]);
  const refused = { code: 'not-allowed', message: expect.stringContaining('blind') };
  for (const take of [write, plan, share]) await expect(take(blind)).rejects.toMatchObject(refused);
  expect(await readdir(folder)).toEqual([]);
  for (const take of [write, plan, share]) await take(client);

  await blind.call('secondOpinions.answer', { opinionId, details: other });
  for (const take of [write, plan, share]) await take(blind);
  expect(await heldBack(blind)).toEqual([false]);
  expect(await readdir(folder)).toHaveLength(2);
  expect(await opinionsOf(blind)).toEqual([opinionId, seeing.opinionId]);
});
