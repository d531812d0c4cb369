import { z } from 'zod';
import {
  type Cursor,
  type Patient,
  type PatientListView,
  patient,
} from '../../clinic/entities/index.ts';
import { Bindings } from '../bindings.ts';
import type { Clock } from '../clock.ts';
import { type Connection, scalar } from '../connection.ts';
import { behind, orderBy, reverse, type SortColumn } from '../keyset.ts';
import {
  correctable,
  isFound,
  isSimilar,
  type PatientSearch,
  readSearch,
  type SimilarWords,
  selectCandidates,
  selectIds,
} from '../patient-search.ts';
import { spellings } from '../words.ts';
import { decode } from './decode.ts';
import { patientColumns } from './patients.ts';

export interface PatientSummary {
  readonly patient: Patient;
  /** Lesions that are not removed. */
  readonly lesionCount: number;
  /** Images that are not removed. */
  readonly imageCount: number;
  /** Of these, the ones without a review. */
  readonly unreviewedCount: number;
  readonly lastVisitAt: string | null;
}

export interface PatientPage {
  readonly entries: PatientSummary[];
  /** Where the next page begins; `null` after the last one. */
  readonly next: Cursor | null;
  /** After the last page: people whose names are nearly what was typed. */
  readonly similar: PatientSummary[];
}

export interface PatientListQuery extends PatientListView {
  /** Every word of it begins a word of the names or record number, or is a date of birth. */
  readonly text: string;
  readonly after: Cursor | null;
  readonly limit: number;
}

/** As many similar names as a person looks through. */
const similarLimit = 20;
/** More words than these would have been meant by nobody. */
const similarWordsLimit = 50;

const conditions: Record<PatientListView['show'], string> = {
  current: 'archived_at IS NULL',
  waiting: `archived_at IS NULL AND EXISTS (
    SELECT 1 FROM waiting_lesion WHERE patient_id = patient.id)`,
  archived: 'archived_at IS NOT NULL',
};

const orders: Record<PatientListView['sort']['by'], readonly SortColumn[]> = {
  visit: [
    { column: 'last_visit_at', descending: true },
    { column: 'sort_name', descending: false },
    { column: 'id', descending: false },
  ],
  name: [
    { column: 'sort_name', descending: false },
    { column: 'id', descending: false },
  ],
};

const keys = z.object({ last_visit_at: z.string(), sort_name: z.string(), id: z.string() });
const counts = z.object({
  lesionCount: z.int(),
  imageCount: z.int(),
  unreviewedCount: z.int(),
});
const wordRow = z.object({ word: z.string() });

/** The patients' list and the search in it, page by page. */
export class PatientList {
  readonly #connection: Connection;
  readonly #clock: Clock;

  constructor(connection: Connection, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
  }

  /** A text of signs alone finds nobody, an empty one everybody. */
  page({ text, show, sort, after, limit }: PatientListQuery): PatientPage {
    const search = readSearch(text, this.#clock());
    const columns = orders[sort.by];
    const order = sort.descending === columns[0]?.descending ? columns : reverse(columns);
    const bindings = new Bindings();
    const where = [conditions[show], ...isFound('id', search, bindings)];
    if (after) where.push(behind(order, after, bindings));
    const found = this.#select(where, order, limit + 1, bindings);
    const shown = found.slice(0, limit);
    const last = shown.at(-1);
    const isLast = found.length <= limit || !last;
    return {
      entries: shown.map(({ summary }) => summary),
      next: isLast ? null : order.map(({ column }) => last.keys[column as keyof typeof last.keys]),
      similar:
        isLast && typeof search === 'object' ? this.#similar(search, conditions[show], order) : [],
    };
  }

  count({ text, show }: Pick<PatientListQuery, 'text' | 'show'>): number {
    const bindings = new Bindings();
    const where = [conditions[show], ...isFound('id', readSearch(text, this.#clock()), bindings)];
    return scalar(
      this.#connection,
      `SELECT count(*) AS value FROM patient WHERE ${where.join(' AND ')}`,
      bindings.parameters,
    );
  }

  #select(
    where: readonly string[],
    order: readonly SortColumn[],
    limit: number,
    bindings: Bindings,
  ): { summary: PatientSummary; keys: z.infer<typeof keys> }[] {
    // The counts are made of the rows that are shown only.
    const sql = `
      SELECT ${patientColumns}, last_visit_at, sort_name,
        (SELECT count(*) FROM lesion
           WHERE patient_id = patient.id AND removed_at IS NULL) AS lesionCount,
        (SELECT count(*) FROM image
           WHERE patient_id = patient.id AND removed_at IS NULL) AS imageCount,
        (SELECT count(*) FROM image
           WHERE patient_id = patient.id AND removed_at IS NULL AND has_review = 0
        ) AS unreviewedCount
      FROM patient WHERE id IN (
        SELECT id FROM patient WHERE ${where.join(' AND ')}
        ORDER BY ${orderBy(order)} LIMIT ${bindings.add(limit)})
      ORDER BY ${orderBy(order)}`;
    return this.#connection.all(sql, bindings.parameters).map((row) => {
      const keysOf = decode(keys, row, 'patient');
      return {
        keys: keysOf,
        summary: {
          patient: decode(patient, row, 'patient'),
          ...decode(counts, row, 'patient'),
          lastVisitAt: keysOf.last_visit_at || null,
        },
      };
    });
  }

  #similar(
    search: PatientSearch,
    condition: string,
    order: readonly SortColumn[],
  ): PatientSummary[] {
    const meant: SimilarWords = new Map(
      correctable(search).map((word) => [word, this.#similarWords(word)]),
    );
    if ([...meant.values()].every((words) => words.length === 0)) return [];
    const bindings = new Bindings();
    const where = [
      condition,
      `id IN (${selectIds(search, bindings, meant)})`,
      `id NOT IN (${selectIds(search, bindings)})`,
    ];
    return this.#select(where, order, similarLimit, bindings).map(({ summary }) => summary);
  }

  #similarWords(word: string): string[] {
    const found = spellings(word).flatMap((spelling) => {
      const bindings = new Bindings();
      return this.#connection
        .all(selectCandidates(spelling, bindings), bindings.parameters)
        .map((row) => decode(wordRow, row, 'word').word)
        .filter((candidate) => isSimilar(spelling, candidate));
    });
    return [...new Set(found)].slice(0, similarWordsLimit);
  }
}
