import { expect, test } from 'vitest';
import { z } from 'zod';
import { stationContract } from '../../src/station/contract/index.ts';
import { taken } from '../bounds.ts';

/** What a procedure takes under `name`. */
function field(procedure: keyof typeof stationContract, name: string): z.ZodType {
  const { input } = stationContract[procedure];
  const fields: Readonly<Record<string, z.ZodType>> =
    input instanceof z.ZodObject ? input.shape : {};
  const found = fields[name];
  if (!found) throw new Error(`${procedure} takes no ${name}.`);
  return found;
}

const within = [true, true, false, false];

test.each([
  ['accelerators.incidents', 'limit', 1, 500, 50],
  ['audit.list', 'limit', 1, 500, 100],
  ['classes.changedReadings', 'limit', 1, 500, 100],
  ['classes.compare', 'images', 1, 5000, 1000],
  ['classes.neighbours', 'limit', 1, 50, 6],
  ['followUps.page', 'limit', 1, 200, 50],
  ['images.rendition', 'maxSidePx', 64, 4096, undefined],
  ['patients.search', 'limit', 1, 200, 50],
  ['settings.set', 'lockAfterMs', 1, 86_400_000, undefined],
  ['worklist.page', 'limit', 1, 200, 50],
] as const)('%s takes a %s from %i to %i', (procedure, name, least, most, unasked) => {
  const type = field(procedure, name);
  expect(taken(type, (size) => size, [least, most, least - 1, most + 1])).toEqual(within);
  expect(type.safeParse(undefined).data).toBe(unasked);
});

test.each([
  ['backup.choose', 'folder', 1, 1000],
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
  ['patientFolder.write', 'folder', 1, 1000],
  ['patients.search', 'text', 0, 500],
  ['session.createClinic', 'clinicName', 1, 200],
  ['session.createClinic', 'passphrase', 1, 1000],
  ['session.createClinic', 'userName', 1, 100],
  ['session.passphraseStrength', 'passphrase', 0, 1000],
  ['users.add', 'passphrase', 1, 1000],
  ['users.add', 'userName', 1, 100],
  ['views.drop', 'name', 0, 60],
  ['worklist.page', 'text', 0, 500],
] as const)('%s takes a %s of %i to %i characters', (procedure, name, least, most) => {
  const sizes = least > 0 ? [least, most, least - 1, most + 1] : [least, most, most + 1, most + 2];
  expect(taken(field(procedure, name), (size) => 'x'.repeat(size), sizes)).toEqual(within);
});

test.each([
  ['classes.examplesOf', 'imageIds', 1, 1000, newId],
  ['classes.planImport', 'fileNames', 0, 10_000, (n: number) => `${n}.jpg`],
  ['classes.withdrawExamples', 'imageIds', 1, 1000, newId],
  ['images.move', 'imageIds', 1, 1000, newId],
  ['images.takeMoveBack', 'imageIds', 1, 1000, newId],
  ['session.passphraseStrength', 'names', 0, 5, String],
  ['worklist.page', 'only', 0, 500, newId],
] as const)('%s takes %s, %i to %i of them', (procedure, name, least, most, one) => {
  const sizes = least > 0 ? [least, most, least - 1, most + 1] : [least, most, most + 1, most + 2];
  const list = (size: number) => Array.from({ length: size }, (_, index) => one(index));
  expect(taken(field(procedure, name), list, sizes)).toEqual(within);
});

function newId(index: number): string {
  return `0197a000-0000-7000-8000-${String(index).padStart(12, '0')}`;
}
