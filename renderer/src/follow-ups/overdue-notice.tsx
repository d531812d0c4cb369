import { href } from '../routing/routes.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { Notice } from '../ui/notices.tsx';
import { countText } from '../wording/counts.ts';

/** On the worklist: that somebody should have come, or a result. */
export function OverdueNotice() {
  const { data } = useStationQuery('followUps.counts', {});
  if (!data || data.overdue === 0) return null;
  return (
    <Notice tone="caution">
      {countText(data.overdue, 'follow-up')} {data.overdue === 1 ? 'is' : 'are'} overdue.{' '}
      <a href={href({ screen: 'follow-ups' })}>Show {data.overdue === 1 ? 'it' : 'them'}</a>
    </Notice>
  );
}
