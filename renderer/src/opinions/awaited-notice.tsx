import { Trans } from '@lingui/react';

import { href } from '../routing/routes.ts';
import { useMay } from '../station/use-may.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { Notice } from '../ui/notices.tsx';

/** On the worklist: that colleagues wait for this user's opinion. */
export function AwaitedOpinionsNotice() {
  const isAsked = useMay()('secondOpinions.counts');
  const { data } = useStationQuery('secondOpinions.counts', {}, { enabled: isAsked });
  if (!data || data.awaited === 0) return null;
  return (
    <Notice>
      <Trans
        id="{count, plural, one {# image awaits your second opinion. <link>Show it</link>} other {# images await your second opinion. <link>Show them</link>}}"
        values={{ count: data.awaited }}
        // biome-ignore lint/a11y/useAnchorContent: the message's words stand in it
        components={{ link: <a href={href({ screen: 'opinions' })} /> }}
      />
    </Notice>
  );
}
