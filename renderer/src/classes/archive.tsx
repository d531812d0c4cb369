import { locale, t } from '../../../src/language/index.ts';
import type { ClassOverview } from '../../../src/station/contract/index.ts';
import { useMay } from '../station/use-may.ts';
import { useStationCommand, useStationQuery } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { ErrorNotice } from '../ui/notices.tsx';
import { countText } from '../wording/counts.ts';
import { ChangedList } from './changed-list.tsx';

/** How far the archive is brought up to the head that reads, and what changed. */
export function Archive({ job }: { job: NonNullable<ClassOverview['rescoring']> }) {
  const pause = useStationCommand('classes.pauseRescoring');
  const changed = useStationQuery(
    'classes.changedReadings',
    {},
    { enabled: useMay()('classes.changedReadings') },
  );
  const isRunning = job.endedAt === null;
  const howFar = {
    done: job.done.toLocaleString(locale()),
    images: countText(job.total, 'image'),
  };
  return (
    <>
      <div className="archive">
        {isRunning ? (
          <>
            <progress value={job.done} max={Math.max(job.total, 1)} aria-label={t('Archive')} />
            <span role="status">
              {job.isPaused
                ? t('Paused at {done} of {images}', howFar)
                : t('Reading again: {done} of {images}', howFar)}
            </span>
            <Button small onClick={() => pause.mutate({ isPaused: !job.isPaused })}>
              {job.isPaused ? t('Go on') : t('Pause')}
            </Button>
          </>
        ) : (
          <span role="status">
            {t('{images} brought up to date, {readings}. Reviews stay as they were signed.', {
              images: countText(job.done, 'image'),
              readings: countText(job.changes, 'changed reading'),
            })}
          </span>
        )}
      </div>
      <ErrorNotice error={changed.error ?? pause.error} />
      {changed.data && changed.data.length > 0 && <ChangedList changes={changed.data} />}
    </>
  );
}
