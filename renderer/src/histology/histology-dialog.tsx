import { useState } from 'react';
import {
  diagnosisGravity,
  type Histology,
  type HistologyDiagnosis,
  histologyDiagnosis,
  type Lesion,
} from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { useStation, useStationCommand } from '../station/use-station.tsx';
import { TemplatedArea } from '../templates/templated-area.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { SelectField, TextField } from '../ui/fields.tsx';
import { ErrorNotice } from '../ui/notices.tsx';
import { showErrorToast, showToast } from '../ui/toasts.tsx';
import { localToday } from '../wording/dates.ts';
import { diagnosisNames } from '../wording/follow-ups.ts';
import { gravityWords } from '../wording/readings.ts';

interface HistologyDialogProps {
  lesion: Lesion;
  /** The one to correct. */
  finding?: Histology | undefined;
  onClose: () => void;
}

/** What the pathologist found of a specimen of the lesion. */
export function HistologyDialog({ lesion, finding, onClose }: HistologyDialogProps) {
  const station = useStation();
  const add = useStationCommand('histology.add');
  const correct = useStationCommand('histology.correct');
  const [takenOn, setTakenOn] = useState(finding?.takenOn ?? '');
  const [number, setNumber] = useState(finding?.number ?? '');
  const [diagnosis, setDiagnosis] = useState<HistologyDiagnosis | ''>(finding?.diagnosis ?? '');
  const [breslow, setBreslow] = useState(finding?.breslowMm?.toString() ?? '');
  const [text, setText] = useState(finding?.text ?? '');
  const [isExcised, setExcised] = useState(false);
  const [isAsked, setAsked] = useState(false);

  const isDay = takenOn !== '' && takenOn <= localToday();
  const breslowMm =
    diagnosis === 'melanoma' && breslow.trim() !== '' ? Number(breslow.replace(',', '.')) : null;
  const isThickness = breslowMm === null || (breslowMm > 0 && breslowMm <= 99);
  const busy = add.isPending || correct.isPending;
  const isTyped =
    takenOn !== (finding?.takenOn ?? '') ||
    number !== (finding?.number ?? '') ||
    text !== (finding?.text ?? '') ||
    diagnosis !== (finding?.diagnosis ?? '') ||
    breslow !== (finding?.breslowMm?.toString() ?? '');

  const submit = () => {
    setAsked(true);
    if (!isDay || diagnosis === '' || !isThickness || busy) return;
    const details = { takenOn, number, diagnosis, breslowMm, text };
    const onSuccess = () => {
      showToast(t('Finding of lesion {label} saved.', { label: lesion.label }));
      onClose();
    };
    if (finding) correct.mutate({ histologyId: finding.id, details }, { onSuccess });
    else add.mutate({ lesionId: lesion.id, details, isExcised }, { onSuccess });
  };
  const withdraw = () => {
    if (!finding) return;
    onClose();
    station.call('histology.withdraw', { histologyId: finding.id }).then(() => {
      showToast(t('The finding is withdrawn. The audit log keeps that it was there.'));
    }, showErrorToast);
  };

  return (
    <Dialog
      title={t('Histology of lesion {label}', { label: lesion.label })}
      onClose={onClose}
      holdsTyping={isTyped}
      widthPx={560}
    >
      <form
        className="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <ErrorNotice error={add.error ?? correct.error} />
        <div className="form-grid">
          <TextField
            label={t('Specimen taken on')}
            type="date"
            max={localToday()}
            value={takenOn}
            onValue={setTakenOn}
            error={isAsked && !isDay ? t('Enter a day that is not in the future.') : undefined}
          />
          <TextField
            label={t('Laboratory’s number')}
            optional
            maxLength={60}
            value={number}
            onValue={setNumber}
          />
        </div>
        <SelectField
          label={t('Diagnosis')}
          value={diagnosis}
          onValue={(value) => setDiagnosis(value as HistologyDiagnosis)}
          error={isAsked && diagnosis === '' ? t('Choose the diagnosis.') : undefined}
        >
          <option value="" disabled>
            {t('Choose…')}
          </option>
          {histologyDiagnosis.options.map((value) => (
            <option key={value} value={value}>
              {diagnosisNames[value]} – {gravityWords[diagnosisGravity[value]]}
            </option>
          ))}
        </SelectField>
        {diagnosis === 'melanoma' && (
          <TextField
            label={t('Breslow thickness, mm')}
            inputMode="decimal"
            optional
            value={breslow}
            onValue={setBreslow}
            error={isAsked && !isThickness ? t('Enter millimetres, for example 0.6.') : undefined}
          />
        )}
        <TemplatedArea
          place="histology"
          about={{ lesionId: lesion.id }}
          label={t('{of, select, pathologist {Report} other {}}', { of: 'pathologist' })}
          optional
          value={text}
          onValue={setText}
          maxLength={4000}
          rows={4}
        />
        {!finding && !lesion.closure && (
          <label className="check">
            <input
              type="checkbox"
              checked={isExcised}
              onChange={({ target }) => setExcised(target.checked)}
            />
            <span>
              {t('Nothing of the lesion is left: close it as excised')}
              <br />
              <span className="faint">{t('It stays on the page and can be opened again.')}</span>
            </span>
          </label>
        )}
        <div className="dialog__actions">
          {finding && (
            <Button variant="danger" onClick={withdraw}>
              {t('Withdraw it')}
            </Button>
          )}
          <Button onClick={onClose}>{t('Cancel')}</Button>
          <Button type="submit" variant="primary" busy={busy}>
            {finding ? t('Save correction') : t('Save finding')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
