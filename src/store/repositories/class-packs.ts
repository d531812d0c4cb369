import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { Connection } from '../connection.ts';
import { decode } from './decode.ts';

const keyRow = z.object({
  privateKey: z.instanceof(Uint8Array),
  publicKey: z.instanceof(Uint8Array),
});
interface SigningKey {
  readonly privateKey: Uint8Array;
  readonly publicKey: Uint8Array;
}
const packRow = z.object({ code: z.string(), json: z.string() });

/** Classes of other clinics, the keys that they are signed with, and this clinic's own. */
export class ClassPackRepository {
  readonly #connection: Connection;
  readonly #clock: Clock;

  constructor(connection: Connection, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
  }

  /** This clinic's; kept from the first time on. */
  signingKey(make: () => SigningKey): SigningKey {
    return this.#connection.transaction(() => {
      const row = this.#connection.get(
        'SELECT private_key AS privateKey, public_key AS publicKey FROM signing_key',
      );
      if (row) return decode(keyRow, row, 'key');
      const key = make();
      this.#connection.run(
        `INSERT INTO signing_key (id, private_key, public_key)
         VALUES (1, :privateKey, :publicKey)`,
        { privateKey: key.privateKey, publicKey: key.publicKey },
      );
      return key;
    });
  }

  isTrusted(publicKey: Uint8Array): boolean {
    const sql = `SELECT 1 FROM trusted_key WHERE public_key = :publicKey
      UNION SELECT 1 FROM signing_key WHERE public_key = :publicKey`;
    return this.#connection.get(sql, { publicKey }) !== undefined;
  }

  trust(publicKey: Uint8Array, clinicName: string, userId: string): void {
    this.#connection.run(
      `INSERT INTO trusted_key (public_key, clinic_name, trusted_by, trusted_at)
       VALUES (:publicKey, :clinicName, :userId, :at) ON CONFLICT DO NOTHING`,
      { publicKey, clinicName, userId, at: this.#clock().toISOString() },
    );
  }

  put(code: string, json: string, userId: string): void {
    this.#connection.run(
      `INSERT INTO class_pack (code, json, imported_by, imported_at)
       VALUES (:code, :json, :userId, :at)
       ON CONFLICT (code) DO UPDATE SET json = excluded.json, imported_by = excluded.imported_by,
         imported_at = excluded.imported_at`,
      { code, json, userId, at: this.#clock().toISOString() },
    );
  }

  list(): z.infer<typeof packRow>[] {
    return this.#connection
      .all('SELECT code, json FROM class_pack ORDER BY code')
      .map((row) => decode(packRow, row, 'class pack'));
  }
}
