import { v7 as newId } from 'uuid';
import { z } from 'zod';
import { daysAfter } from '../../clinic/entities/days.ts';
import {
  type Cursor,
  type Decision,
  type FollowUp,
  type FollowUpDue,
  type FollowUpKind,
  followUp,
  followUpDue,
  soonDays,
} from '../../clinic/entities/index.ts';
import { Bindings } from '../bindings.ts';
import type { Clock } from '../clock.ts';
import type { Connection } from '../connection.ts';
import { notFound } from '../errors.ts';
import { behind } from '../keyset.ts';
import { isFound, readSearch } from '../patient-search.ts';
import { decode } from './decode.ts';
import { type LesionRepository, lesionAndMerged } from './lesions.ts';

/** What is awaited after each decision. */
const kindOf: Partial<Record<Decision, FollowUpKind>> = {
  monitor: 'monitor',
  biopsy: 'biopsy',
  excise: 'excision',
  refer: 'referral',
};

export interface FollowUpQuery {
  readonly due: readonly FollowUpDue[];
  readonly kinds: readonly FollowUpKind[];
  /** Finds patients, as in their list. */
  readonly text: string;
}

/** A review as far as something follows from it. */
interface Decided {
  readonly id: string;
  readonly imageId: string;
  readonly decision: Decision;
  readonly dueOn: string | null;
}

type Ending = NonNullable<FollowUp['ended']>['how'];

const select = `
  SELECT follow_up.id, follow_up.lesion_id AS lesionId, kind, due_on AS dueOn,
    review_id AS reviewId, planner.name AS plannedByName, planned_at AS plannedAt, reminders,
    reminded_at AS remindedAt, ended_at AS "at", ended_how AS how, ender.name AS byName,
    ended_note AS note
  FROM follow_up JOIN user AS planner ON planner.id = planned_by
    LEFT JOIN user AS ender ON ender.id = ended_by`;

/** Of lesions that are not closed or removed, and of patients that are not archived. */
const isAwaited = `
  ended_at IS NULL AND lesion.closed_on IS NULL AND patient.archived_at IS NULL
  AND (lesion.removed_at IS NULL OR lesion.merged_into IS NOT NULL)`;
const awaited = `
  FROM follow_up JOIN lesion ON lesion.id = follow_up.lesion_id
    JOIN patient ON patient.id = lesion.patient_id`;
const order = ["coalesce(due_on, '9999-12-31')", 'follow_up.seq'].map((column) => ({
  column,
  descending: false,
}));

const ended = z.union([
  followUp.shape.ended.unwrap(),
  z.object({ at: z.null() }).transform(() => null),
]);
const keyRow = z.object({ id: z.string(), due: z.string(), seq: z.int() });
const countRow = z.object({ due: followUpDue, count: z.int() });

/** What lesions wait for, until it is done. */
export class FollowUpRepository {
  readonly #connection: Connection;
  readonly #clock: Clock;
  readonly #lesions: LesionRepository;

  constructor(connection: Connection, clock: Clock, lesions: LesionRepository) {
    this.#connection = connection;
    this.#clock = clock;
    this.#lesions = lesions;
  }

