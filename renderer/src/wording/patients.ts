import type { Patient, PatientDetails } from '../../../src/clinic/entities/index.ts';
import { ageInYears, formatBirthDate } from './dates.ts';

export function patientName(patient: Pick<Patient, 'familyName' | 'givenName'>): string {
  return patient.givenName ? `${patient.familyName}, ${patient.givenName}` : patient.familyName;
}

export const sexNames: Record<NonNullable<PatientDetails['sex']>, string> = {
  female: 'Female',
  male: 'Male',
  other: 'Other',
  unknown: 'Not given',
};

export const phototypeNames = ['I', 'II', 'III', 'IV', 'V', 'VI'] as const;

/** What tells namesakes apart in a dense list: age, sex, record number. */
export function patientFactsShort(patient: Patient): string[] {
  const facts: string[] = [];
  if (patient.birthDate) facts.push(`${ageInYears(patient.birthDate)} y`);
  if (patient.sex !== 'unknown') facts.push(sexNames[patient.sex]);
  if (patient.recordNumber) facts.push(`No. ${patient.recordNumber}`);
  return facts;
}

/** Age, birth date, sex and record number, whichever are known. */
export function patientFacts(patient: Patient): string[] {
  const facts: string[] = [];
  if (patient.birthDate)
    facts.push(`${ageInYears(patient.birthDate)} y, born ${formatBirthDate(patient.birthDate)}`);
  if (patient.sex !== 'unknown') facts.push(sexNames[patient.sex]);
  if (patient.recordNumber) facts.push(`No. ${patient.recordNumber}`);
  return facts;
}
