import { v7 as newId } from 'uuid';
import { z } from 'zod';
import {
  type ClassProbability,
  classProbability,
  type Reading,
  reading,
} from '../../clinic/entities/index.ts';
import type { Clock } from '../clock.ts';
import type { Connection } from '../connection.ts';
import { notFound } from '../errors.ts';
import { decode, fromJson } from './decode.ts';
import { fromFloat64s, fromInt32s, toInt32s } from './numbers.ts';

/** A reading to store, with the backbone's spike counts. */
export type NewReading = Omit<Reading, 'id' | 'createdAt'> & { readonly spikeCounts: Int32Array };

const select = `
  SELECT reading.id, reading.image_id AS imageId, network.name AS networkName,
    reading.network_sha256 AS networkSha256, head.name AS headName,
    reading.head_sha256 AS headSha256, accelerator_kind AS acceleratorKind,
    accelerator_name AS acceleratorName, accelerator_version AS acceleratorVersion,
    probabilities, advice, verdict, duration_ms AS durationMs, reading.created_at AS createdAt
  FROM reading
    JOIN network ON network.sha256 = reading.network_sha256
    JOIN head ON head.sha256 = reading.head_sha256`;

const byImage = `${select} WHERE reading.image_id = :imageId ORDER BY reading.seq DESC`;

/** What the head that reads now makes of an image's newest reading, where it did not make it itself. */
const scoreOfNewest = `
  SELECT head.name AS headName, head.sha256 AS headSha256, head.classes, score.probabilities,
    score.advice, score.verdict
  FROM reading_score AS score JOIN head ON head.sha256 = score.head_sha256
  WHERE score.head_sha256 = (SELECT head_sha256 FROM head_event WHERE kind = 'activated'
      ORDER BY seq DESC LIMIT 1)
    AND score.reading_seq = (SELECT max(seq) FROM reading WHERE image_id = :imageId)`;

const encoded = z.object({
  acceleratorKind: z.string(),
  acceleratorName: z.string(),
  acceleratorVersion: z.string(),
  probabilities: z.string(),
  advice: z.string().nullable(),
  verdict: z.string(),
});
const scoreRow = z.object({
  headName: z.string(),
  headSha256: z.string(),
  classes: z.string(),
  probabilities: z.instanceof(Uint8Array),
  advice: z.string().nullable(),
  verdict: z.string(),
});
const headClasses = z.array(classProbability.omit({ probability: true }));
const countsRow = z.object({
  seq: z.int(),
  imageId: z.string(),
  counts: z.instanceof(Uint8Array),
});
const idRow = z.object({ id: z.string() });
const spikesRow = z.object({ counts: z.instanceof(Uint8Array) });

export class ReadingRepository {
  readonly #connection: Connection;
  readonly #clock: Clock;

  constructor(connection: Connection, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
  }

