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
  return (
    <>
      <div className="archive">
        {isRunning ? (
          <>
            <progress value={job.done} max={Math.max(job.total, 1)} aria-label="Archive" />
            <span role="status">
              {job.isPaused ? 'Paused at' : 'Reading again:'} {job.done} of{' '}
              {countText(job.total, 'image')}
            </span>
            <Button small onClick={() => pause.mutate({ isPaused: !job.isPaused })}>
              {job.isPaused ? 'Go on' : 'Pause'}
            </Button>
          </>
        ) : (
          <span role="status">
            {countText(job.done, 'image')} brought up to date,{' '}
            {countText(job.changes, 'changed reading')}. Reviews stay as they were signed.
          </span>
        )}
      </div>
      <ErrorNotice error={changed.error ?? pause.error} />
      {changed.data && changed.data.length > 0 && <ChangedList changes={changed.data} />}
    </>
  );
}
