import { v7 as newId } from 'uuid';
import { z } from 'zod';
import { type Checklist, type ChecklistDetails, checklist } from '../../clinic/entities/index.ts';
import type { Clock } from '../clock.ts';
import type { Connection } from '../connection.ts';
import { decode, fromJson } from './decode.ts';

const select = `
  SELECT checklist.id, image_id AS imageId, details, user.name AS readerName,
    checklist.created_at AS createdAt
  FROM checklist JOIN user ON user.id = checklist.reader_id`;

const detailsRow = z.object({ details: z.string() });

export class ChecklistRepository {
  readonly #connection: Connection;
  readonly #clock: Clock;

  constructor(connection: Connection, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
  }

  /** Throws `not-found` when there is no such image. */
  add(imageId: string, details: ChecklistDetails, readerId: string): Checklist {
    const id = newId();
    this.#connection.run(
      `INSERT INTO checklist (id, image_id, reader_id, details, created_at)
       VALUES (:id, :imageId, :readerId, :details, :createdAt)`,
      {
        ...{ id, imageId, readerId, details: JSON.stringify(details) },
        createdAt: this.#clock().toISOString(),
      },
    );
    return toChecklist(this.#connection.get(`${select} WHERE checklist.id = :id`, { id }));
  }

  /** Newest first. */
  listByImage(imageId: string): Checklist[] {
    return this.#connection
      .all(`${select} WHERE image_id = :imageId ORDER BY checklist.seq DESC`, { imageId })
      .map(toChecklist);
  }

  /** A reader's own, newest first. */
  listByReader(imageId: string, readerId: string): Checklist[] {
    return this.#connection
      .all(
        `${select} WHERE image_id = :imageId AND reader_id = :readerId
         ORDER BY checklist.seq DESC`,
        { imageId, readerId },
      )
      .map(toChecklist);
  }
}

function toChecklist(row: unknown): Checklist {
  const details = fromJson(decode(detailsRow, row, 'checklist').details);
  return decode(checklist, Object.assign({}, row, { details }), 'checklist');
}
