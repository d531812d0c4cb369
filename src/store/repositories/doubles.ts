import { z } from 'zod';
import { type Patient, type PossibleDouble, patient } from '../../clinic/entities/index.ts';
import type { Clock } from '../clock.ts';
import type { Connection, Parameters } from '../connection.ts';
import { isDateSlip, type NameLikeness, waysToWrite, writtenLikeness } from '../likeness.ts';
import { fold, spellings, words } from '../words.ts';
import { decode } from './decode.ts';
import { patientColumns } from './patients.ts';

/** What a person is told by. */
export type Person = Pick<Patient, 'familyName' | 'givenName' | 'birthDate'>;

/** As many as are compared; a clinic that enters one date for "unknown" has more. */
const candidateLimit = 500;
const maxWords = 8;

/** Of so many of one birth date only those are compared whose names begin alike. */
const crowd = 60;

const order: readonly PossibleDouble['likeness'][] = [
  'same',
  'names-exchanged',
  'similar-name',
  'similar-date',
  'date-missing',
];

type Likeness = PossibleDouble['likeness'];

export interface DoublePair {
  readonly one: Patient;
  readonly other: Patient;
  readonly likeness: Likeness;
}

interface Known extends Person {
  readonly id: string;
}

const knownRow = patient.pick({ id: true, familyName: true, givenName: true, birthDate: true });
const pairRow = z.object({ pair: z.string() });
const idRow = z.object({ id: z.string() });
const rankOf = ({ likeness }: { likeness: Likeness }): number => order.indexOf(likeness);

/** Those who are worth comparing: of one birth date, and of the same words in any order. */
function groupsOf(people: readonly Known[]): Known[][] {
  const groups = new Map<string, Known[]>();
  const put = (key: string, person: Known) => {
    const group = groups.get(key);
    if (group) group.push(person);
    else groups.set(key, [person]);
  };
  for (const person of people) {
    if (person.birthDate !== null) put(person.birthDate, person);
    const named = words(`${person.familyName} ${person.givenName}`);
    if (named.length > 0) put(`of ${named.map(fold).sort().join(' ')}`, person);
  }
  return [...groups.values()].flatMap((group) =>
    group.length <= crowd ? [group] : byInitials(group),
  );
}

/** A clinic that enters one date for "unknown" has a crowd of one birth date. */
function byInitials(group: readonly Known[]): Known[][] {
  const found = new Map<string, Known[]>();
  for (const person of group) {
    const key = words(`${person.familyName} ${person.givenName}`)
      .map((word) => fold(word).slice(0, 2))
      .sort()
      .join(' ');
    found.set(key, [...(found.get(key) ?? []), person]);
  }
  return [...found.values()];
}

/** Finds people who may be enrolled already under the same name and birth date, or nearly. */
export class DoubleRepository {
  readonly #connection: Connection;
  readonly #clock: Clock;

  constructor(connection: Connection, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
  }

  /** Archived ones too; the likeliest first. Of one that was merged into another, that other one. */
  find(person: Person): PossibleDouble[] {
    const found: PossibleDouble[] = [];
    const comparison = new Comparison();
    for (const row of [...this.#withBirthDate(person), ...this.#withWords(person)]) {
      const other = decode(patient, row, 'patient');
      const likeness = comparison.likeness(person, other);
      if (likeness) found.push({ patient: this.#kept(other), likeness });
    }
    const likeliest = found.sort((a, b) => rankOf(a) - rankOf(b));
    return [
      ...new Map(likeliest.toReversed().map((each) => [each.patient.id, each])).values(),
    ].sort((a, b) => rankOf(a) - rankOf(b));
  }

  /**
   * Pairs of those who are not archived that may be one person, the likeliest first; without those of whom
   * somebody said that they are two.
   */
  pairs(limit: number): { pairs: DoublePair[]; count: number } {
    const people: Known[] = [];
    this.#connection.each(
      `SELECT id, family_name AS familyName, given_name AS givenName, birth_date AS birthDate
       FROM patient WHERE archived_at IS NULL
         AND NOT EXISTS (SELECT 1 FROM example_collection WHERE patient_id = patient.id)
       ORDER BY id`,
      (row) => people.push(decode(knownRow, row, 'patient')),
    );
    const isTwo = new Set(
      this.#connection
        .all("SELECT one_id || ' ' || other_id AS pair FROM not_double")
        .map((row) => decode(pairRow, row, 'patient').pair),
    );
    const comparison = new Comparison();
    const found = new Map<string, { one: Known; other: Known; likeness: Likeness }>();
    for (const group of groupsOf(people))
      for (const [at, one] of group.entries())
        for (const other of group.slice(at + 1)) {
          const [a, b] = one.id < other.id ? [one, other] : [other, one];
          const pair = `${a.id} ${b.id}`;
          if (found.has(pair) || isTwo.has(pair)) continue;
          const likeness = comparison.likeness(a, b);
          if (likeness) found.set(pair, { one: a, other: b, likeness });
        }
    const likeliest = [...found.values()].sort((a, b) => rankOf(a) - rankOf(b));
    return {
      count: likeliest.length,
      pairs: likeliest.slice(0, limit).map(({ one, other, likeness }) => ({
        one: this.#get(one.id),
        other: this.#get(other.id),
        likeness,
      })),
    };
  }

  /** They are two people: not offered again. */
  dismiss(patientId: string, otherId: string, userId: string): void {
    const [oneId = '', otherSortedId = ''] = [patientId, otherId].sort();
    this.#connection.run(
      `INSERT OR IGNORE INTO not_double (one_id, other_id, user_id, said_at)
       VALUES (:oneId, :otherId, :userId, :now)`,
      { oneId, otherId: otherSortedId, userId, now: this.#clock().toISOString() },
    );
  }

  /** Takes that back. */
  offerAgain(patientId: string, otherId: string): void {
    const [oneId = '', otherSortedId = ''] = [patientId, otherId].sort();
    this.#connection.run('DELETE FROM not_double WHERE one_id = :oneId AND other_id = :otherId', {
      oneId,
      otherId: otherSortedId,
    });
  }

