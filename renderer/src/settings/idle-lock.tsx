import type { Role } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { mayCall } from '../../../src/station/contract/index.ts';
import { useKept } from '../station/use-kept.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { ChoiceGroup } from '../ui/choice.tsx';
import { ErrorNotice } from '../ui/notices.tsx';

const waits = [2, 5, 10, 30] as const;
const toMs = (choice: string): number | null =>
  choice === 'never' ? null : Number(choice) * 60_000;
const toChoice = (ms: number | null): string => (ms === null ? 'never' : `${ms / 60_000}`);

/** How long a screen that nobody is at waits before it is locked: the clinic's choice, each screen for itself. */
export function IdleLock({ role }: { role: Role }) {
  const settings = useStationQuery('settings.get', {});
  const { shown, choose, error } = useKept('settings.set', settings.data);
  if (!shown) return <ErrorNotice error={settings.error} />;
  const { lockAfterMs } = shown;
  if (!mayCall(role, 'settings.set'))
    return (
      <p className="soft">
        {lockAfterMs === null
          ? t('A screen is never locked by itself.')
          : t('A screen is locked when nobody has been at it for {minutes} minutes.', {
              minutes: lockAfterMs / 60_000,
            })}{' '}
        {t('An administrator can change this.')}
      </p>
    );
  return (
    <>
      <ChoiceGroup
        label={t('Lock a screen when nobody has been at it for')}
        className="segments"
        value={toChoice(lockAfterMs)}
        onChoose={(choice) => choose({ ...shown, lockAfterMs: toMs(choice) })}
        choices={[
          ...waits.map((minutes) => ({
            value: `${minutes}`,
            label: t('{minutes} min', { minutes }),
          })),
          { value: 'never', label: t('Never') },
        ]}
      />
      <ErrorNotice error={error} />
    </>
  );
}
