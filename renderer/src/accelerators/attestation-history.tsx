import { locale, t } from '../../../src/language/index.ts';
import type { DeviceStatus } from '../../../src/station/contract/index.ts';
import { formatDateTime } from '../wording/dates.ts';
import { checkNames, checkResult } from './words.ts';
import '../ui/table.css';

/** Every comparison with the emulator, newest first. */
export function AttestationHistory({ attestation }: { attestation: DeviceStatus['attestation'] }) {
  const { history, shadowed } = attestation;
  if (history.length === 0)
    return <p className="soft">{t('It has not been compared with the emulator yet.')}</p>;
  return (
    <details className="accelerator-card__history" open>
      <summary>
        {t('Compared with the emulator, {shadowed} of the clinic’s images among them', {
          shadowed: shadowed.toLocaleString(locale()),
        })}
      </summary>
      <div className="table-box">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t('When')}</th>
              <th scope="col">{t('What')}</th>
              <th scope="col">{t('Result')}</th>
            </tr>
          </thead>
          <tbody>
            {history.map((check) => (
              <tr key={`${check.at} ${check.cause}`}>
                <td>{formatDateTime(check.at)}</td>
                <td>{checkNames[check.cause]}</td>
                <td className={check.mismatches > 0 ? 'accelerator-card__wrong' : undefined}>
                  {checkResult(check)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
