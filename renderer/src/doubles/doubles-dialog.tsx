import { useState } from 'react';
import { useStationQuery } from '../station/use-station.tsx';
import { Button, IconButton } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { EmptyState, ErrorNotice, Loading } from '../ui/notices.tsx';
import { showErrorToast } from '../ui/toasts.tsx';
import { likenessNames } from '../wording/patients.ts';
import { MergeForm } from './merge-form.tsx';
import { useMerging } from './use-merging.ts';

/** Who may be enrolled twice, one pair after the other. */
export function DoublesDialog({ onClose }: { onClose: () => void }) {
  const doubles = useStationQuery('doubles.list', {});
  const [at, setAt] = useState(0);
  const { dismiss } = useMerging();
  const pairs = doubles.data?.pairs ?? [];
  const index = Math.min(at, pairs.length - 1);
  const pair = pairs[index];
  return (
    <Dialog title="Possible doubles" onClose={onClose} widthPx={900}>
      <ErrorNotice error={doubles.error} onRetry={() => void doubles.refetch()} />
      {doubles.isPending && <Loading what="possible doubles" />}
      {doubles.data && !pair && (
        <EmptyState icon="check" title="No doubles">
          <p>Nobody seems to be enrolled twice, as far as names and dates of birth can tell.</p>
        </EmptyState>
      )}
      {pair && doubles.data && (
        <>
          <div className="doubles__turn">
            <span>
              <strong>{likenessNames[pair.likeness]}</strong>
              <span className="faint" role="status">
                {' '}
                {index + 1} of {doubles.data.count}
              </span>
            </span>
            <span>
              <IconButton
                icon="back"
                label="The pair before"
                disabled={index === 0}
                onClick={() => setAt(index - 1)}
              />
              <IconButton
                icon="chevron"
                label="The next pair"
                disabled={index >= pairs.length - 1}
                onClick={() => setAt(index + 1)}
              />
            </span>
          </div>
          <MergeForm
            key={`${pair.one.patient.id} ${pair.other.patient.id}`}
            one={pair.one}
            other={pair.other}
            onMerged={onClose}
          >
            <Button
              onClick={() =>
                void dismiss(pair.one.patient, pair.other.patient).catch(showErrorToast)
              }
            >
              They are two people
            </Button>
          </MergeForm>
        </>
      )}
    </Dialog>
  );
}
