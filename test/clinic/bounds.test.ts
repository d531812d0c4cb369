import { expect, test } from 'vitest';
import type { z } from 'zod';
import { modelCard } from '../../src/clinic/card.ts';
import * as entities from '../../src/clinic/entities/index.ts';
import { fieldOf, taken, takenLists } from '../bounds.ts';

const within = [true, true, false, false];
const typed = (size: number) => 'x'.repeat(size);
const itself = (value: number) => value;

const schemas = { ...entities, modelCard };
type Bound = readonly [schema: keyof typeof schemas, path: string, least: number, most: number];

function typeOf(schema: keyof typeof schemas, path: string): z.ZodType {
  return fieldOf(schemas[schema] as z.ZodType, path);
}

test.each([
  ['imageQuality', 'exposure'],
  ['imageQuality', 'clipped'],
  ['imageQuality', 'skin'],
  ['lesionDetails', 'position.x'],
  ['lesionDetails', 'position.y'],
  ['overviewPoint', 'x'],
  ['overviewPoint', 'y'],
  ['checklistDetails', 'found.marks.x'],
  ['checklistDetails', 'found.marks.y'],
  ['reading', 'probabilities.probability'],
  ['reading', 'advice.coverage'],
  ['readingSummary', 'probability'],
  ['commissioning', 'melanomaThreshold'],
  ['explanation', 'square.x'],
  ['imageScale', 'relativeError'],
  ['modelCard', 'evidence.verdict.found.*'],
] as const)('%s.%s is a share', (schema, path) => {
  expect(taken(typeOf(schema, path), itself, [0, 1, -0.001, 1.001])).toEqual(within);
});

test.each<Bound>([
  ['backupSchedule', 'everyHours', 1, 168],
  ['backupSchedule', 'proofEveryDays', 1, 365],
  ['checklistDetails', 'asymmetry', 0, 2],
  ['checklistDetails', 'border', 0, 8],
  ['typedChecklist', 'abcd.asymmetry', 0, 2],
  ['typedChecklist', 'abcd.border', 0, 8],
  ['clinicSettings', 'lockAfterMs', 1, 86_400_000],
  ['patientDetails', 'phototype', 1, 6],
  ['retentionRule', 'years', 1, 100],
  ['retentionRule', 'minorAge', 18, 100],
  ['sharedCase', 'persons.ageYears', 0, 150],
  ['sharedCase', 'persons.phototype', 1, 6],
  ['worklistView', 'overDays', 1, 3650],
  ['modelCard', 'inputSize', 1, 1024],
])('%s.%s is a whole number from %i to %i', (schema, path, least, most) => {
  const type = typeOf(schema, path);
  expect(taken(type, itself, [least, most, least - 1, most + 1])).toEqual(within);
  expect(type.safeParse(least + 0.5).success).toBe(false);
});

test.each([
  ['histologyDetails', 'breslowMm', 99],
  ['scaleOrigin', 'lengthMm', 1000],
  ['scaleOrigin', 'markMm', 100],
] as const)('%s.%s is above nought, of at most %i mm', (schema, path, most) => {
  const sizes = [0.001, most, 0, most + 0.001];
  expect(taken(typeOf(schema, path), itself, sizes)).toEqual(within);
});

