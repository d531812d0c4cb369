import type { ClinicStore } from '../store/index.ts';
import { StoreError } from '../store/index.ts';
import type { Session } from './session.ts';

/** Who goes on looking at the same patient within this time has looked once. */
const onceMs = 15 * 60_000;

/** By user and patient, when it was last entered; forgotten when the clinic is closed. */
const entered = new WeakMap<ClinicStore, Map<string, number>>();

/** Enters in the audit log that a user looks at a patient's record. */
export function enterRead({ store, user }: Pick<Session, 'store' | 'user'>, patientId: string) {
  const reads = entered.get(store) ?? new Map<string, number>();
  entered.set(store, reads);
  const key = `${user.id} ${patientId}`;
  const now = store.now().getTime();
  const last = reads.get(key);
  if (last !== undefined && Math.abs(now - last) < onceMs) return;
  try {
    store.audit.append({
      userId: user.id,
      action: 'patient.read',
      subject: `patient:${patientId}`,
    });
    reads.set(key, now);
  } catch (error) {
    // On a full disk records can still be read.
    if (!(error instanceof StoreError && error.code === 'disk-full')) throw error;
  }
}
