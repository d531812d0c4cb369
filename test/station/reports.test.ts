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
  const imageId = imported.image.id;
  await client.call('measuring.propose', { imageId });
  const [from, to] = [
    { x: 20, y: 10 },
    { x: 220, y: 10 },
  ];
  const by = { source: 'clicks', from, to, lengthMm: 10, screenPx: 1 } as const;
  await client.call('measuring.calibrate', { imageId, by });
  const { csv, rows } = await client.call('reports.records', {});
  expect(rows).toBe(1);
  const [head, row] = csv.split('\r\n');
  expect(row?.split(',')).toHaveLength(head?.split(',').length ?? 0);
  expect(row).toMatch(/,mel,excise,.*,melanoma,2026-01-05,0.5,,$/);
  const cell = (name: string) => row?.split(',')[head?.split(',').indexOf(name) ?? -1];
  // The spot is 70 pixels wide, 20 of them to the millimetre.
  expect(Number(cell('long axis'))).toBeCloseTo(3.5, 0);
  expect(['scale um per px', 'scale from', 'outline by', 'measured in'].map(cell)).toEqual([
    ...['50', 'clicks', 'network', 'mm'],
  ]);
  for (const secret of ['Quillfeather', 'Ottoline', 'worried', 'a.jpg'])
    expect(csv).not.toContain(secret);
  const actions = (await client.call('audit.list', {})).map(({ action }) => action);
  expect(actions).toContain('report.records');
});
