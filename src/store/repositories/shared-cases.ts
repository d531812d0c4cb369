import { v7 as newId } from 'uuid';
import { z } from 'zod';
import {
  type CaseAnswer,
  type Colleague,
  caseAnswer,
  colleague,
  type GivenCase,
  givenCase,
  type SharedAnswer,
} from '../../clinic/entities/index.ts';
import type { Clock } from '../clock.ts';
import type { Connection } from '../connection.ts';
import { notFound, StoreError } from '../errors.ts';
import { decode } from './decode.ts';

interface KeyPair {
  readonly privateKey: Uint8Array;
  readonly publicKey: Uint8Array;
}

interface NewCase {
  readonly id: string;
  readonly userId: string;
  readonly sealedFor: string;
  readonly isDeidentified: boolean;
  readonly answerKey: Uint8Array;
  readonly lesions: readonly { readonly ref: string; readonly lesionId: string }[];
}

/** A case that was not given away here. */
interface OthersCase {
  readonly caseId: string;
  /** The fingerprint of the key that signed it, without spaces. */
  readonly signer: string;
}

const bytes = z.instanceof(Uint8Array);
const keyRow = z.object({ privateKey: bytes, publicKey: bytes });
const publicRow = z.object({ clinicName: z.string(), publicKey: bytes });
const answerKeyRow = z.object({ answerKey: bytes });
const caseRow = givenCase.omit({ lesions: true }).extend({ isDeidentified: z.literal([0, 1]) });
const lesionRow = z.object({ ref: z.string(), lesionId: z.string() });

const selectAnswer = `
  SELECT case_answer.id, lesion_id AS lesionId, clinic_name AS clinicName,
    author_name AS authorName, fingerprint, impression, decision, text,
    answered_at AS answeredAt, user.name AS filedByName, filed_at AS filedAt
  FROM case_answer JOIN user ON user.id = filed_by`;

/** Cases that were given to colleagues, the keys to seal them with, and the answers that came back. */
export class SharedCaseRepository {
  readonly #connection: Connection;
  readonly #clock: Clock;

  constructor(connection: Connection, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
  }

