import { useState } from 'react';
import { t } from '../../../src/language/index.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notices.tsx';
import { PaperButtons } from '../ui/paper-buttons.tsx';
import { useLeaveWarning } from '../ui/use-leave-warning.ts';
import { formatDate } from '../wording/dates.ts';
import './start.css';

interface RecoveryKeyPageProps {
  clinicName: string;
  recoveryKey: string;
  replaces?: 'data-key';
  onDone: () => void;
}

/** Shown once, right after the clinic was made; also the sheet that is printed. */
export function RecoveryKeyPage(props: RecoveryKeyPageProps) {
  const { clinicName, recoveryKey, replaces, onDone } = props;
  const [isKept, setKept] = useState(false);
  const [copied, setCopied] = useState<'no' | 'yes' | 'failed'>('no');

  useLeaveWarning('recovery-key', true);

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(recoveryKey);
      setCopied('yes');
    } catch {
      setCopied('failed');
    }
  };

  return (
    <main className="key-page">
      <div className="panel key-page__sheet">
        <div className="start__head">
          <h1>{t('Your recovery key')}</h1>
          <p>
            {clinicName}, {formatDate(new Date().toISOString())}
          </p>
        </div>
        <p>
          {t(
            'If everyone forgets their passphrase, this key is the only other way to open the clinic’s records. Keep it on paper, in a safe place, away from this computer.',
          )}
        </p>
        <div className="key-page__key">{recoveryKey}</div>
        <Notice tone="caution">
          {replaces === 'data-key' &&
            t(
              'It is valid once the data key is changed, as Settings shows; keep the former sheet until then.',
            )}{' '}
          {t(
            'It is shown only now. Without it and without a passphrase nobody, not even we, can open the records.',
          )}
        </Notice>
        <div className="key-page__actions">
          <PaperButtons pdfName={t('Dermaspike recovery key')} />
          <Button icon={copied === 'yes' ? 'check' : 'copy'} onClick={() => void copy()}>
            {copied === 'yes' ? t('Copied') : t('Copy')}
          </Button>
          {copied === 'failed' && (
            <span className="soft" role="alert">
              {t('Copying is not allowed here. Select the key and copy it by hand.')}
            </span>
          )}
        </div>
        <div className="key-page__confirm">
          <label className="check">
            <input
              type="checkbox"
              checked={isKept}
              onChange={(event) => setKept(event.target.checked)}
            />
            {t('I have printed or written it down')}
          </label>
          <Button variant="primary" disabled={!isKept} onClick={onDone}>
            {t('Continue')}
          </Button>
        </div>
      </div>
    </main>
  );
}
