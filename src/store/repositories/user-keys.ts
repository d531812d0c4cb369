import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { Connection } from '../connection.ts';
import type { PublicUserKey } from '../user-keys.ts';
import { decode } from './decode.ts';

const keyRow = z.object({
  id: z.string(),
  userId: z.string(),
  signing: z.instanceof(Uint8Array),
  sealing: z.instanceof(Uint8Array),
});
export type StoredUserKey = z.infer<typeof keyRow>;

const select = 'SELECT id, user_id AS userId, signing, sealing FROM user_key';

/** The public halves of the users' keys, former ones too. */
export class UserKeyRepository {
  readonly #connection: Connection;
  readonly #clock: Clock;

  constructor(connection: Connection, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
  }

  add(userId: string, { id, signing, sealing }: PublicUserKey): void {
    const addedAt = this.#clock().toISOString();
    this.#connection.run(
      `INSERT INTO user_key (id, user_id, signing, sealing, added_at)
       VALUES (:id, :userId, :signing, :sealing, :addedAt)`,
      { id, userId, signing, sealing, addedAt },
    );
  }

  /** In the order in which they came. */
  list(): StoredUserKey[] {
    return this.#connection
      .all(`${select} ORDER BY rowid`)
      .map((row) => decode(keyRow, row, 'user’s key'));
  }
}
