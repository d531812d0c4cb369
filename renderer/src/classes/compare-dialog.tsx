import { useStationQuery } from '../station/use-station.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorNotice, Loading } from '../ui/notices.tsx';
import { countText } from '../wording/counts.ts';
import { ChangedList } from './changed-list.tsx';

/** A version beside the one that reads, on the newest images; nothing is changed. */
export function CompareDialog({ number, onClose }: { number: number; onClose: () => void }) {
  const comparison = useStationQuery('classes.compare', { number });
  return (
    <Dialog title={`Version ${number} beside what reads`} onClose={onClose} widthPx={760}>
      <ErrorNotice error={comparison.error} />
      {comparison.isPending && <Loading what="the comparison" />}
      {comparison.data && (
        <>
          <p>
            Of the newest {countText(comparison.data.images, 'image')},{' '}
            {comparison.data.changes.length} would come to something else.
          </p>
          <ChangedList changes={comparison.data.changes} />
        </>
      )}
    </Dialog>
  );
}
