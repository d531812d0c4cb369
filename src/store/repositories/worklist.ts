import { z } from 'zod';
import {
  type Cursor,
  type Lesion,
  type LesionImage,
  type Patient,
  type Reading,
  type WaitingVerdict,
  type WorklistView,
  waitingVerdict,
  waitingVerdicts,
} from '../../clinic/entities/index.ts';
import { Bindings } from '../bindings.ts';
import type { Clock } from '../clock.ts';
import type { Connection } from '../connection.ts';
import { behind, orderBy, reverse, type SortColumn } from '../keyset.ts';
import { isFound, readSearch } from '../patient-search.ts';
import { decode } from './decode.ts';
import type { ImageRepository } from './images.ts';
import type { LesionRepository } from './lesions.ts';
import type { PatientRepository } from './patients.ts';
import type { ReadingRepository } from './readings.ts';

/** A lesion with images that wait for a review. */
export interface WaitingLesion {
  readonly patient: Patient;
  readonly lesion: Lesion;
  /** The newest that waits. */
  readonly image: LesionImage;
  /** Its newest one. */
  readonly reading: Reading | null;
  readonly review: null;
  /** The most urgent of all that wait. */
  readonly verdict: WaitingVerdict;
  readonly imageCount: number;
  readonly oldestImportedAt: string;
  /** Whether the person who asks has begun to review one of them. */
  readonly isBegun: boolean;
}

/** Who asks for what of the worklist. */
export interface WorklistQuery extends WorklistView {
  readonly reviewerId: string;
  /** Finds patients, as in their list. */
  readonly text: string;
  /** Lesions to which it is narrowed. */
  readonly only: readonly string[] | null;
}

export interface WorklistPage {
  readonly entries: WaitingLesion[];
  /** Where the next page begins; `null` after the last one. */
  readonly next: Cursor | null;
}

export interface WorklistCounts {
  readonly patients: number;
  readonly lesions: number;
  readonly images: number;
  /** Lesions, whichever verdicts are asked for. */
  readonly byVerdict: Record<WaitingVerdict, number>;
  /** Without any filter. */
  readonly all: { readonly lesions: number; readonly images: number };
}

/** Where an image stands when the worklist is gone through image by image. */
export interface WorklistPlace {
  readonly previous: string | null;
  readonly next: string | null;
  /** From 1 on; `null` for an image that is not there. */
  readonly position: number | null;
  readonly images: number;
}

interface Repositories {
  readonly patients: PatientRepository;
  readonly lesions: LesionRepository;
  readonly images: ImageRepository;
  readonly readings: ReadingRepository;
}

const ascending = (...columns: string[]): SortColumn[] =>
  columns.map((column) => ({ column, descending: false }));

/**
 * What each order sorts by; the index `waiting_lesion_by_…` holds it. A patient's lesions stand
 * together, but where they are sorted by site.
 */
const orders: Record<WorklistView['sort']['by'], readonly SortColumn[]> = {
  verdict: reverse(
    ascending(
      'patient_urgency',
      'patient_urgent_at',
      'patient_id',
      'urgency',
      'urgent_at',
      'lesion_id',
    ),
  ),
  imported: reverse(ascending('patient_newest_at', 'patient_id', 'newest_at', 'lesion_id')),
  waiting: ascending('patient_oldest_at', 'patient_id', 'oldest_at', 'lesion_id'),
  patient: ascending('sort_name', 'patient_id', 'lesion_id'),
  site: ascending('site_position', 'sort_name', 'patient_id', 'lesion_id'),
};

const dayMs = 86_400_000;
const highestUrgency = waitingVerdicts.length - 1;

const keys = z.record(z.string(), z.union([z.string(), z.number()]));
const waitingRow = z.object({
  lesion_id: z.string(),
  image_id: z.string(),
  image_count: z.int(),
  urgency: z.int(),
  oldest_at: z.string(),
});
const countRow = z.object({ urgency: z.int(), lesions: z.int(), images: z.int() });
const begunRow = z.object({ lesionId: z.string() });
const idRow = z.object({ id: z.string() });
const numberRow = z.object({ value: z.int().nullable() });

const begunBy = (reviewer: string) => `
  SELECT image.lesion_id AS lesionId
  FROM review_draft JOIN image ON image.id = review_draft.image_id
  WHERE reviewer_id = ${reviewer} AND has_review = 0 AND removed_at IS NULL`;

