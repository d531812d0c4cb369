import type { ChangedBlocks } from './backup/changed-blocks.ts';
import { clinicFileText, readClinicFile } from './clinic-file.ts';
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
  readonly clock: Clock;
}

/** clinic.json for a copy of the database as it is at this moment, which is like a clinic that was closed. */
export function keysForCopy({ folder, highWater }: OpenClinic): string {
  return clinicFileText({ ...readClinicFile(folder), mark: highWater.closed });
}
