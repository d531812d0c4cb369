import { Trans } from '@lingui/react';
import { useEffect, useState } from 'react';
import { t } from '../../../src/language/index.ts';
import type { FoundAnswer } from '../../../src/station/contract/index.ts';
import { href } from '../routing/routes.ts';
import { useStation, useStationCommand, useStationQuery } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorNotice, Loading, Notice } from '../ui/notices.tsx';
import { showToast } from '../ui/toasts.tsx';
import { formatDateTime } from '../wording/dates.ts';
import { patientName } from '../wording/patients.ts';
import { decisionNames, impressionName } from '../wording/readings.ts';

/** What a colleague answered, of whom it is, and the question whether to file it. */
export function FileAnswerDialog(props: { bytes: Uint8Array; onClose: () => void }) {
  const { bytes, onClose } = props;
  const station = useStation();
  const about = useStationQuery('about', {});
  const classes = about.data?.network.classes ?? [];
  const [found, setFound] = useState<FoundAnswer>();
  const [error, setError] = useState<unknown>();
  const file = useStationCommand('sharing.fileAnswer');
  useEffect(() => {
    station.call('sharing.inspectAnswer', { bytes }).then(setFound, setError);
  }, [station, bytes]);
  const isHere = found?.answers.some(({ lesion }) => lesion !== null);
  return (
    <Dialog key={`${!!found}`} title={t('A colleague’s answer')} onClose={onClose} widthPx={600}>
      <ErrorNotice error={error ?? file.error} />
      {!found && !error && <Loading what={t('the answer')} />}
      {found && (
        <>
          <p>
            <strong>{found.authorName}</strong>, {found.clinicName},{' '}
            {formatDateTime(found.answeredAt)}
            <br />
            <span className="faint">
              <Trans
                id="Signed by <code>{fingerprint}</code>"
                values={{ fingerprint: found.fingerprint }}
                components={{ code: <code /> }}
              />
            </span>
          </p>
          <ul className="answers">
            {found.answers.map((answer) => (
              <li key={answer.lesionRef}>
                {answer.lesion && answer.patient ? (
                  <a
                    href={href({ screen: 'lesion', lesionId: answer.lesion.id })}
                    onClick={onClose}
                  >
                    {t('Lesion {label} of {patient}', {
                      label: answer.lesion.label,
                      patient: patientName(answer.patient),
                    })}
                  </a>
                ) : (
                  <span className="faint">{t('A lesion that is no longer here')}</span>
                )}
                <p>
                  <strong>{impressionName(answer.impression, classes)}</strong> –{' '}
                  {decisionNames[answer.decision]}
                </p>
                {answer.text && <p className="case__note">{answer.text}</p>}
              </li>
            ))}
          </ul>
          {found.isFiled && <Notice>{t('This answer has been filed already.')}</Notice>}
        </>
      )}
      <div className="dialog__actions">
        <Button onClick={onClose}>{found?.isFiled ? t('Close') : t('Cancel')}</Button>
        {found && !found.isFiled && (
          <Button
            variant="primary"
            disabled={!isHere}
            busy={file.isPending}
            onClick={() =>
              file.mutate(
                { bytes },
                {
                  onSuccess: () => {
                    showToast(t('The answer is filed with its lesions.'));
                    onClose();
                  },
                },
              )
            }
          >
            {t('File it with the lesion')}
          </Button>
        )}
      </div>
    </Dialog>
  );
}
