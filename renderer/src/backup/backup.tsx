import { useState } from 'react';
import type { KeptBackup } from '../../../src/clinic/entities/index.ts';
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
      <Section title="Backup">
        <p className="soft">
          The demo clinic is not backed up: it is drawn anew when it is lost. Your own clinic is
          backed up from here.
        </p>
      </Section>
    );
  const { data } = state;
  if (!data)
    return state.error ? <ErrorNotice error={state.error} /> : <Loading what="the backups" />;
  return (
    <>
      {data.folder === null ? (
        <FirstFolder />
      ) : (
        <>
          <Section title="Backups of this clinic">
            <Status state={data} folder={data.folder} onProve={setProving} />
          </Section>
          <Section title="On the medium">
            {data.problem ? (
              <p className="soft">What is kept is shown once the medium is there again.</p>
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
      <Section title="When">
        <Schedule kept={data.schedule} />
      </Section>
      <Section title="Restore">
        <Restore />
      </Section>
      {proving && <ProveDialog backup={proving} onClose={() => setProving(undefined)} />}
    </>
  );
}

function FirstFolder() {
  return (
    <Section title="Backups of this clinic">
      <Notice tone="caution">
        This clinic is on this computer alone. If the computer is lost, stolen or breaks, so are its
        records.
      </Notice>
      <p className="soft">
        A backup is encrypted as the clinic is. To bring it back, the backup and a passphrase or the
        recovery key are enough, on any computer. Give it a folder on an external disk or a share.
      </p>
      <ChooseFolder />
    </Section>
  );
}

function ChooseFolder({ onDone }: { onDone?: () => void }) {
  const choose = useStationCommand('backup.choose');
  return (
    <FolderField
      label="Folder for backups"
      action="Back up to this folder"
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
  const [newest] = state.kept;
  const begin = () =>
    make.mutate(
      {},
      { onSuccess: ({ newBytes }) => showToast(`Backed up. ${formatBytes(newBytes)} were new.`) },
    );
  const wasStopped = errorCode(make.error) === 'cancelled';
  return (
    <>
      <dl className="facts">
        <dt>Folder</dt>
        <dd className="backup__path">{folder}</dd>
        <dt>Last backup</dt>
        <dd>{state.lastAt ? <When at={state.lastAt} /> : 'none yet'}</dd>
        <dt>Last proven by restoring</dt>
        <dd>{state.lastProofAt ? <When at={state.lastProofAt} /> : 'never'}</dd>
        <dt>Next</dt>
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
          <span>{running.what === 'make' ? 'Backing up…' : 'Restoring aside, to prove it…'}</span>
          <progress value={running.share} max={1} aria-label="Done so far" />
          <Button small busy={stop.isPending} onClick={() => stop.mutate({})}>
            Stop
          </Button>
        </div>
      )}
      <div className="backup__actions">
        <Button variant="primary" icon="save" busy={running !== null} onClick={begin}>
          Back up now
        </Button>
        {newest && (
          <Button icon="check" busy={running !== null} onClick={() => onProve(newest)}>
            Prove by restoring…
          </Button>
        )}
        {!isChoosing && <Button onClick={() => setChoosing(true)}>Another folder…</Button>}
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
  if (running?.what === 'make') return 'now';
  const leaving = schedule.onLeaving ? 'when Dermaspike is closed' : 'only by hand';
  if (nextAt === null) return leaving;
  const due = Date.parse(nextAt) <= Date.now() ? 'within a minute' : formatDateTime(nextAt);
  return schedule.onLeaving ? `${due}, or when Dermaspike is closed` : due;
}

function Restore() {
  const lock = useSessionCommand('session.lock');
  return (
    <>
      <p className="soft">
        A backup brings the whole clinic back as it was then. The clinic on this computer is set
        aside first and kept. For that it is locked.
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
          Lock and restore a backup…
        </Button>
      </div>
      <ErrorNotice error={lock.error} />
    </>
  );
}