test.each([
  ['commissioningReport', 'images', 0],
  ['commissioningReport', 'lesions.all', 0],
  ['commissioningReport', 'lesions.melanoma', 0],
  ['commissioningReport', 'lesions.malignant', 0],
  ['commissioningReport', 'lesions.benign', 0],
  ['explanation', 'views', 1],
  ['explanation', 'height', 1],
  ['explanation', 'width', 1],
  ['followUp', 'reminders', 0],
  ['headVersion', 'number', 1],
  ['imageOutline', 'measures.area.errorPx', 0],
  ['imageQuality', 'sharpness', 0],
  ['quality', 'lesions', 0],
  ['quality', 'malignant', 0],
  ['quality', 'withoutImage', 0],
  ['quality', 'network.leftOut', 0],
  ['quality', 'network.sensitivity.count', 0],
  ['quality', 'network.sensitivity.of', 0],
  ['quality', 'readers.changes.of', 0],
  ['quality', 'readers.changes.toRight', 0],
  ['quality', 'readers.changes.toWrong', 0],
  ['quality', 'opinions.notBlind', 0],
  ['quality', 'opinions.differed', 0],
  ['quality', 'opinions.settled.count', 0],
  ['quality', 'opinions.settled.toFirst', 0],
  ['quality', 'opinions.settled.toSecond', 0],
  ['quality', 'opinions.settled.toNeither', 0],
  ['quality', 'needed.all.taken', 0],
  ['quality', 'needed.all.found', 0],
  ['reading', 'advice.entropy', 0],
  ['reading', 'durationMs', 0],
  ['sharedCase', 'persons.lesions.images.picture', 0],
  ['verdict', 'malignancy', 0],
  ['patient', 'revision', 1],
  ['modelCard', 'evidence.verdict.counts.*.*', 0],
  ['modelCard', 'evidence.reliability.count', 1],
  ['modelCard', 'evidence.conformal.meanSetSize', 0],
  ['modelCard', 'evidence.sources.count', 0],
  ['modelCard', 'evidence.sources.melanomas', 0],
  ['modelCard', 'evidence.sources.setSize', 0],
  ['modelCard', 'evidence.confirmation.count', 0],
  ['modelCard', 'evidence.melanomaAgainstBiopsiedNaevi.naevi', 0],
  ['modelCard', 'evidence.age.count', 0],
  ['modelCard', 'evidence.consistency.*', 0],
  ['modelCard', 'evidence.subgroups.count', 0],
] as const)('%s.%s is no less than %i, and has no end', (schema, path, least) => {
  const sizes = [least, 1_000_000, least - 1];
  expect(taken(typeOf(schema, path), itself, sizes)).toEqual([true, true, false]);
});

test.each<Bound>([
  ['formDraft', 'details.familyName', 0, 200],
  ['formDraft', 'details.label', 0, 200],
  ['histologyDetails', 'number', 0, 60],
  ['lesionAnswer', 'impression', 1, 60],
  ['patientDetails', 'familyName', 1, 200],
  ['patientDetails', 'givenName', 0, 200],
  ['patientDetails', 'note', 0, 4000],
  ['patientDetails', 'recordNumber', 0, 60],
  ['keptLonger', 'reason', 1, 500],
  ['reviewDetails', 'firstImpression', 1, 60],
  ['reviewDetails', 'impression', 1, 60],
  ['sharedCase', 'clinicName', 0, 200],
  ['sharedCase', 'persons.lesions.images.reading.probabilities.name', 0, 200],
  ['textTemplateDetails', 'name', 1, 60],
  ['textTemplateDetails', 'text', 1, 2000],
])('%s.%s has %i to %i characters', (schema, path, least, most) => {
  const sizes = least > 0 ? [least, most, least - 1, most + 1] : [least, most, most + 1, most + 2];
  expect(taken(typeOf(schema, path), typed, sizes)).toEqual(within);
});

test('a magnification has up to 40 characters, and none where a camera has but one', () => {
  expect(taken(entities.magnification, typed, [0, 40, 41])).toEqual([true, true, false]);
  expect(entities.magnification.parse(undefined)).toBe('');
});

