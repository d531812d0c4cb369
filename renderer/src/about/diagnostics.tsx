import { useState } from 'react';
import { t } from '../../../src/language/index.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { ErrorNotice, Loading } from '../ui/notices.tsx';
import './about.css';

/** What can be read here before it is given to whoever maintains the program. */
export function Diagnostics() {
  const [isOpen, setOpen] = useState(false);
  const [copied, setCopied] = useState('');
  const lines = useStationQuery('about.diagnostics', {}, { enabled: isOpen });
  const text = lines.data?.join('\n') ?? '';
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setCopied(t('Copied.')),
      () => setCopied(t('Copying is not allowed here. Select the text and copy it by hand.')),
    );
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('Diagnostics, for whoever maintains this computer')}</summary>
      <p className="soft">
        {t(
          'Of the program and the computer alone: no patient, user, picture or file name is in it. Nothing is sent anywhere.',
        )}
      </p>
      {lines.isPending && isOpen && <Loading what={t('the diagnostics')} />}
      <ErrorNotice error={lines.error} onRetry={() => void lines.refetch()} />
      {lines.data && (
        <>
          <pre className="licence__text">{text}</pre>
          <div className="key-page__actions">
            <Button small icon="copy" onClick={() => void copy()}>
              {t('Copy')}
            </Button>
            <Button small icon="refresh" onClick={() => void lines.refetch()}>
              {t('Look again')}
            </Button>
            <span className="soft" role="status">
              {copied}
            </span>
          </div>
        </>
      )}
    </details>
  );
}
