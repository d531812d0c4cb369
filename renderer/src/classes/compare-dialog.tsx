import { t } from '../../../src/language/index.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorNotice, Loading } from '../ui/notices.tsx';
import { countText } from '../wording/counts.ts';
import { ChangedList } from './changed-list.tsx';

/** A version beside the one that reads, on the newest images; nothing is changed. */
export function CompareDialog({ number, onClose }: { number: number; onClose: () => void }) {
  const comparison = useStationQuery('classes.compare', { number });
  return (
    <Dialog
      title={t('Version {number} beside what reads', { number })}
      onClose={onClose}
      widthPx={760}
    >
      <ErrorNotice error={comparison.error} />
      {comparison.isPending && <Loading what={t('the comparison')} />}
      {comparison.data && (
        <>
          <p>
            {t('Of the newest {images}, {changes} would come to something else.', {
              images: countText(comparison.data.images, 'image'),
              changes: comparison.data.changes.length,
            })}
          </p>
          <ChangedList changes={comparison.data.changes} />
        </>
      )}
    </Dialog>
  );
}
