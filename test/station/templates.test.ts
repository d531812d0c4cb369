import { afterAll, beforeAll, expect, test } from 'vitest';
import { enrolOne, startStation, type TestStation } from './harness.ts';

let station: TestStation;
beforeAll(async () => {
  station = await startStation();
  await enrolOne(station.client);
});
afterAll(() => station.close());

test('a template is added, edited, moved, removed and restored, each an entry in the log', async () => {
  const { client } = station;
  const topics: string[] = [];
  const leave = client.subscribe('changes', {}, (told) => topics.push(...told.topics));
  const list = () => client.call('templates.list', {});
  expect(await list()).toEqual([]);
  const details = { name: ' Unchanged ', text: 'As before, {longAxis}.\n', places: ['review'] };
  const added = await client.call('templates.add', { details: details as never });
  expect(added).toMatchObject({ name: 'Unchanged', text: 'As before, {longAxis}.', revision: 1 });
  await expect.poll(() => topics).toContain('templates');
  leave();
  const { id: templateId } = added;
  const edit = {
    ...{ templateId, revision: 1 },
    details: { name: 'Unchanged', text: 'As before.', places: ['review', 'opinion'] },
  } as const;
  const edited = await client.call('templates.update', edit as never);
  await expect(client.call('templates.update', edit as never)).rejects.toMatchObject({
    code: 'changed-meanwhile',
  });
  await client.call('templates.move', { templateId, to: 0 });
  await client.call('templates.remove', { templateId });
  expect(await list()).toEqual([]);
  await client.call('templates.restore', { templateId });
  expect(await list()).toEqual([edited]);
  const entries = await client.call('audit.list', {});
  expect(entries.slice(0, 5).map(({ action, subject }) => [action, subject])).toEqual(
    ['restore', 'remove', 'move', 'update', 'add'].map((act) => [
      `template.${act}`,
      `template:${templateId}`,
    ]),
  );
});

test('what cannot be used is refused, and says which template it is', async () => {
  const { client } = station;
  const add = (given: object) =>
    client.call('templates.add', {
      details: { name: 'Naevus', text: 'A naevus.', places: ['review'], ...given } as never,
    });
  const { id: templateId } = await add({});
  await expect(add({ name: 'NAEVUS' })).rejects.toMatchObject({
    ...{ code: 'duplicate-template', message: expect.stringContaining('“Naevus”') },
  });
  for (const given of [{ name: '' }, { text: 'x'.repeat(2001) }, { places: [] }])
    await expect(add(given)).rejects.toMatchObject({ code: 'invalid-input' });
  await expect(client.call('templates.move', { templateId, to: -1 })).rejects.toMatchObject({
    code: 'invalid-input',
  });
  await expect(
    client.call('templates.remove', { templateId: '0197c2aa-0000-7000-8000-000000000000' }),
  ).rejects.toMatchObject({ code: 'not-found' });
});
