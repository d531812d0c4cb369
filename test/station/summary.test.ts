import { expect, test } from 'vitest';
import { patientRecord, reviewDetails } from '../../src/clinic/entities/index.ts';
import { recordOf } from '../../src/station/patient-folder/record.ts';
import { summaryOf } from '../../src/station/patient-folder/summary.ts';
import { addLesion, addOverview, addReading, details } from '../store/harness.ts';
import { newScreen, outline, type Screen, scaleOf, takeImage } from './screen.ts';

function recorded({ store, user }: Screen, patientId: string) {
  const taker = {
    program: '0.1.0',
    clinicName: 'At the lake',
    userId: user.id,
    userName: 'Dr Lind',
  };
  return patientRecord.parse(recordOf(store, patientId, taker));
}
const pictureOf = (file: string) => file.replace('images/', 'pictures/');
/** The page, of which no part is empty. */
function pageOf(screen: Screen, patientId: string) {
  const page = summaryOf(recorded(screen, patientId), pictureOf);
  expect(page.match(/<(p|ul|nav|li|h\d|span|strong|section|div)\b[^>]*>\s*<\/\1>/)).toBeNull();
  return page;
}

/** What a person reads of it, heading by heading. */
const wordsOf = (page: string) =>
  page
    .slice(page.indexOf('<body>'))
    .replace(/<\/(p|h\d|li|div|figure|span|header|section)>|<br>/g, '\n')
    .replace(/<[^>]+>/g, '')
    .split('\n')
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .filter((line) => line !== '');

const ending = [
  'A network’s reading is advice from a computer program, not a diagnosis.',
  'This folder is not encrypted. Whoever has it can read it: keep it and pass it on accordingly. The original images are in “images”; all records, for programs, in “records.json”.',
];

test('of a patient of whom nothing is known but the name the summary says so and leaves nothing half said', async () => {
  const screen = await newScreen();
  const { id } = screen.store.patients.enrol(details({ familyName: 'Okafor' }));
  expect(wordsOf(pageOf(screen, id))).toEqual([
    ...['At the lake', 'Records as of 10 Mar 2026, saved by Dr Lind', 'Okafor'],
    '0 lesions, 0 visits, 0 images.',
    ...ending,
  ]);
});

/** A patient of whom everything is said that can be. */
async function everything() {
  const screen = await newScreen();
  const { store, user } = screen;
  const patient = store.patients.enrol(
    details({
      ...{ familyName: 'Quillfeather', givenName: 'Ottoline', recordNumber: 'R-7' },
      ...{ birthDate: '1961-03-14', sex: 'female', phototype: 2, note: 'of <Thal> & "Söhne"' },
      ...{ hadMelanoma: 'yes', naevusCount: 'over-100' },
    }),
  );
  for (const [scope, answer] of [
    ['sharing', 'withdrawn'],
    ['care', 'given'],
  ] as const)
    store.consents.add(
      patient.id,
      { scope, answer, saidOn: '2026-01-02', saidBy: 'patient', note: '' },
      user.id,
    );
  const [back, arm, gone] = ['A', 'B', 'C'].map((label) => addLesion(store, patient.id, label));
  if (!back || !arm || !gone) throw new Error('three lesions');
  store.lesions.update(back.id, back.revision, { ...back, note: 'itches' });
  const undated = takeImage(store, back.id);
  const late = takeImage(store, back.id, { capturedAt: '2026-03-01T10:20:30', device: 'DL4' });
  const early = takeImage(store, back.id, { capturedAt: '2025-06-01T09:00:00' });
  takeImage(store, back.id, { capturedAt: '2025-06-01T09:00:00', device: 'of the same second' });
  store.images.remove(takeImage(store, back.id).id);
  addReading(store, late.id);
  store.measuring.addOutline(late.id, outline, user.id);
  store.measuring.addScale(late.id, scaleOf(0.02), user.id);
  store.measuring.addOutline(early.id, outline, user.id);
  const found = [{ code: 'veil', marks: [] }];
  store.checklists.add(late.id, { kind: 'seven-point', found }, user.id);
  const review = (imageId: string, said: object) =>
    store.reviews.add({
      ...{ imageId, readingId: null, reviewerId: user.id },
      details: reviewDetails.parse({ impression: 'NV', decision: 'no-action', ...said }),
    });
  review(late.id, { decision: 'monitor', dueOn: '2026-09-01', note: 'as last year' });
  screen.turnTo('2026-03-12T12:00:00');
  review(early.id, { impression: 'unsure' });
  review(undated.id, { decision: 'biopsy' });
  const finding = { diagnosis: 'melanoma', breslowMm: 0.4, number: 'H-77', text: 'pT1a' } as const;
  store.histology.add(back.id, { takenOn: '2026-02-15', ...finding }, user.id);
  const naevus = { diagnosis: 'naevus', breslowMm: null, number: '', text: '' } as const;
  store.histology.add(back.id, { takenOn: '2026-02-16', ...naevus }, user.id);
  store.followUps.plan(back.id, 'monitor', '2026-09-01', user.id);
  const { id } = store.followUps.plan(back.id, 'biopsy', '2026-04-01', user.id);
  store.followUps.end(id, user.id, 'by mistake');
  store.lesions.setClosure(arm.id, { on: '2026-02-20', reason: 'excised' });
  takeImage(store, gone.id);
  store.corrections.removeLesion(gone.id);
  const overview = addOverview(store, patient.id, user.id);
  store.overviews.mark(overview.id, back.id, { x: 0.25, y: 0.75 }, user.id);
  store.overviews.mark(overview.id, arm.id, { x: 0.5, y: 0.125 }, user.id);
  store.overviews.setRegion(addOverview(store, patient.id, user.id).id, 'chest');
  store.overviews.remove(addOverview(store, patient.id, user.id).id);
  return { screen, patientId: patient.id, back, arm };
}

