import { rmSync } from 'node:fs';
import path from 'node:path';
import { markPath, readClinicFile, writeClinicFile } from '../../src/store/clinic-file.ts';
import { readClinicState } from '../../src/store/clinic-state.ts';
import { Connection } from '../../src/store/connection.ts';
import { HighWater } from '../../src/store/high-water.ts';
import { type AuditVerdict, unlockClinic } from '../../src/store/index.ts';
import {
  AuditRepository,
  type ChainedEntry,
  chainHash,
  chainStart,
} from '../../src/store/repositories/audit.ts';
import { closing, dataKeyOf, passphrase, userName } from './harness.ts';

/** Does what somebody with the clinic's key could, behind the store's back. */
export async function attack(folder: string, work: (connection: Connection) => void) {
  const connection = Connection.open(path.join(folder, 'clinic.db'), await dataKeyOf(folder));
  connection.allowWriting();
  connection.script(`
    DROP TRIGGER IF EXISTS audit_entry_is_final; DROP TRIGGER IF EXISTS audit_entry_stays;
    DROP TRIGGER IF EXISTS review_is_final;`);
  work(connection);
  const audit = connection.get('SELECT seq, hash FROM audit_entry ORDER BY seq DESC LIMIT 1');
  const { seq, hash } = audit as { seq: number; hash: Buffer };
  const { commits } = readClinicState(connection);
  connection.close();
  // Whoever has the key can seal the mark of what they left, too.
  const file = readClinicFile(folder);
  const water = new HighWater(markPath(folder), file.clinicId, await dataKeyOf(folder));
  water.begin(commits, { seq, hash: hash.toString('base64'), at: new Date().toISOString() });
  writeClinicFile(folder, { ...file, mark: water.closed });
  water.abandon();
  rmSync(markPath(folder));
}

/** Of a closed clinic, by one of its users. */
export async function verdict(
  folder: string,
  given = { userName, passphrase },
): Promise<AuditVerdict> {
  const { store } = closing(await unlockClinic(folder, given));
  const found = await store.checkAudit();
  store.close();
  return found;
}

/** Has every entry say what `change` makes of it, and the chain fit. Returns how many there are. */
export function rewrite(
  connection: Connection,
  change: (entry: ChainedEntry) => Partial<ChainedEntry>,
): number {
  const entries = new AuditRepository(connection, () => new Date()).chained(0, 1000);
  let previous: Uint8Array = chainStart;
  for (const entry of entries) {
    const changed = { ...entry, ...change(entry) };
    previous = chainHash(previous, changed);
    connection.run(
      `UPDATE audit_entry SET user_id = :userId, records = :records, records_salt = :recordsSalt,
         records_hash = :recordsHash, key_id = :keyId, signature = :signature, hash = :hash
       WHERE seq = :seq`,
      {
        recordsSalt: changed.records === null ? null : entry.recordsSalt,
        recordsHash: changed.records === null ? null : entry.recordsHash,
        seq: entry.seq,
        userId: changed.userId,
        records: changed.records,
        keyId: changed.keyId,
        signature: changed.keyId === null ? null : entry.signature,
        hash: previous,
      },
    );
  }
  return entries.length;
}
