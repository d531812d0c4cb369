import { v7 as newId } from 'uuid';
import { z } from 'zod';
import {
  type Overview,
  type OverviewMarker,
  type OverviewPoint,
  type OverviewRegion,
  overview,
  overviewMarker,
  overviewPoint,
} from '../../clinic/entities/index.ts';
import type { Clock } from '../clock.ts';
import type { Connection, Parameters } from '../connection.ts';
import { notFound, StoreError } from '../errors.ts';
import { decode } from './decode.ts';
import { type LesionRepository, lesionAndMerged } from './lesions.ts';
import { assertNotMerged } from './patients.ts';

/** A photograph to store, with its bytes as imported and a small rendition. */
export type NewOverview = Omit<
  Overview,
  'id' | 'byteLength' | 'importedAt' | 'importedByName' | 'removedAt'
> & {
  readonly original: Uint8Array;
  readonly thumbnail: Uint8Array;
};

const select = `
  SELECT overview.id, patient_id AS patientId, region, sha256, file_name AS fileName, format,
    width_px AS widthPx, height_px AS heightPx, byte_length AS byteLength,
    captured_at AS capturedAt, device, imported_at AS importedAt, removed_at AS removedAt,
    user.name AS importedByName
  FROM overview JOIN user ON user.id = overview.imported_by`;

/**
 * The markers that are shown, among the rows that `chosen` picks. One of a lesion that was merged into another
 * is that one's, unless it has a row of its own, be it a removed one; nothing is rewritten, so that both come
 * back when the two are taken apart. So those of lesions that went back to another patient are not shown.
 */
const markers = (chosen: string) => `
  stands (marked, lesion) AS (
    SELECT lesion_id, lesion_id FROM overview_marker WHERE ${chosen}
    UNION SELECT stands.marked, lesion.merged_into
      FROM stands JOIN lesion ON lesion.id = stands.lesion WHERE lesion.merged_into IS NOT NULL),
  ranked AS (
    SELECT marker.*, stands.lesion, row_number() OVER (
        PARTITION BY marker.overview_id, stands.lesion
        ORDER BY stands.marked = stands.lesion DESC, marker.removed_at IS NULL DESC,
          marker.placed_at DESC, marker.lesion_id) AS place
    FROM (SELECT * FROM overview_marker WHERE ${chosen}) AS marker
      JOIN stands ON stands.marked = marker.lesion_id
      JOIN overview ON overview.id = marker.overview_id
      JOIN lesion ON lesion.id = stands.lesion AND lesion.patient_id = overview.patient_id
        AND lesion.removed_at IS NULL
    WHERE overview.removed_at IS NULL)
  SELECT overview_id AS overviewId, lesion AS lesionId, x, y, user.name AS placedByName,
    placed_at AS placedAt
  FROM ranked JOIN user ON user.id = ranked.placed_by
  WHERE place = 1 AND ranked.removed_at IS NULL
  ORDER BY overview_id, lesion`;

const queries = {
  byPatient: `${select} WHERE patient_id = :patientId AND removed_at IS NULL
    ORDER BY coalesce(captured_at, imported_at) DESC, overview.seq DESC`,
  removed: `${select} WHERE patient_id = :patientId AND removed_at IS NOT NULL
    ORDER BY removed_at DESC, overview.seq DESC`,
  markers: `WITH RECURSIVE ${markers('overview_id = :overviewId')}`,
  markersOfPatient: `WITH RECURSIVE ${markers(
    'overview_id IN (SELECT id FROM overview WHERE patient_id = :patientId)',
  )}`,
  markersOfLesion: `${lesionAndMerged}, ${markers('lesion_id IN (SELECT id FROM part)')}`,
} as const;

const blobRow = z.object({ bytes: z.instanceof(Uint8Array) });

/** Overview photographs, and which lesions are marked where in them. */
export class OverviewRepository {
  readonly #connection: Connection;
  readonly #clock: Clock;
  readonly #lesions: LesionRepository;

  constructor(connection: Connection, clock: Clock, lesions: LesionRepository) {
    this.#connection = connection;
    this.#clock = clock;
    this.#lesions = lesions;
  }

