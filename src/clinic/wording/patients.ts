import { t } from '../../language/index.ts';
import type { Patient, PatientDetails, PossibleDouble } from '../entities/index.ts';
import { ageInYears, formatDay } from './dates.ts';
import { riskFactorNames, riskFactorText } from './risk.ts';

export function patientName(patient: Pick<Patient, 'familyName' | 'givenName'>): string {
  return patient.givenName ? `${patient.familyName}, ${patient.givenName}` : patient.familyName;
}

export const sexNames: Record<NonNullable<PatientDetails['sex']>, string> = {
  female: t('Female'),
  male: t('Male'),
  other: t('{of, select, sex {Other} other {}}', { of: 'sex' }),
  unknown: t('Not given'),
};

export const phototypeNames = ['I', 'II', 'III', 'IV', 'V', 'VI'] as const;

/** What tells namesakes apart in a dense list: age, sex, record number. */
export function patientFactsShort(patient: Patient): string[] {
  const { birthDate } = patient;
  const age = birthDate ? [t('{age} y', { age: ageInYears(birthDate) })] : [];
  return [...age, ...sexAndNumber(patient)];
}

/** Age, birth date, sex and record number, whichever are known. */
export function patientFacts(patient: Patient): string[] {
  const { birthDate } = patient;
  const born = birthDate
    ? [t('{age} y, born {day}', { age: ageInYears(birthDate), day: formatDay(birthDate) })]
    : [];
  return [...born, ...sexAndNumber(patient)];
}

function sexAndNumber({ sex, recordNumber }: Patient): string[] {
  const facts: string[] = [];
  if (sex !== 'unknown') facts.push(sexNames[sex]);
  if (recordNumber) facts.push(t('No. {recordNumber}', { recordNumber }));
  return facts;
}

export const patientFieldNames: Record<keyof PatientDetails, string> = {
  recordNumber: t('Record number'),
  familyName: t('Family name'),
  givenName: t('Given name'),
  birthDate: t('Date of birth'),
  sex: t('Sex'),
  phototype: t('Skin phototype'),
  ...riskFactorNames,
  note: t('Note'),
};

/** What a field of a patient's form says, in words. */
export function patientFieldText(details: PatientDetails, field: keyof PatientDetails): string {
  switch (field) {
    case 'birthDate':
      return details.birthDate ? formatDay(details.birthDate) : t('not given');
    case 'sex':
      return sexNames[details.sex];
    case 'phototype':
      return details.phototype ? (phototypeNames[details.phototype - 1] ?? '') : t('not given');
    case 'recordNumber':
    case 'familyName':
    case 'givenName':
    case 'note':
      return details[field];
    default:
      return riskFactorText(details, field);
  }
}

/** Why somebody may be the person who is about to be enrolled. */
export const likenessNames: Record<PossibleDouble['likeness'], string> = {
  same: t('Same name, same date of birth'),
  'names-exchanged': t('Family and given name exchanged, same date of birth'),
  'similar-name': t('Nearly the same name, same date of birth'),
  'similar-date': t('Same name, nearly the same date of birth'),
  'date-missing': t('Same name; a date of birth is missing'),
};
