import { afterAll, beforeAll, expect, test } from 'vitest';
import { reviewDetails } from '../../src/clinic/entities/index.ts';
import { reportHandlers } from '../../src/station/handlers/reports.ts';
import { addLesion, addReading, details } from '../store/harness.ts';
import { drawTestImage, enrolOne, startStation, type TestStation } from './harness.ts';
import { calling, newScreen, outline, scaleOf, takeImage } from './screen.ts';

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

test('a row tells all that is known of an image in figures of a sensible length, and nothing where nothing is known', async () => {
  const screen = await newScreen();
  const { store, user } = screen;
  const born = { birthDate: '1961-03-14', sex: 'female', recordNumber: 'R-7' } as const;
  const patient = store.patients.enrol(details({ familyName: 'Okafor', ...born }));
  const lesion = addLesion(store, patient.id);
  const image = takeImage(store, lesion.id, { capturedAt: '2026-03-01T10:20:30', device: 'DL4' });
  const unscaled = takeImage(store, lesion.id);
  addReading(store, image.id);
  store.measuring.addOutline(image.id, outline, user.id);
  store.measuring.addScale(image.id, scaleOf(0.0201234567), user.id);
  store.measuring.addOutline(unscaled.id, outline, user.id);
  const { createdAt } = store.reviews.add({
    ...{ imageId: image.id, readingId: null, reviewerId: user.id },
    details: reviewDetails.parse({
      ...{ impression: 'mel', decision: 'biopsy', dueOn: '2026-04-01', note: '' },
    }),
  });
  const finding = { number: '', text: '' };
  const naevus = { ...finding, diagnosis: 'naevus', breslowMm: null } as const;
  const melanoma = { ...finding, diagnosis: 'melanoma', breslowMm: 0.45 } as const;
  store.histology.add(lesion.id, { ...melanoma, takenOn: '2026-03-05' }, user.id);
  store.histology.add(lesion.id, { ...naevus, takenOn: '2026-03-04' }, user.id);
  store.lesions.setClosure(lesion.id, { on: '2026-03-06', reason: 'excised' });
  const bare = store.patients.enrol(details({ familyName: 'Lind' }));
  const nothing = takeImage(store, addLesion(store, bare.id, 'Z').id);

  const { csv, rows } = await reportHandlers(screen.context)['reports.records']({}, calling);
  expect(rows).toBe(3);
  expect(screen.entries()[0]).toBe('report.records images:3');
  const [head = '', ...lines] = csv.trim().split('\r\n');
  const names = head.split(',');
  const [first, second, third] = lines.map((line) => {
    const cells = line.split(',').map((cell, at): [string, string] => [names[at] ?? '', cell]);
    return Object.fromEntries(cells.filter(([, cell]) => cell !== ''));
  });
  const place = { 'body site': 'upper-back', side: 'left' };
  const ofLesion = {
    ...{ 'record number': 'R-7', 'birth year': '1961', sex: 'female', lesion: 'A', ...place },
    ...{ histology: 'melanoma', 'specimen on': '2026-03-05', 'breslow mm': '0.45' },
    ...{ 'closed on': '2026-03-06', 'closed because': 'excised' },
  };
  expect(first).toEqual({
    ...ofLesion,
    ...{ 'captured at': '2026-03-01T10:20:30', 'imported at': image.importedAt, device: 'DL4' },
    ...{ 'scale um per px': '20.123', 'scale from': 'clicks', 'outline by': 'person' },
    ...{ 'long axis': '4.02', 'long axis error': '0.17', 'short axis': '3.02', area: '12.15' },
    ...{ 'measured in': 'mm', network: 'Backbone', verdict: 'unclear', malignancy: '0.3333' },
    ...{ impression: 'mel', decision: 'biopsy', 'due on': '2026-04-01' },
    ...{ 'reviewed at': createdAt, reviewer: user.name },
  });
  expect(second).toEqual({
    ...ofLesion,
    ...{ 'imported at': unscaled.importedAt, 'outline by': 'person', 'measured in': 'px' },
    ...{ 'long axis': '200', 'long axis error': '8', 'short axis': '150', area: '30000' },
  });
  expect(third).toEqual({
    ...{ sex: 'unknown', lesion: 'Z', ...place, 'imported at': nothing.importedAt },
  });
});
