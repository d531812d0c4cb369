import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Random } from '../../../native-bridge/shared/random.ts';
import { patientDetails, patientListView } from '../../clinic/entities/index.ts';
import { databasePath, readClinicFile } from '../../store/clinic-file.ts';
import { Connection } from '../../store/connection.ts';
import { type ClinicStore, StoreError, unlockClinic } from '../../store/index.ts';
import { openUserSlot } from '../../store/key-slots.ts';
import { buildClinic, syntheticUser } from '../bench/large-clinic.ts';

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

const pageBytes = 4096;

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
    const half = { images: size.images, waiting: Math.floor(size.images / 2) };
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
      const finding = await found(folder);
      report[finding ?? (rowsOf(folder, key) === rows ? 'harmless' : 'silent')] += 1;
      report.trials += 1;
      rmSync(folder, { recursive: true });
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
  return { ...report, seconds: Math.round(performance.now() - startedAt) / 1000 };
}

/** A day's work: everybody's record is edited, and what waits is reviewed. */
async function workOn(folder: string): Promise<void> {
  const { store, user } = await unlockClinic(folder, syntheticUser);
  for (const image of store.images.listUnread()) store.images.remove(image.id);
  const everybody = { ...patientListView.parse({}), text: '', after: null, limit: 1000 };
  const { entries } = store.patientList.page(everybody);
  for (const { patient } of entries) {
    const details = patientDetails.parse({ ...patient, note: 'Seen again.' });
    store.patients.update(patient.id, patient.revision, details);
    for (const lesion of store.lesions.listByPatient(patient.id))
      for (const image of store.images.listByLesion(lesion.id)) {
        const readingId = store.readings.newestByImage(image.id)?.id ?? null;
        const said = { impression: 'nv', decision: 'monitor', note: '' } as const;
        const imageId = image.id;
        store.reviews.add({ imageId, readingId, reviewerId: user.id, details: said });
      }
  }
  store.close();
}

function changedPages(past: Buffer, present: Buffer): number[] {
  const pages = Math.min(past.length, present.length) / pageBytes;
  return Array.from({ length: pages }, (_, page) => page).filter((page) => {
    const [from, to] = [page * pageBytes, (page + 1) * pageBytes];
    return !past.subarray(from, to).equals(present.subarray(from, to));
  });
}

async function found(
  folder: string,
): Promise<'refused' | 'byHealthCheck' | 'byVerifying' | undefined> {
  let store: ClinicStore | undefined;
  try {
    store = (await unlockClinic(folder, syntheticUser)).store;
  } catch (error) {
    if (error instanceof StoreError) return 'refused';
    throw error;
  }
  try {
    const { isSound, audit } = await store.checkHealth();
    if (!isSound) return 'byHealthCheck';
    return audit?.intact ? undefined : 'byVerifying';
  } catch (error) {
    if (error instanceof StoreError) return 'byVerifying';
    throw error;
  } finally {
    store.close();
  }
}

async function dataKeyOf(folder: string): Promise<Buffer> {
  const { clinicId, users } = readClinicFile(folder);
  const [slot] = users;
  if (!slot) throw new Error('The made-up clinic lacks its user.');
  return openUserSlot(clinicId, slot, syntheticUser.passphrase);
}

/** What unlocking itself changes. */
const ofUnlocking = ['clinic_state', 'sqlite_sequence'];

/** The hash of every row of every table. */
function rowsOf(folder: string, key: Uint8Array): string {
  const connection = Connection.openReadOnly(databasePath(folder), key);
  try {
    const hash = createHash('sha256');
    const tables = connection.all("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1");
    for (const { name } of tables as { name: string }[])
      if (!ofUnlocking.includes(name))
        connection.each(`SELECT * FROM "${name}" NOT INDEXED`, (row) =>
          hash.update(JSON.stringify(row)),
        );
    return hash.digest('hex');
  } finally {
    connection.close();
  }
}
