import { v7 as newId } from 'uuid';
import { type Role, type User, user } from '../../clinic/entities/index.ts';
import { loginName } from '../clinic-file.ts';
import type { Clock } from '../clock.ts';
import type { Connection } from '../connection.ts';
import { StoreError } from '../errors.ts';
import { decode } from './decode.ts';

const select = 'SELECT id, name, role, created_at AS createdAt FROM user';

export class UserRepository {
  readonly #connection: Connection;
  readonly #clock: Clock;

  constructor(connection: Connection, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
  }

  /** A user as `insert` takes it. */
  prepare(name: string, role: Role): User {
    return user.parse({ id: newId(), name, role, createdAt: this.#clock().toISOString() });
  }

  /** Throws `duplicate-user`. */
  insert(added: User): void {
    this.assertFree(added.name);
    this.#connection.run(
      `INSERT INTO user (id, name, login_name, role, created_at)
       VALUES (:id, :name, :loginName, :role, :createdAt)`,
      { ...added, loginName: loginName(added.name) },
    );
  }

  assertFree(name: string): void {
    if (!this.findByName(name)) return;
    throw new StoreError(
      'duplicate-user',
      'This clinic already has a user of this name. Choose another name.',
    );
  }

  findByName(name: string): User | null {
    const row = this.#connection.get(`${select} WHERE login_name = :loginName`, {
      loginName: loginName(name),
    });
    return row ? decode(user, row, 'user') : null;
  }

  list(): User[] {
    return this.#connection
      .all(`${select} ORDER BY login_name`)
      .map((row) => decode(user, row, 'user'));
  }
}
