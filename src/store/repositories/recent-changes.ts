import { v7 as newId } from 'uuid';
import { z } from 'zod';
import { type RecentAct, type RecentChange, recentChange } from '../../clinic/entities/index.ts';
import type { Clock } from '../clock.ts';
import type { Connection } from '../connection.ts';
import { notFound } from '../errors.ts';
import { decode, fromJson } from './decode.ts';

/** As many of each user as are kept; what went before can be put right by hand. */
const keptOfEach = 50;

const select = `
  SELECT id, at, patient_id AS patientId, subject_id AS subjectId, act, left_as AS leftAs,
    undone_at AS undoneAt
  FROM recent_change`;

const encoded = z.object({ act: z.string(), leftAs: z.string() });

interface NewChange {
  readonly userId: string;
  readonly patientId: string;
  readonly subjectId: string;
  readonly did: RecentAct;
}

/** What users did lately and can take back: their own, the newest first. */
export class RecentChangeRepository {
  readonly #connection: Connection;
  readonly #clock: Clock;

  constructor(connection: Connection, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
  }

  /** Belongs into the transaction of what is done. */
  note({ userId, patientId, subjectId, did: { act, ...leftAs } }: NewChange): void {
    this.#connection.run(
      `INSERT INTO recent_change (id, user_id, at, act, patient_id, subject_id, left_as)
       VALUES (:id, :userId, :at, :act, :patientId, :subjectId, :leftAs)`,
      {
        ...{ id: newId(), userId, act, patientId, subjectId, leftAs: JSON.stringify(leftAs) },
        at: this.#clock().toISOString(),
      },
    );
    this.#connection.run(
      `DELETE FROM recent_change WHERE user_id = :userId AND seq <= (
         SELECT seq FROM recent_change WHERE user_id = :userId
         ORDER BY seq DESC LIMIT 1 OFFSET :kept)`,
      { userId, kept: keptOfEach },
    );
  }

  /** Newest first. */
  listByUser(userId: string): RecentChange[] {
    return this.#connection
      .all(`${select} WHERE user_id = :userId ORDER BY seq DESC`, { userId })
      .map(toChange);
  }

  /** Throws `not-found`, also for another user’s. */
  get(id: string, userId: string): RecentChange {
    const row = this.#connection.get(`${select} WHERE id = :id AND user_id = :userId`, {
      id,
      userId,
    });
    if (!row) throw notFound('change');
    return toChange(row);
  }

  markUndone(id: string): void {
    this.#connection.run('UPDATE recent_change SET undone_at = :now WHERE id = :id', {
      id,
      now: this.#clock().toISOString(),
    });
  }
}

function toChange(row: unknown): RecentChange {
  const { act, leftAs } = decode(encoded, row, 'change');
  const did = { act, ...(fromJson(leftAs) as object) };
  return decode(recentChange, Object.assign({}, row, { did }), 'change');
}
