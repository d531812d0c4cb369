import { useState } from 'react';
import { t } from '../../../src/language/index.ts';
import type { Selection } from '../lists/selection.ts';
import { SelectionBar } from '../lists/selection-bar.tsx';
import { useMay } from '../station/use-may.ts';
import { useStation } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { showErrorToast, showToast } from '../ui/toasts.tsx';

import type { PatientsView } from './view.ts';

/** Archives the selected patients, or takes them back. */
export function SelectedPatients(props: { selection: Selection; show: PatientsView['show'] }) {
  const { selection, show } = props;
  const station = useStation();
  const may = useMay();
  const [isBusy, setBusy] = useState(false);
  const act = show === 'archived' ? 'restore' : 'archive';

  const change = async (how: 'restore' | 'archive', patientIds: readonly string[]) => {
    for (const patientId of patientIds) await station.call(`patients.${how}`, { patientId });
  };
  const run = async () => {
    const { keys } = selection;
    setBusy(true);
    try {
      await change(act, keys);
      selection.clear();
      const other = act === 'archive' ? 'restore' : 'archive';
      const count = keys.length;
      showToast(
        act === 'archive'
          ? t('{count, plural, one {# patient archived.} other {# patients archived.}}', { count })
          : t('{count, plural, one {# patient restored.} other {# patients restored.}}', { count }),
        { label: t('Undo'), run: () => void change(other, keys).catch(showErrorToast) },
      );
    } catch (error) {
      showErrorToast(error);
    } finally {
      setBusy(false);
    }
  };

  if (selection.keys.length === 0 || !may('patients.archive')) return null;
  return (
    <SelectionBar selection={selection} noun="patient">
      <Button icon={act} busy={isBusy} onClick={() => void run()}>
        {act === 'archive'
          ? t('{of, select, patient {Archive} other {}}', { of: 'patient' })
          : t('Restore')}
      </Button>
    </SelectionBar>
  );
}
