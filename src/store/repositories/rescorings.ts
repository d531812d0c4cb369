import { z } from 'zod';
import {
  type Advice,
  type QualityWarning,
  type ReadingSummary,
  type Rescoring,
  type RescoringChange,
  rescoring,
  rescoringChange,
  type Verdict,
  verdictRanks,
} from '../../clinic/entities/index.ts';
import type { Clock } from '../clock.ts';
import type { Connection } from '../connection.ts';
import { notFound } from '../errors.ts';
import { decode, fromJson } from './decode.ts';
import { fromFloat64s, fromInt32s, toFloat64s } from './numbers.ts';

/** What a head said of an image's newest reading, in its own classes' order or in short. */
interface Said {
  readonly headSha256: string;
  /** The verdict, as JSON. */
  readonly verdict: string;
  /** Of a reading that this head made: its most probable class, as JSON. */
  readonly first: string | null;
  /** Of one that it scored later. */
  readonly probabilities: Float64Array | null;
}

/** An image whose newest reading is due to be brought up to the head that reads. */
export interface RescoringItem {
  readonly imageSeq: number;
  readonly imageId: string;
  readonly readingSeq: number;
  readonly networkSha256: string;
  readonly counts: Int32Array;
  readonly unfamiliarity: number | null;
  readonly qualityWarnings: readonly QualityWarning[];
  readonly madeBy: string;
  /** By the head that read before. */
  readonly before: Said;
  /** By the head that reads, where it has seen the reading already. */
  readonly after: Said | null;
}

/** What was found of an item; nothing where the head cannot score it. */
export interface RescoredItem {
  readonly item: RescoringItem;
  /** To be kept; `null` where it is kept already, or the reading is the head's own. */
  readonly score: {
    readonly probabilities: Float64Array;
    readonly advice: Advice | null;
    readonly verdict: Verdict;
  } | null;
  readonly before: ReadingSummary;
  readonly after: ReadingSummary;
}

const selectJob = `
  SELECT seq, head_sha256 AS headSha256, from_head_sha256 AS fromHeadSha256,
    started_at AS startedAt, done, total, is_paused AS isPaused, ended_at AS endedAt
  FROM rescoring`;

const selectReadings = `
  SELECT image.seq AS imageSeq, image.id AS imageId, reading.seq AS readingSeq,
    reading.network_sha256 AS networkSha256, spikes.counts,
    reading.advice ->> '$.unfamiliarity' AS unfamiliarity,
    image.quality_warnings AS qualityWarnings, reading.head_sha256 AS madeBy,
    reading.verdict, reading.probabilities -> '$[0]' AS first,
    former.verdict AS formerVerdict, former.probabilities AS formerProbabilities,
    later.verdict AS laterVerdict, later.probabilities AS laterProbabilities
  FROM image
    JOIN reading ON reading.seq = (SELECT max(seq) FROM reading WHERE image_id = image.id)
    JOIN reading_spikes AS spikes ON spikes.reading_id = reading.id
    LEFT JOIN reading_score AS former ON former.head_sha256 = :fromHeadSha256
      AND former.reading_seq = reading.seq
    LEFT JOIN reading_score AS later ON later.head_sha256 = :headSha256
      AND later.reading_seq = reading.seq
  WHERE image.has_reading = 1`;

const selectBatch = `${selectReadings} AND image.seq > :imageSeq ORDER BY image.seq LIMIT :limit`;
const selectNewest = `${selectReadings} AND image.removed_at IS NULL
  ORDER BY image.seq DESC LIMIT :limit`;

const jobRow = z.object({ isPaused: z.int() });
const positionRow = z.object({ imageSeq: z.int() });
const batchRow = z.object({
  imageSeq: z.int(),
  imageId: z.string(),
  readingSeq: z.int(),
  networkSha256: z.string(),
  counts: z.instanceof(Uint8Array),
  unfamiliarity: z.number().nullable(),
  qualityWarnings: z.string(),
  madeBy: z.string(),
  verdict: z.string(),
  first: z.string(),
  formerVerdict: z.string().nullable(),
  formerProbabilities: z.instanceof(Uint8Array).nullable(),
  laterVerdict: z.string().nullable(),
  laterProbabilities: z.instanceof(Uint8Array).nullable(),
});
const olderNewest = z.object({ networkName: z.string(), headSha256: z.string() });
const olderRow = z.object({
  images: z.int(),
  networkName: z.string().nullable(),
  headSha256: z.string().nullable(),
});
const changeRow = z.object({ before: z.string(), after: z.string() });
const countRow = z.object({ value: z.int() });