  /** This clinic's; kept from the first time on. */
  ownKey(make: () => KeyPair): KeyPair {
    return this.#connection.transaction(() => {
      const row = this.#connection.get(
        'SELECT private_key AS privateKey, public_key AS publicKey FROM sharing_key',
      );
      if (row) return decode(keyRow, row, 'key');
      const key = make();
      this.#connection.run(
        `INSERT INTO sharing_key (id, private_key, public_key)
         VALUES (1, :privateKey, :publicKey)`,
        { privateKey: key.privateKey, publicKey: key.publicKey },
      );
      return key;
    });
  }

  addColleague(
    fingerprint: string,
    { clinicName, publicKey }: { readonly clinicName: string; readonly publicKey: Uint8Array },
    userId: string,
  ): void {
    this.#connection.run(
      `INSERT INTO colleague_key (fingerprint, clinic_name, public_key, added_by, added_at)
       VALUES (:fingerprint, :clinicName, :publicKey, :userId, :now)
       ON CONFLICT (fingerprint) DO UPDATE SET clinic_name = excluded.clinic_name`,
      { fingerprint, clinicName, publicKey, userId, now: this.#clock().toISOString() },
    );
  }

  removeColleague(fingerprint: string): void {
    this.#connection.run('DELETE FROM colleague_key WHERE fingerprint = :fingerprint', {
      fingerprint,
    });
  }

  colleagues(): Colleague[] {
    return this.#connection
      .all(
        `SELECT fingerprint, clinic_name AS clinicName, user.name AS addedByName,
           added_at AS addedAt
         FROM colleague_key JOIN user ON user.id = added_by ORDER BY clinic_name, fingerprint`,
      )
      .map((row) => decode(colleague, row, 'key'));
  }

  /** Throws `not-found`. */
  keyOf(fingerprint: string): z.infer<typeof publicRow> {
    const row = this.#connection.get(
      `SELECT clinic_name AS clinicName, public_key AS publicKey FROM colleague_key
       WHERE fingerprint = :fingerprint`,
      { fingerprint },
    );
    if (!row) throw notFound('key');
    return decode(publicRow, row, 'key');
  }

  add({ lesions, userId, isDeidentified, ...made }: NewCase): void {
    this.#connection.transaction(() => {
      this.#connection.run(
        `INSERT INTO shared_case (id, made_by, made_at, sealed_for, is_deidentified, answer_key)
         VALUES (:id, :userId, :now, :sealedFor, :isDeidentified, :answerKey)`,
        {
          ...made,
          userId,
          isDeidentified: Number(isDeidentified),
          now: this.#clock().toISOString(),
        },
      );
      for (const { ref, lesionId } of lesions)
        this.#connection.run(
          `INSERT INTO shared_case_lesion (case_id, ref, lesion_id)
           VALUES (:id, :ref, :lesionId)`,
          { id: made.id, ref, lesionId },
        );
    });
  }

  /** Newest first. */
  list(limit: number): GivenCase[] {
    return this.#connection
      .all(
        `SELECT shared_case.id, user.name AS madeByName, made_at AS madeAt,
           sealed_for AS sealedFor, is_deidentified AS isDeidentified,
           (SELECT count(DISTINCT answer_id) FROM case_answer
              WHERE case_id = shared_case.id) AS answers
         FROM shared_case JOIN user ON user.id = made_by
         ORDER BY shared_case.seq DESC LIMIT :limit`,
        { limit },
      )
      .map((row) => {
        const found = decode(caseRow, row, 'case');
        return {
          ...found,
          isDeidentified: found.isDeidentified === 1,
          lesions: this.lesionsOf(found.id),
        };
      });
  }

  /** Of a case that was given away, those of its lesions that are still here, by the file's names. */
  lesionsOf(caseId: string): z.infer<typeof lesionRow>[] {
    return this.#connection
      .all(
        `SELECT ref, lesion_id AS lesionId FROM shared_case_lesion WHERE case_id = :caseId
         ORDER BY length(ref), ref`,
        { caseId },
      )
      .map((row) => decode(lesionRow, row, 'case'));
  }

  /** Of another clinic's case, the lesions that were kept of it, by how it calls them. */
  keptLesions({ caseId, signer }: OthersCase): ReadonlyMap<string, string> {
    const rows = this.#connection.all(
      `SELECT ref, lesion_id AS lesionId FROM kept_lesion
       WHERE case_id = :caseId AND signer = :signer`,
      { caseId, signer },
    );
    return new Map(
      rows.map((row) => decode(lesionRow, row, 'case')).map(({ ref, lesionId }) => [ref, lesionId]),
    );
  }

  noteKept({ caseId, signer }: OthersCase, ref: string, lesionId: string): void {
    this.#connection.run(
      `INSERT INTO kept_lesion (case_id, signer, ref, lesion_id)
       VALUES (:caseId, :signer, :ref, :lesionId)`,
      { caseId, signer, ref, lesionId },
    );
  }

  /** Undefined for a case that was not given away here. */
  answerKey(caseId: string): Uint8Array | undefined {
    const row = this.#connection.get(
      'SELECT answer_key AS answerKey FROM shared_case WHERE id = :caseId',
      { caseId },
    );
    return row ? decode(answerKeyRow, row, 'case').answerKey : undefined;
  }

  isFiled(answerId: string): boolean {
    const row = 'SELECT 1 FROM case_answer WHERE answer_id = :answerId';
    return this.#connection.get(row, { answerId }) !== undefined;
  }

  /** With each lesion that is still here. Throws `not-found` where none of them is. */
  fileAnswer(answer: SharedAnswer, fingerprint: string, userId: string): CaseAnswer[] {
    return this.#connection.transaction(() => {
      const lesions = new Map(
        this.lesionsOf(answer.caseId).map(({ ref, lesionId }) => [ref, lesionId]),
      );
      const filed = answer.answers.flatMap(({ lesionRef, impression, decision, text }) => {
        const lesionId = lesions.get(lesionRef);
        if (lesionId === undefined) return [];
        const id = newId();
        this.#connection.run(
          `INSERT INTO case_answer (id, answer_id, case_id, lesion_id, clinic_name, author_name,
             fingerprint, impression, decision, text, answered_at, filed_by, filed_at)
           VALUES (:id, :answerId, :caseId, :lesionId, :clinicName, :authorName, :fingerprint,
             :impression, :decision, :text, :answeredAt, :userId, :now)`,
          {
            ...{ id, lesionId, impression, decision, text, fingerprint, userId },
            answerId: answer.answerId,
            caseId: answer.caseId,
            clinicName: answer.clinicName,
            authorName: answer.authorName,
            answeredAt: answer.answeredAt,
            now: this.#clock().toISOString(),
          },
        );
        const row = this.#connection.get(`${selectAnswer} WHERE case_answer.id = :id`, { id });
        return [decode(caseAnswer, row, 'answer')];
      });
      if (filed.length === 0)
        throw new StoreError(
          'not-found',
          'The lesions that this answer speaks of are no longer here, so nothing was filed.',
        );
      return filed;
    });
  }

  /** Of the lesion, the oldest first. */
  answersOf(lesionId: string): CaseAnswer[] {
    return this.#connection
      .all(`${selectAnswer} WHERE lesion_id = :lesionId ORDER BY answered_at, case_answer.seq`, {
        lesionId,
      })
      .map((row) => decode(caseAnswer, row, 'answer'));
  }
}
