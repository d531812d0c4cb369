import path from 'node:path';
import {
  type Backup,
  BackupError,
  isReadable,
  namesInBackup,
  readClinicInfo,
  type UnreadableBackup,
} from '../../store/index.ts';
import type { FoundBackups } from '../contract/index.ts';
import { asKept } from './keeper.ts';

/**
 * What the backups of a folder bring back, and what they would replace. Throws `backup-none`, and of none that can
 * be read why the newest cannot.
 */
export function foundBackups(
  dataFolder: string,
  folder: string,
  backups: readonly (Backup | UnreadableBackup)[],
): FoundBackups {
  const newest = backups.find(isReadable);
  if (!newest) {
    for (const backup of backups) if (!isReadable(backup)) throw backup.reason;
    throw new BackupError(
      'backup-none',
      `There is no backup in ${folder}. Connect the medium, or choose the folder that backups were made to.`,
    );
  }
  return {
    folder,
    clinicName: newest.clinicName,
    userNames: namesInBackup(newest),
    backups: backups.map(asKept),
    replaces: clinicThere(dataFolder),
  };
}

/** The name of the clinic on this computer; one whose clinic.json is damaged has none to say. */
function clinicThere(dataFolder: string): string | null {
  try {
    return readClinicInfo(path.join(dataFolder, 'clinic'))?.clinicName ?? null;
  } catch {
    return 'a clinic that cannot be opened';
  }
}
