import { v7 as newId } from 'uuid';
import { z } from 'zod';
import {
  type Lesion,
  type PatientMerge,
  patientMerge,
  type Unmerging,
} from '../../clinic/entities/index.ts';
import type { Clock } from '../clock.ts';
import { type Connection, type Parameters, scalar } from '../connection.ts';
import { notFound, StoreError } from '../errors.ts';
import type { CorrectionRepository } from './corrections.ts';
import { decode } from './decode.ts';
import type { ImageRepository } from './images.ts';
import type { LesionRepository } from './lesions.ts';
import type { PatientRepository } from './patients.ts';
import type { VisitRepository } from './visits.ts';

const select = `
  SELECT patient_merge.id, from_patient_id AS fromPatientId, into_patient_id AS intoPatientId,
    merged_at AS mergedAt, user.name AS userName
  FROM patient_merge JOIN user ON user.id = patient_merge.user_id`;

const idRow = z.object({ id: z.string() });
const imageRow = z.object({ id: z.string(), lesionId: z.string() });
const recordRow = z.object({ kind: z.string(), recordId: z.string() });
const archivedRow = z.object({ archivedAt: z.string().nullable() });

/** Who takes it apart, and what becomes of each record. */
interface Parting {
  readonly merge: PatientMerge;
  readonly lesions: readonly Lesion[];
  readonly visits: ReadonlySet<string>;
  readonly consents: readonly string[];
  readonly overviews: readonly string[];
  /** In lesions that go back: those that came along, and those that came since. */
  readonly back: readonly string[];
  readonly since: readonly { readonly id: string; readonly lesionId: string }[];
  readonly movedOn: number;
}

/** Makes one patient of two records of the same person, and takes them apart again. */
export class PatientMergeRepository {
  readonly #connection: Connection;
  readonly #clock: Clock;
  readonly #joined: Joined;

  constructor(connection: Connection, clock: Clock, joined: Joined) {
    this.#connection = connection;
    this.#clock = clock;
    this.#joined = joined;
  }