/** Jobs that bring the archive up to the head that reads; each goes on where it was broken off. */
export class RescoringRepository {
  readonly #connection: Connection;
  readonly #clock: Clock;

  constructor(connection: Connection, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
  }

  /** What was not ended goes no further. */
  start(headSha256: string, fromHeadSha256: string, startedBy: string): Rescoring {
    return this.#connection.transaction(() => {
      const at = this.#clock().toISOString();
      this.#connection.run('UPDATE rescoring SET ended_at = :at WHERE ended_at IS NULL', { at });
      const { value: total } = decode(
        countRow,
        this.#connection.get('SELECT count(*) AS value FROM image'),
        'job',
      );
      this.#connection.run(
        `INSERT INTO rescoring (head_sha256, from_head_sha256, started_by, started_at, total)
         VALUES (:headSha256, :fromHeadSha256, :startedBy, :at, :total)`,
        { headSha256, fromHeadSha256, startedBy, at, total },
      );
      const newest = this.newest();
      if (!newest) throw notFound('job');
      return newest;
    });
  }

  newest(): Rescoring | null {
    const row = this.#connection.get(`${selectJob} ORDER BY seq DESC LIMIT 1`);
    if (!row) return null;
    const isPaused = decode(jobRow, row, 'job').isPaused === 1;
    return decode(rescoring, Object.assign({}, row, { isPaused }), 'job');
  }

  /** Images whose newest reading another network made; the head that made the last of those. */
  older(networkSha256: string): { images: number; networkName: string; headSha256: string } | null {
    const row = this.#connection.get(
      `SELECT count(*) AS images, network.name AS networkName, reading.head_sha256 AS headSha256,
         max(reading.seq) AS seq
       FROM image
         JOIN reading ON reading.seq = (SELECT max(seq) FROM reading WHERE image_id = image.id)
         JOIN network ON network.sha256 = reading.network_sha256
       WHERE image.has_reading = 1 AND image.removed_at IS NULL
         AND reading.network_sha256 <> :networkSha256`,
      { networkSha256 },
    );
    const { images, ...newest } = decode(olderRow, row, 'reading');
    return images === 0 ? null : { images, ...olderNewest.parse(newest) };
  }

  setPaused(seq: number, isPaused: boolean): void {
    this.#connection.run('UPDATE rescoring SET is_paused = :isPaused WHERE seq = :seq', {
      seq,
      isPaused: isPaused ? 1 : 0,
    });
  }

  /** The next images; none, when all are done. */
  next({ seq, headSha256, fromHeadSha256 }: Rescoring, limit: number): RescoringItem[] {
    const { imageSeq } = decode(
      positionRow,
      this.#connection.get('SELECT image_seq AS imageSeq FROM rescoring WHERE seq = :seq', { seq }),
      'job',
    );
    return this.#connection
      .all(selectBatch, { headSha256, fromHeadSha256, imageSeq, limit })
      .map((row) => toItem(row, headSha256, fromHeadSha256));
  }

  /** Of the images that came last, for a head that is tried out. */
  newestReadings(headSha256: string, fromHeadSha256: string, limit: number): RescoringItem[] {
    return this.#connection
      .all(selectNewest, { headSha256, fromHeadSha256, limit })
      .map((row) => toItem(row, headSha256, fromHeadSha256));
  }

  /** Keeps what was found, what changed and that so many are done, all or nothing. */
  keep(
    { seq, headSha256 }: Rescoring,
    rescored: readonly RescoredItem[],
    done: readonly RescoringItem[],
  ): void {
    this.#connection.transaction(() => {
      for (const { item, score, before, after } of rescored) {
        if (score) {
          this.#connection.run(
            `INSERT INTO reading_score (head_sha256, reading_seq, probabilities, advice, verdict)
             VALUES (:headSha256, :readingSeq, :probabilities, :advice, :verdict)
             ON CONFLICT DO NOTHING`,
            {
              headSha256,
              readingSeq: item.readingSeq,
              probabilities: toFloat64s(score.probabilities),
              advice: score.advice && JSON.stringify(score.advice),
              verdict: JSON.stringify(score.verdict),
            },
          );
        }
        this.#rank(item.imageSeq, before, after);
        if (before.kind !== after.kind || before.code !== after.code) {
          this.#connection.run(
            `INSERT INTO rescoring_change (rescoring_seq, consequence, image_id, before, after)
             VALUES (:seq, :consequence, :imageId, :before, :after) ON CONFLICT DO NOTHING`,
            {
              seq,
              consequence: consequenceOf(before, after),
              imageId: item.imageId,
              before: JSON.stringify(before),
              after: JSON.stringify(after),
            },
          );
        }
      }
      const last = done.at(-1);
      if (last) {
        this.#connection.run(
          `UPDATE rescoring SET image_seq = :imageSeq, done = done + :done WHERE seq = :seq`,
          { seq, imageSeq: last.imageSeq, done: done.length },
        );
      }
    });
  }

  /** Setting the rank brings the worklist's row up to date, so it is set where it changes only. */
  #rank(imageSeq: number, before: ReadingSummary, { kind, malignancy }: ReadingSummary): void {
    if (before.kind === kind) return;
    this.#connection.run(
      `UPDATE image SET verdict_rank = :rank, malignancy = :malignancy WHERE seq = :imageSeq`,
      { imageSeq, rank: verdictRanks[kind], malignancy },
    );
  }

  end(seq: number): void {
    this.#connection.run('UPDATE rescoring SET ended_at = :at WHERE seq = :seq', {
      seq,
      at: this.#clock().toISOString(),
    });
  }

  /** The gravest first. */
  changes(seq: number, limit: number): RescoringChange[] {
    return this.#connection
      .all(
        `SELECT image_id AS imageId, before, after FROM rescoring_change
         WHERE rescoring_seq = :seq ORDER BY consequence DESC LIMIT :limit`,
        { seq, limit },
      )
      .map((row) => {
        const { before, after } = decode(changeRow, row, 'change');
        return decode(
          rescoringChange,
          Object.assign({}, row, { before: fromJson(before), after: fromJson(after) }),
          'change',
        );
      });
  }

  /** As `changes` has them. */
  ordered(changes: readonly RescoringChange[]): RescoringChange[] {
    return changes.toSorted(
      (a, b) => consequenceOf(b.before, b.after) - consequenceOf(a.before, a.after),
    );
  }

  countChanges(seq: number): number {
    const row = this.#connection.get(
      'SELECT count(*) AS value FROM rescoring_change WHERE rescoring_seq = :seq',
      { seq },
    );
    return decode(countRow, row, 'change').value;
  }
}

