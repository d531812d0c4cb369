import { type ReactNode, useState } from 'react';
import { t } from '../../../src/language/index.ts';
import type {
  DesktopUpdates,
  ProgramState,
  ProvedUpdate,
  UpdateProgress,
} from '../../../src/processes/desktop-page.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notices.tsx';
import { formatDate } from '../wording/dates.ts';
import { formatBytes } from '../wording/numbers.ts';
import {
  cancelUpdate,
  chooseUpdate,
  installUpdate,
  type JobState,
  useUpdateJob,
} from './update-job.ts';

const stages: Record<UpdateProgress['stage'], string> = {
  checking: t('Checking the update'),
  copying: t('Setting a copy of the clinic aside'),
  writing: t('Writing the new version'),
};

/** Updates the program from a file, one step after the other. */
export function Update({ updates, program }: { updates: DesktopUpdates; program: ProgramState }) {
  const job = useUpdateJob();
  switch (job.step) {
    case 'idle':
    case 'choosing':
      return <Choose updates={updates} program={program} job={job} />;
    case 'working':
      return <Working progress={job.progress} />;
    case 'proved':
      return <Proved updates={updates} program={program} job={job} />;
    case 'installed':
      return <Installed updates={updates} installed={job.installed} />;
  }
}

function Choose(props: {
  updates: DesktopUpdates;
  program: ProgramState;
  job: Extract<JobState, { step: 'idle' | 'choosing' }>;
}) {
  const { updates, program, job } = props;
  if (program.keys.length === 0)
    return (
      <p className="soft">
        {t(
          'This copy of the program accepts no updates: it was packed without a key to check them with. Install a new version by hand, as this one was.',
        )}
      </p>
    );
  return (
    <>
      <p className="soft">
        {t(
          'An update is one file, signed by whoever supplies the program. It is checked before anything is changed, and a copy of the clinic is set aside first. No network is used.',
        )}
      </p>
      <Refusal text={job.step === 'idle' ? job.refusal : undefined} />
      <div>
        <Button
          icon="upload"
          busy={job.step === 'choosing'}
          onClick={() => void chooseUpdate(updates)}
        >
          {t('Update from a file…')}
        </Button>
      </div>
    </>
  );
}

function Working({ progress: { stage, share } }: { progress: UpdateProgress }) {
  return (
    <div className="program__progress" role="status">
      <span>{stages[stage]}…</span>
      <progress value={share} max={1} aria-label={stages[stage]} />
    </div>
  );
}

function Proved(props: {
  updates: DesktopUpdates;
  program: ProgramState;
  job: Extract<JobState, { step: 'proved' }>;
}) {
  const { updates, program, job } = props;
  const { update } = job;
  return (
    <>
      <Notice tone="good">{t('The update is whole, signed, and made for this computer.')}</Notice>
      <Facts update={update} />
      {update.notes && <p className="program__notes">{update.notes.trim()}</p>}
      {update.changesDatabase && (
        <Notice tone="caution">
          {t(
            'It changes the clinic’s database, which version {version} cannot read afterwards. Whoever steps back goes back to the clinic as it is now.',
            { version: program.version },
          )}
        </Notice>
      )}
      {program.kind === null && (
        <Notice tone="caution">
          {t(
            'This copy of the program was unpacked by hand and cannot replace itself. Unpack version {version} in its place.',
            { version: update.version },
          )}
        </Notice>
      )}
      <Refusal text={job.refusal} />
      <div className="program__actions">
        {program.kind !== null && (
          <Button variant="primary" onClick={() => void installUpdate(updates, update)}>
            {t('Set a copy aside and install')}
          </Button>
        )}
        <Button onClick={cancelUpdate}>{t('Cancel')}</Button>
      </div>
    </>
  );
}

function Facts({ update }: { update: ProvedUpdate }) {
  const facts: [string, ReactNode][] = [
    [t('New version'), update.version],
    [t('Made'), formatDate(update.madeAt)],
    [t('Size'), formatBytes(update.sizeBytes)],
    [
      t('Signed with'),
      <span key="key" className="program__key">
        {t('key {key}', { key: update.signedBy })}
      </span>,
    ],
  ];
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <div key={name} className="program__fact">
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Installed(props: {
  updates: DesktopUpdates;
  installed: Extract<JobState, { step: 'installed' }>['installed'];
}) {
  const { updates, installed } = props;
  const { next, version, file, command } = installed;
  const [isCopied, setCopied] = useState(false);
  return (
    <>
      <Notice tone="good">
        {next === 'restart'
          ? t('Version {version} is in place, and runs from the next start on.', { version })
          : t('Version {version} is ready to be installed. A copy of the clinic is set aside.', {
              version,
            })}
      </Notice>
      {command && (
        <>
          <p>{t('Close Dermaspike. An administrator of this computer then installs it by')}</p>
          <pre className="program__command">{command}</pre>
        </>
      )}
      {next === 'by-hand' && !command && (
        <p>
          {t('Close Dermaspike, and put the program in this file in the place of the one in use:')}{' '}
          <span className="program__file">{file}</span>
        </p>
      )}
      <div className="program__actions">
        <Button variant="primary" onClick={() => void updates.finish()}>
          {
            {
              restart: t('Start it now'),
              installer: t('Close and run the installer'),
              'by-hand': t('Show the file'),
            }[next]
          }
        </Button>
        {command && (
          <Button
            icon="copy"
            onClick={() => void navigator.clipboard.writeText(command).then(() => setCopied(true))}
          >
            {isCopied ? t('Copied') : t('Copy the command')}
          </Button>
        )}
      </div>
    </>
  );
}

function Refusal({ text }: { text: string | undefined }) {
  return text ? <Notice tone="error">{text}</Notice> : null;
}
