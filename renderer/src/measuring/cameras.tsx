import { Trans } from '@lingui/react';
import { t } from '../../../src/language/index.ts';
import { coverage95 } from '../../../src/measuring/index.ts';
import { useMay } from '../station/use-may.ts';
import { useStationCommand, useStationQuery } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { ErrorNotice } from '../ui/notices.tsx';
import { formatDate } from '../wording/dates.ts';
import { fixedText } from '../wording/numbers.ts';

/** What the pictures of each camera measure. */
export function Cameras() {
  const may = useMay();
  const { data, error } = useStationQuery('measuring.profiles', {});
  const withdraw = useStationCommand('measuring.withdrawProfile');
  if (!data) return <ErrorNotice error={error} />;
  if (data.length === 0)
    return (
      <p className="soft">
        <Trans
          id="None yet. Calibrate one picture of a camera by a ruler, under <em>Measure</em> beside the picture, and keep its scale for all pictures of that camera."
          components={{ em: <em /> }}
        />
      </p>
    );
  return (
    <>
      <div className="table-box">
        <table className="table">
          <thead>
            <tr>
              <th>{t('Camera')}</th>
              <th>{t('Magnification')}</th>
              <th>{t('Picture')}</th>
              <th>{t('Micrometres a pixel')}</th>
              <th>{t('By')}</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {data.map((profile) => (
              <tr key={profile.id}>
                <td>{profile.device}</td>
                <td>{profile.magnification || '–'}</td>
                <td>
                  {profile.widthPx} × {profile.heightPx}
                </td>
                <td>
                  {(1000 * profile.mmPerPx).toPrecision(3)} ±{' '}
                  {fixedText(100 * coverage95 * profile.relativeError, 1)} %
                </td>
                <td>
                  {profile.userName}, {formatDate(profile.setAt)}
                </td>
                <td>
                  {may('measuring.withdrawProfile') && (
                    <Button
                      small
                      variant="quiet"
                      onClick={() => withdraw.mutate({ profileId: profile.id })}
                    >
                      {t('Withdraw')}
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <ErrorNotice error={withdraw.error} />
      <p className="faint">
        {t('Pictures that were measured by a profile keep their scale when it is withdrawn.')}
      </p>
    </>
  );
}
