import { t } from '../../../src/language/index.ts';
import type { BackupReminder } from '../../../src/station/contract/index.ts';
import { href } from '../routing/routes.ts';
import { useMay } from '../station/use-may.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { Icon } from '../ui/icons.tsx';
import { reminderText } from './words.ts';

export function useBackupReminder(): BackupReminder | null {
  return useStationQuery('backup.reminder', {}).data ?? null;
}

/** In the foot, for everyone: whoever may not back up tells somebody who may. */
export function BackupNotice({ reminder }: { reminder: BackupReminder }) {
  const may = useMay();
  const text = reminderText(reminder);
  return (
    <div className="foot__message foot__message--caution">
      <Icon name="warning" size={16} />
      <span className="foot__text" title={text}>
        {text}
      </span>
      {may('backup.state') && (
        <a className="button button--small" href={href({ screen: 'settings', part: 'backup' })}>
          {t('See the backups')}
        </a>
      )}
    </div>
  );
}
