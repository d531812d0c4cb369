import { Trans } from '@lingui/react';
import { useEffect, useRef, useState } from 'react';
import type { Patient } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { FolderField } from '../backup/folder-field.tsx';
import { errorText } from '../station/errors.ts';
import { useStation } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Notice } from '../ui/notices.tsx';
import { patientName } from '../wording/patients.ts';
import './patient-folder.css';

/** Saves all of a patient where the person wants it, and says that anybody can read it there. */
export function PatientFolderDialog(props: { patient: Patient; onClose: () => void }) {
  const { patient, onClose } = props;
  const { state, write, stop } = useWriting(patient.id);
  const isWriting = state.at === 'writing';
  const close = () => {
    stop();
    onClose();
  };
  return (
    <Dialog
      title={t('Save {patient} as a folder', { patient: patientName(patient) })}
      onClose={close}
      widthPx={600}
    >
      {state.at === 'done' ? (
        <>
          <Notice tone="good">{t('Saved. The audit log says that you took it.')}</Notice>
          <p>
            <Trans
              id="Open <strong>summary.html</strong> in this folder with any browser:"
              components={{ strong: <strong /> }}
            />
          </p>
          <p className="patient-folder__path">{state.folder}</p>
          <div className="dialog__actions">
            <Button variant="primary" onClick={onClose}>
              {t('Close')}
            </Button>
          </div>
        </>
      ) : (
        <>
          <Notice tone="caution">
            {t(
              'The folder is not encrypted: whoever gets hold of it can read it. Save it where only those come who may, for instance on the medium that you hand to the patient.',
            )}
          </Notice>
          <p>{t('It holds, for the patient or for another practice:')}</p>
          <ul className="patient-folder__list">
            <li>{t('a summary that every browser shows and prints, without this program')}</li>
            <li>{t('the original images, as they were imported')}</li>
            <li>{t('all records, for other programs (JSON)')}</li>
          </ul>
          {isWriting ? (
            <label className="patient-folder__progress">
              {t('Writing…')}
              <progress value={state.share} max={1} />
            </label>
          ) : (
            <FolderField
              label={t('Save it into this folder')}
              action={t('Save')}
              busy={false}
              error={state.at === 'failed' ? state.message : undefined}
              onFolder={(folder) => void write(folder)}
            />
          )}
          <div className="dialog__actions">
            <Button onClick={isWriting ? stop : close}>
              {isWriting ? t('Stop') : t('Cancel')}
            </Button>
          </div>
        </>
      )}
    </Dialog>
  );
}

type State =
  | { readonly at: 'asking' }
  | { readonly at: 'writing'; readonly share: number }
  | { readonly at: 'failed'; readonly message: string }
  | { readonly at: 'done'; readonly folder: string };

function useWriting(patientId: string) {
  const station = useStation();
  const [state, setState] = useState<State>({ at: 'asking' });
  const running = useRef<AbortController>(undefined);
  const stop = () => running.current?.abort();
  // Who leaves the screen stops it.
  useEffect(() => () => running.current?.abort(), []);

  const write = async (folder: string) => {
    const abort = new AbortController();
    running.current = abort;
    const writingId = crypto.randomUUID();
    setState({ at: 'writing', share: 0 });
    const leave = station.subscribe('patientFolder.progress', (told) => {
      if (told.writingId === writingId)
        setState((now) => (now.at === 'writing' ? { at: 'writing', share: told.share } : now));
    });
    try {
      const written = await station.call(
        'patientFolder.write',
        { patientId, writingId, folder },
        { signal: abort.signal },
      );
      setState({ at: 'done', folder: written.folder });
    } catch (error) {
      setState(
        abort.signal.aborted ? { at: 'asking' } : { at: 'failed', message: errorText(error) },
      );
    } finally {
      leave();
    }
  };
  return { state, write, stop };
}
