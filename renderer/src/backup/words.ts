import type { KeptBackup } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import type { BackupReminder } from '../../../src/station/contract/index.ts';
import { formatAgo, formatDateTime, formatSpan } from '../wording/dates.ts';
import { formatBytes } from '../wording/numbers.ts';

/** Why a backup cannot be read. */
export function unreadableText(why: NonNullable<KeptBackup['unreadable']>): string {
  return why === 'newer'
    ? t('A newer Dermaspike made it, which this one cannot read.')
    : t('Its list on the medium is damaged. Back up again.');
}

/** A backup to be chosen, in a line. */
export function backupText({ madeAt, unreadable, sizeBytes, proof }: KeptBackup): string {
  const dateTime = formatDateTime(madeAt);
  if (unreadable) return t('{dateTime}, cannot be read', { dateTime });
  const bytes = formatBytes(sizeBytes);
  if (!proof) return `${dateTime}, ${bytes}`;
  return proof.whole
    ? t('{dateTime}, {bytes}, proven', { dateTime, bytes })
    : t('{dateTime}, {bytes}, damaged', { dateTime, bytes });
}

/** What is to be looked after, in a line. */
export function reminderText({ what, since }: BackupReminder): string {
  switch (what) {
    case 'no-folder':
      return t('This clinic is not backed up. If this computer is lost, so are its records.');
    case 'failed':
      return since
        ? t('The last attempt to back up failed. The newest backup is from {ago}.', {
            ago: formatAgo(since),
          })
        : t('The attempt to back up failed, and there is no backup yet.');
    case 'damaged':
      return t('A backup was found damaged. Back up again, then prove the new one.');
    case 'late':
      return since
        ? t('The newest backup is {span} old.', { span: formatSpan(since) })
        : t('A folder to back up to is chosen, and there is no backup yet.');
    case 'proof-late':
      return since
        ? t('No backup has been proven by restoring for {span}.', { span: formatSpan(since) })
        : t('No backup has been proven by restoring yet.');
  }
}
