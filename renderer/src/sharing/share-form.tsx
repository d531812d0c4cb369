import { type FormEvent, useState } from 'react';
import { t } from '../../../src/language/index.ts';
import type { SharingPlan } from '../../../src/station/contract/index.ts';
import { NewPassphraseFields, useNewPassphrase } from '../start/new-passphrase.tsx';
import type { StationOutput } from '../station/connection.ts';
import { Button } from '../ui/button.tsx';
import { ChoiceGroup } from '../ui/choice.tsx';
import { FieldError, SelectField, TextArea } from '../ui/fields.tsx';
import { ErrorNotice } from '../ui/notices.tsx';
import { saveFile } from '../ui/save-file.ts';
import { countText } from '../wording/counts.ts';
import { patientName } from '../wording/patients.ts';
import { LesionChoice, useLesionChoice } from './lesion-choice.tsx';
import { PicturesToLookAt } from './pictures-to-look-at.tsx';
import { useMaking } from './use-making.ts';

interface ShareFormProps {
  plan: SharingPlan;
  /** Whether some of the lesions may stay here. */
  canChoose: boolean;
  colleagues: StationOutput<'sharing.overview'>['colleagues'];
  onClose: () => void;
  onSaved: (fileName: string) => void;
}

const namings = [
  { value: 'without', label: t('De-identified') },
  { value: 'with', label: t('With name and dates') },
] as const;

/** What goes of the lesions, for whom, and how; ends with the file. */
export function ShareForm({ plan, canChoose, colleagues, onClose, onSaved }: ShareFormProps) {
  const choice = useLesionChoice(plan);
  const [naming, setNaming] = useState<'with' | 'without'>('without');
  const [withNotes, setWithNotes] = useState(false);
  const [question, setQuestion] = useState('');
  const [fingerprint, setFingerprint] = useState(colleagues[0]?.fingerprint ?? '');
  /** The pictures that were shown when it was said that they were looked at; others may have come since. */
  const [lookedAt, setLookedAt] = useState<ReadonlySet<string>>();
  const [isAsked, setAsked] = useState(false);
  const passphrase = useNewPassphrase();
  const making = useMaking();
  const isLookedAt = lookedAt !== undefined && choice.imageIds.every((id) => lookedAt.has(id));
  const isDeidentified = naming === 'without';
  const byPassphrase = fingerprint === '';

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    const isKnown = !byPassphrase || passphrase.check();
    if (!isLookedAt || !isKnown || choice.problem || making.share !== null) return;
    const lesionIds = choice.chosen.map(({ lesion }) => lesion.id);
    const made = await making.make({
      ...{ lesionIds, imageIds: choice.imageIds, question, isDeidentified, withNotes },
      sealedFor: byPassphrase ? { passphrase: passphrase.value } : { fingerprint },
    });
    if (!made) return;
    passphrase.clear();
    saveFile(made.bytes, made.fileName);
    onSaved(made.fileName);
  };

  return (
    <form className="form" noValidate onSubmit={(event) => void submit(event)}>
      <p>
        {t(
          '{lesions} of {patient}, {images}, with readings, impressions and findings, in one encrypted file.',
          {
            lesions: countText(choice.chosen.length, 'lesion'),
            patient:
              plan.patients.length === 1 && plan.patients[0]
                ? patientName(plan.patients[0])
                : countText(plan.patients.length, 'patient'),
            images: countText(choice.imageIds.length, 'image'),
          },
        )}
      </p>
      {canChoose && <LesionChoice lesions={plan.lesions} choice={choice} />}
      <FieldError text={choice.problem} />
      <ChoiceGroup
        label={t('Who it is')}
        className="segments"
        choices={namings}
        value={naming}
        onChoose={setNaming}
      />
      <p className="soft">
        {isDeidentified
          ? t(
              'Names, numbers and birth dates stay here; the age goes along. All dates are shifted by the same number of days, which nobody is told. Pictures are drawn anew without metadata.',
            )
          : t(
              'The name, the birth date and all dates go along. Pictures are drawn anew without metadata.',
            )}
      </p>
      <label className="check">
        <input
          type="checkbox"
          checked={withNotes}
          onChange={({ target }) => setWithNotes(target.checked)}
        />
        <span>
          {t('With notes and reports')}
          <br />
          <span className="faint">{t('As they were typed: they may name people.')}</span>
        </span>
      </label>
      <section aria-labelledby="share-pictures">
        <h3 id="share-pictures">{t('Look at every picture')}</h3>
        <PicturesToLookAt imageIds={choice.imageIds} />
        <label className="check">
          <input
            type="checkbox"
            checked={isLookedAt}
            onChange={({ target }) =>
              setLookedAt(target.checked ? new Set(choice.imageIds) : undefined)
            }
          />
          {t('I have looked: nothing in the pictures tells who it is, or it may go along')}
        </label>
        <FieldError
          text={isAsked && !isLookedAt ? t('Look at the pictures, then tick this.') : undefined}
        />
      </section>
      <TextArea
        label={t('What you ask')}
        optional
        value={question}
        onValue={setQuestion}
        maxLength={4000}
        rows={2}
      />
      <SelectField
        label={t('Who can open it')}
        hint={
          byPassphrase
            ? t('Tell it by telephone, never in the same message as the file.')
            : t('Only that clinic, by its own key.')
        }
        value={fingerprint}
        onValue={setFingerprint}
      >
        {colleagues.map((each) => (
          <option key={each.fingerprint} value={each.fingerprint}>
            {each.clinicName} ({each.fingerprint.slice(0, 9)}…)
          </option>
        ))}
        <option value="">{t('Whoever knows a passphrase')}</option>
      </SelectField>
      {byPassphrase && (
        <NewPassphraseFields passphrase={passphrase} names={plan.patients.map(patientName)} />
      )}
      <ErrorNotice error={making.error} />
      {making.share !== null && (
        <label className="share__progress">
          {t('Drawing the pictures and sealing…')}
          <progress value={making.share} max={1} />
        </label>
      )}
      <div className="dialog__actions">
        <Button onClick={making.share === null ? onClose : making.stop}>
          {making.share === null ? t('Cancel') : t('Stop')}
        </Button>
        <Button type="submit" variant="primary" icon="save" busy={making.share !== null}>
          {t('Save the file')}
        </Button>
      </div>
    </form>
  );
}
