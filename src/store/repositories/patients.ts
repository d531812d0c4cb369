import { v7 as newId } from 'uuid';
import { z } from 'zod';
import { type Patient, type PatientDetails, patient } from '../../clinic/entities/index.ts';
import type { Clock } from '../clock.ts';
import type { Connection, Parameters } from '../connection.ts';
import { assertUnchanged, notFound, StoreError } from '../errors.ts';
import { fold, indexWords, spellings, words } from '../words.ts';
import { decode } from './decode.ts';

export interface PatientSummary {
  readonly patient: Patient;
  /** Lesions that are not removed. */
  readonly lesionCount: number;
  /** Images that are not removed. */
  readonly imageCount: number;
  /** Of these, the ones without a review. */
  readonly unreviewedCount: number;
  readonly lastVisitAt: string | null;
}

export const patientColumns = `
  patient.id, patient.record_number AS recordNumber, patient.family_name AS familyName,
  patient.given_name AS givenName, patient.birth_date AS birthDate, patient.sex,
  patient.phototype, patient.note, patient.created_at AS createdAt,
  patient.updated_at AS updatedAt, patient.archived_at AS archivedAt, patient.revision`;

/** No name has more; a longer text is a mistake of the clipboard. */
const maxSearchWords = 16;

const counts = z.object({
  lesionCount: z.int(),
  imageCount: z.int(),
  unreviewedCount: z.int(),
  lastVisitAt: z.string().nullable(),
});

export class PatientRepository {
  readonly #connection: Connection;
  readonly #clock: Clock;

  constructor(connection: Connection, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
  }

  /** Throws `duplicate-record-number`. */
  enrol(details: PatientDetails): Patient {
    const now = this.#clock().toISOString();
    const added = patient.parse({
      ...details,
      id: newId(),
      revision: 1,
      createdAt: now,
      updatedAt: now,
      archivedAt: null,
    });
    return this.#connection.transaction(() => {
      this.#assertRecordNumberFree(added);
      this.#connection.run(
        `INSERT INTO patient (id, record_number, family_name, given_name, sort_name, birth_date,
           sex, phototype, note, created_at, updated_at)
         VALUES (:id, :recordNumber, :familyName, :givenName, :sortName, :birthDate,
           :sex, :phototype, :note, :createdAt, :updatedAt)`,
        { ...added, sortName: sortName(added) },
      );
      this.#indexWords(added);
      return added;
    });
  }

  /**
   * `revision` is the one that the edit began from. Throws `not-found`, `changed-meanwhile` and
   * `duplicate-record-number`.
   */
  update(id: string, revision: number, details: PatientDetails): Patient {
    return this.#connection.transaction(() => {
      const before = this.get(id);
      assertUnchanged('patient', before.revision, revision);
      const changed = patient.parse({
        ...before,
        ...details,
        revision: before.revision + 1,
        updatedAt: this.#clock().toISOString(),
      });
      this.#assertRecordNumberFree(changed);
      this.#connection.run(
        `UPDATE patient SET record_number = :recordNumber, family_name = :familyName,
           given_name = :givenName, sort_name = :sortName, birth_date = :birthDate, sex = :sex,
           phototype = :phototype, note = :note, updated_at = :updatedAt, revision = :revision
         WHERE id = :id`,
        { ...changed, sortName: sortName(changed) },
      );
      this.#indexWords(changed);
      return changed;
    });
  }

  /** Hides the patient from lists; nothing is deleted. Throws `not-found`. */
  archive(id: string): Patient {
    return this.#setArchived(id, this.#clock().toISOString());
  }

  /** Throws `not-found`. */
  restore(id: string): Patient {
    return this.#setArchived(id, null);
  }

  /** Throws `not-found`. */
  get(id: string): Patient {
    const row = this.#connection.get(`SELECT ${patientColumns} FROM patient WHERE id = :id`, {
      id,
    });
    if (!row) throw notFound('patient');
    return decode(patient, row, 'patient');
  }

  /**
   * The patients of whom every word of `text` begins a word of their names or record number, by
   * last visit (newest first), then by name. Either the archived ones or the others.
   */
  search({ text, archived }: { text: string; archived: boolean }): PatientSummary[] {
    const { sql, parameters } = searchQuery(text, archived);
    return this.#connection.all(sql, parameters).map((row) => ({
      patient: decode(patient, row, 'patient'),
      ...decode(counts, row, 'patient'),
    }));
  }

  #setArchived(id: string, archivedAt: string | null): Patient {
    return this.#connection.transaction(() => {
      const changed = { ...this.get(id), archivedAt, updatedAt: this.#clock().toISOString() };
      this.#connection.run(
        'UPDATE patient SET archived_at = :archivedAt, updated_at = :updatedAt WHERE id = :id',
        { id, archivedAt, updatedAt: changed.updatedAt },
      );
      return changed;
    });
  }

  #assertRecordNumberFree({ id, recordNumber }: Patient): void {
    if (recordNumber === '') return;
    const other = this.#connection.get(
      `SELECT 1 FROM patient
       WHERE record_number = :recordNumber COLLATE NOCASE AND record_number <> '' AND id <> :id`,
      { id, recordNumber },
    );
    if (other)
      throw new StoreError(
        'duplicate-record-number',
        'Another patient already has this record number. Search for it, archived patients too, or enter another number.',
      );
  }

  #indexWords({ id, familyName, givenName, recordNumber }: Patient): void {
    this.#connection.run('DELETE FROM patient_word WHERE patient_id = :id', { id });
    for (const word of indexWords(`${familyName} ${givenName} ${recordNumber}`))
      this.#connection.run('INSERT INTO patient_word (word, patient_id) VALUES (:word, :id)', {
        word,
        id,
      });
  }
}

function sortName({ familyName, givenName }: Patient): string {
  return `${fold(familyName)} ${fold(givenName)}`;
}

function searchQuery(
  text: string,
  archived: boolean,
): { readonly sql: string; readonly parameters: Parameters } {
  const parameters: Record<string, string> = {};
  const range = (prefix: string) => {
    const n = Object.keys(parameters).length;
    parameters[`from${n}`] = prefix;
    // In UTF-8 no text sorts after the last code point.
    parameters[`to${n}`] = `${prefix}\u{10ffff}`;
    return `SELECT patient_id FROM patient_word WHERE word >= :from${n} AND word < :to${n}`;
  };
  const conditions = words(text)
    .slice(0, maxSearchWords)
    .map((word) => `AND patient.id IN (${spellings(word).map(range).join(' UNION ALL ')})`);
  const sql = `
    SELECT ${patientColumns},
      (SELECT count(*) FROM lesion
         WHERE patient_id = patient.id AND removed_at IS NULL) AS lesionCount,
      (SELECT count(*) FROM image
         WHERE patient_id = patient.id AND removed_at IS NULL) AS imageCount,
      (SELECT count(*) FROM image
         WHERE patient_id = patient.id AND removed_at IS NULL AND has_review = 0
      ) AS unreviewedCount,
      (SELECT max(started_at) FROM visit WHERE patient_id = patient.id) AS lastVisitAt
    FROM patient
    WHERE archived_at IS ${archived ? 'NOT NULL' : 'NULL'} ${conditions.join(' ')}
    ORDER BY lastVisitAt DESC NULLS LAST, sort_name, id`;
  return { sql, parameters };
}
