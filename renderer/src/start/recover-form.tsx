import { type FormEvent, useState } from 'react';
import { t } from '../../../src/language/index.ts';
import { errorCode, errorText } from '../station/errors.ts';
import { Button } from '../ui/button.tsx';
import { SelectField, TextField } from '../ui/fields.tsx';
import { ErrorNotice } from '../ui/notices.tsx';
import { NewPassphraseFields, useNewPassphrase } from './new-passphrase.tsx';
import { useSessionCommand } from './use-session-command.ts';

interface RecoverFormProps {
  userNames: readonly string[];
  onBack: () => void;
}

/** For a forgotten passphrase: the printed recovery key opens the clinic and sets a new one. */
export function RecoverForm({ userNames, onBack }: RecoverFormProps) {
  const [recoveryKey, setRecoveryKey] = useState('');
  const [userName, setUserName] = useState(userNames[0] ?? '');
  const passphrase = useNewPassphrase();
  const [keyError, setKeyError] = useState<string>();
  const recover = useSessionCommand('session.recover');

  const isAtField = ['wrong-recovery-key', 'weak-passphrase'].includes(
    errorCode(recover.error) ?? '',
  );

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const hasKey = recoveryKey.trim() !== '';
    setKeyError(hasKey ? undefined : t('Enter the recovery key from the printed page.'));
    const isUsable = passphrase.check();
    if (!hasKey || !isUsable || recover.isPending) return;
    recover.mutate(
      { recoveryKey: recoveryKey.trim(), userName, newPassphrase: passphrase.value },
      {
        onError: (error) => {
          if (errorCode(error) === 'wrong-recovery-key') setKeyError(errorText(error));
          passphrase.refuse(error);
        },
      },
    );
  };

  return (
    <>
      <header className="start__head">
        <h1>{t('Use the recovery key')}</h1>
        <p>
          {t(
            'It is on the sheet that was printed when the clinic was created, or when the key was renewed. You then choose a new passphrase.',
          )}
        </p>
      </header>
      <form className="form" onSubmit={submit} noValidate>
        <TextField
          label={t('Recovery key')}
          value={recoveryKey}
          onValue={(value) => {
            setRecoveryKey(value);
            setKeyError(undefined);
          }}
          error={keyError}
          spellCheck={false}
          autoCapitalize="characters"
          autoFocus
        />
        <SelectField label={t('User')} value={userName} onValue={setUserName}>
          {userNames.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </SelectField>
        <NewPassphraseFields
          passphrase={passphrase}
          names={[userName]}
          label={t('New passphrase')}
        />
        {!isAtField && <ErrorNotice error={recover.error} />}
        <Button type="submit" variant="primary" busy={recover.isPending}>
          {t('Set passphrase and unlock')}
        </Button>
        <Button variant="quiet" onClick={onBack}>
          {t('Back')}
        </Button>
      </form>
    </>
  );
}
