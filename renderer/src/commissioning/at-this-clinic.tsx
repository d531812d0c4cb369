import { useState } from 'react';
import type { User } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { mayCall } from '../../../src/station/contract/index.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { ErrorNotice, Loading, Notice } from '../ui/notices.tsx';
import { Section } from '../ui/section.tsx';
import { formatDateTime } from '../wording/dates.ts';
import { Report } from './report.tsx';
import { TrialDialog } from './trial-dialog.tsx';

/** What the network was found to do on this clinic's own images. */
export function AtThisClinic({ user }: { user: User }) {
  const current = useStationQuery('commissioning.current', {});
  const [isTrying, setTrying] = useState(false);
  const found = current.data;
  return (
    <Section title={t('At this clinic')}>
      <ErrorNotice error={current.error} onRetry={() => void current.refetch()} />
      {current.isPending && <Loading what={t('what was found')} />}
      {found === null && (
        <Notice tone="caution">
          {t(
            'Not yet checked at this clinic. Cameras, light and skin differ, and so does what the network finds: try it on images whose diagnoses you know before you rely on it.',
          )}
        </Notice>
      )}
      {found && (
        <>
          <p className="soft">
            {t('Checked {dateTime} by {userName}.', {
              dateTime: formatDateTime(found.at),
              userName: found.userName,
            })}{' '}
            {found.melanomaThreshold !== null && t('This clinic’s threshold for melanoma is used.')}
          </p>
          <Report report={found.report} />
        </>
      )}
      {mayCall(user.role, 'commissioning.begin') ? (
        <div>
          <Button icon="check" onClick={() => setTrying(true)}>
            {found ? t('Check again') : t('Check the network on own images')}
          </Button>
        </div>
      ) : (
        <p className="faint">
          {t('An administrator can check the network on the clinic’s own images.')}
        </p>
      )}
      {isTrying && <TrialDialog onClose={() => setTrying(false)} />}
    </Section>
  );
}
