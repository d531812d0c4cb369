import type { ChangedBlocks } from './backup/changed-blocks.ts';
import { clinicFileText, type NewClinicFile, readClinicFile, settled } from './clinic-file.ts';
import { readClinicState } from './clinic-state.ts';
import type { Clock } from './clock.ts';
import type { Connection } from './connection.ts';
import type { HighWater } from './high-water.ts';
import type { ScryptCost } from './key-slots.ts';
import type { AuditRepository } from './repositories/audit.ts';

/** What the store holds of a clinic while it is unlocked. */
export interface OpenClinic {
  readonly folder: string;
  readonly connection: Connection;
  readonly audit: AuditRepository;
  /** Zeroed when the store is closed. */
  readonly dataKey: Buffer;
  readonly highWater: HighWater;
  readonly scryptCost: ScryptCost;
  readonly changes: ChangedBlocks;
  /** The change of the data key that was carried out, while clinic.json may not say so yet. */
  keyChange: string | undefined;
  readonly clock: Clock;
}

/** clinic.json, with the change of keys done that the database took part in. */
export function keyFileOf({ folder, connection, keyChange }: OpenClinic): NewClinicFile {
  return settled(readClinicFile(folder), readClinicState(connection).slotChange, keyChange);
}

/** clinic.json for a copy of the database as it is at this moment, which is like a clinic that was closed. */
export function keysForCopy(clinic: OpenClinic): string {
  return clinicFileText({ ...keyFileOf(clinic), mark: clinic.highWater.closed });
}
