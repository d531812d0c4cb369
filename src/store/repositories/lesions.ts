import { v7 as newId } from 'uuid';
import { z } from 'zod';
import {
  bodyMapPosition,
  type Lesion,
  type LesionDetails,
  lesion,
} from '../../clinic/entities/index.ts';
import type { Clock } from '../clock.ts';
import type { Connection, Parameters } from '../connection.ts';
import { notFound } from '../errors.ts';
import { decode } from './decode.ts';

const select = `
  SELECT id, patient_id AS patientId, label, body_site AS bodySite, laterality,
    position_view AS view, position_x AS x, position_y AS y, note, created_at AS createdAt
  FROM lesion`;

const storedPosition = z.union([
  bodyMapPosition,
  z.object({ view: z.null() }).transform(() => null),
]);

export class LesionRepository {
  readonly #connection: Connection;
  readonly #clock: Clock;

  constructor(connection: Connection, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
  }

  /** Throws `not-found` when there is no such patient. */
  add(patientId: string, details: LesionDetails): Lesion {
    const createdAt = this.#clock().toISOString();
    const added = lesion.parse({ ...details, id: newId(), patientId, createdAt });
    this.#connection.run(
      `INSERT INTO lesion (id, patient_id, label, body_site, laterality,
         position_view, position_x, position_y, note, created_at)
       VALUES (:id, :patientId, :label, :bodySite, :laterality,
         :positionView, :positionX, :positionY, :note, :createdAt)`,
      parameters(added),
    );
    return added;
  }

  /** Throws `not-found`. */
  update(id: string, details: LesionDetails): Lesion {
    return this.#connection.transaction(() => {
      const changed = lesion.parse({ ...this.get(id), ...details });
      this.#connection.run(
        `UPDATE lesion SET label = :label, body_site = :bodySite, laterality = :laterality,
           position_view = :positionView, position_x = :positionX, position_y = :positionY,
           note = :note
         WHERE id = :id`,
        parameters(changed),
      );
      return changed;
    });
  }

  /** Throws `not-found`. */
  get(id: string): Lesion {
    const row = this.#connection.get(`${select} WHERE id = :id`, { id });
    if (!row) throw notFound('lesion');
    return toLesion(row);
  }

  /** In the order in which they were added. */
  listByPatient(patientId: string): Lesion[] {
    return this.#connection
      .all(`${select} WHERE patient_id = :patientId ORDER BY created_at, id`, { patientId })
      .map(toLesion);
  }
}

function toLesion(row: unknown): Lesion {
  const position = decode(storedPosition, row, 'lesion');
  return decode(lesion, Object.assign({}, row, { position }), 'lesion');
}

function parameters({ position, ...record }: Lesion): Parameters {
  return {
    ...record,
    positionView: position?.view ?? null,
    positionX: position?.x ?? null,
    positionY: position?.y ?? null,
  };
}
