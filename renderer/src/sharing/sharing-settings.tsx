import { useState } from 'react';
import { href } from '../routing/routes.ts';
import type { StationOutput } from '../station/connection.ts';
import { useMay } from '../station/use-may.ts';
import { useStation, useStationCommand, useStationQuery } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { ErrorNotice, Loading } from '../ui/notices.tsx';
import { saveFile } from '../ui/save-file.ts';
import { Section } from '../ui/section.tsx';
import { showErrorToast } from '../ui/toasts.tsx';
import { countText } from '../wording/counts.ts';
import { formatDate, formatDateTime } from '../wording/dates.ts';
import { AddColleagueDialog } from './add-colleague-dialog.tsx';
import { ChosenFile } from './chosen-file.tsx';
import { FileAnswerDialog } from './file-answer-dialog.tsx';
import { OpenCaseDialog } from './open-case-dialog.tsx';
import './sharing.css';

type Open = { readonly what: 'case' | 'answer' | 'key'; readonly bytes: Uint8Array };

/** What comes from colleagues, what went to them, and the keys that it is sealed with. */
export function SharingSettings() {
  const overview = useStationQuery('sharing.overview', {});
  const station = useStation();
  const may = useMay();
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  const saveKey = () =>
    station
      .call('sharing.keyFile', {})
      .then(({ bytes, fileName }) => saveFile(bytes, fileName), showErrorToast);
  if (!overview.data)
    return overview.error ? (
      <ErrorNotice error={overview.error} onRetry={() => void overview.refetch()} />
    ) : (
      <Loading what="what is shared" />
    );
  const { fingerprint, colleagues, cases } = overview.data;
  return (
    <>
      <Section title="From colleagues">
        <p className="soft">
          A case that a colleague gave you is looked at without coming into the records. An answer
          to one of yours is filed with its lesion.
        </p>
        <div className="share__row">
          <ChosenFile
            label="Open a shared case…"
            accept=".dermaspike-case"
            onBytes={(bytes) => setOpen({ what: 'case', bytes })}
          />
          {may('sharing.fileAnswer') && (
            <ChosenFile
              label="File an answer…"
              accept=".dermaspike-answer"
              onBytes={(bytes) => setOpen({ what: 'answer', bytes })}
            />
          )}
        </div>
      </Section>
      <Section title="This clinic’s key">
        <p className="soft">
          Give it to colleagues, so that they can seal cases for you without a passphrase. It is no
          secret; read its fingerprint out on the telephone, so that nobody puts another one in its
          place.
        </p>
        <p>
          <code className="share__fingerprint">{fingerprint}</code>
        </p>
        <div className="share__row">
          <Button icon="save" onClick={() => void saveKey()}>
            Save as a file
          </Button>
        </div>
      </Section>
      <Section title="Colleagues’ keys">
        {colleagues.length === 0 && (
          <p className="soft">None yet: cases are sealed by a passphrase.</p>
        )}
        <Colleagues colleagues={colleagues} />
        {may('sharing.addColleague') && (
          <div className="share__row">
            <ChosenFile
              label="Add a key…"
              accept=".dermaspike-key"
              onBytes={(bytes) => setOpen({ what: 'key', bytes })}
            />
          </div>
        )}
      </Section>
      <Section title="Given away">
        <GivenCases cases={cases} />
      </Section>
      {open?.what === 'case' && <OpenCaseDialog bytes={open.bytes} onClose={close} />}
      {open?.what === 'answer' && <FileAnswerDialog bytes={open.bytes} onClose={close} />}
      {open?.what === 'key' && <AddColleagueDialog bytes={open.bytes} onClose={close} />}
    </>
  );
}

type Overview = StationOutput<'sharing.overview'>;

function Colleagues({ colleagues }: Pick<Overview, 'colleagues'>) {
  const may = useMay();
  const remove = useStationCommand('sharing.removeColleague');
  if (colleagues.length === 0) return null;
  return (
    <>
      <ul className="share__list">
        {colleagues.map((each) => (
          <li key={each.fingerprint}>
            <span>
              <strong>{each.clinicName}</strong> <code>{each.fingerprint}</code>{' '}
              <span className="faint">
                added {formatDate(each.addedAt)} by {each.addedByName}
              </span>
            </span>
            {may('sharing.removeColleague') && (
              <Button
                small
                aria-label={`Remove the key of ${each.clinicName}`}
                onClick={() => remove.mutate({ fingerprint: each.fingerprint })}
              >
                Remove
              </Button>
            )}
          </li>
        ))}
      </ul>
      <ErrorNotice error={remove.error} />
    </>
  );
}

function GivenCases({ cases }: Pick<Overview, 'cases'>) {
  if (cases.length === 0)
    return (
      <p className="soft">
        Nothing yet. “Share…” on a lesion’s page, or with selected lesions of the worklist, makes
        the file.
      </p>
    );
  return (
    <ul className="share__list">
      {cases.map(({ id, madeAt, madeByName, sealedFor, isDeidentified, lesions, answers }) => (
        <li key={id}>
          <span>
            {formatDateTime(madeAt)}, {madeByName}, for{' '}
            {sealedFor || 'whoever knows the passphrase'}
            <span className="faint">
              {isDeidentified ? ', de-identified' : ', with name'}:{' '}
              {lesions.map(({ ref, lesionId }, at) => (
                <span key={ref}>
                  {at > 0 && ', '}
                  <a href={href({ screen: 'lesion', lesionId })}>lesion {at + 1}</a>
                </span>
              ))}
              {lesions.length === 0 && 'lesions that are no longer here'}
            </span>
          </span>
          <span className={answers > 0 ? 'tag' : 'faint'}>
            {answers > 0 ? countText(answers, 'answer') : 'No answer yet'}
          </span>
        </li>
      ))}
    </ul>
  );
}
