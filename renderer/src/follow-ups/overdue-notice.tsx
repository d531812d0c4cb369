import { t } from '../../../src/language/index.ts';
import { href } from '../routing/routes.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { Notice } from '../ui/notices.tsx';

/** On the worklist: that somebody should have come, or a result. */
export function OverdueNotice() {
  const { data } = useStationQuery('followUps.counts', {});
  if (!data || data.overdue === 0) return null;
  return (
    <Notice tone="caution">
      {t('{count, plural, one {# follow-up is overdue.} other {# follow-ups are overdue.}}', {
        count: data.overdue,
      })}{' '}
      <a href={href({ screen: 'follow-ups' })}>
        {data.overdue === 1 ? t('Show it') : t('Show them')}
      </a>
    </Notice>
  );
}