/** What waits for a review: filtered, sorted and counted in the database, and read page by page. */
export class Worklist {
  readonly #connection: Connection;
  readonly #clock: Clock;
  readonly #repositories: Repositories;

  constructor(connection: Connection, clock: Clock, repositories: Repositories) {
    this.#connection = connection;
    this.#clock = clock;
    this.#repositories = repositories;
  }

  page(query: WorklistQuery & { after: Cursor | null; limit: number }): WorklistPage {
    const { after, limit, reviewerId } = query;
    const order = orderOf(query);
    const bindings = new Bindings();
    const where = this.#where(query, bindings);
    if (after) where.push(behind(order.columns, after, bindings));
    const found = this.#rows(where, order, limit + 1, bindings);
    const last = found[limit - 1];
    const begun = this.#begun(reviewerId);
    const entries = found.slice(0, limit).map((row) => this.#entry(row, begun));
    return { entries, next: found.length > limit && last ? cursorAt(last, order) : null };
  }

  counts(query: WorklistQuery): WorklistCounts {
    const byVerdict = this.#countByUrgency({ ...query, verdicts: [] });
    const isAsked = ({ verdict }: { verdict: WaitingVerdict }) =>
      query.verdicts.length === 0 || query.verdicts.includes(verdict);
    const asked = byVerdict.filter(isAsked);
    const all = this.#countByUrgency(undefined);
    return {
      patients: this.#countPatients(query),
      lesions: sum(asked, 'lesions'),
      images: sum(asked, 'images'),
      byVerdict: Object.fromEntries(
        waitingVerdicts.map((verdict) => [
          verdict,
          byVerdict.find((count) => count.verdict === verdict)?.lesions ?? 0,
        ]),
      ) as Record<WaitingVerdict, number>,
      all: { lesions: sum(all, 'lesions'), images: sum(all, 'images') },
    };
  }

  /** Throws `not-found` when there is no such image. */
  around(query: WorklistQuery, imageId: string): WorklistPlace {
    const order = orderOf(query);
    const bindings = new Bindings();
    const where = this.#where(query, bindings);
    const images = this.#sumImages(where, bindings);
    const { lesionId } = this.#repositories.images.get(imageId);
    const hereWhere = [...where, `lesion_id = ${bindings.add(lesionId)}`];
    const [here] = this.#rows(hereWhere, order, 1, bindings);
    const siblings = here ? this.#waitingImages(lesionId) : [];
    const index = siblings.indexOf(imageId);
    if (!here || index === -1) {
      const next = siblings[0] ?? this.#neighbour(query, order, null)?.image_id ?? null;
      return { previous: null, next, position: null, images };
    }
    const at = cursorAt(here, order);
    const before = { ...order, columns: reverse(order.columns) };
    const beforeBindings = new Bindings();
    const beforeWhere = this.#where(query, beforeBindings);
    beforeWhere.push(behind(before.columns, at, beforeBindings));
    return {
      previous: siblings[index - 1] ?? this.#lastOf(this.#neighbour(query, before, at)),
      next: siblings[index + 1] ?? this.#neighbour(query, order, at)?.image_id ?? null,
      position: this.#sumImages(beforeWhere, beforeBindings) + index + 1,
      images,
    };
  }

  #where(query: WorklistQuery, bindings: Bindings): string[] {
    const { text, verdicts, sites, overDays, begun, only, reviewerId } = query;
    const now = this.#clock();
    const where = isFound('patient_id', readSearch(text, now), bindings);
    // By its plus sign the column is filtered by only: it stays a part of the order.
    if (verdicts.length > 0) where.push(`+urgency IN (${bindings.list(verdicts.map(urgencyOf))})`);
    if (sites.length > 0) where.push(`body_site IN (${bindings.list(sites)})`);
    if (overDays !== null) {
      const before = new Date(now.getTime() - overDays * dayMs).toISOString();
      where.push(`oldest_at < ${bindings.add(before)}`);
    }
    if (begun) where.push(`lesion_id IN (${begunBy(bindings.add(reviewerId))})`);
    if (only) where.push(`lesion_id IN (${bindings.list(only)})`);
    return where;
  }

