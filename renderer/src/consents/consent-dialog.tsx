import { type FormEvent, useState } from 'react';
import {
  type Consent,
  type ConsentDetails,
  type ConsentScope,
  consentScope,
  type Patient,
  standingConsents,
} from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { useMay } from '../station/use-may.ts';
import { useStationCommand } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { ChoiceGroup } from '../ui/choice.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { SelectField, TextArea, TextField } from '../ui/fields.tsx';
import { ErrorNotice } from '../ui/notices.tsx';
import { showToast } from '../ui/toasts.tsx';
import { answerText, scopeHints, scopeNames } from '../wording/consents.ts';
import { formatDate, localToday } from '../wording/dates.ts';
import { patientName } from '../wording/patients.ts';

interface ConsentDialogProps {
  patient: Patient;
  consents: readonly Consent[];
  onClose: () => void;
}

/** What stands of each scope, what is said now, and what was said before. */
export function ConsentDialog({ patient, consents, onClose }: ConsentDialogProps) {
  const may = useMay();
  const [note, setNote] = useState('');
  const standing = standingConsents(consents);
  return (
    <Dialog
      title={t('Consent of {patient}', { patient: patientName(patient) })}
      onClose={onClose}
      holdsTyping={note !== ''}
      widthPx={620}
    >
      <dl className="consents__standing">
        {consentScope.options.map((scope) => {
          const said = standing.get(scope);
          return (
            <div key={scope}>
              <dt>{scopeNames[scope]}</dt>
              <dd className={said?.answer === 'withdrawn' ? 'consents__withdrawn' : undefined}>
                {said ? answerText(said) : <span className="faint">{t('not asked yet')}</span>}
              </dd>
            </div>
          );
        })}
      </dl>
      {may('consents.record') && (
        <RecordForm patient={patient} note={note} onNote={setNote} onClose={onClose} />
      )}
      {consents.length > 0 && (
        <details className="consents__history">
          <summary>
            {t('Everything that was said ({consents})', { consents: consents.length })}
          </summary>
          <ul>
            {consents.map((each) => (
              <li key={each.id}>
                <strong>{scopeNames[each.scope]}</strong> {answerText(each)}
                <span className="faint">
                  {' '}
                  {t('Recorded by {recordedByName}, {date}', {
                    recordedByName: each.recordedByName,
                    date: formatDate(each.recordedAt),
                  })}
                </span>
                {each.note && <p className="consents__note">{each.note}</p>}
              </li>
            ))}
          </ul>
        </details>
      )}
      {!may('consents.record') && (
        <div className="dialog__actions">
          <Button onClick={onClose}>{t('Close')}</Button>
        </div>
      )}
    </Dialog>
  );
}

const answers = [
  { value: 'given', label: t('Given') },
  { value: 'withdrawn', label: t('Taken back') },
] as const;
const speakers = [
  { value: 'patient', label: t('The patient') },
  { value: 'representative', label: t('A representative') },
] as const;

interface RecordFormProps {
  patient: Patient;
  note: string;
  onNote: (note: string) => void;
  onClose: () => void;
}

function RecordForm({ patient, note, onNote, onClose }: RecordFormProps) {
  const record = useStationCommand('consents.record');
  const [scope, setScope] = useState<ConsentScope>('care');
  const [answer, setAnswer] = useState<ConsentDetails['answer'] | null>(null);
  const [saidBy, setSaidBy] = useState<ConsentDetails['saidBy']>('patient');
  const [saidOn, setSaidOn] = useState(localToday());
  const [isAsked, setAsked] = useState(false);
  const isDay = saidOn !== '' && saidOn <= localToday();

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    if (answer === null || !isDay || record.isPending) return;
    const details = { scope, answer, saidOn, saidBy, note };
    record.mutate(
      { patientId: patient.id, details },
      {
        onSuccess: (saved) => {
          showToast(
            t('{scope}: {answer}. Recorded.', {
              scope: scopeNames[scope],
              answer: answerText(saved),
            }),
          );
          setAsked(false);
          setAnswer(null);
          onNote('');
          const next = consentScope.options[consentScope.options.indexOf(scope) + 1];
          if (next) setScope(next);
        },
      },
    );
  };

  return (
    <form className="form consents__form" noValidate onSubmit={submit}>
      <ErrorNotice error={record.error} />
      <SelectField
        label={t('About')}
        hint={scopeHints[scope]}
        value={scope}
        onValue={(value) => setScope(consentScope.parse(value))}
      >
        {consentScope.options.map((value) => (
          <option key={value} value={value}>
            {scopeNames[value]}
          </option>
        ))}
      </SelectField>
      <ChoiceGroup
        label={t('What was said')}
        choices={answers}
        value={answer}
        onChoose={setAnswer}
        error={isAsked && answer === null ? t('Choose what was said.') : undefined}
      />
      <div className="form-grid">
        <ChoiceGroup label={t('By whom')} choices={speakers} value={saidBy} onChoose={setSaidBy} />
        <TextField
          label={t('On')}
          type="date"
          max={localToday()}
          value={saidOn}
          onValue={setSaidOn}
          error={isAsked && !isDay ? t('Enter a day that is not in the future.') : undefined}
        />
      </div>
      <TextArea
        label={t('Note')}
        optional
        hint={t('For instance where the signed form lies, or who represents the patient.')}
        value={note}
        onValue={onNote}
        maxLength={4000}
        rows={2}
      />
      <div className="dialog__actions">
        <Button onClick={onClose}>{t('Close')}</Button>
        <Button type="submit" variant="primary" busy={record.isPending}>
          {t('{of, select, consent {Record} other {}}', { of: 'consent' })}
        </Button>
      </div>
    </form>
  );
}
