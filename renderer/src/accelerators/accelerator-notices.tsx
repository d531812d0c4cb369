import { href } from '../routing/routes.ts';
import { useStationCommand, useStationQuery } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icons.tsx';
import { showErrorToast } from '../ui/toasts.tsx';
import { noticeText } from './words.ts';

/** Over every screen while another executor than the usual one reads, until it is dismissed. */
export function AcceleratorNotices() {
  const { data } = useStationQuery('accelerators.overview', {});
  const dismiss = useStationCommand('accelerators.dismiss');
  return data?.notices.map((notice) => {
    const { kind, acceleratorId } = notice;
    return (
      <aside
        key={acceleratorId}
        className={kind === 'set-aside' ? 'banner banner--danger' : 'banner'}
        aria-label={`Notice about ${notice.name}`}
      >
        <span className="banner__text">
          <Icon name="warning" />
          {noticeText(notice)}
        </span>
        <a className="button button--small" href={href({ screen: 'accelerators' })}>
          See the accelerators
        </a>
        <Button
          small
          aria-label={`Dismiss the notice about ${notice.name}`}
          busy={dismiss.isPending}
          onClick={() => dismiss.mutate({ acceleratorId }, { onError: showErrorToast })}
        >
          Dismiss
        </Button>
      </aside>
    );
  });
}
