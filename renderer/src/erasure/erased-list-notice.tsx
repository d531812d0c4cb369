import { t } from '../../../src/language/index.ts';
import { useMay } from '../station/use-may.ts';
import { useStationCommand, useStationQuery } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { ErrorNotice, Notice } from '../ui/notices.tsx';

/** The list that tells what an older backup brought back cannot be believed; nothing where it can. */
export function ErasedListNotice() {
  const may = useMay();
  const state = useStationQuery('erasures.listState', {}, { enabled: may('erasures.listState') });
  const mend = useStationCommand('erasures.mendList');
  if (!state.data || !(state.data.isDamaged || state.data.unproven > 0)) return null;
  return (
    <Notice tone="caution">
      {t(
        'The list of what was erased, “erased.json” in the data folder, is damaged, or something other than Dermaspike changed it. What this clinic did not write there is not heeded; so a backup of before an erasure could bring records back without a word. Write the list anew: it then has everything that this clinic knows it erased.',
      )}{' '}
      {mend.error !== null && <ErrorNotice error={mend.error} />}
      <Button small busy={mend.isPending} onClick={() => mend.mutate({})}>
        {t('Write it anew')}
      </Button>
    </Notice>
  );
}
