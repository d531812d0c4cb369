import { z } from 'zod';
import { type FormDraft, formDraft } from '../../clinic/entities/index.ts';
import type { Clock } from '../clock.ts';
import type { Connection } from '../connection.ts';
import { decode, fromJson } from './decode.ts';

/** Whose draft it is, of which form, and of what. */
export interface FormDraftKey {
  readonly userId: string;
  readonly form: FormDraft['form'];
  /** The patient or the lesion; the patient whose new lesion it is; null for a new patient. */
  readonly subjectId: string | null;
}

const contentRow = z.object({ content: z.string() });

/** What is typed into forms and not saved yet, a person each. */
export class FormDraftRepository {
  readonly #connection: Connection;
  readonly #clock: Clock;

  constructor(connection: Connection, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
  }

  get(key: FormDraftKey): FormDraft | null {
    const row = this.#connection.get(
      `SELECT content FROM form_draft
       WHERE user_id = :userId AND form = :form AND subject_id = :subjectId`,
      parameters(key),
    );
    if (!row) return null;
    // One of an older program may have another form: it is no record, and so no damage.
    const { data } = formDraft.safeParse(fromJson(decode(contentRow, row, 'draft').content));
    return data ?? null;
  }

  /** In place of the draft before; null ends it. Throws `not-found` when there is no such user. */
  keep(key: FormDraftKey, draft: FormDraft | null): void {
    if (draft === null)
      this.#connection.run(
        `DELETE FROM form_draft
         WHERE user_id = :userId AND form = :form AND subject_id = :subjectId`,
        parameters(key),
      );
    else
      this.#connection.run(
        `INSERT OR REPLACE INTO form_draft (user_id, form, subject_id, content, updated_at)
         VALUES (:userId, :form, :subjectId, :content, :updatedAt)`,
        {
          ...parameters(key),
          content: JSON.stringify(draft),
          updatedAt: this.#clock().toISOString(),
        },
      );
  }
}

const parameters = ({ subjectId, ...key }: FormDraftKey) => ({
  ...key,
  subjectId: subjectId ?? '',
});
