import { useState } from 'react';
import { t } from '../../../src/language/index.ts';
import type { OverviewEntry } from '../../../src/station/contract/index.ts';
import { DropArea } from '../imports/drop-area.tsx';
import { FileButton } from '../imports/file-button.tsx';
import { href } from '../routing/routes.ts';
import { useMay } from '../station/use-may.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { ErrorNotice } from '../ui/notices.tsx';
import { formatDate } from '../wording/dates.ts';
import { regionNames, takenText } from '../wording/overviews.ts';
import { AddOverviewsDialog } from './add-overviews-dialog.tsx';
import { OverviewThumbnail } from './overview-picture.tsx';
import './overviews.css';

/** A patient's overview photographs, the newest first. */
export function OverviewStrip({ patientId }: { patientId: string }) {
  const { data, error, refetch } = useStationQuery('overviews.ofPatient', { patientId });
  const [files, setFiles] = useState<readonly File[]>([]);
  const canAdd = useMay()('overviews.import');
  const overviews = data?.overviews ?? [];
  if (!canAdd && overviews.length === 0 && !error) return null;
  return (
    <DropArea
      invitation={t('Drop the overview photographs')}
      onFiles={setFiles}
      isOff={!canAdd}
      className="overviews"
    >
      <section aria-labelledby="overviews-title">
        <div className="overviews__bar">
          <h2 id="overviews-title">{t('Overview photographs')}</h2>
          <span className="faint">
            {overviews.length === 0
              ? data && t('Of a whole region each, to mark lesions on. No network reads them.')
              : overviews.length > 1 && t('{count}, the newest first', { count: overviews.length })}
          </span>
          {canAdd && <FileButton label={t('Add photographs')} onFiles={setFiles} />}
        </div>
        <ErrorNotice error={error} onRetry={() => void refetch()} />
        {overviews.length > 0 && (
          <ul className="overviews__strip">
            {overviews.map((entry) => (
              <StripItem key={entry.overview.id} entry={entry} />
            ))}
          </ul>
        )}
      </section>
      {files.length > 0 && (
        <AddOverviewsDialog patientId={patientId} files={files} onClose={() => setFiles([])} />
      )}
    </DropArea>
  );
}

function StripItem({ entry: { overview, markers } }: { entry: OverviewEntry }) {
  const { capturedAt, importedAt } = overview;
  return (
    <li>
      <a
        className="overviews__item"
        href={href({ screen: 'overview', overviewId: overview.id })}
        title={takenText(overview)}
      >
        <OverviewThumbnail overview={overview} marks={markers} alt="" />
        <strong>{regionNames[overview.region]}</strong>
        <span className="faint">
          {capturedAt
            ? formatDate(capturedAt)
            : t('added {date}', { date: formatDate(importedAt) })}
        </span>
        <span className="faint">
          {markers.length === 0
            ? t('nothing marked')
            : t('{count, plural, one {# marked} other {# marked}}', { count: markers.length })}
        </span>
      </a>
    </li>
  );
}
