import { expect, test } from 'vitest';
import { patientDetails, riskFactors } from '../../../src/clinic/entities/index.ts';
import { ageInYears } from '../../../src/clinic/wording/dates.ts';
import {
  patientFacts,
  patientFactsShort,
  patientFieldText,
  patientName,
} from '../../../src/clinic/wording/patients.ts';
import { raisedRisks, riskFactorText } from '../../../src/clinic/wording/risk.ts';

/** A patient as entered, with what only the store knows. */
const patientOf = (details: Partial<ReturnType<typeof patientDetails.parse>>) => ({
  ...patientDetails.parse({ familyName: 'Quillfeather', ...details }),
  ...{ id: 'p', revision: 1, createdAt: '', updatedAt: '', archivedAt: null },
});

test('a patient is called by the family name, and by the given name where there is one', () => {
  expect(patientName(patientOf({ givenName: 'Ada' }))).toBe('Quillfeather, Ada');
  expect(patientName(patientOf({}))).toBe('Quillfeather');
});

test('of a patient is told what is known: age, sex and number', () => {
  const birthDate = '1980-06-15';
  const age = ageInYears(birthDate);
  const known = patientOf({ birthDate, sex: 'female', recordNumber: '42' });
  expect(patientFacts(known)).toEqual([`${age} y, born 15 Jun 1980`, 'Female', 'No. 42']);
  expect(patientFactsShort(known)).toEqual([`${age} y`, 'Female', 'No. 42']);
  expect([patientFacts(patientOf({})), patientFactsShort(patientOf({}))]).toEqual([[], []]);
});

test('each field of a patient’s form is said in words, also where it is empty', () => {
  const details = patientOf({
    birthDate: '1980-06-15',
    ...{ phototype: 1, sex: 'male', note: 'tall', naevusCount: 'over-100', hadMelanoma: 'no' },
  });
  const text = (field: keyof ReturnType<typeof patientDetails.parse>) =>
    patientFieldText(details, field);
  expect(text('birthDate')).toBe('15 Jun 1980');
  expect(text('sex')).toBe('Male');
  expect(text('phototype')).toBe('I');
  expect([text('familyName'), text('givenName'), text('note')]).toEqual([
    'Quillfeather',
    '',
    'tall',
  ]);
  expect([text('naevusCount'), text('hadMelanoma')]).toEqual(['More than 100', 'no']);
  expect(patientFieldText({ ...details, phototype: 6 }, 'phototype')).toBe('VI');
  const empty = patientOf({});
  expect(patientFieldText(empty, 'birthDate')).toBe('not given');
  expect(patientFieldText(empty, 'phototype')).toBe('not given');
  expect([riskFactorText(empty, 'naevusCount'), riskFactorText(empty, 'hadMelanoma')]).toEqual([
    'not asked',
    'not asked',
  ]);
});

test.each([
  ['hadMelanoma', 'yes', 'Melanoma before'],
  ['hadKeratinocyteCancer', 'yes', 'Other skin cancer before'],
  ['familyMelanoma', 'yes', 'Melanoma in the family'],
  ['naevusCount', 'over-100', 'More than 100 naevi'],
  ['naevusCount', '50-100', '50 to 100 naevi'],
  ['atypicalNaevi', 'yes', 'Atypical naevi'],
  ['immunosuppressed', 'yes', 'Immunosuppressed'],
] as const)('%s that is %s raises the risk, and by itself alone', (factor, answer, name) => {
  expect(raisedRisks(riskFactors.parse({ [factor]: answer }))).toEqual([name]);
});

test('what was denied, or not asked, raises no risk', () => {
  expect(raisedRisks(riskFactors.parse({}))).toEqual([]);
  const no = { hadMelanoma: 'no', hadKeratinocyteCancer: 'no', familyMelanoma: 'no' };
  const neither = { naevusCount: 'under-50', atypicalNaevi: 'no', immunosuppressed: 'no' };
  expect(raisedRisks(riskFactors.parse({ ...no, ...neither }))).toEqual([]);
});
