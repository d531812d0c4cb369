import { rm } from 'node:fs/promises';
import path from 'node:path';

/** Where backups are restored to in order to prove them. */
export const proofFolder = (dataFolder: string): string => path.join(dataFolder, 'proof');

/** Also what a crash left behind. */
export function clearProofs(dataFolder: string): Promise<void> {
  return rm(proofFolder(dataFolder), { recursive: true, force: true });
}
