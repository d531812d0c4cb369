import { readClinicState } from '../clinic-state.ts';
import { type Connection, scalar } from '../connection.ts';
import { type Contents, contents } from './manifest.ts';

/** Counts along indexes, which takes milliseconds. */
export function readContents(connection: Connection): Contents {
  const count = (table: string) => scalar(connection, `SELECT count(*) AS value FROM ${table}`);
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
