import { afterEach, beforeEach, expect, test } from 'vitest';
import { worklistView } from '../../src/clinic/entities/index.ts';
import { enrolOne, startStation, type TestStation } from './harness.ts';

let station: TestStation;
beforeEach(async () => {
  station = await startStation();
});
afterEach(() => station.close());

test('of how a list was left the filters and the order are kept, never what was searched for', async () => {
  await enrolOne(station.client);
  const view = worklistView.parse({ verdicts: ['suspicious'] });
  const left = { list: 'worklist' as const, view: { ...view, text: 'Quillfeather', only: [] } };
  await station.client.call('views.keep', { name: '', ...left });
  await station.client.call('views.keep', { name: 'Urgent', list: 'worklist', view });
  expect(await station.client.call('views.list', { list: 'worklist' })).toEqual({
    left: { list: 'worklist', view },
    saved: [{ name: 'Urgent', list: 'worklist', view }],
  });
  await station.client.call('views.drop', { list: 'worklist', name: 'Urgent' });
  expect((await station.client.call('views.list', { list: 'worklist' })).saved).toEqual([]);
});

test('other screens are told of a view that is saved or dropped, and not of how a list was left', async () => {
  await enrolOne(station.client);
  const told: (readonly string[])[] = [];
  station.client.subscribe('changes', {}, ({ topics }) => told.push(topics));
  const view = worklistView.parse({});
  await station.client.call('views.keep', { name: '', list: 'worklist', view });
  expect(told).toEqual([]);
  await station.client.call('views.keep', { name: 'Urgent', list: 'worklist', view });
  expect(told).toEqual([['views']]);
  await station.client.call('views.drop', { list: 'worklist', name: 'Urgent' });
  expect(told).toEqual([['views'], ['views']]);
});
