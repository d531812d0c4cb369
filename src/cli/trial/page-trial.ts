import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Random } from '../../../native-bridge/shared/random.ts';
import { buildClinic } from '../bench/large-clinic.ts';
import {
  changedPages,
  cheapKdf,
  dataKeyOf,
  found,
  pageBytes,
  rowsOf,
  workOn,
} from './attacked-clinic.ts';

export interface PageTrialReport {
  readonly trials: number;
  /** By what each was found: the clinic was not opened, the health check, or verifying the audit log. */
  readonly refused: number;
  readonly byHealthCheck: number;
  readonly byVerifying: number;
  /** The page had been written anew as it was: every row is the same with it. */
  readonly harmless: number;
  /** Not found, and rows differ. */
  readonly silent: number;
  readonly seconds: number;
}

/** Puts single pages of an older copy back into a clinic's database, each of which is authentic by itself. */
export async function tryPages(
  size: { trials: number; images: number; seed: number },
  onProgress: (text: string) => void,
): Promise<PageTrialReport> {
  const root = mkdtempSync(path.join(tmpdir(), 'dermaspike-pages-'));
  const random = new Random(size.seed);
  const startedAt = performance.now();
  const report = {
    trials: 0,
    refused: 0,
    byHealthCheck: 0,
    byVerifying: 0,
    harmless: 0,
    silent: 0,
  };
  try {
    const clinic = path.join(root, 'clinic');
    const database = path.join(clinic, 'clinic.db');
    const half = { images: size.images, waiting: Math.floor(size.images / 2), kdf: cheapKdf };
    (await buildClinic(clinic, half, () => {})).close();
    const past = readFileSync(database);
    await workOn(clinic);
    const present = readFileSync(database);
    const changed = changedPages(past, present);
    const key = await dataKeyOf(clinic);
    const rows = rowsOf(clinic, key);
    for (let trial = 0; trial < size.trials; trial++) {
      onProgress(`Putting pages back: ${trial} of ${size.trials}`);
      const at = (changed[random.below(changed.length)] ?? 0) * pageBytes;
      const folder = path.join(root, 'trial');
      cpSync(clinic, folder, { recursive: true });
      const bytes = Buffer.from(present);
      past.copy(bytes, at, at, at + pageBytes);
      writeFileSync(path.join(folder, 'clinic.db'), bytes);
      const { by } = await found(folder);
      report[by ?? (rowsOf(folder, key) === rows ? 'harmless' : 'silent')] += 1;
      report.trials += 1;
      rmSync(folder, { recursive: true });
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
  return { ...report, seconds: Math.round(performance.now() - startedAt) / 1000 };
}
