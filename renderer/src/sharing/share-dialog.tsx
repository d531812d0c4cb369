import { useState } from 'react';
import { t } from '../../../src/language/index.ts';
import type { SharingPlan } from '../../../src/station/contract/index.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorNotice, Loading, Notice } from '../ui/notices.tsx';
import { ShareForm } from './share-form.tsx';
import './sharing.css';

/** Lesions for a colleague. */
export function ShareDialog({
  lesionIds,
  onClose,
}: {
  lesionIds: readonly string[];
  onClose: () => void;
}) {
  const plan = useStationQuery('sharing.plan', { lesionIds: [...lesionIds] });
  return <Sharing plan={plan} onClose={onClose} />;
}

/** A whole patient for a colleague, or some of their lesions. */
export function SharePatientDialog({
  patientId,
  onClose,
}: {
  patientId: string;
  onClose: () => void;
}) {
  const plan = useStationQuery('sharing.planPatient', { patientId });
  return <Sharing plan={plan} canChoose onClose={onClose} />;
}

interface SharingProps {
  plan: { readonly data: SharingPlan | undefined; isPending: boolean; error: unknown };
  canChoose?: boolean;
  onClose: () => void;
}

/** One encrypted file for a colleague: what goes, for whom, and what to look at before. */
function Sharing({ plan, canChoose = false, onClose }: SharingProps) {
  const overview = useStationQuery('sharing.overview', {});
  const [savedAs, setSavedAs] = useState<string>();
  if (savedAs)
    return (
      <Dialog key="saved" title={t('Saved')} onClose={onClose} widthPx={520}>
        <Notice tone="good">
          {t(
            '{savedAs} is sealed: only your colleague can open it. Send it in whatever way you like, a passphrase by another one.',
            { savedAs },
          )}
        </Notice>
        <p>
          {t(
            'They open it in Dermaspike under Settings, Sharing. When their answer has come, file it there.',
          )}
        </p>
        <div className="dialog__actions">
          <Button variant="primary" onClick={onClose}>
            {t('Close')}
          </Button>
        </div>
      </Dialog>
    );
  const isReady = plan.data && overview.data;
  return (
    <Dialog
      key={`${!!isReady}`}
      title={t('Share with a colleague')}
      onClose={onClose}
      widthPx={680}
    >
      <ErrorNotice error={plan.error ?? overview.error} />
      {(plan.isPending || overview.isPending) && <Loading what={t('what would be shared')} />}
      {plan.data?.lesions.length === 0 && (
        <>
          <p>{t('There is no lesion to share yet. Add one on the patient’s page.')}</p>
          <div className="dialog__actions">
            <Button onClick={onClose}>{t('Close')}</Button>
          </div>
        </>
      )}
      {plan.data && plan.data.lesions.length > 0 && overview.data && (
        <ShareForm
          plan={plan.data}
          canChoose={canChoose}
          colleagues={overview.data.colleagues}
          onClose={onClose}
          onSaved={setSavedAs}
        />
      )}
    </Dialog>
  );
}
