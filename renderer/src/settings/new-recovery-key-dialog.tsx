import { type FormEvent, type ReactNode, useState } from 'react';
import { t } from '../../../src/language/index.ts';
import { PassphraseField } from '../start/passphrase.tsx';
import { type ShownKey, showRecoveryKey } from '../start/shown-recovery-key.ts';
import { errorCode } from '../station/errors.ts';
import { useStationCommand } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorNotice } from '../ui/notices.tsx';

interface NewRecoveryKeyDialogProps extends Omit<ShownKey, 'recoveryKey'> {
  command: 'users.renewRecoveryKey' | 'users.changeDataKey';
  title: string;
  /** On the button. */
  action: string;
  widthPx: number;
  onClose: () => void;
  /** What it means. */
  children: ReactNode;
}

/** Asks for one's passphrase, carries out what makes another recovery key, and shows that. */
export function NewRecoveryKeyDialog(props: NewRecoveryKeyDialogProps) {
  const { command, title, action, widthPx, onClose, children, ...shown } = props;
  const change = useStationCommand(command);
  const [passphrase, setPassphrase] = useState('');
  const [error, setError] = useState<string>();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setError(passphrase ? undefined : t('Enter your passphrase.'));
    if (!passphrase || change.isPending) return;
    change.mutate(
      { passphrase },
      {
        onSuccess: ({ recoveryKey }) => {
          onClose();
          showRecoveryKey({ ...shown, recoveryKey });
        },
        onError: (refusal) => {
          if (errorCode(refusal) === 'wrong-passphrase')
            setError(t('This is not your passphrase. Check it, and the Caps Lock key.'));
        },
      },
    );
  };
  return (
    <Dialog title={title} onClose={onClose} widthPx={widthPx}>
      <form className="form" onSubmit={submit} noValidate>
        {children}
        <PassphraseField
          label={t('Your passphrase')}
          value={passphrase}
          onValue={(value) => {
            setPassphrase(value);
            setError(undefined);
          }}
          error={error}
        />
        {errorCode(change.error) !== 'wrong-passphrase' && <ErrorNotice error={change.error} />}
        <div className="dialog__actions">
          <Button onClick={onClose}>{t('Cancel')}</Button>
          <Button type="submit" variant="primary" busy={change.isPending}>
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
