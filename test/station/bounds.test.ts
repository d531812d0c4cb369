import { expect, test } from 'vitest';
import type { z } from 'zod';
import { caseLimits, maxFileBytes, mostTemplates } from '../../src/clinic/entities/index.ts';
import { stationContract } from '../../src/station/contract/index.ts';
import { fieldOf, taken, takenLists } from '../bounds.ts';

/** What a procedure takes at a path. */
const field = (procedure: keyof typeof stationContract, path: string): z.ZodType =>
  fieldOf(stationContract[procedure].input, path);

const within = [true, true, false, false];

test.each([
  ['accelerators.incidents', 'limit', 1, 500, 50],
  ['audit.list', 'limit', 1, 500, 100],
  ['classes.changedReadings', 'limit', 1, 500, 100],
  ['classes.compare', 'images', 1, 5000, 1000],
  ['classes.neighbours', 'limit', 1, 50, 6],
  ['followUps.page', 'limit', 1, 200, 50],
  ['classes.activate', 'number', 1, Number.MAX_SAFE_INTEGER, undefined],
  ['classes.approve', 'number', 1, Number.MAX_SAFE_INTEGER, undefined],
  ['images.rendition', 'maxSidePx', 64, 4096, undefined],
  ['measuring.propose', 'which', 0, Number.MAX_SAFE_INTEGER, 0],
  ['overviews.rendition', 'maxSidePx', 64, 4096, undefined],
  ['patients.search', 'limit', 1, 200, 50],
  ['settings.set', 'lockAfterMs', 1, 86_400_000, undefined],
  ['sharing.picture', 'maxSidePx', 64, 4096, undefined],
  ['templates.move', 'to', 0, mostTemplates, undefined],
  ['worklist.page', 'limit', 1, 200, 50],
] as const)('%s takes a %s from %i to %i', (procedure, name, least, most, unasked) => {
  const type = field(procedure, name);
  expect(taken(type, (size) => size, [least, most, least - 1, most + 1])).toEqual(within);
  expect(type.safeParse(undefined).data).toBe(unasked);
});

test.each([
  ['backup.choose', 'folder', 1, 1000],
  ['classes.approve', 'reason', 1, 1000],
  ['classes.importExample', 'collection', 1, 100],
  ['classes.importExample', 'fileName', 1, 500],
  ['classes.importExample', 'lesion', 1, 100],
  ['classes.planImport', 'labels', 0, 10_000_000],
  ['commissioning.begin', 'csv', 0, 20_000_000],
  ['commissioning.begin', 'dxColumn', 1, 100],
  ['commissioning.begin', 'lesionColumn', 0, 100],
  ['commissioning.check', 'fileName', 0, 500],
  ['followUps.page', 'text', 0, 500],
  ['images.import', 'fileName', 0, 500],
  ['overviews.import', 'fileName', 0, 500],
  ['patientFolder.write', 'folder', 1, 1000],
  ['patients.count', 'text', 0, 500],
  ['patients.search', 'text', 0, 500],
  ['restore.look', 'folder', 1, 1000],
  ['restore.run', 'access.passphrase', 1, 1000],
  ['restore.run', 'access.recoveryKey', 0, 200],
  ['restore.run', 'access.userName', 0, 100],
  ['session.createClinic', 'clinicName', 1, 200],
  ['session.createClinic', 'passphrase', 1, 1000],
  ['session.createClinic', 'userName', 1, 100],
  ['session.passphraseStrength', 'passphrase', 0, 1000],
  ['sharing.keep', 'personRef', 0, 10],
  ['sharing.make', 'sealedFor.fingerprint', 0, 40],
  ['sharing.picture', 'imageRef', 0, 10],
  ['sharing.removeColleague', 'fingerprint', 0, 40],
  ['users.add', 'passphrase', 1, 1000],
  ['users.add', 'userName', 1, 100],
  ['users.rename', 'userName', 1, 100],
  ['views.drop', 'name', 0, 60],
  ['worklist.page', 'text', 0, 500],
] as const)('%s takes a %s of %i to %i characters', (procedure, name, least, most) => {
  const sizes = least > 0 ? [least, most, least - 1, most + 1] : [least, most, most + 1, most + 2];
  expect(taken(field(procedure, name), (size) => 'x'.repeat(size), sizes)).toEqual(within);
});

test.each([
  ['classes.addExamples', 'examples', 1, 1000],
  ['classes.examplesOf', 'imageIds', 1, 1000],
  ['classes.planImport', 'fileNames', 0, 10_000],
  ['classes.withdrawExamples', 'imageIds', 1, 1000],
  ['followUps.page', 'due', 0, 4],
  ['followUps.page', 'kinds', 0, 4],
  ['images.move', 'imageIds', 1, 1000],
  ['images.takeMoveBack', 'imageIds', 1, 1000],
  ['session.passphraseStrength', 'names', 0, 5],
  ['sharing.answer', 'answers', 1, 500],
  ['sharing.make', 'imageIds', 0, caseLimits.lesions * caseLimits.imagesOfLesion],
  ['sharing.make', 'lesionIds', 1, caseLimits.lesions],
  ['sharing.plan', 'lesionIds', 1, caseLimits.lesions],
  ['worklist.page', 'only', 0, 500],
] as const)('%s takes %s, %i to %i of them', (procedure, name, least, most) => {
  const sizes = least > 0 ? [least, most, least - 1, most + 1] : [least, most, most + 1, most + 2];
  expect(takenLists(field(procedure, name), sizes)).toEqual(within);
});

test('a passphrase is compared with names of 200 characters at most', () => {
  const ofLength = (size: number) => ['x'.repeat(size)];
  const sizes = [0, 200, 201, 202];
  expect(taken(field('session.passphraseStrength', 'names'), ofLength, sizes)).toEqual(within);
});

test.each(['sharing.inspectKey', 'sharing.open', 'sharing.inspectAnswer'] as const)(
  '%s takes a file of the largest size and a mebibyte',
  (procedure) => {
    const most = maxFileBytes + 1_048_576;
    const sizes = [0, most, most + 1, most + 2];
    expect(taken(field(procedure, 'bytes'), (size) => new Uint8Array(size), sizes)).toEqual(within);
  },
);

test.each([
  ['classes.neighbours', 'likeness', [0, 1, -0.001, 1.001]],
  ['followUps.counts', '*', [0, 9, -1, -2]],
  ['readings.withAge', 'malignancy', [0, 1, -0.001, -1]],
  ['worklist.counts', 'lesions', [0, 9, -1, -2]],
  ['worklist.counts', 'byVerdict.*', [0, 9, -1, -2]],
] as const)('what %s tells of %s is within its range', (procedure, path, values) => {
  const type = fieldOf(stationContract[procedure].output, path);
  expect(taken(type, (value) => value, values)).toEqual(within);
});

test('what is asked is what is taken: the counts of plans whichever are due, and who a person may be', () => {
  const counts = stationContract['followUps.counts'].input;
  expect(counts.parse({ due: ['later'], text: 'Okafor' })).toEqual({ kinds: [], text: 'Okafor' });
  const person = { familyName: 'Okafor', givenName: 'Ada', birthDate: '1961-03-14' };
  const doubles = stationContract['patients.possibleDoubles'].input;
  expect(doubles.parse({ ...person, note: 'x' })).toEqual(person);
});

test('a finding is of an excision where somebody says so, and what was learned is evaluated in one way at least', () => {
  expect(field('histology.add', 'isExcised').parse(undefined)).toBe(false);
  expect(stationContract['classes.evaluate'].output.safeParse([]).success).toBe(false);
});
