import { v7 as newId } from 'uuid';
import { z } from 'zod';
import { imageQuality, type LesionImage, lesionImage } from '../../clinic/entities/index.ts';
import type { Clock } from '../clock.ts';
import { type Connection, scalar } from '../connection.ts';
import { notFound, StoreError } from '../errors.ts';
import { decode, fromJson } from './decode.ts';
import type { LesionRepository } from './lesions.ts';

/** An image to store, with its bytes as imported and a small rendition. */
export type NewImage = Omit<LesionImage, 'id' | 'byteLength' | 'importedAt' | 'removedAt'> & {
  readonly original: Uint8Array;
  readonly thumbnail: Uint8Array;
};

const select = `
  SELECT image.id, image.lesion_id AS lesionId, image.visit_id AS visitId, image.sha256,
    image.file_name AS fileName, image.format, image.width_px AS widthPx,
    image.height_px AS heightPx, image.byte_length AS byteLength,
    image.captured_at AS capturedAt, image.device, image.sharpness, image.exposure,
    image.clipped, image.skin, image.quality_warnings AS qualityWarnings,
    image.imported_at AS importedAt, image.removed_at AS removedAt
  FROM image`;

const queries = {
  byLesion: `${select}
    WHERE lesion_id = :lesionId AND removed_at IS NULL ORDER BY seq`,
  newest: `${select}
    WHERE seq IN (SELECT seq FROM image WHERE lesion_id = :lesionId AND removed_at IS NULL
      ORDER BY coalesce(captured_at, imported_at) DESC, seq DESC LIMIT :limit)
    ORDER BY seq`,
  removed: `${select}
    WHERE patient_id = :patientId AND removed_at IS NOT NULL ORDER BY removed_at DESC, seq DESC`,
  unread: `${select}
    WHERE has_reading = 0 AND removed_at IS NULL ORDER BY imported_at, seq`,
} as const;

const idRow = z.object({ id: z.string() });
const blobRow = z.object({ bytes: z.instanceof(Uint8Array) });

export class ImageRepository {
  readonly #connection: Connection;
  readonly #clock: Clock;
  readonly #lesions: LesionRepository;

  constructor(connection: Connection, clock: Clock, lesions: LesionRepository) {
    this.#connection = connection;
    this.#clock = clock;
    this.#lesions = lesions;
  }

