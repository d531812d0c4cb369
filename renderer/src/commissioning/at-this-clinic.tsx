import { useState } from 'react';
import type { User } from '../../../src/clinic/entities/index.ts';
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
    <Section title="At this clinic">
      <ErrorNotice error={current.error} onRetry={() => void current.refetch()} />
      {current.isPending && <Loading what="what was found" />}
      {found === null && (
        <Notice tone="caution">
          Not yet checked at this clinic. Cameras, light and skin differ, and so does what the
          network finds: try it on images whose diagnoses you know before you rely on it.
        </Notice>
      )}
      {found && (
        <>
          <p className="soft">
            Checked {formatDateTime(found.at)} by {found.userName}.{' '}
            {found.melanomaThreshold !== null && 'This clinic’s threshold for melanoma is used.'}
          </p>
          <Report report={found.report} />
        </>
      )}
      {mayCall(user.role, 'commissioning.begin') ? (
        <div>
          <Button icon="check" onClick={() => setTrying(true)}>
            {found ? 'Check again' : 'Check the network on own images'}
          </Button>
        </div>
      ) : (
        <p className="faint">An administrator can check the network on the clinic’s own images.</p>
      )}
      {isTrying && <TrialDialog onClose={() => setTrying(false)} />}
    </Section>
  );
}
