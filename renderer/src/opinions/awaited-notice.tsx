import { t } from '../../../src/language/index.ts';
import { href } from '../routing/routes.ts';
import { useMay } from '../station/use-may.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { Notice } from '../ui/notices.tsx';
import { countText } from '../wording/counts.ts';

/** On the worklist: that colleagues wait for this user's opinion. */
export function AwaitedOpinionsNotice() {
  const isAsked = useMay()('secondOpinions.counts');
  const { data } = useStationQuery('secondOpinions.counts', {}, { enabled: isAsked });
  if (!data || data.awaited === 0) return null;
  return (
    <Notice>
      {t('{images} {value} your second opinion.', {
        images: countText(data.awaited, 'image'),
        value: data.awaited === 1 ? 'awaits' : 'await',
      })}{' '}
      <a href={href({ screen: 'opinions' })}>
        {t('Show {value}', { value: data.awaited === 1 ? 'it' : 'them' })}
      </a>
    </Notice>
  );
}
