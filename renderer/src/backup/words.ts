import { t } from '../../../src/language/index.ts';
import type { BackupReminder } from '../../../src/station/contract/index.ts';
import { formatAgo, formatSpan } from '../wording/dates.ts';

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
