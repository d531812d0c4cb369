import { t } from '../../../src/language/index.ts';
import type { Notice } from '../../../src/station/contract/index.ts';
import { href } from '../routing/routes.ts';
import { useMay } from '../station/use-may.ts';
import { useStationCommand, useStationQuery } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icons.tsx';
import { showErrorToast } from '../ui/toasts.tsx';
import { noticeText } from './words.ts';

/** What stands while another executor than the usual one reads, until it is dismissed. */
export function useAcceleratorNotices(): readonly Notice[] {
  const { data } = useStationQuery('accelerators.overview', {});
  return data?.notices ?? [];
}

export function AcceleratorNotice({ notice, others }: { notice: Notice; others: number }) {
  const dismiss = useStationCommand('accelerators.dismiss');
  const may = useMay();
  const { kind, name, acceleratorId } = notice;
  const text = noticeText(notice);
  return (
    <div className={`foot__message foot__message--${kind === 'set-aside' ? 'danger' : 'caution'}`}>
      <Icon name="warning" size={16} />
      <span className="foot__text" title={text}>
        {text}
        {others > 0 && ` ${t('And {others} more.', { others })}`}
      </span>
      <a className="button button--small" href={href({ screen: 'settings', part: 'devices' })}>
        {t('See the devices')}
      </a>
      {may('accelerators.dismiss') && (
        <Button
          small
          aria-label={t('Dismiss the notice about {name}', { name })}
          busy={dismiss.isPending}
          onClick={() => dismiss.mutate({ acceleratorId }, { onError: showErrorToast })}
        >
          {t('Dismiss')}
        </Button>
      )}
    </div>
  );
}
