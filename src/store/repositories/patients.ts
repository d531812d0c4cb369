import { v7 as newId } from 'uuid';
import { type Patient, type PatientDetails, patient } from '../../clinic/entities/index.ts';
import type { Clock } from '../clock.ts';
import type { Connection } from '../connection.ts';
import { assertUnchanged, notFound, StoreError } from '../errors.ts';
import { reversedForIndex } from '../patient-search.ts';
import { fold, indexWords } from '../words.ts';
import { decode } from './decode.ts';

export const patientColumns = `
  patient.id, patient.record_number AS recordNumber, patient.family_name AS familyName,
  patient.given_name AS givenName, patient.birth_date AS birthDate, patient.sex,
  patient.phototype, patient.had_melanoma AS hadMelanoma,
  patient.had_keratinocyte_cancer AS hadKeratinocyteCancer,
  patient.family_melanoma AS familyMelanoma, patient.naevus_count AS naevusCount,
  patient.atypical_naevi AS atypicalNaevi, patient.immunosuppressed,
  patient.note, patient.created_at AS createdAt,
  patient.updated_at AS updatedAt, patient.archived_at AS archivedAt, patient.revision`;

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
           sex, phototype, had_melanoma, had_keratinocyte_cancer, family_melanoma, naevus_count,
           atypical_naevi, immunosuppressed, note, created_at, updated_at)
         VALUES (:id, :recordNumber, :familyName, :givenName, :sortName, :birthDate,
           :sex, :phototype, :hadMelanoma, :hadKeratinocyteCancer, :familyMelanoma, :naevusCount,
           :atypicalNaevi, :immunosuppressed, :note, :createdAt, :updatedAt)`,
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
      assertNotMerged(this.#connection, id);
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
           phototype = :phototype, had_melanoma = :hadMelanoma,
           had_keratinocyte_cancer = :hadKeratinocyteCancer, family_melanoma = :familyMelanoma,
           naevus_count = :naevusCount, atypical_naevi = :atypicalNaevi,
           immunosuppressed = :immunosuppressed, note = :note, updated_at = :updatedAt, revision = :revision
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

  /** Whose record number it is, without regard to case. */
  findByNumber(recordNumber: string): Patient | null {
    const row = this.#connection.get(
      `SELECT ${patientColumns} FROM patient
       WHERE record_number = :recordNumber COLLATE NOCASE AND record_number <> ''`,
      { recordNumber },
    );
    return row ? decode(patient, row, 'patient') : null;
  }

  /** Indexes those who have no words yet, as after a change of the rules. */
  indexMissing(): void {
    const missing = this.#connection.all(
      `SELECT ${patientColumns} FROM patient
       WHERE NOT EXISTS (SELECT 1 FROM patient_word WHERE patient_id = patient.id)`,
    );
    if (missing.length === 0) return;
    this.#connection.transaction(() => {
      for (const row of missing) this.#indexWords(decode(patient, row, 'patient'));
    });
  }

  /** By their own words, and by those of the records that were merged into theirs. */
  indexAnew(id: string): void {
    this.#indexWords(this.get(id));
  }

  #setArchived(id: string, archivedAt: string | null): Patient {
    return this.#connection.transaction(() => {
      assertNotMerged(this.#connection, id);
      const changed = { ...this.get(id), archivedAt, updatedAt: this.#clock().toISOString() };
      this.#connection.run(
        'UPDATE patient SET archived_at = :archivedAt, updated_at = :updatedAt WHERE id = :id',
        { id, archivedAt, updatedAt: changed.updatedAt },
      );
      return changed;
    });
  }

  /** No number is nobody’s. */
  #assertRecordNumberFree({ id, recordNumber }: Patient): void {
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

  #indexWords(indexed: Patient): void {
    const { id } = indexed;
    this.#connection.run('DELETE FROM patient_word WHERE patient_id = :id', { id });
    const names = this.#connection
      .all(
        `${mergedInto} SELECT ${patientColumns} FROM patient WHERE id IN (SELECT id FROM part)`,
        {
          id,
        },
      )
      .map((row) => decode(patient, row, 'patient'));
    for (const word of new Set([indexed, ...names].flatMap(indexWords)))
      this.#connection.run(
        'INSERT INTO patient_word (word, patient_id, reversed) VALUES (:word, :id, :reversed)',
        { word, id, reversed: reversedForIndex(word) },
      );
  }
}

/** Before a query with `:id`: in `part` the patients who were, by any way, merged into it. */
const mergedInto = `
  WITH RECURSIVE part (id) AS (
    SELECT from_patient_id FROM patient_merge WHERE into_patient_id = :id
    UNION SELECT from_patient_id FROM patient_merge JOIN part ON into_patient_id = part.id)`;

/** Throws `patient-merged`: what is recorded of them is recorded with the one who was kept. */
export function assertNotMerged(connection: Connection, id: string): void {
  if (connection.get('SELECT 1 FROM patient_merge WHERE from_patient_id = :id', { id }))
    throw new StoreError(
      'patient-merged',
      'This record was merged into another patient’s, so nothing was saved. Open that patient, or take the two apart there.',
    );
}

function sortName({ familyName, givenName }: Patient): string {
  return `${fold(familyName)} ${fold(givenName)}`;
}
