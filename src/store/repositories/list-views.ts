import { z } from 'zod';
import { type ListView, type ListViews, listView } from '../../clinic/entities/index.ts';
import type { Clock } from '../clock.ts';
import type { Connection } from '../connection.ts';
import { decode, fromJson } from './decode.ts';

interface Owner extends Record<string, string> {
  readonly userId: string;
  readonly list: ListView['list'];
}

const stored = z.object({ name: z.string(), content: z.string() });

/** How each person looks at the lists: as they left them, and what they saved under a name. */
export class ListViewRepository {
  readonly #connection: Connection;
  readonly #clock: Clock;

  constructor(connection: Connection, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
  }

  /** What is saved in the order of the names. */
  list(owner: Owner): ListViews {
    const views = this.#connection
      .all(
        `SELECT name, content FROM list_view
         WHERE user_id = :userId AND list = :list ORDER BY name`,
        owner,
      )
      .map((row) => {
        const { name, content } = decode(stored, row, 'list view');
        const whole = { list: owner.list, view: fromJson(content) };
        return { name, ...decode(listView, whole, 'list view') };
      });
    return {
      left: views.find(({ name }) => name === '') ?? null,
      saved: views.filter(({ name }) => name !== ''),
    };
  }

  /** In place of the one of that name; without a name, as the list was left. */
  keep(userId: string, name: string, { list, view }: ListView): void {
    this.#connection.run(
      `INSERT OR REPLACE INTO list_view (user_id, list, name, content, updated_at)
       VALUES (:userId, :list, :name, :content, :updatedAt)`,
      {
        userId,
        list,
        name,
        content: JSON.stringify(view),
        updatedAt: this.#clock().toISOString(),
      },
    );
  }

  drop(owner: Owner, name: string): void {
    this.#connection.run(
      'DELETE FROM list_view WHERE user_id = :userId AND list = :list AND name = :name',
      { ...owner, name },
    );
  }
}