  #get(id: string): Patient {
    const row = this.#connection.get(`SELECT ${patientColumns} FROM patient WHERE id = :id`, {
      id,
    });
    return decode(patient, row, 'patient');
  }

  #kept(found: Patient): Patient {
    const row = this.#connection.get(
      'SELECT into_patient_id AS id FROM patient_merge WHERE from_patient_id = :id',
      { id: found.id },
    );
    return row ? this.#kept(this.#get(decode(idRow, row, 'merge').id)) : found;
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

/** Tells how alike people are; what it has worked out of a name once it remembers while it is kept. */
class Comparison {
  readonly #ways = new Map<string, readonly string[]>();
  readonly #firsts = new Map<string, string | undefined>();

  /** Nothing where they are two people as far as one can tell. */
  likeness(one: Person, other: Person): Likeness | undefined {
    const names = this.#names(one, other);
    if (names === undefined) return undefined;
    if (one.birthDate !== null && one.birthDate === other.birthDate) return names;
    if (names === 'similar-name') return undefined;
    if (one.birthDate === null || other.birthDate === null) return 'date-missing';
    return isDateSlip(one.birthDate, other.birthDate) ? 'similar-date' : undefined;
  }

  #names(one: Person, other: Person): 'same' | 'names-exchanged' | 'similar-name' | undefined {
    const family = this.#name(one.familyName, other.familyName);
    if (family !== 'different') {
      const given = this.#given(one.givenName, other.givenName);
      if (family === 'same' && given === 'same') return 'same';
      if (given !== 'different') return this.#areExchanged(one, other) ?? 'similar-name';
    }
    const crossed = this.#name(one.familyName, other.givenName);
    if (crossed === 'different') return undefined;
    const back = this.#name(one.givenName, other.familyName);
    if (crossed === 'same' && back === 'same') return 'names-exchanged';
    return back === 'different' ? undefined : 'similar-name';
  }

  #areExchanged(one: Person, other: Person): 'names-exchanged' | undefined {
    const both = [
      this.#name(one.familyName, other.givenName),
      this.#name(one.givenName, other.familyName),
    ];
    return both.every((likeness) => likeness === 'same') ? 'names-exchanged' : undefined;
  }

  /** Of two people one may be entered without a given name, or without the second one. */
  #given(one: string, other: string): NameLikeness {
    const whole = this.#name(one, other);
    if (whole !== 'different') return whole;
    const [mine, theirs] = [this.#firstOf(one), this.#firstOf(other)];
    if (mine === undefined || theirs === undefined) return 'similar';
    return this.#name(mine, theirs) === 'same' ? 'similar' : 'different';
  }

  #name(one: string, other: string): NameLikeness {
    return writtenLikeness(this.#waysOf(one), this.#waysOf(other));
  }

  #firstOf(name: string): string | undefined {
    if (!this.#firsts.has(name)) this.#firsts.set(name, words(name)[0]);
    return this.#firsts.get(name);
  }

  #waysOf(name: string): readonly string[] {
    const known = this.#ways.get(name) ?? waysToWrite(name);
    this.#ways.set(name, known);
    return known;
  }
}
