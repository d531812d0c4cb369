import { type FormEvent, useState } from 'react';
import { t } from '../../../src/language/index.ts';
import type { SessionState } from '../../../src/station/contract/index.ts';
import { errorCode, errorText } from '../station/errors.ts';
import { Button } from '../ui/button.tsx';
import { ErrorNotice, Notice } from '../ui/notices.tsx';
import { DemoButton } from './demo-buttons.tsx';
import { KeychainButton } from './keychain-button.tsx';
import { PassphraseField } from './passphrase.tsx';
import { useSessionCommand } from './use-session-command.ts';
import { UserTiles } from './user-tiles.tsx';

interface UnlockFormProps {
  session: Extract<SessionState, { state: 'locked' }>;
  /** It has just come back from a backup. */
  isRestored: boolean;
  onRecover: () => void;
  /** @param atOnce with what is in the folder that this computer backs up to. */
  onRestore: (atOnce: boolean) => void;
}

export function UnlockForm({ session, isRestored, onRecover, onRestore }: UnlockFormProps) {
  const [userName, setUserName] = useState(session.userNames[0] ?? '');
  const [passphrase, setPassphrase] = useState('');
  const [missing, setMissing] = useState<string>();
  const unlock = useSessionCommand('session.unlock');
  const isWrong = errorCode(unlock.error) === 'wrong-passphrase';

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setMissing(passphrase ? undefined : t('Enter your passphrase.'));
    if (unlock.isPending || !passphrase) return;
    unlock.mutate({ userName, passphrase });
  };
  const change = (value: string) => {
    unlock.reset();
    setMissing(undefined);
    setPassphrase(value);
  };
  const choose = (name: string) => {
    setUserName(name);
    change('');
  };

  return (
    <>
      <header className="start__head">
        <h1>{session.clinicName}</h1>
      </header>
      {isRestored && (
        <Notice tone="good">
          {t(
            'The clinic is restored and was compared with its backup. Unlock it with a passphrase of that time.',
          )}
        </Notice>
      )}
      <form className="form" onSubmit={submit} noValidate>
        <UserTiles names={session.userNames} value={userName} onChoose={choose} />
        <PassphraseField
          label={t('Passphrase')}
          value={passphrase}
          onValue={change}
          error={isWrong ? errorText(unlock.error) : missing}
          autoFocus
        />
        {!isWrong && <ErrorNotice error={unlock.error} />}
        {errorCode(unlock.error) === 'database-older' && (
          <Button icon="restore" onClick={() => onRestore(true)}>
            {t('Look at the backups')}
          </Button>
        )}
        <Button type="submit" variant="primary" icon="lock" busy={unlock.isPending}>
          {t('Unlock')}
        </Button>
      </form>
      <KeychainButton userNames={session.userNames} />
      <div className="start__foot">
        <button type="button" className="link-button" onClick={onRecover}>
          {t('Use the recovery key')}
        </button>
        <button type="button" className="link-button" onClick={() => onRestore(false)}>
          {t('Restore a backup')}
        </button>
        <DemoButton variant="secondary">{t('Try the demo clinic')}</DemoButton>
      </div>
    </>
  );
}
