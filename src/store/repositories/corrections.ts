import { z } from 'zod';
import {
  type ImageMove,
  imageMove,
  type Lesion,
  type LesionImage,
} from '../../clinic/entities/index.ts';
import type { Clock } from '../clock.ts';
import type { Connection } from '../connection.ts';
import { StoreError } from '../errors.ts';
import { decode } from './decode.ts';
import type { ImageRepository } from './images.ts';
import type { LesionRepository } from './lesions.ts';
import type { VisitRepository } from './visits.ts';

const selectMove = `
  SELECT image_id AS imageId, from_lesion_id AS fromLesionId, to_lesion_id AS toLesionId,
    moved_at AS movedAt, user.name AS userName, is_merge AS isMerge
  FROM image_move JOIN user ON user.id = image_move.user_id`;

const moveRow = z.object({ isMerge: z.int() });
const imageRow = z.object({ id: z.string() });

/**
 * Puts right what went to the wrong place. An image's readings, reviews and drafts are its own: they
 * go wherever it goes. Nothing is deleted.
 */
export class CorrectionRepository {
  readonly #connection: Connection;
  readonly #clock: Clock;
  readonly #images: ImageRepository;
  readonly #lesions: LesionRepository;
  readonly #visits: VisitRepository;

  constructor(
    connection: Connection,
    clock: Clock,
    joined: { images: ImageRepository; lesions: LesionRepository; visits: VisitRepository },
  ) {
    this.#connection = connection;
    this.#clock = clock;
    this.#images = joined.images;
    this.#lesions = joined.lesions;
    this.#visits = joined.visits;
  }