function toItem(row: unknown, headSha256: string, fromHeadSha256: string): RescoringItem {
  const item = decode(batchRow, row, 'reading');
  const own = { verdict: item.verdict, first: item.first, probabilities: null };
  const said = (
    sha256: string,
    verdict: string | null,
    probabilities: Uint8Array | null,
  ): Said | null => {
    if (item.madeBy === sha256) return { headSha256: sha256, ...own };
    if (verdict === null || probabilities === null) return null;
    return { headSha256: sha256, verdict, first: null, probabilities: fromFloat64s(probabilities) };
  };
  const { imageSeq, imageId, readingSeq, networkSha256, unfamiliarity, madeBy } = item;
  return {
    ...{ imageSeq, imageId, readingSeq, networkSha256, unfamiliarity, madeBy },
    counts: fromInt32s(item.counts),
    qualityWarnings: fromJson(item.qualityWarnings) as QualityWarning[],
    before: said(fromHeadSha256, item.formerVerdict, item.formerProbabilities) ?? {
      headSha256: item.madeBy,
      ...own,
    },
    after: said(headSha256, item.laterVerdict, item.laterProbabilities),
  };
}

/** What became graver before what became milder, the larger step first; then the change of malignancy. */
function consequenceOf(before: ReadingSummary, after: ReadingSummary): number {
  const step = verdictRanks[after.kind] - verdictRanks[before.kind];
  const graver = step > 0 ? 200 + 10 * step : step < 0 ? 100 - 10 * step : 0;
  return graver + Math.abs(after.malignancy - before.malignancy);
}
