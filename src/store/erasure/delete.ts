import { z } from 'zod';
import { type ClassEvaluation, patientDetails } from '../../clinic/entities/index.ts';
import type { Connection } from '../connection.ts';
import { type RecordHash, recordHashes } from '../records.ts';
import type { AuditRepository } from '../repositories/audit.ts';
import { decode, fromJson } from '../repositories/decode.ts';
import { fold } from '../words.ts';
import { type Scope, scopeParameters } from './scope.ts';

const ofImages = 'image_id IN (SELECT value FROM json_each(:images))';
const ofPatients = (column: string) => `${column} IN (SELECT value FROM json_each(:patients))`;
const ofLesions = (column: string) => `${column} IN (SELECT value FROM json_each(:lesions))`;
const ofOverviews = (column: string) => `${column} IN (SELECT value FROM json_each(:overviews))`;
const itsReadings = `SELECT id FROM reading WHERE ${ofImages}`;

/** Each before what it refers to. A patient's own part does nothing where an image or a photograph alone is erased. */
const deletions = [
  `reading_score WHERE reading_seq IN (SELECT seq FROM reading WHERE ${ofImages})`,
  `rescoring_change WHERE ${ofImages}`,
  `case_answer WHERE ${ofLesions('lesion_id')}`,
  `shared_case_lesion WHERE ${ofLesions('lesion_id')}`,
  `kept_lesion WHERE ${ofLesions('lesion_id')}`,
  `follow_up WHERE ${ofLesions('lesion_id')}`,
  `histology WHERE ${ofLesions('lesion_id')}`,
  `second_opinion WHERE ${ofImages}`,
  `review WHERE ${ofImages}`,
  `checklist WHERE ${ofImages}`,
  `image_scale WHERE ${ofImages}`,
  `image_outline WHERE ${ofImages}`,
  `review_draft WHERE ${ofImages}`,
  `reading_spikes WHERE reading_id IN (${itsReadings})`,
  `reading WHERE ${ofImages}`,
  `class_example WHERE ${ofImages}`,
  `head_version_example WHERE ${ofImages}`,
  `image_move WHERE ${ofImages} OR ${ofLesions('from_lesion_id')} OR ${ofLesions('to_lesion_id')}`,
  `image_thumbnail WHERE ${ofImages}`,
  `image_original WHERE ${ofImages}`,
  `waiting_lesion WHERE patient_id = :patient OR lesion_id IN
    (SELECT lesion_id FROM image WHERE id IN (SELECT value FROM json_each(:images)))`,
  'image WHERE id IN (SELECT value FROM json_each(:images))',
  `form_draft WHERE ${ofPatients('subject_id')} OR ${ofLesions('subject_id')}
    OR ${ofImages.replace('image_id', 'subject_id')}`,
  `overview_marker WHERE ${ofOverviews('overview_id')} OR ${ofLesions('lesion_id')}`,
  `overview_thumbnail WHERE ${ofOverviews('overview_id')}`,
  `overview_original WHERE ${ofOverviews('overview_id')}`,
  `overview WHERE ${ofOverviews('id')}`,
  'consent WHERE patient_id = :patient',
  'example_collection WHERE patient_id = :patient',
  `patient_word WHERE ${ofPatients('patient_id')}`,
  `patient_merge_record WHERE kind = 'image' AND ${ofImages.replace('image_id', 'record_id')}
    OR kind = 'overview' AND ${ofOverviews('record_id')}
    OR merge_id IN (SELECT id FROM patient_merge WHERE ${ofPatients('into_patient_id')})`,
  `patient_merge WHERE ${ofPatients('into_patient_id')}`,
  `recent_change WHERE ${ofPatients('patient_id')} OR ${ofLesions('subject_id')}
    OR ${ofImages.replace('image_id', 'subject_id')} OR ${ofOverviews('subject_id')}`,
  `not_double WHERE ${ofPatients('one_id')} OR ${ofPatients('other_id')}`,
  'visit WHERE patient_id = :patient',
  'lesion WHERE patient_id = :patient',
  `patient WHERE ${ofPatients('id')}`,
];

/** The tables that lose rows; a test holds every table that refers to one of them to be here. */
export const erasedTables = deletions.map((deletion) => deletion.replace(/ .*/s, ''));

const placeRow = z.object({ lesionId: z.string(), visitId: z.string() });

/** Deletes the records; what they are worked into is made anew without them. */
export function deleteRecords(connection: Connection, scope: Scope): void {
  const parameters = scopeParameters(scope);
  const place =
    scope.subject.kind === 'image'
      ? connection.get(
          'SELECT lesion_id AS lesionId, visit_id AS visitId FROM image WHERE id = :id',
          { id: scope.subject.id },
        )
      : undefined;
  for (const id of scope.patientIds) dropEnrolmentDrafts(connection, id);
  forgetLearned(connection, scope);
  // What was planned of a lesion that stays is done all the same.
  connection.run(
    `UPDATE follow_up SET review_id = NULL
     WHERE review_id IN (SELECT id FROM review WHERE ${ofImages})`,
    { images: JSON.stringify(scope.imageIds) },
  );
  for (const deletion of deletions) {
    const names = ['patient', 'patients', 'lesions', 'images', 'overviews'].filter((name) =>
      new RegExp(`:${name}\\b`).test(deletion),
    );
    connection.run(
      `DELETE FROM ${deletion}`,
      Object.fromEntries(names.map((name) => [name, parameters[name] ?? null])),
    );
  }
  if (!place) return;
  const { lesionId, visitId } = decode(placeRow, place, 'image');
  connection.run('INSERT INTO waiting_change VALUES (:lesionId)', { lesionId });
  connection.run(
    `DELETE FROM visit WHERE id = :visitId AND note = ''
       AND NOT EXISTS (SELECT 1 FROM image WHERE visit_id = :visitId)`,
    { visitId },
  );
}

