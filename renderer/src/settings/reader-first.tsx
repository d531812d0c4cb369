import type { Role } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { mayCall } from '../../../src/station/contract/index.ts';
import { useKept } from '../station/use-kept.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { ErrorNotice } from '../ui/notices.tsx';

/** Whether readers of the clinic say what they think before they see the reading. */
export function ReaderFirst({ role }: { role: Role }) {
  const settings = useStationQuery('settings.get', {});
  const { shown, choose, error } = useKept('settings.set', settings.data);
  if (!shown) return <ErrorNotice error={settings.error} />;
  return (
    <>
      <label className="check">
        <input
          type="checkbox"
          checked={shown.impressionFirst}
          disabled={!mayCall(role, 'settings.set')}
          onChange={(event) => choose({ ...shown, impressionFirst: event.target.checked })}
        />
        {t('Ask for the reader’s impression before showing the reading')}
      </label>
      <p className="soft">
        {mayCall(role, 'settings.set')
          ? t('It holds for everyone at this clinic.')
          : t('It holds for everyone at this clinic; an administrator can change it.')}
      </p>
      <ErrorNotice error={error} />
    </>
  );
}
