import { afterAll, beforeAll, expect, test } from 'vitest';
import { enrolOne, startStation, type TestStation } from './harness.ts';

let station: TestStation;
beforeAll(async () => {
  station = await startStation();
});
afterAll(() => station.close());

test('the rule is an administrator’s, an entry in the log, and proposes nobody who was here lately', async () => {
  const { client } = station;
  await enrolOne(client);
  expect(await client.call('retention.rule', {})).toEqual({ years: null, minorAge: null });
  const rule = { years: 10, minorAge: 25 };
  expect(await client.call('retention.setRule', rule)).toEqual(rule);
  expect(await client.call('retention.rule', {})).toEqual(rule);
  expect(await client.call('retention.overdue', {})).toEqual({ count: 0, entries: [] });
  const [entry] = await client.call('audit.list', {});
  expect(entry).toMatchObject({ action: 'clinic.retention', subject: 'years:10 minors:25' });
  for (const bad of [{ years: 0 }, { years: 101 }, { years: 1.5 }, { minorAge: 17 }])
    await expect(client.call('retention.setRule', { ...rule, ...bad })).rejects.toMatchObject({
      code: 'invalid-input',
    });
});

test('a patient is kept longer for a reason and until a day to come, which the log and the audit’s look at the records know', async () => {
  const { client } = station;
  const patient = await client.call('patients.enrol', { familyName: 'Okafor', givenName: '' });
  const keep = (kept: { until: string; reason: string } | null) =>
    client.call('retention.keepLonger', { patientId: patient.id, kept });
  for (const bad of [
    { until: '2020-01-01', reason: 'late' },
    { until: '2999-02-30', reason: 'no such day' },
    { until: '2999-01-01', reason: ' ' },
  ])
    await expect(keep(bad)).rejects.toMatchObject({ code: 'invalid-input' });
  expect(await client.call('retention.kept', {})).toEqual([]);
  await keep({ until: '2999-01-01', reason: 'a study' });
  expect(await client.call('retention.kept', {})).toMatchObject([
    { until: '2999-01-01', reason: 'a study', patient: { id: patient.id } },
  ]);
  await keep(null);
  expect(await client.call('retention.kept', {})).toEqual([]);
  const entries = await client.call('audit.list', {});
  expect(entries.slice(0, 2).map(({ action }) => action)).toEqual([
    'patient.keep-no-longer',
    'patient.keep-longer',
  ]);
  expect(await client.call('audit.verify', {})).toMatchObject({ intact: true });
});