  /**
   * Moves an image to another lesion, of any patient, whose visit of the same day it joins. Does
   * nothing where it is there already. Throws `not-found` and `lesion-removed`.
   */
  moveImage(imageId: string, toLesionId: string, userId: string): LesionImage {
    return this.#connection.transaction(() => {
      const image = this.#images.get(imageId);
      if (image.lesionId === toLesionId) return image;
      return this.#move(image, this.#lesions.getCurrent(toLesionId), userId, false);
    });
  }

  /**
   * Puts an image back where it was before its newest move, and forgets that move. Throws
   * `not-found` where it was never moved, and `lesion-removed`.
   */
  takeMoveBack(imageId: string): LesionImage {
    return this.#connection.transaction(() => {
      const move = this.movesOf(imageId)[0];
      if (!move)
        throw new StoreError('not-found', 'This image was not moved, so there is nothing to undo.');
      return this.#takeBack(move);
    });
  }

  /**
   * Brings a removed image back, and its lesion where that is removed too; that one's other images
   * stay removed. Throws `not-found` and `duplicate-image`.
   */
  restoreImage(imageId: string): LesionImage {
    return this.#connection.transaction(() => {
      const { lesionId } = this.#images.get(imageId);
      if (this.#lesions.get(lesionId).removedAt !== null) this.#bringBack(lesionId);
      return this.#images.restore(imageId);
    });
  }

  /**
   * Removes a lesion and the images that it has. Throws `not-found` and `lesion-removed`.
   */
  removeLesion(id: string): Lesion {
    return this.#connection.transaction(() => {
      const removedAt = this.#clock().toISOString();
      const removed = { ...this.#lesions.getCurrent(id), removedAt };
      this.#connection.run('UPDATE lesion SET removed_at = :removedAt WHERE id = :id', {
        id,
        removedAt,
      });
      this.#connection.run(
        `UPDATE image SET removed_at = :removedAt, removed_with_lesion = 1
         WHERE lesion_id = :id AND removed_at IS NULL`,
        { id, removedAt },
      );
      return removed;
    });
  }

  /**
   * Makes one lesion of two: the images of the first, removed ones too, become those of the second.
   * Throws `not-found`, `lesion-removed`, and `invalid-merge` for lesions of two patients or for one
   * and the same.
   */
  mergeLesions(id: string, intoId: string, userId: string): Lesion {
    return this.#connection.transaction(() => {
      const [lesion, into] = [this.#lesions.getCurrent(id), this.#lesions.getCurrent(intoId)];
      if (lesion.id === into.id || lesion.patientId !== into.patientId)
        throw new StoreError(
          'invalid-merge',
          'Only two lesions of one patient can be merged, so nothing was changed. Move the images instead.',
        );
      const rows = this.#connection.all('SELECT id FROM image WHERE lesion_id = :id ORDER BY seq', {
        id,
      });
      for (const row of rows)
        this.#move(this.#images.get(decode(imageRow, row, 'image').id), into, userId, true);
      const removedAt = this.#clock().toISOString();
      this.#connection.run(
        'UPDATE lesion SET removed_at = :removedAt, merged_into = :intoId WHERE id = :id',
        { id, intoId, removedAt },
      );
      return { ...lesion, removedAt, mergedInto: intoId };
    });
  }

  /**
   * Brings a removed lesion back with the images that were removed with it, or takes a merged one
   * apart again: what the merging moved comes back unless it has been moved on since. An image whose
   * file was imported again meanwhile stays removed. Does nothing to one that is not removed.
   * Throws `not-found`.
   */
  restoreLesion(id: string): Lesion {
    return this.#connection.transaction(() => {
      const lesion = this.#lesions.get(id);
      if (lesion.removedAt === null) return lesion;
      this.#connection.run(
        `UPDATE image SET removed_at = NULL, removed_with_lesion = 0
         WHERE lesion_id = :id AND removed_with_lesion = 1 AND NOT EXISTS (
           SELECT 1 FROM image AS again
           WHERE again.sha256 = image.sha256 AND again.removed_at IS NULL
         )`,
        { id },
      );
      this.#bringBack(id);
      if (lesion.mergedInto !== null) this.#unmerge(id, lesion.mergedInto);
      return { ...lesion, removedAt: null, mergedInto: null };
    });
  }

  /** An image's moves, the newest first. */
  movesOf(imageId: string): ImageMove[] {
    return this.#connection
      .all(`${selectMove} WHERE image_id = :imageId ORDER BY seq DESC`, { imageId })
      .map(toMove);
  }

  /** The newest move of each image that is in the lesion and came there by one, mergings aside. */
  movesInto(lesionId: string): ImageMove[] {
    return this.#connection
      .all(
        `${selectMove} JOIN image ON image.id = image_move.image_id
         WHERE to_lesion_id = :lesionId AND is_merge = 0 AND image.lesion_id = :lesionId
           AND image.removed_at IS NULL AND ${isNewestOf('to_lesion_id')}
         ORDER BY image_move.seq DESC`,
        { lesionId },
      )
      .map(toMove);
  }

  /** The newest move of each image that left the lesion and is elsewhere, mergings aside. */
  movesOutOf(lesionId: string): ImageMove[] {
    return this.#connection
      .all(
        `${selectMove} JOIN image ON image.id = image_move.image_id
         WHERE from_lesion_id = :lesionId AND is_merge = 0 AND image.lesion_id <> :lesionId
           AND ${isNewestOf('from_lesion_id')}
         ORDER BY image_move.seq DESC`,
        { lesionId },
      )
      .map(toMove);
  }

  #move(image: LesionImage, to: Lesion, userId: string, isMerge: boolean): LesionImage {
    this.#connection.run(
      `INSERT INTO image_move (image_id, from_lesion_id, to_lesion_id, user_id, moved_at, is_merge)
       VALUES (:imageId, :fromLesionId, :toLesionId, :userId, :movedAt, :isMerge)`,
      {
        imageId: image.id,
        fromLesionId: image.lesionId,
        toLesionId: to.id,
        userId,
        movedAt: this.#clock().toISOString(),
        isMerge: isMerge ? 1 : 0,
      },
    );
    return this.#put(image, to);
  }

  #takeBack({ imageId, fromLesionId }: ImageMove): LesionImage {
    const moved = this.#put(this.#images.get(imageId), this.#lesions.getCurrent(fromLesionId));
    this.#connection.run(
      `DELETE FROM image_move
       WHERE seq = (SELECT max(seq) FROM image_move WHERE image_id = :imageId)`,
      { imageId },
    );
    return moved;
  }

  /** The lesion itself; which of its images were removed with it no longer matters. */
  #bringBack(id: string): void {
    this.#connection.run('UPDATE lesion SET removed_at = NULL, merged_into = NULL WHERE id = :id', {
      id,
    });
    this.#connection.run(
      'UPDATE image SET removed_with_lesion = 0 WHERE lesion_id = :id AND removed_with_lesion = 1',
      { id },
    );
  }

  #unmerge(id: string, intoId: string): void {
    const rows = this.#connection.all(
      `${selectMove} JOIN image ON image.id = image_move.image_id
       WHERE from_lesion_id = :id AND to_lesion_id = :intoId AND is_merge = 1
         AND image.lesion_id = :intoId AND ${isNewestOf('image_id')}
       ORDER BY image_move.seq`,
      { id, intoId },
    );
    for (const row of rows) this.#takeBack(toMove(row));
  }

  /** The image in the lesion, and in a visit of its patient's on the same day. */
  #put(image: LesionImage, { id: lesionId, patientId }: Lesion): LesionImage {
    const visit = this.#visits.forDay(patientId, this.#visits.get(image.visitId).startedAt);
    this.#connection.run(
      `UPDATE image SET lesion_id = :lesionId, patient_id = :patientId, visit_id = :visitId
       WHERE id = :id`,
      { id: image.id, lesionId, patientId, visitId: visit.id },
    );
    this.#visits.dropIfEmpty(image.visitId);
    return { ...image, lesionId, visitId: visit.id };
  }
}

/** Of an image's moves with the same value in `column`, the newest. */
const isNewestOf = (column: 'image_id' | 'from_lesion_id' | 'to_lesion_id') =>
  `NOT EXISTS (
     SELECT 1 FROM image_move AS later
     WHERE later.image_id = image_move.image_id AND later.${column} = image_move.${column}
       AND later.seq > image_move.seq
   )`;

function toMove(row: unknown): ImageMove {
  const isMerge = decode(moveRow, row, 'move').isMerge === 1;
  return decode(imageMove, Object.assign({}, row, { isMerge }), 'move');
}
