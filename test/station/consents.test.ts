import { afterAll, beforeAll, expect, test } from 'vitest';
import { enrolOne, startStation, type TestStation } from './harness.ts';

let station: TestStation;
beforeAll(async () => {
  station = await startStation();
});
afterAll(() => station.close());

test('a consent is recorded with its day, shown on other screens, and is an entry in the log', async () => {
  const { client } = station;
  const { patient } = await enrolOne(client);
  const topics: string[] = [];
  const leave = client.subscribe('changes', {}, (told) => topics.push(...told.topics));
  const details = { scope: 'sharing', answer: 'withdrawn', saidOn: '2026-02-03' } as const;
  const saved = await client.call('consents.record', { patientId: patient.id, details });
  expect(saved).toMatchObject({ ...details, saidBy: 'patient', recordedByName: 'Tester' });
  expect(await client.call('consents.ofPatient', { patientId: patient.id })).toEqual([saved]);
  await expect.poll(() => topics).toContain('consents');
  leave();
  const [entry] = await client.call('audit.list', {});
  expect(entry).toMatchObject({
    action: 'consent.withdrawn',
    subject: `consent:${saved.id} patient:${patient.id}`,
  });

  const refused = (given: object, code: string) =>
    expect(
      client.call('consents.record', {
        patientId: patient.id,
        details: { ...details, ...given } as never,
      }),
    ).rejects.toMatchObject({ code });
  await refused({ saidOn: '2999-01-01' }, 'invalid-input');
  await refused({ saidOn: 'yesterday' }, 'invalid-input');
  await refused({ scope: 'everything' }, 'invalid-input');
  const nobody = { patientId: saved.id, details };
  await expect(client.call('consents.record', nobody)).rejects.toMatchObject({ code: 'not-found' });
  await expect(client.call('consents.ofPatient', { patientId: saved.id })).rejects.toMatchObject({
    code: 'not-found',
  });
  expect(await client.call('consents.ofPatient', { patientId: patient.id })).toHaveLength(1);
});