  /**
   * `sha256` is that of `original`; the caller has made sure by `findBySha256` that it is new.
   * Throws `lesion-removed`, and `not-found` when there is no such lesion, or no such visit of the
   * same patient.
   */
  add({ original, thumbnail, ...details }: NewImage): LesionImage {
    const added = lesionImage.parse({
      ...details,
      id: newId(),
      byteLength: original.byteLength,
      importedAt: this.#clock().toISOString(),
      removedAt: null,
    });
    const { quality, qualityWarnings, ...columns } = added;
    return this.#connection.transaction(() => {
      this.#connection.run(
        `INSERT INTO image (id, patient_id, lesion_id, visit_id, sha256, file_name, format,
           width_px, height_px, byte_length, captured_at, device, sharpness, exposure, clipped,
           skin, quality_warnings, imported_at)
         VALUES (:id, :patientId, :lesionId, :visitId, :sha256, :fileName, :format,
           :widthPx, :heightPx, :byteLength, :capturedAt, :device, :sharpness, :exposure, :clipped,
           :skin, :qualityWarnings, :importedAt)`,
        {
          ...columns,
          ...quality,
          patientId: this.#lesions.getCurrent(added.lesionId).patientId,
          qualityWarnings: JSON.stringify(qualityWarnings),
        },
      );
      this.#addBytes('image_original', added.id, original);
      this.#addBytes('image_thumbnail', added.id, thumbnail);
      return added;
    });
  }

  /** Among the images that are not removed: a removed one's file may be imported again. */
  findBySha256(sha256: string): LesionImage | null {
    const row = this.#connection.get(`${select} WHERE sha256 = :sha256 AND removed_at IS NULL`, {
      sha256,
    });
    return row ? toImage(row) : null;
  }

  /** Whether it was in the lesion until somebody removed it. */
  wasRemoved(lesionId: string, sha256: string): boolean {
    const row = this.#connection.get(
      `SELECT 1 FROM image
       WHERE lesion_id = :lesionId AND sha256 = :sha256 AND removed_at IS NOT NULL`,
      { lesionId, sha256 },
    );
    return row !== undefined;
  }

  /** Throws `not-found`. */
  get(id: string): LesionImage {
    const row = this.#connection.get(`${select} WHERE id = :id`, { id });
    if (!row) throw notFound('image');
    return toImage(row);
  }

  /** Undefined for one that was erased. */
  find(id: string): LesionImage | undefined {
    const row = this.#connection.get(`${select} WHERE id = :id`, { id });
    return row ? toImage(row) : undefined;
  }

  /** The bytes as imported. Throws `not-found`. */
  original(id: string): Uint8Array {
    return this.#bytes('image_original', id);
  }

  /** Throws `not-found`. */
  thumbnail(id: string): Uint8Array {
    return this.#bytes('image_thumbnail', id);
  }

  /** Hides the image from lists; nothing is deleted. Throws `not-found`. */
  remove(id: string): LesionImage {
    return this.#setRemoved(id, this.#clock().toISOString());
  }

  /**
   * Its lesion must not be removed. Throws `not-found`, and `duplicate-image` where the same file
   * was imported again meanwhile.
   */
  restore(id: string): LesionImage {
    return this.#connection.transaction(() => {
      const again = this.findBySha256(this.get(id).sha256);
      if (again && again.id !== id)
        throw new StoreError(
          'duplicate-image',
          'The same file was imported again meanwhile. Remove that image first, or leave this one removed.',
        );
      return this.#setRemoved(id, null);
    });
  }

  /** The images that are not removed, in the order of import. */
  listByLesion(lesionId: string): LesionImage[] {
    return this.#connection.all(queries.byLesion, { lesionId }).map(toImage);
  }

  /** The newest by the day of capture, or else of import; in the order of import. */
  newestOfLesion(lesionId: string, limit: number): LesionImage[] {
    return this.#connection.all(queries.newest, { lesionId, limit }).map(toImage);
  }

  /** How many are not removed. */
  countOfLesion(lesionId: string): number {
    return scalar(
      this.#connection,
      'SELECT count(*) AS value FROM image WHERE lesion_id = :lesionId AND removed_at IS NULL',
      { lesionId },
    );
  }

  /** The lesions that have images which are not removed. */
  lesionsWithImages(): string[] {
    return this.#connection
      .all('SELECT DISTINCT lesion_id AS id FROM image WHERE removed_at IS NULL ORDER BY lesion_id')
      .map((row) => decode(idRow, row, 'image').id);
  }

  /** A patient's removed images, the last one first. */
  listRemoved(patientId: string): LesionImage[] {
    return this.#connection.all(queries.removed, { patientId }).map(toImage);
  }

  /** The images without a reading that are not removed, oldest first. */
  listUnread(): LesionImage[] {
    return this.#connection.all(queries.unread).map(toImage);
  }

  #setRemoved(id: string, removedAt: string | null): LesionImage {
    return this.#connection.transaction(() => {
      const changed = { ...this.get(id), removedAt };
      this.#connection.run(
        'UPDATE image SET removed_at = :removedAt, removed_with_lesion = 0 WHERE id = :id',
        { id, removedAt },
      );
      return changed;
    });
  }

  #addBytes(table: BlobTable, id: string, bytes: Uint8Array): void {
    this.#connection.run(`INSERT INTO ${table} (image_id, bytes) VALUES (:id, :bytes)`, {
      id,
      bytes,
    });
  }

  #bytes(table: BlobTable, id: string): Uint8Array {
    const row = this.#connection.get(`SELECT bytes FROM ${table} WHERE image_id = :id`, { id });
    if (!row) throw notFound('image');
    return decode(blobRow, row, 'image').bytes;
  }
}

type BlobTable = 'image_original' | 'image_thumbnail';

function toImage(row: unknown): LesionImage {
  const { qualityWarnings } = decode(z.object({ qualityWarnings: z.string() }), row, 'image');
  const quality = decode(imageQuality, row, 'image');
  const whole = Object.assign({}, row, { quality, qualityWarnings: fromJson(qualityWarnings) });
  return decode(lesionImage, whole, 'image');
}
