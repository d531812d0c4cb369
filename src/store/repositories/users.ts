import { v7 as newId } from 'uuid';
import { type Role, type User, user } from '../../clinic/entities/index.ts';
import { loginName } from '../clinic-file.ts';
import type { Clock } from '../clock.ts';
import type { Connection } from '../connection.ts';
import { notFound, StoreError } from '../errors.ts';
import { decode } from './decode.ts';

const select =
  'SELECT id, name, role, created_at AS createdAt, disabled_at AS disabledAt FROM user';

export class UserRepository {
  readonly #connection: Connection;
  readonly #clock: Clock;

  constructor(connection: Connection, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
  }

  /** A user as `insert` takes it. */
  prepare(name: string, role: Role): User {
    const createdAt = this.#clock().toISOString();
    return user.parse({ id: newId(), name, role, createdAt, disabledAt: null });
  }

  /** Throws `duplicate-user`. */
  insert(added: User): void {
    this.assertFree(added.name);
    this.#connection.run(
      `INSERT INTO user (id, name, login_name, role, created_at)
       VALUES (:id, :name, :loginName, :role, :createdAt)`,
      {
        id: added.id,
        name: added.name,
        loginName: loginName(added.name),
        role: added.role,
        createdAt: added.createdAt,
      },
    );
  }

  /** Throws `not-found`. */
  get(id: string): User {
    const row = this.#connection.get(`${select} WHERE id = :id`, { id });
    if (!row) throw notFound('user');
    return decode(user, row, 'user');
  }

  /** The caller has made sure by `assertFree` that nobody else has the name. Throws `not-found`. */
  rename(id: string, name: string): User {
    this.#connection.run('UPDATE user SET name = :name, login_name = :loginName WHERE id = :id', {
      id,
      name,
      loginName: loginName(name),
    });
    return this.get(id);
  }

  /** Throws `not-found`. */
  setRole(id: string, role: Role): User {
    this.#connection.run('UPDATE user SET role = :role WHERE id = :id', { id, role });
    return this.get(id);
  }

  setDisabled(id: string, isDisabled: boolean): User {
    const disabledAt = isDisabled ? this.#clock().toISOString() : null;
    this.#connection.run('UPDATE user SET disabled_at = :disabledAt WHERE id = :id', {
      id,
      disabledAt,
    });
    return this.get(id);
  }

  /** Whether nobody else than `exceptId` has the name. */
  assertFree(name: string, exceptId?: string): void {
    const holder = this.findByName(name);
    if (!holder || holder.id === exceptId) return;
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
