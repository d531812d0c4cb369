import { useState } from 'react';
import type { KeptBackup } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import type { BackupState } from '../../../src/station/contract/index.ts';
import type { OpenSession } from '../session-hygiene.ts';
import { askToRestore } from '../start/asked-to-restore.ts';
import { useSessionCommand } from '../start/use-session-command.ts';
import { errorCode, errorText } from '../station/errors.ts';
import { useStationCommand, useStationQuery } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { ErrorNotice, Loading, Notice } from '../ui/notices.tsx';
import { Section } from '../ui/section.tsx';
import { showToast } from '../ui/toasts.tsx';
import { formatAgo, formatDateTime } from '../wording/dates.ts';
import { formatBytes } from '../wording/numbers.ts';
import { FolderField } from './folder-field.tsx';
import { KeptBackups } from './kept-backups.tsx';
import { ProveDialog } from './prove-dialog.tsx';
import { Schedule } from './schedule.tsx';
import { useBackupProgress } from './use-progress.ts';
import './backup.css';

/** How safe the clinic is from the loss of this computer, and what to do about it. */
export function Backup({ session }: { session: OpenSession }) {
  const state = useStationQuery('backup.state', {}, { enabled: !session.demo });
  const [proving, setProving] = useState<KeptBackup>();
  if (session.demo)
    return (
      <Section title={t('Backup')}>
        <p className="soft">
          {t(
            'The demo clinic is not backed up: it is drawn anew when it is lost. Your own clinic is backed up from here.',
          )}
        </p>
      </Section>
    );
  const { data } = state;
  if (!data)
    return state.error ? <ErrorNotice error={state.error} /> : <Loading what={t('the backups')} />;
  return (
    <>
      {data.folder === null ? (
        <FirstFolder />
      ) : (
        <>
          <Section title={t('Backups of this clinic')}>
            <Status state={data} folder={data.folder} onProve={setProving} />
          </Section>
          <Section title={t('On the medium')}>
            {data.problem ? (
              <p className="soft">{t('What is kept is shown once the medium is there again.')}</p>
            ) : (
              <KeptBackups
                backups={data.kept}
                isBusy={data.running !== null}
                onProve={setProving}
              />
            )}
          </Section>
        </>
      )}
      <Section title={t('When')}>
        <Schedule kept={data.schedule} />
      </Section>
      <Section title={t('Restore')}>
        <Restore />
      </Section>
      {proving && <ProveDialog backup={proving} onClose={() => setProving(undefined)} />}
    </>
  );
}

function FirstFolder() {
  return (
    <Section title={t('Backups of this clinic')}>
      <Notice tone="caution">
        {t(
          'This clinic is on this computer alone. If the computer is lost, stolen or breaks, so are its records.',
        )}
      </Notice>
      <p className="soft">
        {t(
          'A backup is encrypted as the clinic is. To bring it back, the backup and a passphrase or the recovery key are enough, on any computer. Give it a folder on an external disk or a share.',
        )}
      </p>
      <ChooseFolder />
    </Section>
  );
}

function ChooseFolder({ onDone }: { onDone?: () => void }) {
  const choose = useStationCommand('backup.choose');
  return (
    <FolderField
      label={t('Folder for backups')}
      action={t('Back up to this folder')}
      busy={choose.isPending}
      error={choose.error ? errorText(choose.error) : undefined}
      onFolder={(folder) => choose.mutate({ folder }, { onSuccess: () => onDone?.() })}
    />
  );
}

interface StatusProps {
  state: BackupState;
  folder: string;
  onProve: (backup: KeptBackup) => void;
}

function Status({ state, folder, onProve }: StatusProps) {
  const [isChoosing, setChoosing] = useState(false);
  const make = useStationCommand('backup.make');
  const stop = useStationCommand('backup.stop');
  const running = useBackupProgress(state.running);
  const newest = state.kept.find(({ unreadable }) => unreadable === null);
  const begin = () =>
    make.mutate(
      {},
      {
        onSuccess: ({ newBytes }) =>
          showToast(t('Backed up. {bytes} were new.', { bytes: formatBytes(newBytes) })),
      },
    );
  const wasStopped = errorCode(make.error) === 'cancelled';
  return (
    <>
      <dl className="facts">
        <dt>{t('Folder')}</dt>
        <dd className="backup__path">{folder}</dd>
        <dt>{t('Last backup')}</dt>
        <dd>{state.lastAt ? <When at={state.lastAt} /> : t('none yet')}</dd>
        <dt>{t('Last proven by restoring')}</dt>
        <dd>{state.lastProofAt ? <When at={state.lastProofAt} /> : t('never')}</dd>
        <dt>{t('Next')}</dt>
        <dd>{nextText(state)}</dd>
      </dl>
      {state.problem && <Notice tone="error">{state.problem}</Notice>}
      {!state.problem && state.failure && !running && (
        <Notice tone="error">
          {formatDateTime(state.failure.at)}: {state.failure.message}
        </Notice>
      )}
      {!state.failure && !state.problem && !wasStopped && <ErrorNotice error={make.error} />}
      {running && (
        <div className="backup__progress" role="status">
          <span>
            {running.what === 'make' ? t('Backing up…') : t('Restoring aside, to prove it…')}
          </span>
          <progress value={running.share} max={1} aria-label={t('Done so far')} />
          <Button small busy={stop.isPending} onClick={() => stop.mutate({})}>
            {t('Stop')}
          </Button>
        </div>
      )}
      <div className="backup__actions">
        <Button variant="primary" icon="save" busy={running !== null} onClick={begin}>
          {t('Back up now')}
        </Button>
        {newest && (
          <Button icon="check" busy={running !== null} onClick={() => onProve(newest)}>
            {t('Prove by restoring…')}
          </Button>
        )}
        {!isChoosing && <Button onClick={() => setChoosing(true)}>{t('Another folder…')}</Button>}
      </div>
      {isChoosing && <ChooseFolder onDone={() => setChoosing(false)} />}
    </>
  );
}

function When({ at }: { at: string }) {
  return (
    <>
      {formatDateTime(at)} <span className="faint">{formatAgo(at)}</span>
    </>
  );
}

function nextText({ nextAt, schedule, running }: BackupState): string {
  if (running?.what === 'make') return t('now');
  const leaving = schedule.onLeaving ? t('when Dermaspike is closed') : t('only by hand');
  if (nextAt === null) return leaving;
  const due = Date.parse(nextAt) <= Date.now() ? t('within a minute') : formatDateTime(nextAt);
  return schedule.onLeaving ? t('{due}, or when Dermaspike is closed', { due }) : due;
}

function Restore() {
  const lock = useSessionCommand('session.lock');
  return (
    <>
      <p className="soft">
        {t(
          'A backup brings the whole clinic back as it was then. The clinic on this computer is set aside first and kept. For that it is locked.',
        )}
      </p>
      <div>
        <Button
          icon="restore"
          busy={lock.isPending}
          onClick={() => {
            askToRestore();
            lock.mutate({});
          }}
        >
          {t('Lock and restore a backup…')}
        </Button>
      </div>
      <ErrorNotice error={lock.error} />
    </>
  );
}
