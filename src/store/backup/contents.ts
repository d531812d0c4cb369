import { setImmediate as turn } from 'node:timers/promises';
import { readClinicState } from '../clinic-state.ts';
import { type Connection, scalar } from '../connection.ts';
import { type Contents, contents } from './manifest.ts';

const counted = ['patient', 'lesion', 'image', 'reading', 'review', 'audit_entry'] as const;
const countOf = (connection: Connection, table: (typeof counted)[number]) =>
  scalar(connection, `SELECT count(*) AS value FROM ${table}`);

/** Has the indexes in memory that `readContents` counts along, one after the other: then it takes no time. */
export async function readAhead(connection: Connection): Promise<void> {
  for (const table of counted) {
    if (!connection.isOpen) return;
    countOf(connection, table);
    await turn();
  }
}

/** Counts along indexes, which takes milliseconds for each of a large clinic that was not read ahead. */
export function readContents(connection: Connection): Contents {
  const count = (table: (typeof counted)[number]) => countOf(connection, table);
  const head = connection.get(
    'SELECT hex(hash) AS auditHead FROM audit_entry ORDER BY seq DESC LIMIT 1',
  );
  return contents.parse({
    patients: count('patient'),
    lesions: count('lesion'),
    images: count('image'),
    readings: count('reading'),
    reviews: count('review'),
    auditEntries: count('audit_entry'),
    auditHead: '',
    ...(head as object | undefined),
    commits: readClinicState(connection).commits,
  });
}