const enrolment = z.object({ userId: z.string(), content: z.string() });
const typedNames = z.object({
  details: patientDetails.pick({ givenName: true, recordNumber: true }).extend({
    familyName: z.string(),
  }),
});

/** Whoever began to enrol the same person once more left their names in a draft. */
function dropEnrolmentDrafts(connection: Connection, id: string): void {
  const row = connection.get(
    `SELECT family_name AS familyName, given_name AS givenName, record_number AS recordNumber
     FROM patient WHERE id = :id`,
    { id },
  );
  const own = decode(typedNames.shape.details, row, 'patient');
  const drafts = connection.all(
    `SELECT user_id AS userId, content FROM form_draft WHERE form = 'patient' AND subject_id = ''`,
  );
  for (const draft of drafts) {
    const { userId, content } = decode(enrolment, draft, 'draft');
    const typed = typedNames.safeParse(fromJson(content));
    if (!typed.success) continue;
    const { familyName, givenName, recordNumber } = typed.data.details;
    const isNamed =
      fold(familyName) === fold(own.familyName) && fold(givenName) === fold(own.givenName);
    const isNumbered = recordNumber !== '' && recordNumber === own.recordNumber;
    if (isNamed || isNumbered)
      connection.run(
        `DELETE FROM form_draft WHERE form = 'patient' AND subject_id = '' AND user_id = :userId`,
        { userId },
      );
  }
}

const nothingMeasured = (learner: ClassEvaluation['learner']): ClassEvaluation => ({
  learner,
  folds: 0,
  images: 0,
  lesions: 0,
  added: [],
  known: [],
  melanoma: null,
  camera: null,
  confusion: { rows: [], columns: [], before: [], after: [] },
  guards: [],
});

const learnedRow = z.object({
  number: z.int(),
  headSha256: z.string(),
  evaluation: z.string(),
  erasedAt: z.string().nullable(),
});
const evaluated = z.looseObject({
  learner: z.enum(['analytic', 'extension', 'prototype', 'edge']),
  guards: z.array(z.looseObject({ images: z.array(z.unknown()).optional() })),
});

/** A version that learned from an image loses its weights and figures; any that names one, the name. */
function forgetLearned(connection: Connection, { imageIds, versions }: Scope): void {
  const rows = connection.all(
    `SELECT number, head_sha256 AS headSha256, evaluation, erased_at AS erasedAt FROM head_version`,
  );
  for (const row of rows) {
    const { number, headSha256, evaluation, erasedAt } = decode(learnedRow, row, 'version');
    if (erasedAt !== null) continue;
    const found = decode(evaluated, fromJson(evaluation), 'version');
    if (versions.includes(number)) {
      connection.run(
        `UPDATE head_version SET erased_at = (SELECT at FROM erasure ORDER BY seq DESC LIMIT 1),
           evaluation = :evaluation WHERE number = :number`,
        { number, evaluation: JSON.stringify(nothingMeasured(found.learner)) },
      );
      connection.run("UPDATE head SET json = '{}' WHERE sha256 = :headSha256", { headSha256 });
      connection.run('DELETE FROM reading_score WHERE head_sha256 = :headSha256', { headSha256 });
      connection.run('DELETE FROM head_version_example WHERE number = :number', { number });
    } else if (imageIds.some((id) => evaluation.includes(id))) {
      const guards = found.guards.map((guard) =>
        guard.images
          ? {
              ...guard,
              images: guard.images.filter(
                (each) => ![each].flat().some((id) => imageIds.includes(String(id))),
              ),
            }
          : guard,
      );
      connection.run('UPDATE head_version SET evaluation = :evaluation WHERE number = :number', {
        number,
        evaluation: JSON.stringify({ ...found, guards }),
      });
    }
  }
}

interface EntryRow {
  readonly seq: number;
  readonly isSalted: number;
  readonly records: string;
}

/**
 * Takes the hashes of what is erased out of the audit log: each entry that has one says nothing of records
 * any more. What it said of others is returned, to be said again, beside the entries that were emptied.
 */
export function emptyEntries(
  connection: Connection,
  audit: AuditRepository,
  touched: readonly RecordHash[],
): { said: RecordHash[]; emptied: number[] } {
  const gone = new Set(
    touched.flatMap(([kind, id, hash]) => (hash === null ? [`${kind} ${id}`] : [])),
  );
  const emptied: number[] = [];
  /** What emptied entries said of others, unless a later one has said it since. */
  const left = new Map<string, RecordHash>();
  const goneIds = new Set(touched.map(([, id]) => id));
  const isGone = ([kind, id]: RecordHash) => goneIds.has(id) && gone.has(`${kind} ${id}`);
  connection.each(
    `SELECT seq, records_salt IS NOT NULL AS isSalted, records FROM audit_entry
     WHERE records IS NOT NULL AND records <> '[]' ORDER BY seq`,
    (row) => {
      const { seq, isSalted, records } = row as EntryRow;
      const said = fromJson(records) as RecordHash[] | undefined;
      // To check each of hundreds of thousands would hold others up; those that matter are.
      const isEmptied = isSalted === 1 && !!said?.some(isGone);
      const told = isEmptied || !said ? recordHashes.parse(said) : said;
      if (isEmptied) emptied.push(seq);
      else if (left.size === 0) return;
      for (const record of told) {
        const key = `${record[0]} ${record[1]}`;
        if (isEmptied && !isGone(record)) left.set(key, record);
        else left.delete(key);
      }
    },
  );
  for (const seq of emptied) audit.emptyRecords(seq);
  return { said: [...left.values()], emptied };
}
