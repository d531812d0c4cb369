import { useEffect, useState } from 'react';
import { t } from '../../../src/language/index.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notices.tsx';

/** Unlocks by the computer's keychain, where its user has chosen so in the desktop window. */
export function KeychainButton({ userNames }: { userNames: readonly string[] }) {
  const shell = window.dermaspike;
  const [userName, setUserName] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState('');
  useEffect(() => {
    void window.dermaspike
      ?.keychain()
      .then((state) => setUserName(state.unavailable ? null : state.userName));
  }, []);
  if (!shell) return null;

  const unlock = async () => {
    setBusy(true);
    const outcome = await shell.unlockByKeychain().catch(() => 'failed' as const);
    setBusy(false);
    if (outcome === 'done') return;
    if (outcome === 'wrong-passphrase') setUserName(null);
    setFailure(
      outcome === 'wrong-passphrase'
        ? t(
            'The passphrase was changed since. Unlock with the new one; the keychain has forgotten the former.',
          )
        : t('The keychain did not open. Unlock with the passphrase.'),
    );
  };
  return (
    <>
      {userName !== null && userNames.includes(userName) && (
        <Button icon="lock" busy={isBusy} onClick={() => void unlock()}>
          {t('Unlock as {userName} by this computer’s keychain', { userName })}
        </Button>
      )}
      {failure && <Notice tone="caution">{failure}</Notice>}
    </>
  );
}
