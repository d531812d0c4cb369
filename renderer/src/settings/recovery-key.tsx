import { useState } from 'react';
import { t } from '../../../src/language/index.ts';
import { Button } from '../ui/button.tsx';
import { NewRecoveryKeyDialog } from './new-recovery-key-dialog.tsx';

/** The printed key that opens the clinic when every passphrase is forgotten. */
export function RecoveryKey({ clinicName }: { clinicName: string }) {
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <p className="soft">
        {t(
          'Renew it when the printed sheet is lost, or was seen by somebody who should not have it. The former key then no longer opens the clinic.',
        )}
      </p>
      <div>
        <Button icon="refresh" onClick={() => setAsking(true)}>
          {t('Renew the recovery key')}
        </Button>
      </div>
      {isAsking && (
        <NewRecoveryKeyDialog
          command="users.renewRecoveryKey"
          title={t('Renew the recovery key')}
          action={t('Renew the key')}
          widthPx={460}
          clinicName={clinicName}
          onClose={() => setAsking(false)}
        >
          <p className="soft">
            {t('The new key is shown once, to be printed. The former sheet can then be destroyed.')}
          </p>
        </NewRecoveryKeyDialog>
      )}
    </>
  );
}
