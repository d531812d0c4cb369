import { v7 as newId } from 'uuid';
import { z } from 'zod';
import {
  type ClassChange,
  type ClassExample,
  type Confirmation,
  classChange,
  classExample,
  learningScopes,
  type StoredChange,
  storedChange,
} from '../../clinic/entities/index.ts';
import type { Clock } from '../clock.ts';
import type { Connection } from '../connection.ts';
import { hasWithdrawn } from './consents.ts';
import { decode, fromJson } from './decode.ts';
import { fromInt32s } from './numbers.ts';

/** An example with what is learned of it, and what may be learned in its place. */
export interface LearnableExample {
  readonly imageId: string;
  readonly code: string;
  readonly lesionId: string;
  /** `null` in a collection of images whose patients are not known. */
  readonly patientId: string | null;
  readonly device: string | null;
  readonly day: string | null;
  /** Of the newest reading by the network that was asked for. */
  readonly counts: Int32Array;
  readonly unfamiliarity: number | null;
}

const selectExample = `
  SELECT class_example.id, image_id AS imageId, code, confirmed_by AS confirmedBy,
    user.name AS addedBy, added_at AS addedAt
  FROM class_example JOIN user ON user.id = class_example.added_by
    JOIN image ON image.id = class_example.image_id
  WHERE withdrawn_at IS NULL AND image.removed_at IS NULL`;

/** The newest reading of each example by one network; an image that was not read by it is left out. */
const selectLearnable = `
  SELECT example.image_id AS imageId, example.code, image.lesion_id AS lesionId,
    CASE WHEN collection.patient_id IS NULL THEN image.patient_id END AS patientId, image.device,
    substr(image.captured_at, 1, 10) AS day,
    spikes.counts, reading.advice ->> '$.unfamiliarity' AS unfamiliarity
  FROM class_example AS example
    JOIN image ON image.id = example.image_id
    JOIN reading ON reading.seq = (SELECT max(seq) FROM reading
      WHERE image_id = image.id AND network_sha256 = :networkSha256)
    JOIN reading_spikes AS spikes ON spikes.reading_id = reading.id
    LEFT JOIN example_collection AS collection ON collection.patient_id = image.patient_id
  WHERE example.withdrawn_at IS NULL AND image.removed_at IS NULL
    AND NOT ${hasWithdrawn('image.patient_id', learningScopes)}
  ORDER BY example.image_id, example.code`;

const learnableRow = z.object({
  imageId: z.string(),
  code: z.string(),
  lesionId: z.string(),
  patientId: z.string().nullable(),
  device: z.string().nullable(),
  day: z.string().nullable(),
  counts: z.instanceof(Uint8Array).transform(fromInt32s),
  unfamiliarity: z.number().nullable(),
});
const codeRow = z.object({
  code: z.string(),
  images: z.int(),
  lesions: z.int(),
  conflicts: z.int(),
});
const withheldRow = z.object({ images: z.int(), patients: z.int() });
const changeRow = z.object({ change: z.string() });

/** What a clinic changes of the classes, and the images that are examples of them. */
export class ClassExampleRepository {
  readonly #connection: Connection;
  readonly #clock: Clock;

  constructor(connection: Connection, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
  }

  /** Those that are not undone, in their order. */
  changes(): StoredChange[] {
    return this.#connection
      .all(
        `SELECT class_change.id, change, user.name AS madeBy, made_at AS madeAt
         FROM class_change JOIN user ON user.id = made_by
         WHERE undone_at IS NULL ORDER BY seq`,
      )
      .map((row) => {
        const change = decode(
          classChange,
          fromJson(decode(changeRow, row, 'change').change),
          'change',
        );
        return decode(storedChange, Object.assign({}, row, { change }), 'change');
      });
  }

  addChange(change: ClassChange, madeBy: string): string {
    const id = newId();
    this.#connection.run(
      `INSERT INTO class_change (id, change, made_by, made_at)
       VALUES (:id, :change, :madeBy, :madeAt)`,
      { id, change: JSON.stringify(change), madeBy, madeAt: this.#clock().toISOString() },
    );
    return id;
  }

