import { createHash } from 'node:crypto';
import { patientDetails, patientListView } from '../../clinic/entities/index.ts';
import { databasePath, readClinicFile } from '../../store/clinic-file.ts';
import { Connection } from '../../store/connection.ts';
import { type ClinicStore, StoreError, unlockClinic } from '../../store/index.ts';
import { openUserSlot } from '../../store/key-slots.ts';
import { syntheticUser } from '../bench/large-clinic.ts';

export const pageBytes = 4096;

/** What is attacked is not the passphrase. */
export const cheapKdf = { n: 16, r: 8, p: 1 };

/** A day's work: everybody's record is edited, and what waits is reviewed. */
export async function workOn(folder: string): Promise<void> {
  const { store, user } = await unlockClinic(folder, { ...syntheticUser, kdf: cheapKdf });
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

/** The pages that differ, by their number. */
export function changedPages(past: Buffer, present: Buffer): number[] {
  const pages = Math.min(past.length, present.length) / pageBytes;
  return Array.from({ length: pages }, (_, page) => page).filter((page) => {
    const [from, to] = [page * pageBytes, (page + 1) * pageBytes];
    return !past.subarray(from, to).equals(present.subarray(from, to));
  });
}

export type Finding = 'refused' | 'byHealthCheck' | 'byVerifying';

/** By what damage was found, and how it was told where the clinic was not opened. */
export async function found(
  folder: string,
): Promise<{ by: Finding | undefined; error?: StoreError }> {
  let store: ClinicStore | undefined;
  try {
    store = (await unlockClinic(folder, { ...syntheticUser, kdf: cheapKdf })).store;
  } catch (error) {
    if (error instanceof StoreError) return { by: 'refused', error };
    throw error;
  }
  try {
    const { isSound, audit } = await store.checkHealth();
    if (!isSound) return { by: 'byHealthCheck' };
    return { by: audit?.intact ? undefined : 'byVerifying' };
  } catch (error) {
    if (error instanceof StoreError) return { by: 'byVerifying', error };
    throw error;
  } finally {
    store.close();
  }
}

export async function dataKeyOf(folder: string): Promise<Buffer> {
  const { clinicId, users } = readClinicFile(folder);
  const [slot] = users;
  if (!slot) throw new Error('The made-up clinic lacks its user.');
  return openUserSlot(clinicId, slot, syntheticUser.passphrase);
}

/** What unlocking itself changes. */
const ofUnlocking = ['clinic_state', 'sqlite_sequence'];

/** The hash of every row of every table. */
export function rowsOf(folder: string, key: Uint8Array): string {
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

/** What unlocking enters of files beside the database that are not as they were written. */
const entriesOfFiles = "('session.failures-changed', 'clinic.file-changed')";

/** Whether the audit log tells of such a file. */
export function isEntered(folder: string, key: Uint8Array): boolean {
  const connection = Connection.openReadOnly(databasePath(folder), key);
  try {
    const sql = `SELECT 1 FROM audit_entry WHERE action IN ${entriesOfFiles} LIMIT 1`;
    return connection.all(sql).length > 0;
  } finally {
    connection.close();
  }
}
