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
