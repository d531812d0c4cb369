import { type FormEvent, useId, useState } from 'react';
import { locale, t } from '../../../src/language/index.ts';
import { acceptedFiles } from '../imports/file-button.tsx';
import { useStationCommand } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { FieldError, TextField } from '../ui/fields.tsx';
import { ErrorNotice } from '../ui/notices.tsx';
import { showToast } from '../ui/toasts.tsx';
import { Report } from './report.tsx';
import { type TrialFiles, type TrialState, useTrial } from './use-trial.ts';
import './commissioning.css';

/** Files, their reading, what came of it: the trial of the network from beginning to end. */
export function TrialDialog({ onClose }: { onClose: () => void }) {
  const { state, begin } = useTrial();
  return (
    <Dialog title={t('Check the network on own images')} onClose={onClose} widthPx={640}>
      {state.step === 'choosing' && (
        <FilesForm error={state.error} onBegin={begin} onClose={onClose} />
      )}
      {state.step === 'reading' && <Reading progress={state.progress} onClose={onClose} />}
      {state.step === 'read' && <Outcome outcome={state} onClose={onClose} />}
    </Dialog>
  );
}

function FilesForm(props: {
  error: unknown;
  onBegin: (files: TrialFiles) => void;
  onClose: () => void;
}) {
  const [labels, setLabels] = useState<File>();
  const [images, setImages] = useState<readonly File[]>([]);
  const [dxColumn, setDxColumn] = useState('dx');
  const [lesionColumn, setLesionColumn] = useState('');
  const [isIncomplete, setIncomplete] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (labels && images.length > 0)
      props.onBegin({ labels, images, dxColumn: dxColumn.trim() || 'dx', lesionColumn });
    else setIncomplete(true);
  };
  return (
    <form className="form" onSubmit={submit} noValidate>
      <p className="soft">
        {t(
          'Images pass through this computer’s memory and are not kept; only the figures are. For a conclusion at least 15 melanomas, 30 malignant or pre-malignant and 60 benign lesions are needed, best confirmed by histology.',
        )}
      </p>
      <FileField
        label={t('Labels')}
        hint={t('A CSV file. Its column image_id holds the image’s file name without the ending.')}
        accept=".csv,text/csv"
        error={isIncomplete && !labels ? t('Choose the file of labels.') : undefined}
        onFiles={(files) => setLabels(files[0])}
      />
      <FileField
        label={t('Images')}
        multiple
        accept={acceptedFiles}
        error={isIncomplete && images.length === 0 ? t('Choose the images.') : undefined}
        onFiles={setImages}
      />
      <TextField
        label={t('Column of the diagnosis')}
        hint={t('Its cells are akiec, bcc, bkl, df, mel, nv or vasc.')}
        value={dxColumn}
        onValue={setDxColumn}
        maxLength={100}
      />
      <TextField
        label={t('Column of the lesion')}
        hint={t('Tells which images show the same lesion.')}
        optional
        value={lesionColumn}
        onValue={setLesionColumn}
        maxLength={100}
      />
      <ErrorNotice error={props.error} />
      <div className="dialog__actions">
        <Button onClick={props.onClose}>{t('Cancel')}</Button>
        <Button type="submit" variant="primary">
          {t('Begin')}
        </Button>
      </div>
    </form>
  );
}

function FileField(props: {
  label: string;
  hint?: string;
  accept: string;
  multiple?: boolean;
  error: string | undefined;
  onFiles: (files: File[]) => void;
}) {
  const id = useId();
  const { label, hint, accept, multiple = false, error, onFiles } = props;
  return (
    <div className="field">
      <label className="field__label" htmlFor={id}>
        {label}
      </label>
      <input
        id={id}
        type="file"
        className="input"
        accept={accept}
        multiple={multiple}
        aria-describedby={`${id}-hint ${id}-error`}
        aria-invalid={error ? true : undefined}
        onChange={(event) => onFiles([...(event.target.files ?? [])])}
      />
      {hint && (
        <div className="field__hint" id={`${id}-hint`}>
          {hint}
        </div>
      )}
      <FieldError id={`${id}-error`} text={error} />
    </div>
  );
}

function Reading(props: { progress: { done: number; all: number }; onClose: () => void }) {
  const { done, all } = props.progress;
  return (
    <div className="form">
      <label className="progress">
        <span>
          {t('{done} of {all} images read', {
            done: done.toLocaleString(locale()),
            all: all.toLocaleString(locale()),
          })}
        </span>
        <progress value={done} max={all} />
      </label>
      <div className="dialog__actions">
        <Button onClick={props.onClose}>{t('Stop')}</Button>
      </div>
    </div>
  );
}

function Outcome(props: { outcome: Extract<TrialState, { step: 'read' }>; onClose: () => void }) {
  const { report, remarks } = props.outcome;
  const keep = useStationCommand('commissioning.keep');
  const [useThreshold, setUseThreshold] = useState(report.conclusion === 'fit-with-threshold');
  return (
    <div className="form">
      <Report report={report} />
      {remarks.length > 0 && (
        <details>
          <summary>
            {t('{count, plural, one {One remark on the images} other {# remarks on the images}}', {
              count: remarks.length,
            })}
          </summary>
          <ul className="commissioning__reasons">
            {remarks.map((remark) => (
              <li key={remark}>{remark}</li>
            ))}
          </ul>
        </details>
      )}
      {report.threshold && (
        <label className="check">
          <input
            type="checkbox"
            checked={useThreshold}
            onChange={(event) => setUseThreshold(event.target.checked)}
          />
          {t('Use this clinic’s threshold for melanoma in readings from now on')}
        </label>
      )}
      <ErrorNotice error={keep.error} />
      <div className="dialog__actions">
        <Button onClick={props.onClose}>{t('Discard')}</Button>
        <Button
          variant="primary"
          busy={keep.isPending}
          onClick={() =>
            keep.mutate(
              { useThreshold },
              {
                onSuccess: () => {
                  props.onClose();
                  showToast(t('What was found is kept.'));
                },
              },
            )
          }
        >
          {t('Keep')}
        </Button>
      </div>
    </div>
  );
}
