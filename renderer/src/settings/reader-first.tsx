import type { Role } from '../../../src/clinic/entities/index.ts';
import { mayCall } from '../../../src/station/contract/index.ts';
import { useStationCommand, useStationQuery } from '../station/use-station.tsx';
import { ErrorNotice } from '../ui/notices.tsx';

/** Whether readers of the clinic say what they think before they see the reading. */
export function ReaderFirst({ role }: { role: Role }) {
  const settings = useStationQuery('settings.get', {});
  const set = useStationCommand('settings.set');
  if (!settings.data) return <ErrorNotice error={settings.error} />;
  const kept = settings.data;
  const shown = set.isPending ? set.variables.impressionFirst : kept.impressionFirst;
  return (
    <>
      <label className="check">
        <input
          type="checkbox"
          checked={shown}
          disabled={!mayCall(role, 'settings.set')}
          onChange={(event) => set.mutate({ ...kept, impressionFirst: event.target.checked })}
        />
        Ask for the reader’s impression before showing the reading
      </label>
      <p className="soft">
        It holds for everyone at this clinic
        {!mayCall(role, 'settings.set') && '; an administrator can change it'}.
      </p>
      <ErrorNotice error={set.error} />
    </>
  );
}
