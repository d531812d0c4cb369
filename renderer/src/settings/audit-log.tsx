import { useState } from 'react';
import { locale, t } from '../../../src/language/index.ts';
import { useStationCommand, useStationQuery } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { ErrorNotice, Notice } from '../ui/notices.tsx';
import { formatDateTime } from '../wording/dates.ts';
import { actionText, problemText, subjectText } from './audit-words.ts';
import '../ui/table.css';

/** Who did what, newest first. Each entry is chained to the one before it. */
export function AuditLog() {
  const [limit, setLimit] = useState(15);
  const log = useStationQuery('audit.list', { limit }, { keepPrevious: true });
  const verify = useStationCommand('audit.verify');
  return (
    <>
      <p className="soft">
        {t(
          'Each entry is chained to the one before it, signed by its user, and carries the hashes of the records that it is about: a later change of any of them shows.',
        )}
      </p>
      <div>
        <Button busy={verify.isPending} onClick={() => verify.mutate({})}>
          {t('Verify the log')}
        </Button>
      </div>
      {verify.data && (
        <div role="status">
          <Notice tone={verify.data.intact ? 'good' : 'error'}>
            {verify.data.intact
              ? t(
                  'All {entries} entries and the {records} records that they vouch for are as they were written.',
                  {
                    entries: verify.data.entries.toLocaleString(locale()),
                    records: verify.data.records.toLocaleString(locale()),
                  },
                )
              : t(
                  'The records or the log were changed outside the program. Call whoever keeps your backups.',
                )}{' '}
            {verify.data.intact &&
              verify.data.unsigned > 0 &&
              t(
                '{count, plural, one {# entry is from before entries were signed.} other {# entries are from before entries were signed.}}',
                { count: verify.data.unsigned },
              )}
          </Notice>
          {verify.data.problems.length > 0 && (
            <ul>
              {verify.data.problems.map((problem) => (
                <li key={`${problem.what} ${problem.subject}`} title={problem.subject}>
                  {problemText(problem)}
                </li>
              ))}
              {verify.data.problemsInAll > verify.data.problems.length && (
                <li>
                  {t('and {count} more', {
                    count: verify.data.problemsInAll - verify.data.problems.length,
                  })}
                </li>
              )}
            </ul>
          )}
        </div>
      )}
      <ErrorNotice error={verify.error ?? log.error} />
      <div className="table-box">
        <table className="table">
          <caption className="visually-hidden">{t('Audit log, newest first')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('When')}</th>
              <th scope="col">{t('Who')}</th>
              <th scope="col">{t('What')}</th>
              <th scope="col">{t('{of, select, column {Record} other {}}', { of: 'column' })}</th>
            </tr>
          </thead>
          <tbody>
            {log.data?.map((entry, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: entries have no id and never move
              <tr key={`${entry.at} ${index}`}>
                <td className="nowrap">{formatDateTime(entry.at)}</td>
                <td>{entry.userName}</td>
                <td>{actionText(entry.action)}</td>
                <td className="table__subject" title={entry.subject}>
                  {subjectText(entry.subject)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {log.data && log.data.length >= limit && limit < 500 && (
        <div>
          <Button small onClick={() => setLimit(Math.min(500, limit + 100))}>
            {t('Show more')}
          </Button>
        </div>
      )}
    </>
  );
}
