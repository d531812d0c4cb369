import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CallName, InputOf, OutputOf } from '../../src/processes/contract.ts';
import type { StationContract, Topic } from '../../src/station/contract/index.ts';
import {
  drawTestImage,
  enrolOne,
  startStation,
  type TestStation,
  testPassphrase,
} from './harness.ts';

let station: TestStation;
let folder: string;
beforeAll(async () => {
  station = await startStation();
  folder = mkdtempSync(path.join(tmpdir(), 'dermaspike-told-'));
});
afterAll(async () => {
  await station.close();
  rmSync(folder, { recursive: true, force: true });
});

test('what a person does tells the other screens what to fetch again, and nothing more', async () => {
  const { client } = station;
  const { patient, lesion } = await enrolOne(client);
  const [patientId, lesionId] = [patient.id, lesion.id];
  const topics: Topic[] = [];
  client.subscribe('changes', {}, (event) => topics.push(...event.topics));
  /** Calls it, after which these are to be fetched again. */
  const tells = async <K extends CallName<StationContract>>(
    expected: string,
    name: K,
    input: InputOf<StationContract[K]>,
  ): Promise<OutputOf<StationContract[K]>> => {
    const done = await client.call(name, input);
    expect([...new Set(topics.splice(0))].sort().join(' '), name).toBe(expected);
    return done;
  };

  const other = await tells('patients', 'patients.enrol', { familyName: 'Nakamura' });
  const pair = { patientId, otherId: other.id };
  await tells('patients', 'doubles.dismiss', pair);
  await tells('patients', 'doubles.offerAgain', pair);
  const renamed = { patientId, revision: 1, details: { familyName: 'Quill' } };
  await tells('patients', 'patients.update', renamed);
  await tells('patients', 'patients.archive', { patientId: other.id });
  await tells('patients', 'patients.restore', { patientId: other.id });
  const consent = { scope: 'care', answer: 'given', saidOn: '2026-01-02' } as const;
  await tells('classes consents', 'consents.record', { patientId, details: consent });
  const kept = { until: '2126-01-02', reason: 'A trial.' };
  await tells('patients settings', 'retention.keepLonger', { patientId, kept });
  await tells('settings', 'retention.setRule', { years: 10, minorAge: null });

  const second = await tells('lesions', 'lesions.add', { patientId, details: { label: 'B' } });
  const relabelled = { lesionId, revision: 1, details: { label: 'C' } };
  await tells('lesions', 'lesions.update', relabelled);
  const closure = { on: '2026-01-02', reason: 'gone' } as const;
  await tells('lesions', 'lesions.close', { lesionId, closure });
  await tells('lesions', 'lesions.reopen', { lesionId });
  await tells('images lesions', 'lesions.remove', { lesionId: second.id });
  await tells('images lesions', 'lesions.restore', { lesionId: second.id });

  const bytes = await drawTestImage(1);
  const file = { lesionId, importId: '1', fileName: 'a.jpg', bytes };
  const { image } = await tells('images patients readings', 'images.import', file);
  await tells('', 'images.import', file);
  const imageId = image.id;
  const imageIds = [imageId];
  await tells('readings', 'readings.read', { imageId });
  await tells('images patients', 'images.move', { imageIds, lesionId: second.id });
  await tells('images patients', 'images.takeMoveBack', { imageIds });
  await tells('images patients', 'images.remove', { imageId });
  await tells('images lesions patients', 'images.restore', { imageId });
  const ends = { from: { x: 10, y: 50 }, to: { x: 200, y: 50 } };
  const by = { source: 'clicks', ...ends, lengthMm: 10, screenPx: 1 } as const;
  await tells('measures', 'measuring.calibrate', { imageId, by });
  await tells('measures', 'measuring.takeScaleBack', { imageId });

  const draft = { impression: 'nv', decision: null, note: '' };
  await tells('drafts', 'reviews.keepDraft', { imageId, draft });
  await tells('', 'reviews.keepDraft', { imageId, draft: { ...draft, note: 'more' } });
  const details = { impression: 'nv', decision: 'no-action', note: '' } as const;
  const review = { imageId, readingId: null, details };
  await tells('followUps patients reviews', 'reviews.save', review);
  const colleague = await tells('session users', 'users.add', {
    ...{ userName: 'Colleague', role: 'clinician', passphrase: testPassphrase },
  });
  const request = { askedOfId: colleague.id, isBlind: false, question: '' };
  await tells('followUps opinions patients reviews', 'reviews.save', { ...review, request });
  const [asked] = (await client.call('secondOpinions.list', {})).asked;
  const opinionId = asked?.opinion.id ?? '';
  await tells('opinions', 'secondOpinions.withdraw', { opinionId });
  await tells('opinions', 'secondOpinions.ask', { imageId, request });

  const monitor = { lesionId, kind: 'monitor', dueOn: '2126-01-02' } as const;
  const { id: followUpId } = await tells('followUps', 'followUps.plan', monitor);
  await tells('followUps', 'followUps.remind', { followUpId });
  await tells('followUps', 'followUps.reschedule', { followUpId, dueOn: '2126-02-02' });
  await tells('followUps', 'followUps.end', { followUpId });
  await tells('followUps', 'followUps.resume', { followUpId });

  const template = { name: 'Seen', text: 'Seen again.', places: ['review' as const] };
  const { id: templateId } = await tells('templates', 'templates.add', { details: template });
  await tells('templates', 'templates.remove', { templateId });
  await tells('settings', 'settings.set', { lockAfterMs: null, impressionFirst: true });
  const change = { kind: 'rename', code: 'nv', name: 'Mole' } as const;
  await tells('classes', 'classes.change', { change });
  await tells('classes', 'classes.pauseRescoring', { isPaused: true });
  await tells('backups', 'backup.choose', { folder });
  const schedule = { everyHours: null, onLeaving: false, proofEveryDays: 30 };
  await tells('backups', 'backup.setSchedule', schedule);
  await tells('copies', 'copies.setAside', {});
  await tells('health', 'health.check', {});
  const merged = { patientId: other.id, intoPatientId: patientId };
  await tells('consents images lesions overviews patients', 'patients.merge', merged);
  await tells('session', 'session.lock', {});
});
