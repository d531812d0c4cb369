import { type FormEvent, useState } from 'react';
import { t } from '../../../src/language/index.ts';
import { NewPassphraseFields, useNewPassphrase } from '../start/new-passphrase.tsx';
import { PassphraseField } from '../start/passphrase.tsx';
import { errorCode } from '../station/errors.ts';
import { useStationCommand } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { ErrorNotice } from '../ui/notices.tsx';
import { showToast } from '../ui/toasts.tsx';

/** A user's own passphrase, changed by whoever knows it. */
export function OwnPassphrase() {
  const change = useStationCommand('users.changePassphrase');
  const [current, setCurrent] = useState('');
  const [currentError, setCurrentError] = useState<string>();
  const next = useNewPassphrase();

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setCurrentError(current ? undefined : t('Enter the passphrase that you have now.'));
    const isUsable = next.check();
    if (!current || !isUsable || change.isPending) return;
    change.mutate(
      { current, next: next.value },
      {
        onSuccess: () => {
          setCurrent('');
          next.clear();
          showToast(t('Your passphrase is changed.'));
        },
        onError: (error) => {
          if (errorCode(error) === 'wrong-passphrase')
            setCurrentError(t('This is not your passphrase. Check it, and the Caps Lock key.'));
          next.refuse(error);
        },
      },
    );
  };
  const isAtField = ['wrong-passphrase', 'weak-passphrase'].includes(errorCode(change.error) ?? '');

  return (
    <form className="form settings__form" onSubmit={submit} noValidate>
      <PassphraseField
        label={t('Present passphrase')}
        value={current}
        onValue={(value) => {
          setCurrent(value);
          setCurrentError(undefined);
        }}
        error={currentError}
      />
      <NewPassphraseFields passphrase={next} names={[]} label={t('New passphrase')} />
      {!isAtField && <ErrorNotice error={change.error} />}
      <div>
        <Button type="submit" variant="primary" busy={change.isPending}>
          {t('Change the passphrase')}
        </Button>
      </div>
    </form>
  );
}
