import { type FormEvent, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { SelectField, TextField } from '../ui/fields.tsx';
import { ErrorNotice } from '../ui/notices.tsx';
import { PassphraseField, PassphraseStrength } from './passphrase.tsx';
import { useSessionCommand } from './use-session-command.ts';

interface RecoverFormProps {
  userNames: readonly string[];
  onBack: () => void;
}

/** For a forgotten passphrase: the printed recovery key opens the clinic and sets a new one. */
export function RecoverForm({ userNames, onBack }: RecoverFormProps) {
  const [recoveryKey, setRecoveryKey] = useState('');
  const [userName, setUserName] = useState(userNames[0] ?? '');
  const [newPassphrase, setNewPassphrase] = useState('');
  const [repeated, setRepeated] = useState('');
  const [errors, setErrors] = useState<{ key?: string; passphrase?: string; repeated?: string }>(
    {},
  );
  const recover = useSessionCommand('session.recover');

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found: typeof errors = {};
    if (!recoveryKey.trim()) found.key = 'Enter the recovery key from the printed page.';
    if (!newPassphrase) found.passphrase = 'Choose a new passphrase.';
    else if (repeated !== newPassphrase) found.repeated = 'The two passphrases differ.';
    setErrors(found);
    if (Object.keys(found).length === 0 && !recover.isPending)
      recover.mutate({ recoveryKey: recoveryKey.trim(), userName, newPassphrase });
  };

  return (
    <>
      <header className="start__head">
        <h1>Use the recovery key</h1>
        <p>It was shown when the clinic was created. You then choose a new passphrase.</p>
      </header>
      <form className="form" onSubmit={submit} noValidate>
        <TextField
          label="Recovery key"
          value={recoveryKey}
          onValue={setRecoveryKey}
          error={errors.key}
          spellCheck={false}
          autoCapitalize="characters"
          autoFocus
        />
        <SelectField label="User" value={userName} onValue={setUserName}>
          {userNames.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </SelectField>
        <PassphraseField
          label="New passphrase"
          value={newPassphrase}
          onValue={setNewPassphrase}
          error={errors.passphrase}
          isNew
        />
        <PassphraseStrength passphrase={newPassphrase} />
        <PassphraseField
          label="Repeat passphrase"
          value={repeated}
          onValue={setRepeated}
          error={errors.repeated}
          isNew
        />
        <ErrorNotice error={recover.error} />
        <Button type="submit" variant="primary" busy={recover.isPending}>
          Set passphrase and unlock
        </Button>
        <Button variant="quiet" onClick={onBack}>
          Back
        </Button>
      </form>
    </>
  );
}
