import { t } from '../../../src/language/index.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { ErrorNotice, Loading } from '../ui/notices.tsx';
import { formatDateTime } from '../wording/dates.ts';
import { incidentNames } from './words.ts';

/** What befell the accelerators, from the clinic's own records. */
export function Incidents() {
  const incidents = useStationQuery('accelerators.incidents', {});
  if (incidents.error)
    return <ErrorNotice error={incidents.error} onRetry={() => void incidents.refetch()} />;
  if (!incidents.data) return <Loading what={t('what happened')} />;
  if (incidents.data.length === 0)
    return <p className="soft">{t('Nothing out of the ordinary.')}</p>;
  return (
    <ul className="incidents">
      {incidents.data.map(({ id, at, kind, accelerator, detail }) => (
        <li key={id}>
          <div className="incidents__head">
            <strong>{kind.startsWith('bridge') ? t('Device bridge') : accelerator.name}</strong>
            <span className={kind === 'set-aside' ? 'tag tag--caution' : 'tag'}>
              {incidentNames[kind]}
            </span>
            <span className="faint">{formatDateTime(at)}</span>
          </div>
          <p className="soft">{detail}</p>
        </li>
      ))}
    </ul>
  );
}
