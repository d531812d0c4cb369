import { z } from 'zod';
import { formDraft, id } from '../../clinic/entities/index.ts';
import { command, none, query, recorders } from './procedures.ts';

/** Which form, and of what: a patient, a lesion, the patient of a new lesion, an image, or a new patient. */
const formDraftKey = z.object({
  form: z.enum(['patient', 'lesion', 'checklist']),
  subjectId: id.nullable(),
});
export type FormDraftKey = z.infer<typeof formDraftKey>;

/** What a person has typed into a form and not saved yet. */
export const formDraftProcedures = {
  'formDrafts.get': query(recorders, formDraftKey, formDraft.nullable()),
  /** In place of the one before; null ends it. */
  'formDrafts.keep': command(recorders, formDraftKey.extend({ draft: formDraft.nullable() }), none),
} as const;