  #rows(
    where: readonly string[],
    { by, columns: order }: Order,
    limit: number,
    bindings: Bindings,
  ): WaitingRow[] {
    // An index holds all that is sorted and filtered by; the rest is read of the rows that are shown.
    const sql = `
      SELECT * FROM waiting_lesion WHERE lesion_id IN (
        SELECT lesion_id FROM waiting_lesion INDEXED BY waiting_lesion_by_${by} ${whereOf(where)}
        ORDER BY ${orderBy(order)} LIMIT ${bindings.add(limit)})
      ORDER BY ${orderBy(order)}`;
    return this.#connection.all(sql, bindings.parameters).map((row) => ({
      ...decode(waitingRow, row, 'worklist'),
      keys: decode(keys, row, 'worklist'),
    }));
  }

  #neighbour(query: WorklistQuery, order: Order, at: Cursor | null): WaitingRow | undefined {
    const bindings = new Bindings();
    const where = this.#where(query, bindings);
    if (at) where.push(behind(order.columns, at, bindings));
    return this.#rows(where, order, 1, bindings)[0];
  }

  #lastOf(row: WaitingRow | undefined): string | null {
    return (row && this.#waitingImages(row.lesion_id).at(-1)) ?? null;
  }

  #entry(row: WaitingRow, begun: ReadonlySet<string>): WaitingLesion {
    const { patients, lesions, images, readings } = this.#repositories;
    const lesion = lesions.get(row.lesion_id);
    return {
      patient: patients.get(lesion.patientId),
      lesion,
      image: images.get(row.image_id),
      reading: readings.newestByImage(row.image_id),
      review: null,
      verdict: verdictOf(row.urgency),
      imageCount: row.image_count,
      oldestImportedAt: row.oldest_at,
      isBegun: begun.has(lesion.id),
    };
  }

  #begun(reviewerId: string): ReadonlySet<string> {
    const rows = this.#connection.all(begunBy(':reviewerId'), { reviewerId });
    return new Set(rows.map((row) => decode(begunRow, row, 'review draft').lesionId));
  }

  /** Newest first. */
  #waitingImages(lesionId: string): string[] {
    return this.#connection
      .all('SELECT id FROM waiting_image WHERE lesion_id = :lesionId ORDER BY seq DESC', {
        lesionId,
      })
      .map((row) => decode(idRow, row, 'image').id);
  }

  #countByUrgency(query: WorklistQuery | undefined) {
    const bindings = new Bindings();
    const where = query ? this.#where(query, bindings) : [];
    const sql = `
      SELECT urgency, count(*) AS lesions, sum(image_count) AS images
      FROM waiting_lesion ${whereOf(where)} GROUP BY urgency`;
    return this.#connection.all(sql, bindings.parameters).map((row) => {
      const { urgency, ...counted } = decode(countRow, row, 'worklist');
      return { verdict: verdictOf(urgency), ...counted };
    });
  }

  #countPatients(query: WorklistQuery): number {
    const bindings = new Bindings();
    const where = whereOf(this.#where(query, bindings));
    return this.#number(
      `SELECT count(DISTINCT patient_id) AS value FROM waiting_lesion ${where}`,
      bindings,
    );
  }

  #sumImages(where: readonly string[], bindings: Bindings): number {
    return this.#number(
      `SELECT sum(image_count) AS value FROM waiting_lesion ${whereOf(where)}`,
      bindings,
    );
  }

  #number(sql: string, bindings: Bindings): number {
    return decode(numberRow, this.#connection.get(sql, bindings.parameters), 'worklist').value ?? 0;
  }
}

type WaitingRow = z.infer<typeof waitingRow> & { readonly keys: z.infer<typeof keys> };

interface Order {
  readonly by: WorklistView['sort']['by'];
  readonly columns: readonly SortColumn[];
}

function orderOf({ sort: { by, reversed } }: WorklistView): Order {
  return { by, columns: reversed ? reverse(orders[by]) : orders[by] };
}

function cursorAt({ keys: values }: WaitingRow, { columns }: Order): Cursor {
  return columns.map(({ column }) => values[column] ?? '');
}

const whereOf = (conditions: readonly string[]): string =>
  conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';

const urgencyOf = (verdict: WaitingVerdict): number =>
  highestUrgency - waitingVerdicts.indexOf(verdict);

const verdictOf = (urgency: number): WaitingVerdict =>
  decode(waitingVerdict, waitingVerdicts[highestUrgency - urgency], 'worklist');

function sum<K extends string>(counts: readonly Readonly<Record<K, number>>[], what: K): number {
  return counts.reduce((total, count) => total + count[what], 0);
}
