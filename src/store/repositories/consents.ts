import { v7 as newId } from 'uuid';
import {
  type Consent,
  type ConsentDetails,
  type ConsentScope,
  consent,
  standingConsents,
} from '../../clinic/entities/index.ts';
import type { Clock } from '../clock.ts';
import type { Connection } from '../connection.ts';
import { decode } from './decode.ts';
import { assertNotMerged } from './patients.ts';

const select = `
  SELECT consent.id, patient_id AS patientId, scope, answer, said_on AS saidOn, said_by AS saidBy,
    note, user.name AS recordedByName, recorded_at AS recordedAt
  FROM consent JOIN user ON user.id = consent.recorded_by`;

/** A condition on `patient`: one of these scopes is withdrawn. */
export const hasWithdrawn = (patient: string, scopes: readonly ConsentScope[]): string =>
  `EXISTS (SELECT 1 FROM consent AS last
    WHERE last.patient_id = ${patient} AND last.answer = 'withdrawn'
      AND last.scope IN (${scopes.map((scope) => `'${scope}'`).join()})
      AND last.seq = (SELECT seq FROM consent WHERE patient_id = last.patient_id
        AND scope = last.scope ORDER BY said_on DESC, seq DESC LIMIT 1))`;

/** What patients agreed to and took back. */
export class ConsentRepository {
  readonly #connection: Connection;
  readonly #clock: Clock;

  constructor(connection: Connection, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
  }

  /** Throws `not-found` when there is no such patient, and `patient-merged`. */
  add(patientId: string, details: ConsentDetails, userId: string): Consent {
    assertNotMerged(this.#connection, patientId);
    const id = newId();
    this.#connection.run(
      `INSERT INTO consent (id, patient_id, scope, answer, said_on, said_by, note, recorded_by,
         recorded_at)
       VALUES (:id, :patientId, :scope, :answer, :saidOn, :saidBy, :note, :userId, :recordedAt)`,
      { ...details, id, patientId, userId, recordedAt: this.#clock().toISOString() },
    );
    return decode(
      consent,
      this.#connection.get(`${select} WHERE consent.id = :id`, { id }),
      'consent',
    );
  }

  /** The newest day first, of one day the newest entry. */
  listByPatient(patientId: string): Consent[] {
    return this.#connection
      .all(`${select} WHERE patient_id = :patientId ORDER BY said_on DESC, consent.seq DESC`, {
        patientId,
      })
      .map((row) => decode(consent, row, 'consent'));
  }

  /** Those of these scopes that the patient took back. */
  withdrawn(patientId: string, scopes: readonly ConsentScope[]): ConsentScope[] {
    const standing = standingConsents(this.listByPatient(patientId));
    return scopes.filter((scope) => standing.get(scope)?.answer === 'withdrawn');
  }
}