  /**
   * Makes all that is recorded of the first the second's, and archives the first. Throws `not-found`,
   * and `invalid-merge` for one and the same, one that is merged already, or a collection of examples.
   */
  merge(fromId: string, intoId: string, userId: string): PatientMerge {
    const { patients } = this.#joined;
    return this.#connection.transaction(() => {
      const [from, into] = [patients.get(fromId), patients.get(intoId)];
      this.#assertMergeable(from.id, into.id);
      const now = this.#clock().toISOString();
      const id = newId();
      this.#connection.run(
        `INSERT INTO patient_merge (id, from_patient_id, into_patient_id, user_id, merged_at,
           archived_at)
         VALUES (:id, :fromId, :intoId, :userId, :now, :archivedAt)`,
        { id, fromId, intoId, userId, now, archivedAt: from.archivedAt },
      );
      this.#connection.run(
        `INSERT INTO patient_merge_record (merge_id, kind, record_id)
         SELECT :id, 'lesion', id FROM lesion WHERE patient_id = :fromId
         UNION ALL SELECT :id, 'visit', id FROM visit WHERE patient_id = :fromId
         UNION ALL SELECT :id, 'image', id FROM image WHERE patient_id = :fromId
         UNION ALL SELECT :id, 'consent', id FROM consent WHERE patient_id = :fromId
         UNION ALL SELECT :id, 'overview', id FROM overview WHERE patient_id = :fromId`,
        { id, fromId },
      );
      this.#deferForeignKeys();
      for (const table of ['lesion', 'visit', 'image', 'consent', 'overview'])
        this.#connection.run(
          `UPDATE ${table} SET patient_id = :intoId WHERE patient_id = :fromId`,
          { fromId, intoId },
        );
      this.#connection.run(
        `UPDATE patient SET archived_at = coalesce(archived_at, :now), updated_at = :now
         WHERE id = :fromId`,
        { fromId, now },
      );
      this.#bringUpToDate(fromId, intoId);
      return this.get(id);
    });
  }

  /** What `unmerge` would do. Throws `not-found` and `invalid-merge`. */
  plan(mergeId: string): Unmerging {
    return this.#told(this.#parting(mergeId));
  }

  /**
   * Gives back what came along, with all that was recorded since of what goes back. Images that came into
   * its lesions since stay, in a new lesion; so does what was moved on. Throws `not-found`, and
   * `invalid-merge` where the one that was kept is itself merged into another.
   */
  unmerge(mergeId: string): Unmerging {
    return this.#connection.transaction(() => {
      // Lesions of the two that were made one since are two again, before they part.
      for (const id of this.#lesionsMergedAcross(this.#parting(mergeId)))
        this.#joined.corrections.restoreLesion(id);
      const parting = this.#parting(mergeId);
      const told = this.#told(parting);
      const { fromPatientId: fromId, intoPatientId: intoId } = parting.merge;
      const archived = this.#connection.get(
        'SELECT archived_at AS archivedAt FROM patient_merge WHERE id = :mergeId',
        { mergeId },
      );
      this.#keepWhatCameSince(parting);
      this.#deferForeignKeys();
      const ids = (list: readonly string[]): Parameters => ({ fromId, ids: JSON.stringify(list) });
      const of = (table: string) =>
        `UPDATE ${table} SET patient_id = :fromId WHERE id IN (SELECT value FROM json_each(:ids))`;
      this.#connection.run(of('lesion'), ids(parting.lesions.map(({ id }) => id)));
      this.#connection.run(of('consent'), ids(parting.consents));
      this.#connection.run(of('overview'), ids(parting.overviews));
      this.#partVisits(parting);
      this.#connection.run(of('image'), ids(parting.back));
      this.#connection.run('DELETE FROM patient_merge_record WHERE merge_id = :mergeId', {
        mergeId,
      });
      this.#connection.run('DELETE FROM patient_merge WHERE id = :mergeId', { mergeId });
      this.#connection.run(
        'UPDATE patient SET archived_at = :archivedAt, updated_at = :now WHERE id = :fromId',
        {
          fromId,
          archivedAt: decode(archivedRow, archived, 'merge').archivedAt,
          now: this.#clock().toISOString(),
        },
      );
      this.#bringUpToDate(fromId, intoId);
      return told;
    });
  }

  /** Throws `not-found`. */
  get(id: string): PatientMerge {
    const row = this.#connection.get(`${select} WHERE patient_merge.id = :id`, { id });
    if (!row) throw notFound('merge');
    return decode(patientMerge, row, 'merge');
  }

  /** By which the patient is another's now; undefined where it is not. */
  of(patientId: string): PatientMerge | undefined {
    const row = this.#connection.get(`${select} WHERE from_patient_id = :patientId`, { patientId });
    return row ? decode(patientMerge, row, 'merge') : undefined;
  }

  /** Those by which others are this patient's now, the newest first. */
  into(patientId: string): PatientMerge[] {
    return this.#connection
      .all(`${select} WHERE into_patient_id = :patientId ORDER BY patient_merge.seq DESC`, {
        patientId,
      })
      .map((row) => decode(patientMerge, row, 'merge'));
  }

  #assertMergeable(fromId: string, intoId: string): void {
    const refuse = (message: string) => new StoreError('invalid-merge', message);
    if (fromId === intoId)
      throw refuse('This is one and the same patient, so nothing was changed.');
    for (const id of [fromId, intoId]) {
      if (this.of(id))
        throw refuse(
          'One of the two was merged into another patient already, so nothing was changed. Open that one.',
        );
      const isCollection = 'SELECT 1 FROM example_collection WHERE patient_id = :id';
      if (this.#connection.get(isCollection, { id }))
        throw refuse('A collection of examples is no patient, so nothing was changed.');
    }
  }

  #parting(mergeId: string): Parting {
    const merge = this.get(mergeId);
    if (this.of(merge.intoPatientId))
      throw new StoreError(
        'invalid-merge',
        'The patient who was kept has been merged into another one since. Take those two apart first.',
      );
    const { lesions: lesionRepository } = this.#joined;
    const records = this.#connection
      .all(
        `SELECT kind, record_id AS recordId FROM patient_merge_record WHERE merge_id = :mergeId
         ORDER BY kind, record_id`,
        { mergeId },
      )
      .map((row) => decode(recordRow, row, 'merge'));
    const of = (kind: string) =>
      records.flatMap((record) => (record.kind === kind ? [record.recordId] : []));
    const came = new Set(of('image'));
    const lesions = of('lesion').map((id) => lesionRepository.get(id));
    const images = this.#connection
      .all(
        `SELECT id, lesion_id AS lesionId FROM image
         WHERE lesion_id IN (SELECT value FROM json_each(:ids)) ORDER BY seq`,
        { ids: JSON.stringify(lesions.map(({ id }) => id)) },
      )
      .map((row) => decode(imageRow, row, 'image'));
    const back = images.filter(({ id }) => came.has(id)).map(({ id }) => id);
    return {
      merge,
      lesions,
      visits: new Set(this.#thereOf(of('visit'))),
      consents: of('consent'),
      overviews: of('overview'),
      back,
      since: images.filter(({ id }) => !came.has(id)),
      movedOn: came.size - back.length,
    };
  }

  /** Those that were not ended since, as a visit is of which no image is left. */
  #thereOf(visits: readonly string[]): string[] {
    return this.#connection
      .all('SELECT id FROM visit WHERE id IN (SELECT value FROM json_each(:ids))', {
        ids: JSON.stringify(visits),
      })
      .map((row) => decode(idRow, row, 'visit').id);
  }

  #told({ merge, lesions, visits, consents, overviews, back, since, movedOn }: Parting): Unmerging {
    const own = this.#joined.lesions.listByPatient(merge.intoPatientId);
    const isNew = ({ id, createdAt }: Lesion) =>
      createdAt > merge.mergedAt && !lesions.some((lesion) => lesion.id === id);
    return {
      back: {
        lesions: lesions.length,
        images: back.length,
        visits: visits.size,
        consents: consents.length,
        overviews: overviews.length,
      },
      stays: {
        lesions: own.filter(isNew).length,
        overviews: scalar(
          this.#connection,
          `SELECT count(*) AS value FROM overview
           WHERE patient_id = :intoId AND removed_at IS NULL AND imported_at > :mergedAt
             AND id NOT IN (SELECT value FROM json_each(:overviews))`,
          {
            ...{ intoId: merge.intoPatientId, mergedAt: merge.mergedAt },
            overviews: JSON.stringify(overviews),
          },
        ),
        images: lesions.flatMap(({ id, label }) => {
          const count = since.filter(({ lesionId }) => lesionId === id).length;
          return count > 0 ? [{ label, count }] : [];
        }),
        movedOn,
      },
    };
  }

  /** Lesions of one of the two that were merged into one of the other. */
  #lesionsMergedAcross({ merge, lesions }: Parting): string[] {
    return this.#connection
      .all(
        `SELECT lesion.id FROM lesion JOIN lesion AS other ON other.id = lesion.merged_into
         WHERE lesion.patient_id = :intoId
           AND (lesion.id IN (SELECT value FROM json_each(:ids)))
             <> (other.id IN (SELECT value FROM json_each(:ids)))`,
        { intoId: merge.intoPatientId, ids: JSON.stringify(lesions.map(({ id }) => id)) },
      )
      .map((row) => decode(idRow, row, 'lesion').id);
  }

  /** Of each lesion with such images a new one of the same place takes them. */
  #keepWhatCameSince({ merge, lesions, since }: Parting): void {
    const { lesions: lesionRepository } = this.#joined;
    for (const { id, label, bodySite, laterality, position } of lesions) {
      const images = since.filter(({ lesionId }) => lesionId === id);
      if (images.length === 0) continue;
      const note = 'Images that came after two records had been merged, and stayed.';
      const details = { label, bodySite, laterality, position, note };
      const kept = lesionRepository.add(merge.intoPatientId, details);
      this.#connection.run(
        `UPDATE image SET lesion_id = :lesionId WHERE id IN (SELECT value FROM json_each(:ids))`,
        { lesionId: kept.id, ids: JSON.stringify(images.map((image) => image.id)) },
      );
    }
  }

  /** An image's visit is its patient's: where the visit goes the other way, it gets one of that day. */
  #partVisits({ merge, visits, back }: Parting): void {
    const { fromPatientId: fromId, intoPatientId: intoId } = merge;
    const goes = JSON.stringify([...visits]);
    const returning = JSON.stringify(back);
    const strays = (isBack: boolean) =>
      this.#connection
        .all(
          `SELECT id FROM image WHERE patient_id = :intoId
             AND (id IN (SELECT value FROM json_each(:returning))) = :isBack
             AND (visit_id IN (SELECT value FROM json_each(:goes))) <> :isBack`,
          { intoId, returning, goes, isBack: isBack ? 1 : 0 },
        )
        .map((row) => decode(idRow, row, 'image').id);
    const { images, visits: visitRepository } = this.#joined;
    const [leaving, staying] = [strays(true), strays(false)];
    this.#connection.run(
      `UPDATE visit SET patient_id = :fromId WHERE id IN (SELECT value FROM json_each(:goes))`,
      { fromId, goes },
    );
    const emptied = new Set<string>();
    const put = (id: string, patientId: string) => {
      const { visitId } = images.get(id);
      const { startedAt } = visitRepository.get(visitId);
      this.#connection.run('UPDATE image SET visit_id = :visitId WHERE id = :id', {
        id,
        visitId: visitRepository.forDay(patientId, startedAt).id,
      });
      emptied.add(visitId);
    };
    for (const id of leaving) put(id, fromId);
    for (const id of staying) put(id, intoId);
    for (const id of emptied) if (!visits.has(id)) visitRepository.dropIfEmpty(id);
  }

  /** What is worked out from whose records they are: last visits, words, the worklist. */
  #bringUpToDate(...patientIds: string[]): void {
    for (const id of patientIds) {
      this.#connection.run(
        `UPDATE patient SET last_visit_at =
           coalesce((SELECT max(started_at) FROM visit WHERE patient_id = :id), '')
         WHERE id = :id`,
        { id },
      );
      this.#joined.patients.indexAnew(id);
      this.#connection.run(
        'INSERT INTO waiting_change SELECT id FROM lesion WHERE patient_id = :id',
        { id },
      );
    }
  }

  /** An image refers to its lesion and visit by the patient, too: all three go before it is looked at. */
  #deferForeignKeys(): void {
    this.#connection.script('PRAGMA defer_foreign_keys = ON');
  }
}

interface Joined {
  readonly patients: PatientRepository;
  readonly lesions: LesionRepository;
  readonly visits: VisitRepository;
  readonly images: ImageRepository;
  readonly corrections: CorrectionRepository;
}
