import type { ClinicCopy } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { ErrorNotice } from '../ui/notices.tsx';
import { formatDateTime } from '../wording/dates.ts';
import { formatBytes } from '../wording/numbers.ts';

/** What lies beside the clinic for the way back from an update. */
export function Copies() {
  const copies = useStationQuery('copies.list', {});
  return (
    <>
      <ErrorNotice error={copies.error} />
      {copies.data?.length === 0 && (
        <p className="soft">{t('There are none yet: one is made before each update.')}</p>
      )}
      {copies.data && copies.data.length > 0 && (
        <>
          <ul className="program__copies">
            {copies.data.map((copy) => (
              <li key={copy.id}>
                <span>{formatDateTime(copy.madeAt)}</span>
                <span className="soft">{whyText(copy)}</span>
                <span className="faint">{formatBytes(copy.sizeBytes)}</span>
              </li>
            ))}
          </ul>
          <p className="faint">
            {t(
              'They are encrypted as the clinic is, and lie on this computer: they are no backup. Of those made before an update the last two are kept.',
            )}
          </p>
        </>
      )}
    </>
  );
}

function whyText({ why, program }: ClinicCopy): string {
  return why === 'update'
    ? t('set aside before version {program} was updated', { program })
    : t('in use with version {program}, until an older copy took its place', { program });
}
