import { t } from '../../../src/language/index.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { Notice } from '../ui/notices.tsx';

/** Says that the data folder is on a network share, before a clinic is made or opened there. */
export function ShareNotice() {
  const { data } = useStationQuery('session.surroundings', {});
  if (!data?.share) return null;
  const { kind, folder } = data.share;
  return (
    <Notice tone="caution">
      {t(
        'The data folder {folder} is on a network share ({kind}). A share that does not keep its locks lets two computers write at once, which damages the records. Open the clinic on one computer only, or better keep it on this computer’s own disk and back it up to the share.',
        { folder, kind },
      )}
    </Notice>
  );
}
