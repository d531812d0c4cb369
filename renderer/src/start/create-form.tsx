import { type FormEvent, useState } from 'react';
import { t } from '../../../src/language/index.ts';
import { errorCode } from '../station/errors.ts';
import { useStationCommand } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/fields.tsx';
import { ErrorNotice } from '../ui/notices.tsx';
import { useLeaveWarning } from '../ui/use-leave-warning.ts';
import { NewPassphraseFields, useNewPassphrase } from './new-passphrase.tsx';
import { showRecoveryKey } from './shown-recovery-key.ts';

type Errors = Partial<Record<'clinicName' | 'userName', string>>;

export function CreateForm({ onBack }: { onBack: () => void }) {
  const [clinicName, setClinicName] = useState('');
  const [userName, setUserName] = useState('');
  const passphrase = useNewPassphrase();
  const [errors, setErrors] = useState<Errors>({});
  const create = useStationCommand('session.createClinic');
  // There is no clinic yet in which what is typed could be kept.
  useLeaveWarning('form', clinicName !== '' || userName !== '' || passphrase.value !== '');

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found: Errors = {};
    if (!clinicName.trim()) found.clinicName = t('Give the clinic a name.');
    if (!userName.trim()) found.userName = t('Enter your name. It will stand on your reviews.');
    setErrors(found);
    const isUsable = passphrase.check();
    if (!isUsable || Object.keys(found).length > 0 || create.isPending) return;
    create.mutate(
      { clinicName, userName, passphrase: passphrase.value },
      {
        onSuccess: ({ recoveryKey }) =>
          showRecoveryKey({ clinicName: clinicName.trim(), recoveryKey }),
        onError: passphrase.refuse,
      },
    );
  };

  return (
    <>
      <header className="start__head">
        <h1>{t('Create your clinic')}</h1>
        <p>{t('You become its first user and administrator. Others can be added later.')}</p>
      </header>
      <form className="form" onSubmit={submit} noValidate>
        <TextField
          label={t('Clinic name')}
          value={clinicName}
          onValue={setClinicName}
          error={errors.clinicName}
          maxLength={200}
          autoFocus
        />
        <TextField
          label={t('Your name')}
          value={userName}
          onValue={setUserName}
          error={errors.userName}
          maxLength={100}
        />
        <NewPassphraseFields passphrase={passphrase} names={[clinicName, userName]} />
        {errorCode(create.error) !== 'weak-passphrase' && <ErrorNotice error={create.error} />}
        <Button type="submit" variant="primary" busy={create.isPending}>
          {t('Create clinic')}
        </Button>
        <Button variant="quiet" onClick={onBack}>
          {t('Back')}
        </Button>
      </form>
    </>
  );
}
