import { z } from 'zod';
import type { ErasedCounts, ErasurePlan, ErasureSubject } from '../../clinic/entities/index.ts';
import { type Connection, type Parameters, scalar } from '../connection.ts';
import { notFound } from '../errors.ts';
import { decode } from '../repositories/decode.ts';
import { assertNotMerged } from '../repositories/patients.ts';

/** All that belongs to what is erased, by id. */
export interface Scope {
  readonly subject: ErasureSubject;
  /** When it came into the clinic. */
  readonly since: string;
  /** Empty where an image or a photograph alone is erased. */
  readonly lesionIds: readonly string[];
  /** The patient, and those who were merged into them. */
  readonly patientIds: readonly string[];
  readonly visitIds: readonly string[];
  readonly imageIds: readonly string[];
  readonly overviewIds: readonly string[];
  readonly readingIds: readonly string[];
  readonly reviewIds: readonly string[];
  readonly followUpIds: readonly string[];
  readonly histologyIds: readonly string[];
  /** Versions of the classes that learned from an image. */
  readonly versions: readonly number[];
}

/** Parameters that name the scope in the statements below, as JSON lists. */
export function scopeParameters(scope: Scope): Parameters {
  const { subject, lesionIds, imageIds, overviewIds, patientIds } = scope;
  return {
    patient: subject.kind === 'patient' ? subject.id : '',
    patients: JSON.stringify(patientIds),
    lesions: JSON.stringify(lesionIds),
    images: JSON.stringify(imageIds),
    overviews: JSON.stringify(overviewIds),
  };
}

const idRow = z.object({ id: z.string() });
const versionRow = z.object({ number: z.int() });

/** Throws `not-found`. */
export function scopeOf(connection: Connection, subject: ErasureSubject): Scope {
  const ids = (sql: string, parameters: Parameters) =>
    connection.all(sql, parameters).map((row) => decode(idRow, row, 'record').id);
  const { id } = subject;
  const isPatient = subject.kind === 'patient';
  if (isPatient) assertNotMerged(connection, id);
  const of = (table: string) => ids(`SELECT id FROM ${table} WHERE patient_id = :id`, { id });
  const own = (kind: 'image' | 'overview') => (subject.kind === kind ? [id] : []);
  const imageIds = isPatient ? of('image') : own('image');
  const images = JSON.stringify(imageIds);
  const ofImages = (table: string) =>
    ids(`SELECT id FROM ${table} WHERE image_id IN (SELECT value FROM json_each(:images))`, {
      images,
    });
  const lesionIds = isPatient ? of('lesion') : [];
  const ofLesions = (table: string) =>
    ids(`SELECT id FROM ${table} WHERE lesion_id IN (SELECT value FROM json_each(:lesions))`, {
      lesions: JSON.stringify(lesionIds),
    });
  return {
    subject,
    since: sinceOf(connection, subject),
    patientIds: isPatient
      ? ids(
          `WITH RECURSIVE part (id) AS (
             SELECT :id UNION
             SELECT from_patient_id FROM patient_merge JOIN part ON into_patient_id = part.id)
           SELECT id FROM part`,
          { id },
        )
      : [],
    lesionIds,
    followUpIds: ofLesions('follow_up'),
    histologyIds: ofLesions('histology'),
    visitIds: isPatient ? of('visit') : [],
    imageIds,
    overviewIds: isPatient ? of('overview') : own('overview'),
    readingIds: ofImages('reading'),
    reviewIds: ofImages('review'),
    versions: connection
      .all(
        `SELECT DISTINCT number FROM head_version_example
         WHERE image_id IN (SELECT value FROM json_each(:images)) ORDER BY number`,
        { images },
      )
      .map((row) => decode(versionRow, row, 'version').number),
  };
}

/** What would go. `entries` is known once it is done. */
export function planOf(connection: Connection, scope: Scope): Omit<ErasurePlan, 'versions'> {
  const count = (sql: string) =>
    scalar(connection, `SELECT count(*) AS value FROM ${sql}`, scopeParameters(scope));
  const counts: ErasedCounts = {
    lesions: scope.lesionIds.length,
    visits: scope.visitIds.length,
    images: scope.imageIds.length,
    readings: scope.readingIds.length,
    reviews: scope.reviewIds.length,
    checklists: count('checklist WHERE image_id IN (SELECT value FROM json_each(:images))'),
    opinions: count('second_opinion WHERE image_id IN (SELECT value FROM json_each(:images))'),
    measures:
      count('image_scale WHERE image_id IN (SELECT value FROM json_each(:images))') +
      count('image_outline WHERE image_id IN (SELECT value FROM json_each(:images))'),
    followUps: scope.followUpIds.length,
    histology: scope.histologyIds.length,
    answers: count('case_answer WHERE lesion_id IN (SELECT value FROM json_each(:lesions))'),
    overviews: scope.overviewIds.length,
    consents: count('consent WHERE patient_id = :patient'),
    drafts:
      count('review_draft WHERE image_id IN (SELECT value FROM json_each(:images))') +
      count(
        `form_draft WHERE subject_id IN (SELECT value FROM json_each(:patients))
           OR subject_id IN (SELECT value FROM json_each(:lesions))
           OR subject_id IN (SELECT value FROM json_each(:images))`,
      ),
    examples: count(
      'class_example WHERE withdrawn_at IS NULL AND image_id IN (SELECT value FROM json_each(:images))',
    ),
    versions: scope.versions.length,
    entries: 0,
  };
  const movedAway = count(
    `(SELECT DISTINCT image_id FROM image_move JOIN image ON image.id = image_move.image_id
      WHERE from_lesion_id IN (SELECT value FROM json_each(:lesions))
        AND image.patient_id <> :patient)`,
  );
  return { counts, movedAway, since: scope.since };
}

function sinceOf(connection: Connection, { kind, id }: ErasureSubject): string {
  const sql =
    kind === 'patient'
      ? `WITH RECURSIVE part (id) AS (
           SELECT :id UNION
           SELECT from_patient_id FROM patient_merge JOIN part ON into_patient_id = part.id)
         SELECT min(created_at) AS since FROM patient WHERE id IN (SELECT id FROM part)
           HAVING count(*) > 0`
      : `SELECT imported_at AS since FROM ${kind} WHERE id = :id`;
  const row = connection.get(sql, { id });
  if (!row) throw notFound(kind === 'overview' ? 'overview photograph' : kind);
  return decode(z.object({ since: z.string() }), row, kind).since;
}
