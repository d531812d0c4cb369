import { v7 as newId } from 'uuid';
import { z } from 'zod';
import {
  isOpinionAwaited,
  isOtherOpinion,
  isUnsettled,
  type OpinionRequest,
  type ReviewDetails,
  reviewDetails,
  type SecondOpinion,
  secondOpinion,
} from '../../clinic/entities/index.ts';
import type { Clock } from '../clock.ts';
import type { Connection } from '../connection.ts';
import { notFound, StoreError } from '../errors.ts';
import { decode, fromJson } from './decode.ts';
import type { ReviewRepository } from './reviews.ts';

const select = `
  SELECT opinion.id, opinion.image_id AS imageId, first_review_id AS firstReviewId,
    asked_by AS askedById, asker.name AS askedByName, asked_of AS askedOfId, colleague.name AS askedOfName,
    asked_at AS askedAt, is_blind AS isBlind, question, answer, answered_at AS answeredAt, differs,
    withdrawn_at AS withdrawnAt, withdrawer.name AS withdrawnByName,
    consensus_review_id AS consensusReviewId
  FROM second_opinion AS opinion
    JOIN user AS asker ON asker.id = asked_by
    JOIN user AS colleague ON colleague.id = asked_of
    LEFT JOIN user AS withdrawer ON withdrawer.id = withdrawn_by`;

/** Of images, lesions and patients that are still there. */
const isThere = `
  EXISTS (SELECT 1 FROM image JOIN patient ON patient.id = image.patient_id
    WHERE image.id = opinion.image_id AND image.removed_at IS NULL AND patient.archived_at IS NULL)`;

const isOpen = 'answered_at IS NULL AND withdrawn_at IS NULL';

const opinionRow = z.object({
  isBlind: z.int(),
  answer: z.string().nullable(),
  answeredAt: z.string().nullable(),
  differs: z.int().nullable(),
  withdrawnAt: z.string().nullable(),
  withdrawnByName: z.string().nullable(),
});
const hiddenRow = z.object({ imageId: z.string() });

/** What colleagues were asked about images, and what they answered. */
export class SecondOpinionRepository {
  readonly #connection: Connection;
  readonly #clock: Clock;
  readonly #reviews: ReviewRepository;

  constructor(connection: Connection, clock: Clock, reviews: ReviewRepository) {
    this.#connection = connection;
    this.#clock = clock;
    this.#reviews = reviews;
  }

