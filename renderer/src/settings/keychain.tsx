import { type FormEvent, useEffect, useState } from 'react';
import { t } from '../../../src/language/index.ts';
import type { KeychainOutcome, KeychainState } from '../../../src/processes/desktop-page.ts';
import { PassphraseField } from '../start/passphrase.tsx';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notices.tsx';

const reasons = {
  'no-keychain': t('This computer offers no keychain.'),
  'not-encrypted': t(
    'This computer’s keychain would keep the passphrase unencrypted. Install a keyring, such as GNOME Keyring or KWallet, and start Dermaspike again.',
  ),
} as const;

const failures: Record<Exclude<KeychainOutcome, 'done'>, string> = {
  'wrong-passphrase': t('This is not your passphrase. Check it, and the Caps Lock key.'),
  unavailable: t('The keychain cannot be used just now.'),
  failed: t('The keychain did not take it. Nothing was kept.'),
};

/** Lets the desktop's keychain unlock the clinic for one user, by explicit choice. */
export function KeychainUnlock({ userName }: { userName: string }) {
  const shell = window.dermaspike;
  const [state, setState] = useState<KeychainState>();
  const [passphrase, setPassphrase] = useState('');
  const [error, setError] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  useEffect(() => {
    void window.dermaspike?.keychain().then(setState);
  }, []);
  if (!shell || !state) return null;
  if (state.unavailable) return <p className="soft">{reasons[state.unavailable]}</p>;
  if (state.userName !== null)
    return (
      <>
        <p>
          {t(
            'This computer’s keychain unlocks the clinic for {userName}. The passphrase goes on working.',
            { userName: state.userName },
          )}
        </p>
        <div>
          <Button onClick={() => void shell.forgetKeychain().then(setState)}>
            {t('Stop unlocking by the keychain')}
          </Button>
        </div>
      </>
    );

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setError(passphrase ? undefined : t('Enter your passphrase.'));
    if (!passphrase || isBusy) return;
    setBusy(true);
    const outcome = await shell.keepInKeychain(userName, passphrase).catch(() => 'failed' as const);
    setBusy(false);
    if (outcome !== 'done') return setError(failures[outcome]);
    setPassphrase('');
    setState(await shell.keychain());
  };
  return (
    <form className="form settings__form" onSubmit={(event) => void submit(event)} noValidate>
      <Notice tone="caution">
        {t(
          'Whoever is logged in to this computer as you can then open the clinic. Do not use it where an account is shared.',
        )}
      </Notice>
      <PassphraseField
        label={t('Passphrase for the keychain')}
        value={passphrase}
        onValue={(value) => {
          setPassphrase(value);
          setError(undefined);
        }}
        error={error}
      />
      <div>
        <Button type="submit" busy={isBusy}>
          {t('Unlock by the keychain from now on')}
        </Button>
      </div>
    </form>
  );
}
