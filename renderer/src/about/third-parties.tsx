import { useState } from 'react';
import { t } from '../../../src/language/index.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { ErrorNotice, Loading } from '../ui/notices.tsx';
import './about.css';

/** The software of others that is in the program, with the licences' own words. */
export function ThirdParties() {
  const [isOpen, setOpen] = useState(false);
  const parties = useStationQuery('about.thirdParties', {}, { enabled: isOpen });
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('Software of others in it, and its licences')}</summary>
      {parties.isPending && isOpen && <Loading what={t('the licences')} />}
      <ErrorNotice error={parties.error} onRetry={() => void parties.refetch()} />
      {parties.data?.map(({ name, version, licence, text }) => (
        <details key={`${name} ${version}`} className="licence">
          <summary>
            {name} {version} <span className="soft">{licence}</span>
          </summary>
          <pre className="licence__text">{text}</pre>
        </details>
      ))}
      {parties.data && (
        <p className="soft">
          {t(
            'In the desktop window also Chromium and Node: their notices are in LICENSES.chromium.html beside the program.',
          )}
        </p>
      )}
    </details>
  );
}
