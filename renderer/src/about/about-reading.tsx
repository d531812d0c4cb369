import { t } from '../../../src/language/index.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { ErrorNotice, Loading } from '../ui/notices.tsx';
import { Diagnostics } from './diagnostics.tsx';
import { NetworkCard } from './network-card.tsx';
import { OlderReadings } from './older-readings.tsx';
import { ThirdParties } from './third-parties.tsx';
import './about.css';

/** The network behind every reading: its model card, and the program's own version. */
export function AboutReading() {
  const about = useStationQuery('about', {});
  return (
    <div className="panel section">
      <OlderReadings />
      <ErrorNotice error={about.error} onRetry={() => void about.refetch()} />
      {about.isPending && <Loading what={t('the model card')} />}
      {about.data && (
        <>
          <NetworkCard network={about.data.network} />
          <p className="faint">{t('Dermaspike {version}', { version: about.data.version })}</p>
          <Diagnostics />
          <ThirdParties />
        </>
      )}
    </div>
  );
}
