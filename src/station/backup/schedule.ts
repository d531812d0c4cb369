import type { BackupSchedule } from '../../clinic/entities/index.ts';
import type { BackupReminder } from '../contract/index.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** After a failure it is tried again so much later. */
const retryMs = 15 * minuteMs;
/** A clinic is left in peace for so long before it is asked where to back up to. */
const graceMs = 3 * dayMs;
/** A backup is called late after two intervals, a weekend at least. */
const lateMs = 3 * dayMs;

/** When the next backup is due; a moment that has passed means now. Null: only by hand. */
export function nextBackup(known: {
  readonly schedule: BackupSchedule;
  readonly lastAt: string | null;
  readonly failedAt: string | null;
  readonly now: Date;
}): string | null {
  const { everyHours } = known.schedule;
  if (everyHours === null) return null;
  const regular = known.lastAt ? Date.parse(known.lastAt) + everyHours * hourMs : 0;
  const again = known.failedAt ? Date.parse(known.failedAt) + retryMs : 0;
  return new Date(Math.max(regular, again) || known.now.getTime()).toISOString();
}

/** What is to be looked after, the most urgent. */
export function reminderOf(known: {
  readonly schedule: BackupSchedule;
  readonly hasFolder: boolean;
  readonly hasFailed: boolean;
  /** When the clinic's log began. */
  readonly beganAt: string | null;
  readonly lastAt: string | null;
  readonly lastProofAt: string | null;
  readonly lastDamageAt: string | null;
  readonly now: Date;
}): BackupReminder | null {
  const { schedule, beganAt, lastAt, lastProofAt, lastDamageAt } = known;
  const ageMs = (at: string | null) => (at ? known.now.getTime() - Date.parse(at) : 0);
  if (!known.hasFolder)
    return ageMs(beganAt) > graceMs ? { what: 'no-folder', since: lastAt } : null;
  if (known.hasFailed) return { what: 'failed', since: lastAt };
  if (lastDamageAt && lastDamageAt > (lastProofAt ?? '') && lastDamageAt > (lastAt ?? ''))
    return { what: 'damaged', since: lastDamageAt };
  const { everyHours } = schedule;
  if (everyHours && ageMs(lastAt ?? beganAt) > Math.max(2 * everyHours * hourMs, lateMs))
    return { what: 'late', since: lastAt };
  if (lastAt && ageMs(lastProofAt ?? beganAt) > schedule.proofEveryDays * dayMs)
    return { what: 'proof-late', since: lastProofAt };
  return null;
}
