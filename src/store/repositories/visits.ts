import { v7 as newId } from 'uuid';
import { type Visit, visit } from '../../clinic/entities/index.ts';
import type { Connection } from '../connection.ts';
import { notFound } from '../errors.ts';
import { decode } from './decode.ts';

const select = 'SELECT id, patient_id AS patientId, started_at AS startedAt, note FROM visit';

export class VisitRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * The patient's visit of the local day in which `instant` (ISO-8601) lies; made if there is
   * none. Throws `not-found` when there is no such patient.
   */
  forDay(patientId: string, instant: string): Visit {
    const at = new Date(instant);
    const [year, month, day] = [at.getFullYear(), at.getMonth(), at.getDate()];
    return this.#connection.transaction(() => {
      const found = this.#connection.get(
        `${select} WHERE patient_id = :patientId AND started_at >= :from AND started_at < :to
         ORDER BY started_at LIMIT 1`,
        {
          patientId,
          from: new Date(year, month, day).toISOString(),
          to: new Date(year, month, day + 1).toISOString(),
        },
      );
      return found ? decode(visit, found, 'visit') : this.#add(patientId, at);
    });
  }

  /** Throws `not-found`. */
  get(id: string): Visit {
    const row = this.#connection.get(`${select} WHERE id = :id`, { id });
    if (!row) throw notFound('visit');
    return decode(visit, row, 'visit');
  }

  /** Ends a visit that has no note and of which no image is left: that patient was not there. */
  dropIfEmpty(id: string): void {
    this.#connection.run(
      `DELETE FROM visit
       WHERE id = :id AND note = '' AND NOT EXISTS (SELECT 1 FROM image WHERE visit_id = :id)`,
      { id },
    );
  }

  /** Newest first. */
  listByPatient(patientId: string): Visit[] {
    return this.#connection
      .all(`${select} WHERE patient_id = :patientId ORDER BY started_at DESC, id DESC`, {
        patientId,
      })
      .map((row) => decode(visit, row, 'visit'));
  }

  #add(patientId: string, at: Date): Visit {
    const added = visit.parse({ id: newId(), patientId, startedAt: at.toISOString(), note: '' });
    this.#connection.run(
      `INSERT INTO visit (id, patient_id, started_at, note)
       VALUES (:id, :patientId, :startedAt, :note)`,
      added,
    );
    return added;
  }
}