  /**
   * `sha256` is that of `original`; the caller has made sure by `findBySha256` that it is new. Throws
   * `not-found` when there is no such patient, and `patient-merged`.
   */
  add({ original, thumbnail, ...details }: NewOverview, userId: string): Overview {
    const id = newId();
    return this.#connection.transaction(() => {
      assertNotMerged(this.#connection, details.patientId);
      this.#connection.run(
        `INSERT INTO overview (id, patient_id, region, sha256, file_name, format, width_px,
           height_px, byte_length, captured_at, device, imported_by, imported_at)
         VALUES (:id, :patientId, :region, :sha256, :fileName, :format, :widthPx, :heightPx,
           :byteLength, :capturedAt, :device, :userId, :now)`,
        { ...details, id, userId, byteLength: original.byteLength, now: this.#now() },
      );
      this.#addBytes('overview_original', id, original);
      this.#addBytes('overview_thumbnail', id, thumbnail);
      return this.get(id);
    });
  }

  /** Among those that are not removed: a removed one's file may be imported again. */
  findBySha256(sha256: string): Overview | null {
    const row = this.#connection.get(`${select} WHERE sha256 = :sha256 AND removed_at IS NULL`, {
      sha256,
    });
    return row ? toOverview(row) : null;
  }

  /** Also one that is removed. Throws `not-found`. */
  get(id: string): Overview {
    const row = this.#connection.get(`${select} WHERE overview.id = :id`, { id });
    if (!row) throw notFound('overview photograph');
    return toOverview(row);
  }

  /** The bytes as imported. Throws `not-found`. */
  original(id: string): Uint8Array {
    return this.#bytes('overview_original', id);
  }

  /** Throws `not-found`. */
  thumbnail(id: string): Uint8Array {
    return this.#bytes('overview_thumbnail', id);
  }

  /** Those that are not removed, the newest by the day of capture, or else of import, first. */
  listByPatient(patientId: string): Overview[] {
    return this.#connection.all(queries.byPatient, { patientId }).map(toOverview);
  }

  /** A patient's removed ones, the last one first. */
  listRemoved(patientId: string): Overview[] {
    return this.#connection.all(queries.removed, { patientId }).map(toOverview);
  }

  /** Throws `not-found`, and `changed-meanwhile` for one that is removed. */
  setRegion(id: string, region: OverviewRegion): Overview {
    return this.#connection.transaction(() => {
      const changed = { ...this.#current(id), region };
      this.#connection.run('UPDATE overview SET region = :region WHERE id = :id', { id, region });
      return changed;
    });
  }

  /** Hides it with its markers; nothing is deleted. Throws `not-found`. */
  remove(id: string): Overview {
    return this.#setRemoved(id, this.#now());
  }

  /** Throws `not-found`, and `duplicate-image` where the same file was imported again meanwhile. */
  restore(id: string): Overview {
    return this.#connection.transaction(() => {
      const again = this.findBySha256(this.get(id).sha256);
      if (again && again.id !== id)
        throw new StoreError(
          'duplicate-image',
          'The same file was imported again meanwhile. Remove that photograph first, or leave this one removed.',
        );
      return this.#setRemoved(id, null);
    });
  }

  /**
   * Marks a lesion of the same patient in the photograph, in place of where it was marked before; `null` takes
   * the marker away. What was merged meanwhile is marked as the lesion that it is now. Throws `not-found`,
   * `lesion-removed`, and `changed-meanwhile` for a photograph that is removed.
   */
  mark(
    overviewId: string,
    lesionId: string,
    at: OverviewPoint | null,
    userId: string,
  ): OverviewMarker | null {
    return this.#connection.transaction(() => {
      const { patientId } = this.#current(overviewId);
      const lesion = this.#lesions.getMerged(lesionId);
      if (lesion.patientId !== patientId)
        throw new StoreError(
          'not-found',
          'This lesion is not of the patient whose photograph it is, so nothing was marked. Choose one of that patient’s.',
        );
      const before = this.markerOf(overviewId, lesion.id);
      const point = at === null ? before : overviewPoint.parse(at);
      if (point === null) return null;
      const key = { overviewId, lesionId: lesion.id };
      const isKnown = this.#connection.get(
        'SELECT 1 FROM overview_marker WHERE overview_id = :overviewId AND lesion_id = :lesionId',
        key,
      );
      const now = this.#now();
      this.#connection.run(
        isKnown
          ? `UPDATE overview_marker SET x = :x, y = :y, placed_by = :userId, placed_at = :now,
               removed_at = :removedAt
             WHERE overview_id = :overviewId AND lesion_id = :lesionId`
          : `INSERT INTO overview_marker (overview_id, lesion_id, x, y, placed_by, placed_at,
               removed_at)
             VALUES (:overviewId, :lesionId, :x, :y, :userId, :now, :removedAt)`,
        { ...key, x: point.x, y: point.y, userId, now, removedAt: at === null ? now : null },
      );
      return this.markerOf(overviewId, lesion.id);
    });
  }

  markerOf(overviewId: string, lesionId: string): OverviewMarker | null {
    return this.markersIn(overviewId).find((marker) => marker.lesionId === lesionId) ?? null;
  }

  /** Of lesions that are not removed. */
  markersIn(overviewId: string): OverviewMarker[] {
    return this.#markers(queries.markers, { overviewId });
  }

  /** In all photographs of a patient that are not removed. */
  markersOfPatient(patientId: string): OverviewMarker[] {
    return this.#markers(queries.markersOfPatient, { patientId });
  }

  /** In all photographs that are not removed, also as one that was merged into it. */
  markersOfLesion(lesionId: string): OverviewMarker[] {
    return this.#markers(queries.markersOfLesion, { lesionId });
  }

  #markers(query: string, parameters: Parameters): OverviewMarker[] {
    return this.#connection
      .all(query, parameters)
      .map((row) => decode(overviewMarker, row, 'marker'));
  }

  #current(id: string): Overview {
    const found = this.get(id);
    if (found.removedAt === null) return found;
    throw new StoreError(
      'changed-meanwhile',
      'This photograph was removed meanwhile, so nothing was saved. Restore it on the patient’s page first.',
    );
  }

  #setRemoved(id: string, removedAt: string | null): Overview {
    return this.#connection.transaction(() => {
      const changed = { ...this.get(id), removedAt };
      this.#connection.run('UPDATE overview SET removed_at = :removedAt WHERE id = :id', {
        id,
        removedAt,
      });
      return changed;
    });
  }

  #addBytes(table: BlobTable, id: string, bytes: Uint8Array): void {
    this.#connection.run(`INSERT INTO ${table} (overview_id, bytes) VALUES (:id, :bytes)`, {
      id,
      bytes,
    });
  }

  #bytes(table: BlobTable, id: string): Uint8Array {
    const row = this.#connection.get(`SELECT bytes FROM ${table} WHERE overview_id = :id`, { id });
    if (!row) throw notFound('overview photograph');
    return decode(blobRow, row, 'overview photograph').bytes;
  }

  #now(): string {
    return this.#clock().toISOString();
  }
}

type BlobTable = 'overview_original' | 'overview_thumbnail';

const toOverview = (row: unknown): Overview => decode(overview, row, 'overview photograph');
