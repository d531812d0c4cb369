import { afterAll, beforeAll, expect, test } from 'vitest';
import { drawTestImage, enrolOne, startStation, type TestStation } from './harness.ts';

let station: TestStation;
beforeAll(async () => {
  station = await startStation();
});
afterAll(() => station.close());

test('the records come as a table with a row an image, without names, and the log says who took them', async () => {
  const { client } = station;
  const { lesion } = await enrolOne(client);
  const imported = await client.call('images.import', {
    lesionId: lesion.id,
    importId: '1',
    fileName: 'a.jpg',
    bytes: await drawTestImage(5),
  });
  await client.call('reviews.save', {
    imageId: imported.image.id,
    readingId: null,
    details: { impression: 'mel', decision: 'excise', note: 'Ottoline is worried' },
  });
  await client.call('histology.add', {
    lesionId: lesion.id,
    details: { takenOn: '2026-01-05', diagnosis: 'melanoma', breslowMm: 0.5 },
  });
  const { csv, rows } = await client.call('reports.records', {});
  expect(rows).toBe(1);
  const [head, row] = csv.split('\r\n');
  expect(row?.split(',')).toHaveLength(head?.split(',').length ?? 0);
  expect(row).toMatch(/,mel,excise,.*,melanoma,2026-01-05,0.5,,$/);
  for (const secret of ['Quillfeather', 'Ottoline', 'worried', 'a.jpg'])
    expect(csv).not.toContain(secret);
  const actions = (await client.call('audit.list', {})).map(({ action }) => action);
  expect(actions).toContain('report.records');
});
