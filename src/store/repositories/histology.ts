import { v7 as newId } from 'uuid';
import { type Histology, type HistologyDetails, histology } from '../../clinic/entities/index.ts';
import type { Clock } from '../clock.ts';
import type { Connection } from '../connection.ts';
import { notFound } from '../errors.ts';
import { decode } from './decode.ts';
import { type LesionRepository, lesionAndMerged } from './lesions.ts';

const select = `
  SELECT histology.id, lesion_id AS lesionId, taken_on AS takenOn, number, diagnosis,
    breslow_mm AS breslowMm, text, user.name AS enteredByName, entered_at AS enteredAt
  FROM histology JOIN user ON user.id = histology.entered_by`;

/** What pathologists found of lesions, also before there is an image of them. */
export class HistologyRepository {
  readonly #connection: Connection;
  readonly #clock: Clock;
  readonly #lesions: LesionRepository;

  constructor(connection: Connection, clock: Clock, lesions: LesionRepository) {
    this.#connection = connection;
    this.#clock = clock;
    this.#lesions = lesions;
  }

  /** Throws `not-found` and `lesion-removed`. */
  add(lesionId: string, details: HistologyDetails, userId: string): Histology {
    return this.#add(this.#lesions.getCurrent(lesionId).id, details, userId, null);
  }

  /** In place of a finding, which stays among the records. Throws `not-found` and `lesion-removed`. */
  correct(id: string, details: HistologyDetails, userId: string): Histology {
    return this.#connection.transaction(() => {
      const { lesionId } = this.withdraw(id);
      return this.#add(this.#lesions.getMerged(lesionId).id, details, userId, id);
    });
  }

  /** Entered by mistake: no longer among the lesion's findings. Throws `not-found`. */
  withdraw(id: string): Histology {
    return this.#connection.transaction(() => {
      const found = this.get(id);
      this.#connection.run('UPDATE histology SET withdrawn_at = :now WHERE id = :id', {
        id,
        now: this.#clock().toISOString(),
      });
      return found;
    });
  }

  /** Throws `not-found`, also for one that is withdrawn. */
  get(id: string): Histology {
    const row = this.#connection.get(
      `${select} WHERE histology.id = :id AND withdrawn_at IS NULL`,
      { id },
    );
    if (!row) throw notFound('finding');
    return decode(histology, row, 'finding');
  }

  /** Of the lesion and of those merged into it, the first specimen first. */
  listByLesion(lesionId: string): Histology[] {
    return this.#connection
      .all(
        `${lesionAndMerged} ${select}
         WHERE lesion_id IN (SELECT id FROM part) AND withdrawn_at IS NULL ORDER BY taken_on, seq`,
        { lesionId },
      )
      .map((row) => decode(histology, row, 'finding'));
  }

  /** All that are not withdrawn, the first specimen first. */
  list(): Histology[] {
    return this.#connection
      .all(`${select} WHERE withdrawn_at IS NULL ORDER BY taken_on, seq`)
      .map((row) => decode(histology, row, 'finding'));
  }

  #add(
    lesionId: string,
    details: HistologyDetails,
    userId: string,
    corrects: string | null,
  ): Histology {
    const added = { ...details, id: newId(), lesionId, enteredAt: this.#clock().toISOString() };
    this.#connection.run(
      `INSERT INTO histology (id, lesion_id, taken_on, number, diagnosis, breslow_mm, text,
         entered_by, entered_at, corrects)
       VALUES (:id, :lesionId, :takenOn, :number, :diagnosis, :breslowMm, :text, :userId,
         :enteredAt, :corrects)`,
      { ...added, userId, corrects },
    );
    return this.get(added.id);
  }
}
