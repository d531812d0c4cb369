import { v7 as newId } from 'uuid';
import { z } from 'zod';
import {
  type Review,
  type ReviewDraft,
  review,
  reviewDetails,
  reviewDraft,
} from '../../clinic/entities/index.ts';
import type { Clock } from '../clock.ts';
import type { Connection } from '../connection.ts';
import { notFound, StoreError } from '../errors.ts';
import { decode } from './decode.ts';

export interface NewReview {
  readonly imageId: string;
  /** The reading that the clinician saw, if there was one; of the same image. */
  readonly readingId: string | null;
  readonly reviewerId: string;
  readonly details: z.input<typeof reviewDetails>;
}

/** Whose draft it is, and of which image. */
export interface DraftKey extends Record<string, string> {
  readonly imageId: string;
  readonly reviewerId: string;
}

const draftedRow = z.object({ imageId: z.string() });

const select = `
  SELECT review.id, image_id AS imageId, reading_id AS readingId, reviewer_id AS reviewerId,
    user.name AS reviewerName, impression, decision, due_on AS dueOn,
    first_impression AS firstImpression, override_reason AS overrideReason, note, review.created_at AS createdAt
  FROM review JOIN user ON user.id = review.reviewer_id`;

const byImage = `${select} WHERE review.image_id = :imageId ORDER BY review.seq DESC`;

export class ReviewRepository {
  readonly #connection: Connection;
  readonly #clock: Clock;

  constructor(connection: Connection, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
  }

  /**
   * Ends the reviewer's draft. Throws `not-found` when there is no such image, reading of it, or
   * reviewer, or the image is removed.
   */
  add({ imageId, readingId, reviewerId, details }: NewReview): Review {
    return this.#connection.transaction(() => {
      this.assertNotRemoved(imageId);
      const id = newId();
      this.#connection.run(
        `INSERT INTO review (id, image_id, reading_id, reviewer_id, impression, decision, due_on,
           first_impression, override_reason, note, created_at)
         VALUES (:id, :imageId, :readingId, :reviewerId, :impression, :decision, :dueOn,
           :firstImpression, :overrideReason, :note, :createdAt)`,
        {
          ...{ id, imageId, readingId, reviewerId },
          ...reviewDetails.parse(details),
          createdAt: this.#clock().toISOString(),
        },
      );
      this.dropDraft({ imageId, reviewerId });
      return this.get(id);
    });
  }

  draft(key: DraftKey): ReviewDraft | null {
    const row = this.#connection.get(
      `SELECT impression, decision, due_on AS dueOn, first_impression AS firstImpression,
         override_reason AS overrideReason, note
       FROM review_draft
       WHERE image_id = :imageId AND reviewer_id = :reviewerId`,
      key,
    );
    return row ? decode(reviewDraft, row, 'review draft') : null;
  }

  /** The images of which the reviewer has a draft. */
  draftedImages(reviewerId: string): Set<string> {
    const rows = this.#connection.all(
      'SELECT image_id AS imageId FROM review_draft WHERE reviewer_id = :reviewerId',
      { reviewerId },
    );
    return new Set(rows.map((row) => decode(draftedRow, row, 'review draft').imageId));
  }

  /** In place of the draft before; an empty one ends it. Throws `not-found` as `add` does. */
  keepDraft(key: DraftKey, draft: z.input<typeof reviewDraft>): void {
    if (isEmpty(draft)) {
      this.dropDraft(key);
      return;
    }
    this.#connection.run(
      `INSERT OR REPLACE INTO review_draft
         (image_id, reviewer_id, impression, decision, due_on, first_impression, override_reason,
          note, updated_at)
       VALUES (:imageId, :reviewerId, :impression, :decision, :dueOn, :firstImpression,
         :overrideReason, :note, :updatedAt)`,
      { ...key, ...reviewDraft.parse(draft), updatedAt: this.#clock().toISOString() },
    );
  }

  /** Throws `not-found` where the image is removed. */
  assertNotRemoved(imageId: string): void {
    const removed = 'SELECT 1 FROM image WHERE id = :imageId AND removed_at IS NOT NULL';
    if (this.#connection.get(removed, { imageId }))
      throw new StoreError(
        'not-found',
        'This image has been removed, so nothing was saved. Restore it on its patient’s page, then review it.',
      );
  }

  dropDraft(key: DraftKey): void {
    this.#connection.run(
      'DELETE FROM review_draft WHERE image_id = :imageId AND reviewer_id = :reviewerId',
      key,
    );
  }

  /** Newest first. */
  listByImage(imageId: string): Review[] {
    return this.#connection.all(byImage, { imageId }).map(toReview);
  }

  /** Throws `not-found`. */
  get(id: string): Review {
    const row = this.#connection.get(`${select} WHERE review.id = :id`, { id });
    if (!row) throw notFound('review');
    return toReview(row);
  }

  newestByImage(imageId: string): Review | null {
    const row = this.#connection.get(`${byImage} LIMIT 1`, { imageId });
    return row ? toReview(row) : null;
  }
}

const isEmpty = ({ impression, decision, note }: z.input<typeof reviewDraft>): boolean =>
  impression === null && decision === null && (note ?? '') === '';

function toReview(row: unknown): Review {
  return decode(review, row, 'review');
}
