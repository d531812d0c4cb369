import { type FormEvent, useState } from 'react';
import { PassphraseField } from '../start/passphrase.tsx';
import { showRecoveryKey } from '../start/shown-recovery-key.ts';
import { errorCode } from '../station/errors.ts';
import { useStationCommand } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorNotice } from '../ui/notices.tsx';

/** The printed key that opens the clinic when every passphrase is forgotten. */
export function RecoveryKey({ clinicName }: { clinicName: string }) {
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <p className="soft">
        Renew it when the printed sheet is lost, or was seen by somebody who should not have it. The
        former key then no longer opens the clinic.
      </p>
      <div>
        <Button icon="refresh" onClick={() => setAsking(true)}>
          Renew the recovery key
        </Button>
      </div>
      {isAsking && <RenewDialog clinicName={clinicName} onClose={() => setAsking(false)} />}
    </>
  );
}

function RenewDialog({ clinicName, onClose }: { clinicName: string; onClose: () => void }) {
  const renew = useStationCommand('users.renewRecoveryKey');
  const [passphrase, setPassphrase] = useState('');
  const [error, setError] = useState<string>();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setError(passphrase ? undefined : 'Enter your passphrase.');
    if (!passphrase || renew.isPending) return;
    renew.mutate(
      { passphrase },
      {
        onSuccess: ({ recoveryKey }) => {
          onClose();
          showRecoveryKey({ clinicName, recoveryKey });
        },
        onError: (refusal) => {
          if (errorCode(refusal) === 'wrong-passphrase')
            setError('This is not your passphrase. Check it, and the Caps Lock key.');
        },
      },
    );
  };
  return (
    <Dialog title="Renew the recovery key" onClose={onClose} widthPx={460}>
      <form className="form" onSubmit={submit} noValidate>
        <p className="soft">
          The new key is shown once, to be printed. The former sheet can then be destroyed.
        </p>
        <PassphraseField
          label="Your passphrase"
          value={passphrase}
          onValue={(value) => {
            setPassphrase(value);
            setError(undefined);
          }}
          error={error}
        />
        {errorCode(renew.error) !== 'wrong-passphrase' && <ErrorNotice error={renew.error} />}
        <div className="dialog__actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={renew.isPending}>
            Renew the key
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
