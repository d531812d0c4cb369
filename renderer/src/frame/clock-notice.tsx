import { useEffect } from 'react';
import { t } from '../../../src/language/index.ts';
import type { Surroundings } from '../../../src/station/contract/index.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { Icon } from '../ui/icons.tsx';
import { formatDateTime } from '../wording/dates.ts';

type ClockBehind = NonNullable<Surroundings['clockBehind']>;

const lookEveryMs = 60_000;

/** What the clock says, while it is behind the clinic's newest records. Looked at again until it is right. */
export function useClockBehind(): ClockBehind | null {
  const { data, refetch } = useStationQuery('session.surroundings', {});
  const clockBehind = data?.clockBehind ?? null;
  const isBehind = clockBehind !== null;
  useEffect(() => {
    if (!isBehind) return;
    const timer = setInterval(() => void refetch(), lookEveryMs);
    return () => clearInterval(timer);
  }, [isBehind, refetch]);
  return clockBehind;
}

export function ClockNotice({ clock: { now, recordedAt } }: { clock: ClockBehind }) {
  const text = t(
    'This computer’s clock says {now}, but the clinic has records of {recorded}. Set the clock: what you record now gets its date.',
    { now: formatDateTime(now), recorded: formatDateTime(recordedAt) },
  );
  return (
    <p className="foot__message foot__message--caution" role="alert">
      <Icon name="warning" size={16} />
      <span className="foot__text" title={text}>
        {text}
      </span>
    </p>
  );
}
