import { type FormEvent, useState } from 'react';
import type { KeptBackup } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { PassphraseField } from '../start/passphrase.tsx';
import { errorCode, errorText } from '../station/errors.ts';
import { useStationCommand } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { showToast } from '../ui/toasts.tsx';
import { formatDateTime } from '../wording/dates.ts';
import { formatBytes } from '../wording/numbers.ts';

interface ProveDialogProps {
  backup: KeptBackup;
  /** With the passphrase; closes once it is known to be right or what is wrong is shown elsewhere. */
  onClose: () => void;
}

/** Asks for what a new computer would ask for. */
export function ProveDialog({ backup, onClose }: ProveDialogProps) {
  const [passphrase, setPassphrase] = useState('');
  const [error, setError] = useState<string>();
  const prove = useStationCommand('backup.prove');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!passphrase) return setError(t('Enter your passphrase.'));
    if (prove.isPending) return;
    prove.mutate(
      { id: backup.id, passphrase },
      {
        onSuccess: () => {
          showToast(t('The backup came back whole. Its copy is removed again.'));
          onClose();
        },
        onError: (failure) => {
          if (errorCode(failure) === 'wrong-passphrase') setError(errorText(failure));
          else onClose();
        },
      },
    );
  };
  return (
    <Dialog title={t('Prove a backup by restoring it')} onClose={onClose} widthPx={480}>
      <form className="form" onSubmit={submit} noValidate>
        <p>
          {t(
            'The backup of {dateTime} is restored aside, with your passphrase alone, as on a new computer. Every block, every count and the audit log are compared, and the copy is removed again. It takes {bytes} of this computer’s disk meanwhile.',
            { dateTime: formatDateTime(backup.madeAt), bytes: formatBytes(backup.sizeBytes) },
          )}
        </p>
        <PassphraseField
          label={t('Your passphrase when it was made')}
          value={passphrase}
          onValue={(value) => {
            setPassphrase(value);
            setError(undefined);
          }}
          error={error}
          autoFocus
        />
        <div className="dialog__actions">
          <Button onClick={onClose}>{prove.isPending ? t('Close') : t('Cancel')}</Button>
          <Button type="submit" variant="primary" busy={prove.isPending}>
            {t('Prove it')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