  undoChange(id: string): void {
    this.#connection.run(
      'UPDATE class_change SET undone_at = :at WHERE id = :id AND undone_at IS NULL',
      { id, at: this.#clock().toISOString() },
    );
  }

  /** An image is an example of a class once; said again, the newer confirmation stands. */
  add(imageId: string, code: string, confirmedBy: Confirmation, addedBy: string): void {
    this.#connection.transaction(() => {
      this.withdraw(imageId, code);
      this.#connection.run(
        `INSERT INTO class_example (id, image_id, code, confirmed_by, added_by, added_at)
         VALUES (:id, :imageId, :code, :confirmedBy, :addedBy, :addedAt)`,
        { id: newId(), imageId, code, confirmedBy, addedBy, addedAt: this.#clock().toISOString() },
      );
    });
  }

  withdraw(imageId: string, code: string): void {
    this.#connection.run(
      `UPDATE class_example SET withdrawn_at = :at
       WHERE image_id = :imageId AND code = :code AND withdrawn_at IS NULL`,
      { imageId, code, at: this.#clock().toISOString() },
    );
  }

  /** Of all classes, the newest first; of removed images none. */
  list(): ClassExample[] {
    return this.#connection
      .all(`${selectExample} ORDER BY class_example.seq DESC`)
      .map((row) => decode(classExample, row, 'example'));
  }

  listByImage(imageId: string): ClassExample[] {
    return this.#connection
      .all(`${selectExample} AND image_id = :imageId ORDER BY class_example.seq`, { imageId })
      .map((row) => decode(classExample, row, 'example'));
  }

  /** Classes of which other images of its lesion are examples. */
  codesOfLesion(imageId: string): string[] {
    return this.#connection
      .all(
        `SELECT DISTINCT example.code FROM image JOIN image AS other
           ON other.lesion_id = image.lesion_id AND other.id <> image.id
         JOIN class_example AS example ON example.image_id = other.id
         WHERE image.id = :imageId AND other.removed_at IS NULL AND withdrawn_at IS NULL
         ORDER BY example.code`,
        { imageId },
      )
      .map((row) => decode(z.object({ code: z.string() }), row, 'example').code);
  }

  countByCode(): { code: string; images: number; lesions: number; conflicts: number }[] {
    return this.#connection
      .all(
        `SELECT example.code, count(*) AS images, count(DISTINCT image.lesion_id) AS lesions,
           count(*) FILTER (WHERE EXISTS (SELECT 1 FROM class_example AS other
             WHERE other.image_id = example.image_id AND other.code <> example.code
               AND other.withdrawn_at IS NULL)) AS conflicts
         FROM class_example AS example JOIN image ON image.id = example.image_id
         WHERE example.withdrawn_at IS NULL AND image.removed_at IS NULL
         GROUP BY example.code ORDER BY example.code`,
      )
      .map((row) => decode(codeRow, row, 'example'));
  }

  /** Examples whose patients took their consent back: nothing is learned of them. */
  countWithheld(): { images: number; patients: number } {
    const row = this.#connection.get(
      `SELECT count(DISTINCT image.id) AS images, count(DISTINCT image.patient_id) AS patients
       FROM class_example AS example JOIN image ON image.id = example.image_id
       WHERE example.withdrawn_at IS NULL AND image.removed_at IS NULL
         AND ${hasWithdrawn('image.patient_id', learningScopes)}`,
    );
    return decode(withheldRow, row, 'example');
  }

  /** By image; without those whose patients took their consent back. */
  learnable(networkSha256: string): LearnableExample[] {
    return this.#connection
      .all(selectLearnable, { networkSha256 })
      .map((row) => decode(learnableRow, row, 'example'));
  }

  /** The patient under whom a collection's images are kept, if there is one of this name. */
  collection(name: string): string | null {
    const row = this.#connection.get(
      'SELECT patient_id AS patientId FROM example_collection WHERE name = :name',
      { name },
    );
    return row ? decode(z.object({ patientId: z.string() }), row, 'collection').patientId : null;
  }

  addCollection(name: string, patientId: string): void {
    this.#connection.run(
      'INSERT INTO example_collection (patient_id, name) VALUES (:patientId, :name)',
      { name, patientId },
    );
  }
}