test('the summary tells all that stands of a patient, lesion by lesion and in the order of time', async () => {
  const { screen, patientId, back, arm } = await everything();
  const page = pageOf(screen, patientId);
  expect(wordsOf(page)).toEqual([
    ...['At the lake', 'Records as of 12 Mar 2026, saved by Dr Lind', 'Quillfeather, Ottoline'],
    expect.stringMatching(/^\d+ y, born 14 Mar 1961 · Female · No\. R-7 · Phototype II$/),
    'Risk factors: Melanoma before; More than 100 naevi.',
    'of &lt;Thal&gt; &amp; &quot;Söhne&quot;',
    'Consent: care given 2 Jan 2026; sharing with colleagues taken back 2 Jan 2026.',
    '2 lesions, 2 visits, 4 images. 2 removed images beside them, in the folder and in the records only.',
    ...['Lesions', 'A, Left upper back', 'B, Left upper back'],
    ...['A, Left upper back', 'Monitor until 1 Sept 2026.', 'itches'],
    'Impressions and decisions',
    'Naevus – Monitor, 1 Sept 2026. Dr. Ada Grün, 10 Mar 2026 (image of 1 Mar 2026, 10:20).',
    'as last year',
    'Unsure – No action. Dr. Ada Grün, 12 Mar 2026 (image of 1 Jun 2025, 09:00).',
    'Naevus – Biopsy. Dr. Ada Grün, 12 Mar 2026.',
    'Histology',
    ...['Melanoma, invasive, Breslow 0.4 mm, specimen of 15 Feb 2026, No. H-77.', 'pT1a'],
    'Melanocytic naevus, specimen of 16 Feb 2026.',
    'Images',
    '1 Jun 2025, 09:00',
    'Long axis 200 ± 16 px, short axis 150 ± 12 px, area 30,000 ± 1,800 px²',
    '1 Jun 2025, 09:00, of the same second',
    '1 Mar 2026, 10:20, DL4',
    'Network’s reading: unclear, chance of malignancy 33 %',
    'Long axis 4.0 ± 0.3 mm, short axis 3.0 ± 0.2 mm, area 12.0 ± 0.8 mm²',
    '7-point checklist: 2 points, limit 3: below the limit (Blue-whitish veil; Dr. Ada Grün)',
    'Imported 10 Mar 2026, day of capture not known',
    ...['B, Left upper back', 'Excised, 20 Feb 2026.', 'Images', 'None.'],
    'Overview photographs',
    'Chest, 1 Mar 2026, 10:20',
    ...['1', '2', 'Back, 1 Mar 2026, 10:20', '1 A, 2 B'],
    ...ending,
  ]);
  for (const mark of ['left: 25%; top: 75%">1<', 'left: 50%; top: 12.5%">2<'])
    expect(page).toContain(`<span class="mark" style="${mark}`);
  for (const { id } of [back, arm]) {
    expect(page).toContain(`<section class="lesion" id="lesion-${id}">`);
    expect(page.split(`href="#lesion-${id}"`)).toHaveLength(3);
  }
  expect(page).toContain(
    '<img src="pictures/01-02%20IMG_1.jpg" alt="Lesion A, 1 Mar 2026, 10:20">',
  );
});

