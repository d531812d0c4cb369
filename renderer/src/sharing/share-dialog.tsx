import { type FormEvent, useEffect, useRef, useState } from 'react';
import { t } from '../../../src/language/index.ts';
import { NewPassphraseFields, useNewPassphrase } from '../start/new-passphrase.tsx';
import type { StationOutput } from '../station/connection.ts';
import { useStation, useStationQuery } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { ChoiceGroup } from '../ui/choice.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { FieldError, SelectField, TextArea } from '../ui/fields.tsx';
import { ErrorNotice, Loading, Notice } from '../ui/notices.tsx';
import { saveFile } from '../ui/save-file.ts';
import { Thumbnail } from '../ui/thumbnail.tsx';
import { countText } from '../wording/counts.ts';
import { patientName } from '../wording/patients.ts';
import './sharing.css';

interface ShareDialogProps {
  lesionIds: readonly string[];
  onClose: () => void;
}

/** One encrypted file for a colleague: what goes, for whom, and what to look at before. */
export function ShareDialog({ lesionIds, onClose }: ShareDialogProps) {
  const plan = useStationQuery('sharing.plan', { lesionIds: [...lesionIds] });
  const overview = useStationQuery('sharing.overview', {});
  const [savedAs, setSavedAs] = useState<string>();
  if (savedAs)
    return (
      <Dialog key="saved" title={t('Saved')} onClose={onClose} widthPx={520}>
        <Notice tone="good">
          {t(
            '{savedAs} is sealed: only your colleague can open it. Send it in whatever way you like, a passphrase by another one.',
            { savedAs },
          )}
        </Notice>
        <p>
          {t(
            'They open it in Dermaspike under Settings, Sharing. When their answer has come, file it there.',
          )}
        </p>
        <div className="dialog__actions">
          <Button variant="primary" onClick={onClose}>
            {t('Close')}
          </Button>
        </div>
      </Dialog>
    );
  const isReady = plan.data && overview.data;
  return (
    <Dialog
      key={`${!!isReady}`}
      title={t('Share with a colleague')}
      onClose={onClose}
      widthPx={680}
    >
      <ErrorNotice error={plan.error ?? overview.error} />
      {(plan.isPending || overview.isPending) && <Loading what={t('what would be shared')} />}
      {plan.data && overview.data && (
        <ShareForm
          lesionIds={lesionIds}
          plan={plan.data}
          colleagues={overview.data.colleagues}
          onClose={onClose}
          onSaved={setSavedAs}
        />
      )}
    </Dialog>
  );
}

interface ShareFormProps extends ShareDialogProps {
  plan: StationOutput<'sharing.plan'>;
  colleagues: StationOutput<'sharing.overview'>['colleagues'];
  onSaved: (fileName: string) => void;
}

const namings = [
  { value: 'without', label: t('De-identified') },
  { value: 'with', label: t('With name and dates') },
] as const;

function ShareForm({ lesionIds, plan, colleagues, onClose, onSaved }: ShareFormProps) {
  const [naming, setNaming] = useState<'with' | 'without'>('without');
  const [withNotes, setWithNotes] = useState(false);
  const [question, setQuestion] = useState('');
  const [fingerprint, setFingerprint] = useState(colleagues[0]?.fingerprint ?? '');
  const [isLookedAt, setLookedAt] = useState(false);
  const [isAsked, setAsked] = useState(false);
  const passphrase = useNewPassphrase();
  const making = useMaking();
  const isDeidentified = naming === 'without';
  const byPassphrase = fingerprint === '';

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    const isKnown = !byPassphrase || passphrase.check();
    if (!isLookedAt || !isKnown || making.share !== null) return;
    const made = await making.make({
      ...{ lesionIds: [...lesionIds], question, isDeidentified, withNotes },
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
            lesions: countText(plan.lesions, 'lesion'),
            patient:
              plan.patients.length === 1 && plan.patients[0]
                ? patientName(plan.patients[0])
                : countText(plan.patients.length, 'patient'),
            images: countText(plan.imageIds.length, 'image'),
          },
        )}
      </p>
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
        <p className="soft">
          {t(
            'A name, a number or a face in a picture cannot be seen by the program. Point at one to see it larger.',
          )}
        </p>
        <div className="share__pictures">
          {plan.imageIds.map((imageId) => (
            <Thumbnail key={imageId} imageId={imageId} sizePx={112} />
          ))}
          {plan.imageIds.length === 0 && <span className="faint">{t('There is none.')}</span>}
        </div>
        <label className="check">
          <input
            type="checkbox"
            checked={isLookedAt}
            onChange={({ target }) => setLookedAt(target.checked)}
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

function useMaking() {
  const station = useStation();
  const [share, setShare] = useState<number | null>(null);
  const [error, setError] = useState<unknown>();
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);
  const make = async (
    choice: Omit<Parameters<typeof station.call<'sharing.make'>>[1], 'makingId'>,
  ) => {
    const abort = new AbortController();
    running.current = abort;
    const makingId = crypto.randomUUID();
    setShare(0);
    setError(undefined);
    const leave = station.subscribe('sharing.progress', (told) => {
      if (told.makingId === makingId) setShare(told.share);
    });
    try {
      return await station.call('sharing.make', { ...choice, makingId }, { signal: abort.signal });
    } catch (failure) {
      if (!abort.signal.aborted) setError(failure);
      return undefined;
    } finally {
      leave();
      setShare(null);
    }
  };
  return { make, share, error, stop: () => running.current?.abort() };
}