  /**
   * Network and head must have been put into `models` before. Throws `not-found` when they were
   * not, or when there is no such image.
   */
  add({ spikeCounts, ...details }: NewReading): Reading {
    const createdAt = this.#clock().toISOString();
    const added = reading.parse({ ...details, id: newId(), createdAt });
    return this.#connection.transaction(() => {
      this.#connection.run(
        `INSERT INTO reading (id, image_id, network_sha256, head_sha256, accelerator_kind,
           accelerator_name, accelerator_version, probabilities, advice, verdict, duration_ms,
           created_at)
         VALUES (:id, :imageId, :networkSha256, :headSha256, :acceleratorKind,
           :acceleratorName, :acceleratorVersion, :probabilities, :advice, :verdict, :durationMs,
           :createdAt)`,
        {
          id: added.id,
          imageId: added.imageId,
          networkSha256: added.networkSha256,
          headSha256: added.headSha256,
          acceleratorKind: added.accelerator.kind,
          acceleratorName: added.accelerator.name,
          acceleratorVersion: added.accelerator.version,
          probabilities: JSON.stringify(added.probabilities),
          advice: added.advice && JSON.stringify(added.advice),
          verdict: JSON.stringify(added.verdict),
          durationMs: added.durationMs,
          createdAt,
        },
      );
      this.#connection.run(
        'INSERT INTO reading_spikes (reading_id, counts) VALUES (:id, :counts)',
        { id: added.id, counts: toInt32s(spikeCounts) },
      );
      return added;
    });
  }

  /** Newest first; the newest as the head that reads now has it. */
  listByImage(imageId: string): Reading[] {
    const [newest, ...earlier] = this.#connection.all(byImage, { imageId }).map(toReading);
    return newest ? [this.#asScored(newest), ...earlier] : [];
  }

  /** As the head that reads now has it. */
  newestByImage(imageId: string): Reading | null {
    const row = this.#connection.get(`${byImage} LIMIT 1`, { imageId });
    return row ? this.#asScored(toReading(row)) : null;
  }

  /** The newest that had been made by then, as it was made. */
  newestBefore(imageId: string, instant: string): Reading | null {
    const row = this.#connection.get(
      `${select} WHERE reading.image_id = :imageId AND reading.created_at <= :instant
       ORDER BY reading.seq DESC LIMIT 1`,
      { imageId, instant },
    );
    return row ? toReading(row) : null;
  }

  #asScored(newest: Reading): Reading {
    const row = this.#connection.get(scoreOfNewest, { imageId: newest.imageId });
    if (!row) return newest;
    const { headName, headSha256, classes, probabilities, advice, verdict } = decode(
      scoreRow,
      row,
      'score',
    );
    return decode(
      reading,
      {
        ...newest,
        headName,
        headSha256,
        firstHeadName: newest.headName,
        probabilities: byProbability(
          decode(headClasses, fromJson(classes), 'score'),
          fromFloat64s(probabilities),
        ),
        advice: advice === null ? null : fromJson(advice),
        verdict: fromJson(verdict),
      },
      'score',
    );
  }

  /** Counts of the readings by a network that came after one, oldest first. */
  countsAfter(
    networkSha256: string,
    seq: number,
  ): { seq: number; imageId: string; counts: Int32Array }[] {
    const found: { seq: number; imageId: string; counts: Int32Array }[] = [];
    this.#connection.each(
      `SELECT reading.seq, image_id AS imageId, counts
       FROM reading JOIN reading_spikes ON reading_spikes.reading_id = reading.id
       WHERE reading.seq > :seq AND network_sha256 = :networkSha256 ORDER BY reading.seq`,
      (row) => {
        const { counts, ...place } = decode(countsRow, row, 'reading');
        found.push({ ...place, counts: fromInt32s(counts) });
      },
      { seq, networkSha256 },
    );
    return found;
  }

  /** Of the images that came last, each image's newest reading by a network; of removed ones none. */
  newestCounts(networkSha256: string, limit: number): Int32Array[] {
    return this.#connection
      .all(
        `SELECT reading.seq, image.id AS imageId, counts FROM image
           JOIN reading ON reading.seq = (SELECT max(seq) FROM reading
             WHERE image_id = image.id AND network_sha256 = :networkSha256)
           JOIN reading_spikes ON reading_spikes.reading_id = reading.id
         WHERE image.removed_at IS NULL ORDER BY image.seq DESC LIMIT :limit`,
        { networkSha256, limit },
      )
      .map((row) => fromInt32s(decode(countsRow, row, 'reading').counts));
  }

  /** Newest readings by a network of an image and of the others of its lesion and visit. */
  ofLesionAtVisit(
    imageId: string,
    networkSha256: string,
  ): { reading: Reading; counts: Int32Array }[] {
    const images = this.#connection
      .all(
        `SELECT other.id FROM image JOIN image AS other
           ON other.lesion_id = image.lesion_id AND other.visit_id = image.visit_id
         WHERE image.id = :imageId AND other.removed_at IS NULL ORDER BY other.seq`,
        { imageId },
      )
      .map((row) => decode(idRow, row, 'image').id);
    return images.flatMap((id) => {
      const reading = this.newestByImage(id);
      return reading?.networkSha256 === networkSha256
        ? [{ reading, counts: this.spikeCounts(reading.id) }]
        : [];
    });
  }

  /** Throws `not-found`. */
  spikeCounts(readingId: string): Int32Array {
    const row = this.#connection.get(
      'SELECT counts FROM reading_spikes WHERE reading_id = :readingId',
      { readingId },
    );
    if (!row) throw notFound('reading');
    return fromInt32s(decode(spikesRow, row, 'reading').counts);
  }
}

function toReading(row: unknown): Reading {
  const columns = decode(encoded, row, 'reading');
  const { acceleratorKind, acceleratorName, acceleratorVersion, advice } = columns;
  const decoded = {
    accelerator: { kind: acceleratorKind, name: acceleratorName, version: acceleratorVersion },
    probabilities: fromJson(columns.probabilities),
    advice: advice === null ? null : fromJson(advice),
    verdict: fromJson(columns.verdict),
  };
  return decode(reading, Object.assign({}, row, decoded), 'reading');
}

/** Most probable first; of equals, in the classes' order. */
function byProbability(
  classes: readonly Omit<ClassProbability, 'probability'>[],
  probabilities: Float64Array,
): ClassProbability[] {
  return classes
    .map((each, index) => ({ ...each, probability: probabilities[index] ?? 0 }))
    .toSorted((a, b) => b.probability - a.probability);
}
