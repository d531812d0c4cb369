import { type FormEvent, useCallback, useEffect, useState } from 'react';
import { t } from '../../../src/language/index.ts';
import type { OpenedSharedCase } from '../../../src/station/contract/index.ts';
import { PassphraseField } from '../start/passphrase.tsx';
import { errorCode, errorText } from '../station/errors.ts';
import { useStation } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorNotice, Loading } from '../ui/notices.tsx';
import { CaseView } from './case-view.tsx';

interface OpenCaseDialogProps {
  bytes: Uint8Array;
  onClose: () => void;
}

/** Opens a colleague's case to look at; nothing of it comes into the records. */
export function OpenCaseDialog({ bytes, onClose }: OpenCaseDialogProps) {
  const station = useStation();
  const [asks, setAsks] = useState<boolean>();
  const [opened, setOpened] = useState<OpenedSharedCase>();
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const [passphrase, setPassphrase] = useState('');
  const open = useCallback(
    async (given: string | null) => {
      setBusy(true);
      setError(undefined);
      try {
        setOpened(await station.call('sharing.open', { bytes, passphrase: given }));
      } catch (failure) {
        setError(failure);
      } finally {
        setBusy(false);
      }
    },
    [station, bytes],
  );
  useEffect(() => {
    station.call('sharing.inspect', { bytes }).then(({ asksPassphrase }) => {
      setAsks(asksPassphrase);
      if (!asksPassphrase) void open(null);
    }, setError);
  }, [station, bytes, open]);
  const close = () => {
    if (opened) void station.call('sharing.close', { openedId: opened.openedId }).catch(() => {});
    onClose();
  };

  if (opened) return <CaseView key="case" opened={opened} onClose={close} />;
  const isWrong = errorCode(error) === 'case-wrong-passphrase';
  return (
    <Dialog key={`asks-${asks}`} title={t('A colleague’s case')} onClose={close} widthPx={480}>
      {!isWrong && <ErrorNotice error={error} />}
      {!error && asks !== true && <Loading what={t('the case')} />}
      {asks && (
        <form
          className="form"
          noValidate
          onSubmit={(event: FormEvent) => {
            event.preventDefault();
            if (!isBusy) void open(passphrase);
          }}
        >
          <p>{t('It is sealed by a passphrase that your colleague has told you.')}</p>
          <PassphraseField
            label={t('Passphrase of the case')}
            value={passphrase}
            onValue={setPassphrase}
            error={isWrong ? errorText(error) : undefined}
            autoFocus
          />
          <div className="dialog__actions">
            <Button onClick={close}>{t('Cancel')}</Button>
            <Button type="submit" variant="primary" busy={isBusy}>
              {t('Open')}
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}
