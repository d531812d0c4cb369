import { v7 as newId } from 'uuid';
import { z } from 'zod';
import { type Reading, reading } from '../../clinic/entities/index.ts';
import type { Clock } from '../clock.ts';
import type { Connection } from '../connection.ts';
import { notFound } from '../errors.ts';
import { decode, fromJson } from './decode.ts';

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

const encoded = z.object({
  acceleratorKind: z.string(),
  acceleratorName: z.string(),
  acceleratorVersion: z.string(),
  probabilities: z.string(),
  advice: z.string().nullable(),
  verdict: z.string(),
});
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
        { id: added.id, counts: toLittleEndian(spikeCounts) },
      );
      return added;
    });
  }

  /** Newest first. */
  listByImage(imageId: string): Reading[] {
    return this.#connection.all(byImage, { imageId }).map(toReading);
  }

  newestByImage(imageId: string): Reading | null {
    const row = this.#connection.get(`${byImage} LIMIT 1`, { imageId });
    return row ? toReading(row) : null;
  }

  /** Throws `not-found`. */
  spikeCounts(readingId: string): Int32Array {
    const row = this.#connection.get(
      'SELECT counts FROM reading_spikes WHERE reading_id = :readingId',
      { readingId },
    );
    if (!row) throw notFound('reading');
    return fromLittleEndian(decode(spikesRow, row, 'reading').counts);
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

function toLittleEndian(values: Int32Array): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(values.byteLength));
  values.forEach((value, index) => {
    bytes.setInt32(index * 4, value, true);
  });
  return new Uint8Array(bytes.buffer);
}

function fromLittleEndian({ buffer, byteOffset, byteLength }: Uint8Array): Int32Array {
  const bytes = new DataView(buffer, byteOffset, byteLength);
  return Int32Array.from({ length: byteLength / 4 }, (_, index) => bytes.getInt32(index * 4, true));
}
