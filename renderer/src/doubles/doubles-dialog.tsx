import { useState } from 'react';
import { t } from '../../../src/language/index.ts';
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
    <Dialog title={t('Possible doubles')} onClose={onClose} widthPx={900}>
      <ErrorNotice error={doubles.error} onRetry={() => void doubles.refetch()} />
      {doubles.isPending && <Loading what={t('possible doubles')} />}
      {doubles.data && !pair && (
        <EmptyState icon="check" title={t('No doubles')}>
          <p>
            {t('Nobody seems to be enrolled twice, as far as names and dates of birth can tell.')}
          </p>
        </EmptyState>
      )}
      {pair && doubles.data && (
        <>
          <div className="doubles__turn">
            <span>
              <strong>{likenessNames[pair.likeness]}</strong>
              <span className="faint" role="status">
                {' '}
                {t('{index} of {count}', { index: index + 1, count: doubles.data.count })}
              </span>
            </span>
            <span>
              <IconButton
                icon="back"
                label={t('The pair before')}
                disabled={index === 0}
                onClick={() => setAt(index - 1)}
              />
              <IconButton
                icon="chevron"
                label={t('The next pair')}
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
              {t('They are two people')}
            </Button>
          </MergeForm>
        </>
      )}
    </Dialog>
  );
}
