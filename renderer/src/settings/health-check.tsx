import { useEffect, useState } from 'react';
import { locale, t } from '../../../src/language/index.ts';
import type { StationOutput } from '../station/connection.ts';
import { useStation, useStationCommand, useStationQuery } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { ErrorNotice, Notice } from '../ui/notices.tsx';
import { formatAgo, formatDateTime } from '../wording/dates.ts';
import { problemText } from './audit-words.ts';
import '../backup/backup.css';

/** Looks through everything that is stored, while others work. */
export function HealthCheck() {
  const state = useStationQuery('health.state', {});
  const check = useStationCommand('health.check');
  const running = state.data?.running;
  const last = state.data?.last;
  return (
    <>
      <p className="soft">
        {t(
          'Reads every page of the database, looks for every record in every index, and verifies the audit log. You can go on working meanwhile.',
        )}
      </p>
      {state.data && (
        <dl className="facts">
          <dt>{t('Last checked')}</dt>
          <dd>
            {last ? (
              <>
                {formatDateTime(last.at)} <span className="faint">{formatAgo(last.at)}</span>
              </>
            ) : (
              t('never')
            )}
          </dd>
          {last && (
            <>
              <dt>{t('Result')}</dt>
              <dd>
                {last.problems === 0 ? t('everything was whole') : problemCount(last.problems)}
              </dd>
            </>
          )}
        </dl>
      )}
      {running && <Running share={running.share} />}
      <div>
        <Button
          icon="check"
          busy={check.isPending || running != null}
          onClick={() => check.mutate({})}
        >
          {t('Check now')}
        </Button>
      </div>
      {check.data && !running && <Result found={check.data} />}
      <ErrorNotice error={check.error ?? state.error} />
    </>
  );
}

function Running({ share }: { share: number }) {
  const station = useStation();
  const [told, setTold] = useState(0);
  useEffect(() => station.subscribe('health.progress', (event) => setTold(event.share)), [station]);
  return (
    <div className="backup__progress" role="status">
      <span>{t('Checking…')}</span>
      <progress value={Math.max(share, told)} max={1} aria-label={t('Done so far')} />
    </div>
  );
}

function Result({ found }: { found: StationOutput<'health.check'> }) {
  const { audit } = found;
  const problems = [...found.problems, ...(audit?.problems.map(problemText) ?? [])];
  const inAll = found.problemsInAll + (audit?.problemsInAll ?? 0);
  return (
    <div role="status">
      <Notice tone={found.ok ? 'good' : 'error'}>
        {found.ok
          ? t('All {pages} pages and {rows} records are whole, and the audit log fits them.', {
              pages: found.pages.toLocaleString(locale()),
              rows: found.rows.toLocaleString(locale()),
            })
          : t(
              '{problemCount}. Copy the data folder as it is, then restore the clinic from a backup. Call whoever keeps your backups.',
              { problemCount: problemCount(inAll) },
            )}
      </Notice>
      {problems.length > 0 && (
        <ul className="settings__list">
          {problems.map((problem) => (
            <li key={problem}>{problem}</li>
          ))}
          {inAll > problems.length && (
            <li>{t('and {count} more', { count: inAll - problems.length })}</li>
          )}
          {!audit && <li>{t('The audit log could not be verified.')}</li>}
        </ul>
      )}
    </div>
  );
}

const problemCount = (count: number): string =>
  t('{count, plural, one {# thing is wrong} other {# things are wrong}}', { count });
