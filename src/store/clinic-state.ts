import { z } from 'zod';
import type { Connection } from './connection.ts';
import { decode } from './repositories/decode.ts';

const clinicState = z.object({
  /** The commits that the database has had, as far as `Connection.countCommits` counted them. */
  commits: z.int(),
  /** The last change to the key slots that the database took part in. */
  slotChange: z.uuid().nullable(),
});
export type ClinicState = z.infer<typeof clinicState>;

/** A database from before migration 7 has not counted anything. */
export function readClinicState(connection: Connection): ClinicState {
  const table = "SELECT 1 FROM sqlite_schema WHERE name = 'clinic_state'";
  if (!connection.get(table)) return { commits: 0, slotChange: null };
  const row = connection.get('SELECT commits, slot_change AS slotChange FROM clinic_state');
  return decode(clinicState, row, 'state of the clinic');
}

/** Within the transaction that the change belongs to. */
export function noteSlotChange(connection: Connection, change: string): void {
  connection.run('UPDATE clinic_state SET slot_change = :change', { change });
}