test.each<Bound>([
  ['checklistDetails', 'found.marks', 0, 20],
  ['checklistDetails', 'colours', 1, 6],
  ['checklistDetails', 'structures', 1, 5],
  ['typedChecklist', 'found', 0, 11],
  ['typedChecklist', 'abcd.colours', 0, 6],
  ['typedChecklist', 'abcd.structures', 0, 5],
  ['classChange', 'codes', 2, 100],
  ['imageOutline', 'controls', 4, 64],
  ['sharedAnswer', 'answers', 1, 500],
  ['sharedCase', 'persons', 1, 200],
  ['sharedCase', 'persons.lesions', 1, 500],
  ['sharedCase', 'persons.lesions.histology', 0, 100],
  ['sharedCase', 'persons.lesions.images', 0, 500],
  ['sharedCase', 'persons.lesions.images.checklists', 0, 200],
  ['sharedCase', 'persons.lesions.images.reading.probabilities', 1, 100],
  ['sharedCase', 'persons.lesions.images.reading.verdict.reasons', 0, 20],
  ['sharedCase', 'persons.lesions.images.reviews', 0, 200],
  ['textTemplateDetails', 'places', 1, 5],
  ['worklistView', 'verdicts', 0, 5],
])('%s.%s holds %i to %i', (schema, path, least, most) => {
  const sizes = least > 0 ? [least, most, least - 1, most + 1] : [least, most, most + 1, most + 2];
  expect(takenLists(typeOf(schema, path), sizes)).toEqual(within);
});

test('the 7-point checklist takes as many criteria as it has, and so does Menzies’ method', () => {
  const of = (kind: string) => (size: number) => ({
    kind,
    found: Array(size).fill({ code: 'veil', marks: [] }),
  });
  const { checklistDetails } = entities;
  expect(taken(checklistDetails, of('seven-point'), [0, 7, 8])).toEqual([true, true, false]);
  expect(taken(checklistDetails, of('menzies'), [0, 11, 12])).toEqual([true, true, false]);
});

test('a cursor has ten keys of 500 characters', () => {
  const { cursor } = entities;
  expect(takenLists(cursor, [0, 10, 11])).toEqual([true, true, false]);
  expect(taken(cursor, (size) => [typed(size)], [0, 500, 501])).toEqual([true, true, false]);
});

test('images that went to another lesion are at least one', () => {
  const lesion = '0197a000-0000-7000-8000-000000000000';
  const of = (size: number) => ({
    act: 'image.move',
    imageIds: Array(size).fill(lesion),
    toLesionId: lesion,
  });
  expect(taken(entities.recentAct, of, [0, 1, 2])).toEqual([false, true, true]);
});

test('files larger than 128 MiB are refused', () => {
  expect(entities.maxFileBytes).toBe(134_217_728);
});

test('a thickness is that of an invasive melanoma only', () => {
  const finding = (diagnosis: string, breslowMm: number | null) =>
    entities.histologyDetails.safeParse({ takenOn: '2026-03-02', diagnosis, breslowMm }).success;
  expect(finding('melanoma', 0.8)).toBe(true);
  expect(finding('melanoma', null)).toBe(true);
  expect(finding('naevus', null)).toBe(true);
  expect(finding('melanoma-in-situ', 0.8)).toBe(false);
});

test('lists are looked at by urgency and newest first until somebody chooses', () => {
  expect(entities.worklistView.parse({})).toEqual({
    sort: { by: 'verdict', reversed: false },
    verdicts: [],
    sites: [],
    overDays: null,
    begun: false,
  });
  expect(entities.patientListView.parse({})).toEqual({
    show: 'current',
    sort: { by: 'visit', descending: true },
  });
});

test('an erasure of before some records were counted had none of them', () => {
  const counted = { lesions: 1, visits: 1, images: 1, readings: 1, reviews: 1, followUps: 1 };
  const others = { histology: 1, drafts: 1, examples: 1, versions: 1, entries: 1 };
  const { counts } = entities.erasurePlan.parse({
    counts: { ...counted, ...others },
    versions: [],
    movedAway: 0,
    since: '2026-03-02T10:00:00Z',
  });
  expect(counts).toEqual({
    ...counted,
    ...others,
    ...{ checklists: 0, opinions: 0, overviews: 0, consents: 0, measures: 0, answers: 0 },
  });
});

test('an overview photograph is told all of an image that no lesion and no network says', () => {
  expect(Object.keys(entities.overview.shape)).toEqual([
    ...['id', 'sha256', 'fileName', 'format', 'widthPx', 'heightPx', 'byteLength'],
    ...['capturedAt', 'device', 'importedAt', 'removedAt', 'patientId', 'region'],
    'importedByName',
  ]);
});
