import { type FormEvent, useEffect, useRef, useState } from 'react';
import {
  type Erasure,
  type ErasureSubject,
  erasureReason,
} from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import type { StationOutput } from '../station/connection.ts';
import { errorCode, errorText } from '../station/errors.ts';
import { useStationCommand, useStationQuery } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { SelectField, TextField } from '../ui/fields.tsx';
import { ErrorNotice, Loading, Notice } from '../ui/notices.tsx';

import { Proof } from './proof.tsx';
import { goesText, reasonNames, versionsText } from './words.ts';
import './erasure.css';

interface EraseDialogProps {
  subject: ErasureSubject;
  /** Who or what it is, as the heading has it. */
  what: string;
  /** What is chosen as the reason at first. */
  because?: Erasure['reason'];
  onClose: () => void;
  /** Called in place of `onClose` once it is erased. */
  onErased: () => void;
}

/** Says what goes, what stays and why, asks for the second user, and shows the proof. */
export function EraseDialog({ subject, what, because, onClose, onErased }: EraseDialogProps) {
  const [done, setDone] = useState<Erasure>();
  const plan = useStationQuery('erasures.plan', { subject }, { enabled: !done });
  if (done)
    return (
      <Dialog key="proof" title={t('Erased')} onClose={onErased} widthPx={560}>
        <Proof erasure={done} />
        <div className="dialog__actions">
          <Button variant="primary" onClick={onErased}>
            {t('Close')}
          </Button>
        </div>
      </Dialog>
    );
  return (
    <Dialog
      key={`${plan.isPending}`}
      title={t('Erase {what}?', { what })}
      onClose={onClose}
      widthPx={560}
    >
      <ErrorNotice error={plan.error} onRetry={() => void plan.refetch()} />
      {plan.isPending && <Loading what={t('what would go')} />}
      {plan.data && (
        <EraseForm
          subject={subject}
          planned={plan.data}
          because={because ?? 'request'}
          onClose={onClose}
          onDone={setDone}
        />
      )}
    </Dialog>
  );
}

interface EraseFormProps {
  subject: ErasureSubject;
  planned: StationOutput<'erasures.plan'>;
  because: Erasure['reason'];
  onClose: () => void;
  onDone: (erasure: Erasure) => void;
}

function EraseForm({ subject, planned, because, onClose, onDone }: EraseFormProps) {
  const erase = useStationCommand('erasures.erase');
  const [reason, setReason] = useState(because);
  const [userId, setUserId] = useState(planned.seconds[0]?.id ?? '');
  const [passphrase, setPassphrase] = useState('');
  const [missing, setMissing] = useState<string>();
  const asksSecond = planned.seconds.length > 0;
  const isWrong = errorCode(erase.error) === 'wrong-passphrase';

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const isMissing = asksSecond && passphrase === '';
    setMissing(isMissing ? t('Let them enter their passphrase.') : undefined);
    if (isMissing || erase.isPending) return;
    const second = asksSecond ? { userId, passphrase } : null;
    erase.mutate({ subject, reason, second }, { onSuccess: onDone });
  };

  return (
    <form className="form" onSubmit={submit} noValidate>
      <WhatGoes subject={subject} planned={planned} />
      <SelectField
        label={t('Why')}
        value={reason}
        onValue={(value) => setReason(erasureReason.parse(value))}
      >
        {erasureReason.options.map((value) => (
          <option key={value} value={value}>
            {reasonNames[value]}
          </option>
        ))}
      </SelectField>
      {asksSecond && (
        <fieldset className="erasure__second">
          <legend>{t('A second user has to agree')}</legend>
          <SelectField label={t('Who agrees')} value={userId} onValue={setUserId}>
            {planned.seconds.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </SelectField>
          <TextField
            label={t('Their passphrase')}
            type="password"
            autoComplete="off"
            value={passphrase}
            onValue={(value) => {
              setPassphrase(value);
              setMissing(undefined);
            }}
            error={missing ?? (isWrong ? errorText(erase.error) : undefined)}
          />
        </fieldset>
      )}
      {!isWrong && <ErrorNotice error={erase.error} />}
      {erase.isPending && (
        <p className="soft" role="status">
          {t(
            'Erasing, and overwriting what is left in the files. In a large clinic this takes a minute.',
          )}
        </p>
      )}
      <div className="dialog__actions">
        <Button onClick={onClose}>{t('Cancel')}</Button>
        <Button type="submit" variant="danger" busy={erase.isPending}>
          {t('Erase for good')}
        </Button>
      </div>
    </form>
  );
}

function WhatGoes({ subject, planned }: Pick<EraseFormProps, 'subject' | 'planned'>) {
  const { plan, copies } = planned;
  const versions = versionsText(plan);
  const start = useRef<HTMLDivElement>(null);
  // The dialog focuses its first field, which may stand below all this.
  useEffect(() => {
    start.current?.scrollIntoView({ block: 'center' });
  }, []);
  return (
    <>
      <div ref={start}>
        <Notice tone="caution">{t('This cannot be undone.')}</Notice>
      </div>
      <section aria-labelledby="erasure-goes">
        <h3 id="erasure-goes">{t('What goes')}</h3>
        <ul className="erasure__list">
          {goesText(plan.counts, subject.kind).map((line) => (
            <li key={line}>{line}</li>
          ))}
          {versions && <li>{versions}</li>}
          {copies > 0 && (
            <li>
              {t(
                '{copies, plural, one {The copy} other {The # copies}} of the whole clinic on this computer, made for updates or put aside',
                { copies },
              )}
            </li>
          )}
        </ul>
      </section>
      <section aria-labelledby="erasure-stays">
        <h3 id="erasure-stays">{t('What stays, and why')}</h3>
        <ul className="erasure__list">
          <li>
            {t(
              'The audit log’s entries: who did what and when, to a number that names nobody. They prove that the log is whole.',
            )}
          </li>
          {plan.movedAway > 0 && (
            <li>
              {t(
                '{count, plural, one {# image that was moved to other patients: it is theirs.} other {# images that were moved to other patients: they are theirs.}}',
                { count: plan.movedAway },
              )}
            </li>
          )}
          <li>
            {t(
              'Backups, until each medium’s next turn: that backup is then written anew, and the former ones are deleted.',
            )}
          </li>
          <li>{t('What was printed, exported or given away: this program cannot reach it.')}</li>
        </ul>
      </section>
    </>
  );
}
