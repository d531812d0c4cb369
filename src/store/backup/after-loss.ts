import type { ClinicFile } from '../clinic-file.ts';
import { onThisComputer } from '../clock.ts';
import { listBackups, tryManifest } from './medium.ts';
import { BackupKeys } from './seal.ts';

/** Looked into for one that has more, the newest first. */
const lookedInto = 20;

/** Where backups go, and how long a medium is waited for. */
export interface BackupPlace {
  readonly folder: string;
  readonly soon: <T>(answer: Promise<T>) => Promise<T>;
}

/**
 * What the backups can bring back of what a database lacks, in a sentence for the person who could not unlock.
 * Zeroes the key.
 */
export async function bringsBack(
  { folder, soon }: BackupPlace,
  { clinicId }: ClinicFile,
  dataKey: Buffer,
  { commits, missing }: { readonly commits: number; readonly missing: number },
): Promise<string> {
  const keys = new BackupKeys(clinicId, dataKey);
  dataKey.fill(0);
  try {
    const found = await soon(newest(folder, clinicId, keys));
    const stands = commits - missing;
    if (!found || found.commits <= stands) return `No backup in ${folder} has more`;
    const more = found.commits - stands;
    const what =
      missing > 0 && found.commits >= commits
        ? 'all that is missing'
        : `${more === 1 ? 'one change' : `${more} changes`} more${missing > 0 ? `, of the ${missing} that are missing` : ''}`;
    return `The backup of ${onThisComputer(found.madeAt)} in ${folder} has ${what}`;
  } catch {
    return `What the backups in ${folder} have cannot be told just now: connect the medium, then try again`;
  } finally {
    keys.forget();
  }
}

/** The newest that these keys open. */
async function newest(folder: string, clinicId: string, keys: BackupKeys) {
  const own = (await listBackups(folder)).filter((backup) => backup.clinicId === clinicId);
  for (const { id, madeAt } of own.slice(0, lookedInto)) {
    const manifest = await tryManifest(folder, id, keys);
    if (manifest) return { madeAt, commits: manifest.contents.commits };
  }
  return undefined;
}
