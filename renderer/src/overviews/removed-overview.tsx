import type { Overview } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { href } from '../routing/routes.ts';
import { useMay } from '../station/use-may.ts';
import { Button } from '../ui/button.tsx';
import { formatDate } from '../wording/dates.ts';
import { regionNames } from '../wording/overviews.ts';
import { OverviewThumbnail } from './overview-picture.tsx';
import { useOverviewRemoval } from './use-overview-removal.ts';

/** A removed photograph among what was removed of a patient. */
export function RemovedOverview(props: { overview: Overview; onErase: () => void }) {
  const { overview, onErase } = props;
  const may = useMay();
  const { restore } = useOverviewRemoval();
  return (
    <li className="removed__item">
      <a
        className="removed__picture"
        href={href({ screen: 'overview', overviewId: overview.id })}
        aria-label={t('Open {fileName}', { fileName: overview.fileName })}
      >
        <OverviewThumbnail
          overview={overview}
          alt={t('Removed photograph {fileName}', { fileName: overview.fileName })}
        />
      </a>
      <div className="removed__text">
        <strong>
          {t('Overview photograph: {region}', { region: regionNames[overview.region] })}
        </strong>
        <span className="faint">
          {overview.removedAt
            ? t('{fileName}, removed {date}', {
                fileName: overview.fileName,
                date: formatDate(overview.removedAt),
              })
            : overview.fileName}
        </span>
      </div>
      {may('overviews.restore') && (
        <Button small icon="restore" onClick={() => void restore(overview)}>
          {t('Restore')}
        </Button>
      )}
      {may('erasures.erase') && (
        <Button small variant="quiet" icon="remove" onClick={onErase}>
          {t('Erase…')}
        </Button>
      )}
    </li>
  );
}
