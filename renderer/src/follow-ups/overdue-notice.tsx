import { t } from '../../../src/language/index.ts';
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
      {t('{followups} {value} overdue.', {
        followups: countText(data.overdue, 'follow-up'),
        value: data.overdue === 1 ? 'is' : 'are',
      })}{' '}
      <a href={href({ screen: 'follow-ups' })}>
        {t('Show {value}', { value: data.overdue === 1 ? 'it' : 'them' })}
      </a>
    </Notice>
  );
}