  /**
   * What follows from a review of an image of the lesion: its decision is planned, in place of an open
   * plan of the same kind, and of what an earlier review of the image planned. A plan to see the lesion
   * again also ends with a decision about an image that came after it was made; nothing else ends one,
   * so that nobody is lost by a second picture of one visit.
   */
  follow(
    { lesionId, importedAt }: { readonly lesionId: string; readonly importedAt: string },
    review: Decided,
    userId: string,
  ): void {
    const kind = kindOf[review.decision];
    for (const open of this.#openOf(lesionId)) {
      if (this.#isOfImage(open, review.imageId)) this.#end(open.id, 'replaced', userId);
      else if (open.kind === 'monitor' && kind !== 'monitor' && open.plannedAt < importedAt)
        this.#end(open.id, 'seen', userId);
    }
    if (kind) this.#plan(lesionId, kind, review.dueOn, userId, review.id);
  }

  /** In place of an open one of the same kind. Throws `not-found` and `lesion-removed`. */
  plan(lesionId: string, kind: FollowUpKind, dueOn: string, userId: string): FollowUp {
    return this.#plan(this.#lesions.getCurrent(lesionId).id, kind, dueOn, userId, null);
  }

  /** Counts that the patient was reminded. Throws `not-found`, also for one that has ended. */
  remind(id: string): FollowUp {
    return this.#change(id, 'reminders = reminders + 1, reminded_at = :now', {
      now: this.#clock().toISOString(),
    });
  }

  /** Throws `not-found`, also for one that has ended. */
  reschedule(id: string, dueOn: string): FollowUp {
    return this.#change(id, 'due_on = :dueOn', { dueOn });
  }

  /** Nothing is awaited any more, for a reason. Throws `not-found`, also for one that has ended. */
  end(id: string, userId: string, note: string): FollowUp {
    this.#getOpen(id);
    return this.#end(id, 'by-hand', userId, note);
  }

  /** Takes back what ended it by hand. Throws `not-found`. */
  resume(id: string): FollowUp {
    return this.#connection.transaction(() => {
      const { ended, kind, lesionId } = this.get(id);
      if (ended?.how !== 'by-hand') throw notFound('follow-up that was ended by hand');
      if (this.#openOf(lesionId).some((open) => open.kind === kind))
        throw notFound('follow-up to take up again: a newer one is open');
      this.#connection.run(
        `UPDATE follow_up SET ended_at = NULL, ended_how = NULL, ended_by = NULL, ended_note = ''
         WHERE id = :id`,
        { id },
      );
      return this.get(id);
    });
  }

  /** A finding has come: nobody waits for one any longer. */
  endByHistology(lesionId: string, userId: string): void {
    for (const open of this.#openOf(lesionId))
      if (open.kind === 'biopsy' || open.kind === 'excision')
        this.#end(open.id, 'histology', userId);
  }

  /** Throws `not-found`. */
  get(id: string): FollowUp {
    const row = this.#connection.get(`${select} WHERE follow_up.id = :id`, { id });
    if (!row) throw notFound('follow-up');
    return toFollowUp(row);
  }

  /** Of the lesion and of those merged into it, in the order in which they were planned. */
  listByLesion(lesionId: string): FollowUp[] {
    return this.#connection
      .all(
        `${lesionAndMerged} ${select} WHERE follow_up.lesion_id IN (SELECT id FROM part)
         ORDER BY follow_up.seq`,
        { lesionId },
      )
      .map(toFollowUp);
  }

  /** What is awaited, the longest overdue first. `today` is the clinic's calendar day. */
  page({
    after,
    limit,
    today,
    ...query
  }: FollowUpQuery & { today: string; after: Cursor | null; limit: number }): {
    entries: FollowUp[];
    next: Cursor | null;
  } {
    const bindings = new Bindings();
    const where = [isAwaited, ...this.#conditions(query, today, bindings)];
    if (after) where.push(behind(order, after, bindings));
    const found = this.#connection
      .all(
        `SELECT follow_up.id, coalesce(due_on, '9999-12-31') AS due, follow_up.seq ${awaited}
         WHERE ${where.join(' AND ')}
         ORDER BY ${order.map(({ column }) => column).join(', ')} LIMIT ${bindings.add(limit + 1)}`,
        bindings.parameters,
      )
      .map((row) => decode(keyRow, row, 'follow-up'));
    const last = found[limit - 1];
    return {
      entries: found.slice(0, limit).map(({ id }) => this.get(id)),
      next: found.length > limit && last ? [last.due, last.seq] : null,
    };
  }

  /** How many there are of each. */
  counts(query: FollowUpQuery, today: string): Record<FollowUpDue, number> {
    const bindings = new Bindings();
    const where = [isAwaited, ...this.#conditions({ ...query, due: [] }, today, bindings)];
    const counted = this.#connection
      .all(
        `SELECT CASE WHEN due_on IS NULL THEN 'undated'
             WHEN due_on < ${bindings.add(today)} THEN 'overdue'
             WHEN due_on <= ${bindings.add(daysAfter(today, soonDays))} THEN 'soon'
             ELSE 'later' END AS due, count(*) AS count
         ${awaited} WHERE ${where.join(' AND ')} GROUP BY 1`,
        bindings.parameters,
      )
      .map((row) => decode(countRow, row, 'follow-up'));
    return Object.fromEntries(
      followUpDue.options.map((due) => [due, counted.find((each) => each.due === due)?.count ?? 0]),
    ) as Record<FollowUpDue, number>;
  }

  #conditions({ due, kinds, text }: FollowUpQuery, today: string, bindings: Bindings): string[] {
    const where = isFound('lesion.patient_id', readSearch(text, this.#clock()), bindings);
    if (kinds.length > 0) where.push(`kind IN (${bindings.list(kinds)})`);
    if (due.length === 0) return where;
    const from = bindings.add(today);
    const until = bindings.add(daysAfter(today, soonDays));
    const is: Record<FollowUpDue, string> = {
      overdue: `due_on < ${from}`,
      soon: `due_on BETWEEN ${from} AND ${until}`,
      later: `due_on > ${until}`,
      undated: 'due_on IS NULL',
    };
    return [...where, `(${due.map((each) => is[each]).join(' OR ')})`];
  }

  #isOfImage({ reviewId }: FollowUp, imageId: string): boolean {
    const review = 'SELECT 1 FROM review WHERE id = :reviewId AND image_id = :imageId';
    return this.#connection.get(review, { reviewId, imageId }) !== undefined;
  }

  #openOf(lesionId: string): FollowUp[] {
    return this.#connection
      .all(`${select} WHERE follow_up.lesion_id = :lesionId AND ended_at IS NULL`, { lesionId })
      .map(toFollowUp);
  }

  #plan(
    lesionId: string,
    kind: FollowUpKind,
    dueOn: string | null,
    userId: string,
    reviewId: string | null,
  ): FollowUp {
    return this.#connection.transaction(() => {
      for (const open of this.#openOf(lesionId))
        if (open.kind === kind) this.#end(open.id, 'replaced', userId);
      const id = newId();
      this.#connection.run(
        `INSERT INTO follow_up (id, lesion_id, kind, due_on, review_id, planned_by, planned_at)
         VALUES (:id, :lesionId, :kind, :dueOn, :reviewId, :userId, :now)`,
        { id, lesionId, kind, dueOn, reviewId, userId, now: this.#clock().toISOString() },
      );
      return this.get(id);
    });
  }

  #end(id: string, how: Ending, userId: string, note = ''): FollowUp {
    this.#connection.run(
      `UPDATE follow_up SET ended_at = :now, ended_how = :how, ended_by = :userId,
         ended_note = :note WHERE id = :id`,
      { id, how, userId, note, now: this.#clock().toISOString() },
    );
    return this.get(id);
  }

  #change(id: string, change: string, values: Record<string, string>): FollowUp {
    return this.#connection.transaction(() => {
      this.#getOpen(id);
      this.#connection.run(`UPDATE follow_up SET ${change} WHERE id = :id`, { id, ...values });
      return this.get(id);
    });
  }

  #getOpen(id: string): FollowUp {
    const found = this.get(id);
    if (found.ended) throw notFound('open follow-up');
    return found;
  }
}

function toFollowUp(row: unknown): FollowUp {
  return decode(
    followUp,
    Object.assign({}, row, { ended: decode(ended, row, 'follow-up') }),
    'follow-up',
  );
}
