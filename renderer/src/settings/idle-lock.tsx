import type { Role } from '../../../src/clinic/entities/index.ts';
import { mayCall } from '../../../src/station/contract/index.ts';
import { useStationCommand, useStationQuery } from '../station/use-station.tsx';
import { ChoiceGroup } from '../ui/choice.tsx';
import { ErrorNotice } from '../ui/notices.tsx';

const waits = [2, 5, 10, 30] as const;
const toMs = (choice: string): number | null =>
  choice === 'never' ? null : Number(choice) * 60_000;
const toChoice = (ms: number | null): string => (ms === null ? 'never' : `${ms / 60_000}`);

/** The clinic's wait before it locks itself, for every screen alike. */
export function IdleLock({ role }: { role: Role }) {
  const settings = useStationQuery('settings.get', {});
  const set = useStationCommand('settings.set');
  if (!settings.data) return <ErrorNotice error={settings.error} />;
  const kept = settings.data;
  const { lockAfterMs } = kept;
  if (!mayCall(role, 'settings.set'))
    return (
      <p className="soft">
        {lockAfterMs === null
          ? 'The clinic is never locked by itself.'
          : `The clinic is locked when nobody has been at any screen for ${lockAfterMs / 60_000} minutes.`}{' '}
        An administrator can change this.
      </p>
    );
  const shown = set.isPending ? set.variables.lockAfterMs : lockAfterMs;
  return (
    <>
      <ChoiceGroup
        label="Lock when nobody has been at any screen for"
        className="segments"
        value={toChoice(shown)}
        onChoose={(choice) => set.mutate({ ...kept, lockAfterMs: toMs(choice) })}
        choices={[
          ...waits.map((minutes) => ({ value: `${minutes}`, label: `${minutes} min` })),
          { value: 'never', label: 'Never' },
        ]}
      />
      <ErrorNotice error={set.error} />
    </>
  );
}
