import { z } from 'zod';
import {
  type ClassChange,
  type ClassEvaluation,
  type HeadVersion,
  headVersion,
} from '../../clinic/entities/index.ts';
import type { Clock } from '../clock.ts';
import type { Connection } from '../connection.ts';
import { notFound } from '../errors.ts';
import { decode, fromJson } from './decode.ts';

export interface NewVersion {
  readonly headSha256: string;
  readonly parentNumber: number | null;
  readonly learner: string;
  readonly changes: readonly ClassChange[];
  readonly evaluation: ClassEvaluation;
  readonly authorId: string;
  readonly examples: readonly { readonly imageId: string; readonly code: string }[];
}

/** The head that reads; `number` is `null` for the shipped one. */
export interface ActiveHead {
  readonly number: number | null;
  readonly headSha256: string;
}

const selectVersion = `
  SELECT version.number, version.head_sha256 AS headSha256, head.name AS headName,
    head.network_sha256 AS networkSha256, version.parent_number AS parentNumber, version.learner,
    version.changes, version.evaluation, version.author_id AS authorId, author.name AS authorName,
    version.created_at AS createdAt, approver.name AS approverName, approval.at AS approvedAt,
    approval.reason, version.erased_at AS erasedAt,
    EXISTS (SELECT 1 FROM head_event WHERE number = version.number AND kind = 'retired') AS isRetired,
    version.number IS (SELECT number FROM head_event WHERE kind = 'activated'
      ORDER BY seq DESC LIMIT 1) AS isActive,
    (SELECT count(*) FROM head_version_example WHERE number = version.number) AS examples,
    (SELECT count(*) FROM head_version_example AS used JOIN image ON image.id = used.image_id
      WHERE used.number = version.number AND (image.removed_at IS NOT NULL OR NOT EXISTS (
        SELECT 1 FROM class_example WHERE class_example.image_id = used.image_id
          AND class_example.code = used.code AND withdrawn_at IS NULL))) AS withdrawn
  FROM head_version AS version
    JOIN head ON head.sha256 = version.head_sha256
    JOIN user AS author ON author.id = version.author_id
    LEFT JOIN head_event AS approval ON approval.number = version.number
      AND approval.kind = 'approved'
    LEFT JOIN user AS approver ON approver.id = approval.user_id`;

const versionRow = z.object({
  changes: z.string(),
  evaluation: z.string(),
  approvedAt: z.string().nullable(),
  erasedAt: z.string().nullable(),
  isRetired: z.int(),
  isActive: z.int(),
});
const activeRow = z.object({ number: z.int().nullable(), headSha256: z.string() });
const exampleRow = z.object({ imageId: z.string(), code: z.string() });
const numberRow = z.object({ number: z.int() });

/** Heads that were learned here, and what became of them: added to and never changed. */
export class HeadVersionRepository {
  readonly #connection: Connection;
  readonly #clock: Clock;

  constructor(connection: Connection, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
  }

  /** Its head must have been put into `models`; the same head again is the version that it was. */
  add(version: NewVersion): HeadVersion {
    return this.#connection.transaction(() => {
      const known = this.#connection.get(
        'SELECT number FROM head_version WHERE head_sha256 = :headSha256',
        { headSha256: version.headSha256 },
      );
      if (known) return this.get(decode(numberRow, known, 'version').number);
      const { number } = decode(
        numberRow,
        this.#connection.get('SELECT coalesce(max(number), 0) + 1 AS number FROM head_version'),
        'version',
      );
      this.#connection.run(
        `INSERT INTO head_version (number, head_sha256, parent_number, learner, changes, evaluation,
           author_id, created_at)
         VALUES (:number, :headSha256, :parentNumber, :learner, :changes, :evaluation, :authorId,
           :createdAt)`,
        {
          number,
          headSha256: version.headSha256,
          parentNumber: version.parentNumber,
          learner: version.learner,
          changes: JSON.stringify(version.changes),
          evaluation: JSON.stringify(version.evaluation),
          authorId: version.authorId,
          createdAt: this.#clock().toISOString(),
        },
      );
      for (const { imageId, code } of version.examples) {
        this.#connection.run(
          `INSERT INTO head_version_example (number, image_id, code)
           VALUES (:number, :imageId, :code)`,
          { number, imageId, code },
        );
      }
      return this.get(number);
    });
  }

  /** Throws `not-found`. */
  get(number: number): HeadVersion {
    const row = this.#connection.get(`${selectVersion} WHERE version.number = :number`, { number });
    if (!row) throw notFound('version');
    return toVersion(row);
  }

  /** The classes of the images that it learned, by the image. */
  examplesOf(number: number): Map<string, string> {
    const rows = this.#connection.all(
      'SELECT image_id AS imageId, code FROM head_version_example WHERE number = :number',
      { number },
    );
    return new Map(
      rows.map((row) => {
        const { imageId, code } = decode(exampleRow, row, 'example');
        return [imageId, code];
      }),
    );
  }

  /** Newest first. */
  list(): HeadVersion[] {
    return this.#connection.all(`${selectVersion} ORDER BY version.number DESC`).map(toVersion);
  }

  /** Null before anything was activated: then the shipped head reads. */
  active(): ActiveHead | null {
    const row = this.#connection.get(
      `SELECT number, head_sha256 AS headSha256 FROM head_event WHERE kind = 'activated'
       ORDER BY seq DESC LIMIT 1`,
    );
    return row ? decode(activeRow, row, 'activation') : null;
  }

  /** What read before the head that reads; null where nothing did. */
  former(): ActiveHead | null {
    const rows = this.#connection.all(
      `SELECT number, head_sha256 AS headSha256 FROM head_event WHERE kind = 'activated'
       ORDER BY seq DESC LIMIT 2`,
    );
    const [newest, former] = rows.map((row) => decode(activeRow, row, 'activation'));
    // Before the first activation the shipped head read.
    return newest ? (former ?? { number: null, headSha256: '' }) : null;
  }

  approve(version: HeadVersion, userId: string, reason: string | null): void {
    this.#event('approved', version, userId, reason);
  }

  activate(head: ActiveHead, userId: string): void {
    this.#event('activated', head, userId, null);
  }

  retire(version: HeadVersion, userId: string): void {
    this.#event('retired', version, userId, null);
  }

  #event(
    kind: 'approved' | 'activated' | 'retired',
    { number, headSha256 }: ActiveHead,
    userId: string,
    reason: string | null,
  ): void {
    this.#connection.run(
      `INSERT INTO head_event (kind, number, head_sha256, user_id, at, reason)
       VALUES (:kind, :number, :headSha256, :userId, :at, :reason)`,
      { kind, number, headSha256, userId, reason, at: this.#clock().toISOString() },
    );
  }
}

function toVersion(row: unknown): HeadVersion {
  const { changes, evaluation, approvedAt, erasedAt, isRetired, isActive } = decode(
    versionRow,
    row,
    'version',
  );
  const isLeft = isRetired === 1 ? 'retired' : approvedAt === null ? 'evaluated' : 'approved';
  return decode(
    headVersion,
    Object.assign({}, row, {
      changes: fromJson(changes),
      evaluation: fromJson(evaluation),
      state: erasedAt !== null ? 'erased' : isActive === 1 ? 'active' : isLeft,
    }),
    'version',
  );
}
