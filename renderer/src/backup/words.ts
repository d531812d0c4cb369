import type { BackupReminder } from '../../../src/station/contract/index.ts';
import { formatAgo, formatSpan } from '../wording/dates.ts';

/** What is to be looked after, in a line. */
export function reminderText({ what, since }: BackupReminder): string {
  switch (what) {
    case 'no-folder':
      return 'This clinic is not backed up. If this computer is lost, so are its records.';
    case 'failed':
      return since
        ? `The last attempt to back up failed. The newest backup is from ${formatAgo(since)}.`
        : 'The attempt to back up failed, and there is no backup yet.';
    case 'damaged':
      return 'A backup was found damaged. Back up again, then prove the new one.';
    case 'late':
      return since
        ? `The newest backup is ${formatSpan(since)} old.`
        : 'A folder to back up to is chosen, and there is no backup yet.';
    case 'proof-late':
      return since
        ? `No backup has been proven by restoring for ${formatSpan(since)}.`
        : 'No backup has been proven by restoring yet.';
  }
}
