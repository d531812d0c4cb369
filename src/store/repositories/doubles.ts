import { z } from 'zod';
import { type Patient, type PossibleDouble, patient } from '../../clinic/entities/index.ts';
import type { Clock } from '../clock.ts';
import type { Connection, Parameters } from '../connection.ts';
import { GiveWay } from '../give-way.ts';
import { byLikeness, Comparison, type Person, type PersonLikeness } from '../person-likeness.ts';
import { spellings, words } from '../words.ts';
import { decode } from './decode.ts';
import { type Known, pairUp } from './double-pairs.ts';
import { patientColumns } from './patients.ts';

/** As many as are compared; a clinic that enters one date for "unknown" has more. */
const candidateLimit = 500;
const maxWords = 8;

export interface DoublePair {
  readonly one: Patient;
  readonly other: Patient;
  readonly likeness: PersonLikeness;
}

const pairRow = z.object({ pair: z.string() });
const idRow = z.object({ id: z.string() });
const knownRow = patient.pick({ id: true, familyName: true, givenName: true, birthDate: true });

/** Who may be one of a pair. */
const isListed = `archived_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM example_collection WHERE patient_id = patient.id)`;
/** Read at once. */
const peopleAtOnce = 500;

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
    const likeliest = found.sort(byLikeness);
    return [
      ...new Map(likeliest.toReversed().map((each) => [each.patient.id, each])).values(),
    ].sort(byLikeness);
  }

  /**
   * Pairs of those who are not archived that may be one person, the likeliest first; without those of whom
   * somebody said that they are two. Others have their turn meanwhile, and what they change may be in it or not.
   */
  async pairs(
    limit: number,
    signal?: AbortSignal,
  ): Promise<{ pairs: DoublePair[]; count: number }> {
    const way = new GiveWay({ connection: this.#connection, signal });
    const likeliest = await pairUp(await this.#known(way), way);
    const isTwo = new Set(
      this.#connection
        .all("SELECT one_id || ' ' || other_id AS pair FROM not_double")
        .map((row) => decode(pairRow, row, 'patient').pair),
    );
    const left = likeliest.filter(({ one, other }) => !isTwo.has(`${one.id} ${other.id}`));
    const pairs: DoublePair[] = [];
    let gone = 0;
    for (const { one, other, likeness } of left) {
      if (pairs.length === limit) break;
      const [mine, theirs] = [this.#listed(one.id), this.#listed(other.id)];
      if (mine && theirs) pairs.push({ one: mine, other: theirs, likeness });
      else gone += 1;
    }
    return { pairs, count: left.length - gone };
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

  async #known(way: GiveWay): Promise<Known[]> {
    const known: Known[] = [];
    for (let after = ''; ; after = known.at(-1)?.id ?? '') {
      const rows = this.#connection.all(
        `SELECT id, family_name AS familyName, given_name AS givenName, birth_date AS birthDate
         FROM patient WHERE id > :after AND ${isListed} ORDER BY id LIMIT :limit`,
        { after, limit: peopleAtOnce },
      );
      known.push(...rows.map((row) => decode(knownRow, row, 'patient')));
      if (rows.length < peopleAtOnce) return known;
      if (way.isDue) await way.toOthers();
    }
  }

  /** Nothing of one who was archived, merged or erased meanwhile. */
  #listed(id: string): Patient | undefined {
    const row = this.#connection.get(
      `SELECT ${patientColumns} FROM patient WHERE id = :id AND ${isListed}`,
      { id },
    );
    return row ? decode(patient, row, 'patient') : undefined;
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

  /** Nobody where it is not known: nothing equals NULL. */
  #withBirthDate({ birthDate }: Person): unknown[] {
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
