import type { KeptBackup } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { Button } from '../ui/button.tsx';
import { formatDate, formatDateTime } from '../wording/dates.ts';
import { formatBytes } from '../wording/numbers.ts';
import '../ui/table.css';
import { unreadableText } from './words.ts';

interface KeptBackupsProps {
  backups: readonly KeptBackup[];
  isBusy: boolean;
  onProve: (backup: KeptBackup) => void;
}

/** What the medium holds, the newest first. */
export function KeptBackups({ backups, isBusy, onProve }: KeptBackupsProps) {
  return (
    <>
      {backups.length === 0 ? (
        <p className="soft">{t('There is none in this folder yet.')}</p>
      ) : (
        <div className="table-box">
          <table className="table backup__kept">
            <caption className="visually-hidden">
              {t('Backups on the medium, newest first')}
            </caption>
            <thead>
              <tr>
                <th scope="col">{t('Made')}</th>
                <th scope="col">{t('Brings back')}</th>
                <th scope="col">{t('Proven')}</th>
                <th scope="col">
                  <span className="visually-hidden">{t('Action')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {backups.map((backup) => (
                <tr key={backup.id}>
                  <td className="nowrap">{formatDateTime(backup.madeAt)}</td>
                  {backup.unreadable ? (
                    <td colSpan={3}>{unreadableText(backup.unreadable)}</td>
                  ) : (
                    <>
                      <td className="nowrap">{formatBytes(backup.sizeBytes)}</td>
                      <td>{proofText(backup)}</td>
                      <td className="table__number">
                        <Button
                          small
                          busy={isBusy}
                          aria-label={t('Prove the backup of {dateTime}', {
                            dateTime: formatDateTime(backup.madeAt),
                          })}
                          onClick={() => onProve(backup)}
                        >
                          {t('Prove…')}
                        </Button>
                      </td>
                    </>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <p className="faint">
        {t(
          'Kept are the last of each of seven days, five weeks and twelve months, the newest three, and the newest that was proven. What they share is stored once.',
        )}
      </p>
    </>
  );
}

function proofText({ proof }: KeptBackup): string {
  if (!proof) return t('not yet');
  return proof.whole
    ? t('whole on {date}', { date: formatDate(proof.at) })
    : t('damaged on {date}', { date: formatDate(proof.at) });
}
