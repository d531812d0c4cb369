import { v7 as newId } from 'uuid';
import { z } from 'zod';
import {
  mostTemplates,
  type TextTemplate,
  type TextTemplateDetails,
  textTemplate,
} from '../../clinic/entities/index.ts';
import type { Clock } from '../clock.ts';
import type { Connection } from '../connection.ts';
import { assertUnchanged, notFound, StoreError } from '../errors.ts';
import { decode, fromJson } from './decode.ts';

const select = `
  SELECT id, name, text, places, revision, removed_at AS removedAt FROM text_template`;

/** The clinic's own wordings. Nothing is deleted: a removed one is not offered any more. */
export class TextTemplateRepository {
  readonly #connection: Connection;
  readonly #clock: Clock;

  constructor(connection: Connection, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
  }

  /** Those that are not removed, in their order. */
  list(): TextTemplate[] {
    return this.#connection
      .all(`${select} WHERE removed_at IS NULL ORDER BY position, seq`)
      .map(toTemplate);
  }

  /** Also one that is removed. Throws `not-found`. */
  get(id: string): TextTemplate {
    const row = this.#connection.get(`${select} WHERE id = :id`, { id });
    if (!row) throw notFound('template');
    return toTemplate(row);
  }

  /** As the last one. Throws `duplicate-template` and `too-many-templates`. */
  add(details: TextTemplateDetails): TextTemplate {
    const id = newId();
    return this.#connection.transaction(() => {
      this.#assertRoom(details);
      this.#connection.run(
        `INSERT INTO text_template (id, name, text, places, position)
         SELECT :id, :name, :text, :places, coalesce(max(position) + 1, 0) FROM text_template`,
        { ...toRow(details), id },
      );
      return this.get(id);
    });
  }

  /** Throws `not-found`, `duplicate-template`, and `changed-meanwhile` for one that is removed. */
  update(id: string, revision: number, details: TextTemplateDetails): TextTemplate {
    return this.#connection.transaction(() => {
      assertUnchanged('template', this.#current(id).revision, revision);
      this.#assertFree(details, id);
      this.#connection.run(
        `UPDATE text_template SET name = :name, text = :text, places = :places,
           revision = revision + 1
         WHERE id = :id`,
        { ...toRow(details), id },
      );
      return this.get(id);
    });
  }

  /**
   * Puts it so many places behind the first; the others make room. Behind the last one it is the last.
   * Throws `not-found`, and `changed-meanwhile` for one that is removed.
   */
  move(id: string, to: number): TextTemplate {
    return this.#connection.transaction(() => {
      const moved = this.#current(id);
      const order = this.list()
        .map((each) => each.id)
        .filter((each) => each !== id);
      order.splice(to, 0, id);
      for (const [position, each] of order.entries())
        this.#connection.run(
          'UPDATE text_template SET position = :position WHERE id = :id AND position <> :position',
          { id: each, position },
        );
      return moved;
    });
  }

  /** Throws `not-found`. */
  remove(id: string): TextTemplate {
    return this.#setRemoved(id, this.#clock().toISOString());
  }

  /** Throws `not-found`, `duplicate-template` and `too-many-templates`. */
  restore(id: string): TextTemplate {
    return this.#connection.transaction(() => {
      const removed = this.get(id);
      if (removed.removedAt === null) return removed;
      this.#assertRoom(removed);
      return this.#setRemoved(id, null);
    });
  }

  #current(id: string): TextTemplate {
    const found = this.get(id);
    if (found.removedAt === null) return found;
    throw new StoreError(
      'changed-meanwhile',
      `The template “${found.name}” was removed meanwhile, so nothing was saved. Add it again if it is still needed.`,
    );
  }

  #setRemoved(id: string, removedAt: string | null): TextTemplate {
    return this.#connection.transaction(() => {
      const changed = { ...this.get(id), removedAt };
      this.#connection.run('UPDATE text_template SET removed_at = :removedAt WHERE id = :id', {
        id,
        removedAt,
      });
      return changed;
    });
  }

  #assertRoom(details: TextTemplateDetails): void {
    if (this.list().length >= mostTemplates)
      throw new StoreError(
        'too-many-templates',
        `The clinic has ${mostTemplates} templates already, so “${details.name}” was not added. Remove one that nobody uses.`,
      );
    this.#assertFree(details);
  }

  /** Whether no other template of one of the same places has the name, whatever its capitals. */
  #assertFree({ name, places }: TextTemplateDetails, exceptId?: string): void {
    const holder = this.list().find(
      (each) =>
        each.id !== exceptId &&
        folded(each.name) === folded(name) &&
        each.places.some((place) => places.includes(place)),
    );
    if (!holder) return;
    throw new StoreError(
      'duplicate-template',
      `Another template called “${holder.name}” is offered in the same place. Choose another name, or other places.`,
    );
  }
}

const folded = (name: string): string => name.normalize('NFKC').toLowerCase();

const toRow = ({ name, text, places }: TextTemplateDetails) => ({
  ...{ name, text },
  places: JSON.stringify(places),
});

const stored = textTemplate.extend({
  places: z.preprocess(fromJson, textTemplate.shape.places),
});

const toTemplate = (row: unknown): TextTemplate => decode(stored, row, 'template');
