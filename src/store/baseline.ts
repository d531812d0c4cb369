import { z } from 'zod';
import { type Connection, type Parameters, scalar } from './connection.ts';
import { schemaVersion } from './migrations.ts';
import { type RecordHash, recordHashes } from './records.ts';
import type { AuditRepository, NewAuditEntry } from './repositories/audit.ts';
import { fromJson } from './repositories/decode.ts';

const pageRecords = 2000;
const entryRecords = 20_000;
const recordsRow = z.object({ records: z.string() });

/**
 * Has the audit log vouch for every record as it is, unless it has done so since the last migration: for
 * those of before entries did that, and for what a migration changed.
 */
export function vouchForAll(connection: Connection, audit: AuditRepository): void {
  const version = schemaVersion(connection);
  if (vouchedVersion(connection) === version) return;
  connection.transaction(() => {
    const found = differences(connection, audit);
    for (let n = 0; n < found.length; n += entryRecords)
      audit.vouch(
        { userId: null, action: 'record.baseline', subject: `database:${version}` },
        found.slice(n, n + entryRecords),
      );
    noteVouched(connection);
  });
}

/** The first entry of a new clinic, which vouches for all that it has. */
export function vouchForNew(
  connection: Connection,
  audit: AuditRepository,
  entry: NewAuditEntry,
): void {
  connection.transaction(() => {
    audit.vouch(entry, differences(connection, audit));
    noteVouched(connection);
  });
}

function noteVouched(connection: Connection): void {
  const version = schemaVersion(connection);
  connection.run('UPDATE clinic_state SET vouched_version = :version', { version });
}

function vouchedVersion(connection: Connection): number {
  return scalar(connection, 'SELECT vouched_version AS value FROM clinic_state');
}

/** The records that are not as the log has them. */
function differences(connection: Connection, { records }: AuditRepository): RecordHash[] {
  const vouched = new Map<string, string | null>();
  connection.each(
    'SELECT records FROM audit_entry WHERE records IS NOT NULL ORDER BY seq',
    (row) => {
      for (const [kind, id, hash] of recordHashes.parse(fromJson(recordsRow.parse(row).records)))
        vouched.set(`${kind} ${id}`, hash);
    },
  );
  const found: RecordHash[] = [];
  for (const { table, isLarge } of records.kinds) {
    if (isLarge) continue;
    for (let after: Parameters | null = {}; after; ) {
      const page = records.page(table, after, pageRecords);
      for (const record of page.records)
        if (vouched.get(`${record[0]} ${record[1]}`) !== record[2]) found.push(record);
      after = page.last;
    }
  }
  return found;
}