test('of one of each the summary tells the one, and lists no lesions to go to', async () => {
  const screen = await newScreen();
  const { store, user } = screen;
  const patient = store.patients.enrol(details({ familyName: 'Okafor', familyMelanoma: 'yes' }));
  const lesion = addLesion(store, patient.id);
  const image = takeImage(store, lesion.id);
  const said = { impression: 'other', decision: 'excise', note: '' } as const;
  store.reviews.add({
    ...{ imageId: image.id, readingId: null, reviewerId: user.id },
    details: reviewDetails.parse(said),
  });
  const finding = { diagnosis: 'naevus', breslowMm: null, number: '', text: '' } as const;
  store.histology.add(lesion.id, { takenOn: '2026-02-15', ...finding }, user.id);
  const overview = addOverview(store, patient.id, user.id);
  store.overviews.mark(overview.id, lesion.id, { x: 0.25, y: 0.75 }, user.id);
  expect(wordsOf(pageOf(screen, patient.id))).toEqual([
    ...['At the lake', 'Records as of 10 Mar 2026, saved by Dr Lind', 'Okafor'],
    expect.stringMatching(/^Risk factors: [^;]+\.$/),
    '1 lesion, 1 visit, 1 image.',
    ...['A, Left upper back', 'Active.'],
    ...['Impressions and decisions', 'Other – Excise. Dr. Ada Grün, 10 Mar 2026.'],
    ...['Histology', 'Melanocytic naevus, specimen of 15 Feb 2026.'],
    ...['Images', 'Imported 10 Mar 2026, day of capture not known'],
    ...['Overview photographs', '1', 'Back, 1 Mar 2026, 10:20', '1 A'],
    ...ending,
  ]);
});

test('what a merged lesion waited for and what was found of it stands with the one that it was merged into', async () => {
  const screen = await newScreen();
  const { store, user } = screen;
  const { id: patientId } = store.patients.enrol(details({ familyName: 'Okafor' }));
  const [into, merged] = [addLesion(store, patientId, 'A'), addLesion(store, patientId, 'B')];
  const finding = { diagnosis: 'naevus', breslowMm: null, number: '', text: '' } as const;
  const found = store.histology.add(merged.id, { takenOn: '2026-02-15', ...finding }, user.id);
  const planned = store.followUps.plan(merged.id, 'monitor', '2026-09-01', user.id);
  store.corrections.mergeLesions(merged.id, into.id, user.id);
  const { lesions } = recorded(screen, patientId);
  expect(
    lesions.map(({ id, followUps, histology }) => [
      id,
      followUps.map((each) => each.id),
      histology.map((each) => each.id),
    ]),
  ).toEqual([
    [into.id, [planned.id], [found.id]],
    [merged.id, [], []],
  ]);
});

test('originals are named by lesion and image, by what is sound of their own names, and by what they are', async () => {
  const screen = await newScreen();
  const { store } = screen;
  const { id: patientId } = store.patients.enrol(details({ familyName: 'Okafor' }));
  const [first, second] = [addLesion(store, patientId, 'A'), addLesion(store, patientId, 'B')];
  for (const fileName of ['.jpg', 'é/..\\*?.jpeg', `${'x'.repeat(60)}y.jpg`, 'plain.name.JPG'])
    takeImage(store, first.id, { fileName });
  takeImage(store, second.id, { fileName: 'scan.tiff', format: 'tiff' });
  expect(
    recorded(screen, patientId).lesions.map(({ images }) => images.map(({ file }) => file)),
  ).toEqual([
    [
      ...['images/01-01.jpg', 'images/01-02 é.jpg'],
      ...[`images/01-03 ${'x'.repeat(60)}.jpg`, 'images/01-04 plain.name.jpg'],
    ],
    ['images/02-01 scan.tif'],
  ]);
});
