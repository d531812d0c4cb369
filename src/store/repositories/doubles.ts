import { type Patient, type PossibleDouble, patient } from '../../clinic/entities/index.ts';
import type { Connection, Parameters } from '../connection.ts';
import { isDateSlip, nameLikeness } from '../likeness.ts';
import { spellings, words } from '../words.ts';
import { decode } from './decode.ts';
import { patientColumns } from './patients.ts';

/** What a person is told by. */
export type Person = Pick<Patient, 'familyName' | 'givenName' | 'birthDate'>;

/** As many as are compared; a clinic that enters one date for "unknown" has more. */
const candidateLimit = 500;
const maxWords = 8;

const order: readonly PossibleDouble['likeness'][] = [
  'same',
  'names-exchanged',
  'similar-name',
  'similar-date',
  'date-missing',
];

/** Finds people who may be enrolled already under the same name and birth date, or nearly. */
export class DoubleRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Archived ones too; the likeliest first. */
  find(person: Person): PossibleDouble[] {
    const found = new Map<string, PossibleDouble>();
    for (const row of [...this.#withBirthDate(person), ...this.#withWords(person)]) {
      const other = decode(patient, row, 'patient');
      const likeness = likenessOf(person, other);
      if (likeness) found.set(other.id, { patient: other, likeness });
    }
    return [...found.values()].sort(
      (a, b) => order.indexOf(a.likeness) - order.indexOf(b.likeness),
    );
  }

  #withBirthDate({ birthDate }: Person): unknown[] {
    if (birthDate === null) return [];
    return this.#connection.all(
      `SELECT ${patientColumns} FROM patient WHERE birth_date = :birthDate LIMIT :limit`,
      { birthDate, limit: candidateLimit },
    );
  }

  /** Those who have every word of both names. */
  #withWords({ familyName, givenName }: Person): unknown[] {
    const parameters: Record<string, string | number> = { limit: candidateLimit };
    const conditions = words(`${familyName} ${givenName}`)
      .slice(0, maxWords)
      .map((word, at) => {
        const names = spellings(word).map((spelling, index) => {
          parameters[`word${at}_${index}`] = spelling;
          return `:word${at}_${index}`;
        });
        return `patient.id IN (SELECT patient_id FROM patient_word WHERE word IN (${names.join()}))`;
      });
    if (conditions.length === 0) return [];
    return this.#connection.all(
      `SELECT ${patientColumns} FROM patient WHERE ${conditions.join(' AND ')} LIMIT :limit`,
      parameters satisfies Parameters,
    );
  }
}

/** Nothing where they are two people as far as one can tell. */
function likenessOf(one: Person, other: Person): PossibleDouble['likeness'] | undefined {
  const names = namesLikeness(one, other);
  if (names === undefined) return undefined;
  if (one.birthDate !== null && one.birthDate === other.birthDate) return names;
  if (names === 'similar-name') return undefined;
  if (one.birthDate === null || other.birthDate === null) return 'date-missing';
  return isDateSlip(one.birthDate, other.birthDate) ? 'similar-date' : undefined;
}

function namesLikeness(
  one: Person,
  other: Person,
): 'same' | 'names-exchanged' | 'similar-name' | undefined {
  const family = nameLikeness(one.familyName, other.familyName);
  const given = givenLikeness(one.givenName, other.givenName);
  if (family === 'same' && given === 'same') return 'same';
  const crossed = [
    nameLikeness(one.familyName, other.givenName),
    nameLikeness(one.givenName, other.familyName),
  ];
  if (crossed.every((likeness) => likeness === 'same')) return 'names-exchanged';
  if (family !== 'different' && given !== 'different') return 'similar-name';
  return crossed.includes('different') ? undefined : 'similar-name';
}

/** Of two people one may be entered without a given name, or without the second one. */
function givenLikeness(one: string, other: string): ReturnType<typeof nameLikeness> {
  const whole = nameLikeness(one, other);
  if (whole !== 'different') return whole;
  const [mine, theirs] = [words(one)[0], words(other)[0]];
  if (mine === undefined || theirs === undefined) return 'similar';
  return nameLikeness(mine, theirs) === 'same' ? 'similar' : 'different';
}