  /**
   * Asks about the newest review of the image. Throws `not-found` where there is none, and
   * `opinion-asked` where the colleague is asked already, or said it themselves.
   */
  ask(imageId: string, request: OpinionRequest, askedById: string): SecondOpinion {
    const { askedOfId, isBlind, question } = request;
    return this.#connection.transaction(() => {
      this.#reviews.assertNotRemoved(imageId);
      const first = this.#reviews.newestByImage(imageId);
      if (!first) throw notFound('review to ask about');
      if (askedOfId === askedById || askedOfId === first.reviewerId)
        throw new StoreError(
          'opinion-asked',
          'A second opinion is somebody else’s, so nobody was asked. Choose a colleague.',
        );
      if (this.#awaitedOf(askedOfId, imageId))
        throw new StoreError(
          'opinion-asked',
          'This colleague has been asked about this image already and has not answered yet.',
        );
      const id = newId();
      this.#connection.run(
        `INSERT INTO second_opinion
           (id, image_id, first_review_id, asked_by, asked_of, asked_at, is_blind, question)
         VALUES (:id, :imageId, :firstReviewId, :askedById, :askedOfId, :askedAt, :isBlind,
           :question)`,
        {
          ...{ id, imageId, firstReviewId: first.id, askedById, askedOfId, question },
          isBlind: isBlind ? 1 : 0,
          askedAt: this.#clock().toISOString(),
        },
      );
      return this.get(id);
    });
  }

  /** Ends the colleague's draft. Throws `not-found`, also where it is not theirs or not awaited. */
  answer(id: string, details: ReviewDetails, userId: string): SecondOpinion {
    return this.#connection.transaction(() => {
      const { imageId, firstReviewId, askedOfId } = this.#getAwaited(id);
      if (askedOfId !== userId) throw notFound('second opinion that is awaited of you');
      this.#reviews.assertNotRemoved(imageId);
      const differs = isOtherOpinion(this.#reviews.get(firstReviewId), details);
      this.#connection.run(
        `UPDATE second_opinion SET answer = :answer, answered_at = :now, differs = :differs
         WHERE id = :id`,
        {
          id,
          answer: JSON.stringify(details),
          now: this.#clock().toISOString(),
          differs: differs ? 1 : 0,
        },
      );
      this.#reviews.dropDraft({ imageId, reviewerId: userId });
      return this.get(id);
    });
  }

  /** Nobody waits for it any more. Throws `not-found`, also where it is not awaited. */
  withdraw(id: string, userId: string): SecondOpinion {
    return this.#connection.transaction(() => {
      this.#getAwaited(id);
      this.#connection.run(
        'UPDATE second_opinion SET withdrawn_at = :now, withdrawn_by = :userId WHERE id = :id',
        { id, userId, now: this.#clock().toISOString() },
      );
      return this.get(id);
    });
  }

  /** A review of the same image is the consensus. Throws `not-found` where none is to be recorded. */
  settle(id: string, reviewId: string): SecondOpinion {
    return this.#connection.transaction(() => {
      const found = this.get(id);
      if (!isUnsettled(found) || this.#reviews.get(reviewId).imageId !== found.imageId)
        throw notFound('second opinion that differs and is not settled');
      this.#connection.run(
        'UPDATE second_opinion SET consensus_review_id = :reviewId WHERE id = :id',
        { id, reviewId },
      );
      return this.get(id);
    });
  }

  /** Throws `not-found`. */
  get(id: string): SecondOpinion {
    const row = this.#connection.get(`${select} WHERE opinion.id = :id`, { id });
    if (!row) throw notFound('second opinion');
    return toOpinion(row);
  }

  /** In the order in which they were asked for. */
  listByImage(imageId: string): SecondOpinion[] {
    return this.#list('opinion.image_id = :imageId', { imageId });
  }

  /** What awaits the colleague, the longest first. */
  awaiting(userId: string): SecondOpinion[] {
    return this.#list(`asked_of = :userId AND ${isOpen} AND ${isThere}`, { userId });
  }

  /** What the user asked and is not answered yet. */
  askedBy(userId: string): SecondOpinion[] {
    return this.#list(`asked_by = :userId AND ${isOpen} AND ${isThere}`, { userId });
  }

  /** Where two differ and no consensus is recorded, of those that the user has part in. */
  unsettled(userId: string): SecondOpinion[] {
    return this.#list(
      `differs = 1 AND consensus_review_id IS NULL AND :userId IN (asked_by, asked_of) AND ${isThere}`,
      { userId },
    );
  }

  /** All that were answered. */
  answered(): SecondOpinion[] {
    return this.#list('answer IS NOT NULL', {});
  }

  /** The images of which the user is not to see yet what others said. */
  hiddenFrom(userId: string): ReadonlySet<string> {
    const rows = this.#connection.all(
      `SELECT image_id AS imageId FROM second_opinion
       WHERE asked_of = :userId AND is_blind = 1 AND ${isOpen}`,
      { userId },
    );
    return new Set(rows.map((row) => decode(hiddenRow, row, 'second opinion').imageId));
  }

  #awaitedOf(userId: string, imageId: string): boolean {
    const open = `SELECT 1 FROM second_opinion
      WHERE asked_of = :userId AND image_id = :imageId AND ${isOpen}`;
    return this.#connection.get(open, { userId, imageId }) !== undefined;
  }

  #getAwaited(id: string): SecondOpinion {
    const found = this.get(id);
    if (!isOpinionAwaited(found)) throw notFound('second opinion that is awaited');
    return found;
  }

  #list(where: string, parameters: Record<string, string>): SecondOpinion[] {
    return this.#connection
      .all(`${select} WHERE ${where} ORDER BY opinion.seq`, parameters)
      .map(toOpinion);
  }
}

function toOpinion(row: unknown): SecondOpinion {
  const { isBlind, answer, answeredAt, differs, withdrawnAt, withdrawnByName } = decode(
    opinionRow,
    row,
    'second opinion',
  );
  const parts = {
    isBlind: isBlind === 1,
    answer:
      answer === null
        ? null
        : {
            ...decode(reviewDetails, fromJson(answer), 'second opinion'),
            at: answeredAt,
            differs: differs === 1,
          },
    withdrawn: withdrawnAt === null ? null : { at: withdrawnAt, byName: withdrawnByName },
  };
  return decode(secondOpinion, Object.assign({}, row, parts), 'second opinion');
}
