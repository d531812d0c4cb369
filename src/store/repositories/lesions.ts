import { v7 as newId } from 'uuid';
import { z } from 'zod';
import {
  bodyMapPosition,
  type Lesion,
  type LesionClosure,
  type LesionDetails,
  lesion,
  lesionClosure,
} from '../../clinic/entities/index.ts';
import type { Clock } from '../clock.ts';
import type { Connection, Parameters } from '../connection.ts';
import { assertUnchanged, notFound, StoreError } from '../errors.ts';
import { decode } from './decode.ts';
import { assertNotMerged } from './patients.ts';

const select = `
  SELECT id, patient_id AS patientId, label, body_site AS bodySite, laterality,
    position_view AS view, position_x AS x, position_y AS y, note, revision,
    created_at AS createdAt, closed_on AS "on", closed_reason AS reason, removed_at AS removedAt,
    merged_into AS mergedInto
  FROM lesion`;

/** Before a query with `:lesionId`: in `part` the lesion and, by any way, those merged into it. */
export const lesionAndMerged = `
  WITH RECURSIVE part (id) AS (
    SELECT :lesionId
    UNION ALL SELECT lesion.id FROM lesion JOIN part ON lesion.merged_into = part.id)`;

const storedPosition = z.union([
  bodyMapPosition,
  z.object({ view: z.null() }).transform(() => null),
]);
const storedClosure = z.union([lesionClosure, z.object({ on: z.null() }).transform(() => null)]);

export class LesionRepository {
  readonly #connection: Connection;
  readonly #clock: Clock;

  constructor(connection: Connection, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
  }

  /** Throws `not-found` when there is no such patient, and `patient-merged`. */
  add(patientId: string, details: LesionDetails): Lesion {
    const added = lesion.parse({
      ...details,
      id: newId(),
      patientId,
      revision: 1,
      createdAt: this.#clock().toISOString(),
      closure: null,
      removedAt: null,
      mergedInto: null,
    });
    assertNotMerged(this.#connection, patientId);
    this.#connection.run(
      `INSERT INTO lesion (id, patient_id, label, body_site, laterality,
         position_view, position_x, position_y, note, created_at)
       VALUES (:id, :patientId, :label, :bodySite, :laterality,
         :positionView, :positionX, :positionY, :note, :createdAt)`,
      parameters(added),
    );
    return added;
  }

  /**
   * `revision` is the one that the edit began from. Throws `not-found`, `changed-meanwhile` and
   * `lesion-removed`.
   */
  update(id: string, revision: number, details: LesionDetails): Lesion {
    return this.#connection.transaction(() => {
      const before = this.getCurrent(id);
      assertUnchanged('lesion', before.revision, revision);
      const changed = lesion.parse({ ...before, ...details, revision: before.revision + 1 });
      this.#connection.run(
        `UPDATE lesion SET label = :label, body_site = :bodySite, laterality = :laterality,
           position_view = :positionView, position_x = :positionX, position_y = :positionY,
           note = :note, revision = :revision
         WHERE id = :id`,
        parameters(changed),
      );
      return changed;
    });
  }

  /** Null opens it again. Throws `not-found` and `lesion-removed`. */
  setClosure(id: string, closure: LesionClosure | null): Lesion {
    return this.#connection.transaction(() => {
      const changed = { ...this.getCurrent(id), closure };
      this.#connection.run(
        'UPDATE lesion SET closed_on = :on, closed_reason = :reason WHERE id = :id',
        { id, on: closure?.on ?? null, reason: closure?.reason ?? null },
      );
      return changed;
    });
  }

  /** Also one that is removed. Throws `not-found`. */
  get(id: string): Lesion {
    const row = this.#connection.get(`${select} WHERE id = :id`, { id });
    if (!row) throw notFound('lesion');
    return toLesion(row);
  }

  /** Throws `not-found`, and `lesion-removed` for one that is removed or merged into another. */
  getCurrent(id: string): Lesion {
    const found = this.get(id);
    if (found.removedAt === null) return found;
    throw new StoreError(
      'lesion-removed',
      found.mergedInto === null
        ? 'This lesion was removed meanwhile, so nothing was saved. Restore it on the patient’s page, or choose another one.'
        : 'This lesion was merged into another meanwhile, so nothing was saved. Choose that one, or take the two apart on the patient’s page.',
    );
  }

  /**
   * The lesion, or the one that it has been merged into since. Throws `not-found` and
   * `lesion-removed`.
   */
  getMerged(id: string): Lesion {
    const { mergedInto } = this.get(id);
    return mergedInto === null ? this.getCurrent(id) : this.getMerged(mergedInto);
  }

  /** The lesion, or the one that it has been merged into since; undefined where that is removed. */
  find(id: string): Lesion | undefined {
    const found = this.get(id);
    if (found.mergedInto !== null) return this.find(found.mergedInto);
    return found.removedAt === null ? found : undefined;
  }

  /** Those that are not removed, in the order in which they were added. */
  listByPatient(patientId: string): Lesion[] {
    return this.#connection
      .all(
        `${select} WHERE patient_id = :patientId AND removed_at IS NULL ORDER BY created_at, id`,
        { patientId },
      )
      .map(toLesion);
  }

  /** The removed and the merged ones, the last one first. */
  listRemoved(patientId: string): Lesion[] {
    return this.#connection
      .all(
        `${select} WHERE patient_id = :patientId AND removed_at IS NOT NULL
         ORDER BY removed_at DESC, id DESC`,
        { patientId },
      )
      .map(toLesion);
  }
}

function toLesion(row: unknown): Lesion {
  const position = decode(storedPosition, row, 'lesion');
  const closure = decode(storedClosure, row, 'lesion');
  return decode(lesion, Object.assign({}, row, { position, closure }), 'lesion');
}

function parameters({ position, closure: _, ...record }: Lesion): Parameters {
  return {
    ...record,
    positionView: position?.view ?? null,
    positionX: position?.x ?? null,
    positionY: position?.y ?? null,
  };
}
