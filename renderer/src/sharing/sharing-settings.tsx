import { useState } from 'react';
import { t } from '../../../src/language/index.ts';
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

/** A patient's case may hold 200. */
const fewLinks = 8;

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
      <Loading what={t('what is shared')} />
    );
  const { fingerprint, colleagues, cases } = overview.data;
  return (
    <>
      <Section title={t('From colleagues')}>
        <p className="soft">
          {t(
            'A case that a colleague gave you is looked at without coming into the records. An answer to one of yours is filed with its lesion.',
          )}
        </p>
        <div className="share__row">
          <ChosenFile
            label={t('Open a shared case…')}
            accept=".dermaspike-case"
            onBytes={(bytes) => setOpen({ what: 'case', bytes })}
          />
          {may('sharing.fileAnswer') && (
            <ChosenFile
              label={t('File an answer…')}
              accept=".dermaspike-answer"
              onBytes={(bytes) => setOpen({ what: 'answer', bytes })}
            />
          )}
        </div>
      </Section>
      <Section title={t('This clinic’s key')}>
        <p className="soft">
          {t(
            'Give it to colleagues, so that they can seal cases for you without a passphrase. It is no secret; read its fingerprint out on the telephone, so that nobody puts another one in its place.',
          )}
        </p>
        <p>
          <code className="share__fingerprint">{fingerprint}</code>
        </p>
        <div className="share__row">
          <Button icon="save" onClick={() => void saveKey()}>
            {t('Save as a file')}
          </Button>
        </div>
      </Section>
      <Section title={t('Colleagues’ keys')}>
        {colleagues.length === 0 && (
          <p className="soft">{t('None yet: cases are sealed by a passphrase.')}</p>
        )}
        <Colleagues colleagues={colleagues} />
        {may('sharing.addColleague') && (
          <div className="share__row">
            <ChosenFile
              label={t('Add a key…')}
              accept=".dermaspike-key"
              onBytes={(bytes) => setOpen({ what: 'key', bytes })}
            />
          </div>
        )}
      </Section>
      <Section title={t('Given away')}>
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
                {t('added {date} by {addedByName}', {
                  date: formatDate(each.addedAt),
                  addedByName: each.addedByName,
                })}
              </span>
            </span>
            {may('sharing.removeColleague') && (
              <Button
                small
                aria-label={t('Remove the key of {clinicName}', { clinicName: each.clinicName })}
                onClick={() => remove.mutate({ fingerprint: each.fingerprint })}
              >
                {t('Remove')}
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
        {t(
          'Nothing yet. “Share…” on the page of a lesion or a patient, or with selected lesions of the worklist, makes the file.',
        )}
      </p>
    );
  return (
    <ul className="share__list">
      {cases.map(({ id, madeAt, madeByName, sealedFor, isDeidentified, lesions, answers }) => (
        <li key={id}>
          <span>
            {sealedFor
              ? t('{dateTime}, {madeByName}, for {clinicName}', {
                  dateTime: formatDateTime(madeAt),
                  madeByName,
                  clinicName: sealedFor,
                })
              : t('{dateTime}, {madeByName}, for whoever knows the passphrase', {
                  dateTime: formatDateTime(madeAt),
                  madeByName,
                })}
            <span className="faint">
              {', '}
              {isDeidentified ? t('de-identified') : t('with name')}:{' '}
              <LesionLinks lesions={lesions} />
              {lesions.length === 0 && t('lesions that are no longer here')}
            </span>
          </span>
          <span className={answers > 0 ? 'tag' : 'faint'}>
            {answers > 0 ? countText(answers, 'answer') : t('No answer yet')}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** The first few of a case's lesions, and the others when they are asked for. */
function LesionLinks({ lesions }: Pick<Overview['cases'][number], 'lesions'>) {
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? lesions : lesions.slice(0, fewLinks);
  return (
    <>
      {shown.map(({ ref, lesionId }, at) => (
        <span key={ref}>
          {at > 0 && ', '}
          <a href={href({ screen: 'lesion', lesionId })}>
            {t('lesion {number}', { number: at + 1 })}
          </a>
        </span>
      ))}
      {shown.length < lesions.length && (
        <>
          {' … '}
          <Button small onClick={() => setWhole(true)}>
            {t('Show all {lesions}', { lesions: countText(lesions.length, 'lesion') })}
          </Button>
        </>
      )}
    </>
  );
}
