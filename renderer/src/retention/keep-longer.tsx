import { type FormEvent, useState } from 'react';
import { daysAfter, monthsAfter } from '../../../src/clinic/entities/days.ts';
import type { Patient } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { href } from '../routing/routes.ts';
import { useStationCommand, useStationQuery } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextArea, TextField } from '../ui/fields.tsx';
import { ErrorNotice } from '../ui/notices.tsx';
import { formatDay, localToday } from '../wording/dates.ts';
import { patientName } from '../wording/patients.ts';

const usualMonths = 60;

/** Until when a patient is kept although the rule's time is over, and why. */
export function KeepLongerDialog({ patient, onClose }: { patient: Patient; onClose: () => void }) {
  const keep = useStationCommand('retention.keepLonger');
  const [until, setUntil] = useState(monthsAfter(localToday(), usualMonths));
  const [reason, setReason] = useState('');
  const [isAsked, setAsked] = useState(false);
  const isDay = until > localToday();

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    if (!isDay || reason.trim() === '' || keep.isPending) return;
    const kept = { until, reason: reason.trim() };
    keep.mutate({ patientId: patient.id, kept }, { onSuccess: onClose });
  };

  return (
    <Dialog
      title={t('Keep {patient} longer', { patient: patientName(patient) })}
      onClose={onClose}
      holdsTyping={reason !== ''}
    >
      <form className="form" noValidate onSubmit={submit}>
        <ErrorNotice error={keep.error} />
        <TextField
          label={t('Until')}
          type="date"
          min={daysAfter(localToday(), 1)}
          value={until}
          onValue={setUntil}
          error={isAsked && !isDay ? t('Choose a day that is still to come.') : undefined}
        />
        <TextArea
          label={t('Why')}
          hint={t('For instance a treatment that goes on, or a claim that is not settled.')}
          value={reason}
          onValue={setReason}
          maxLength={500}
          rows={2}
          error={isAsked && reason.trim() === '' ? t('Say why in a few words.') : undefined}
        />
        <div className="dialog__actions">
          <Button onClick={onClose}>{t('Cancel')}</Button>
          <Button type="submit" variant="primary" busy={keep.isPending}>
            {t('Keep longer')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** Who is kept longer, with the way to take that back; nothing where nobody is. */
export function KeptLonger() {
  const kept = useStationQuery('retention.kept', {});
  const keep = useStationCommand('retention.keepLonger');
  if (!kept.data || kept.data.length === 0) return <ErrorNotice error={kept.error} />;
  return (
    <>
      <h3>{t('Kept longer')}</h3>
      <ErrorNotice error={keep.error} />
      <ul className="retention__list" aria-label={t('Patients who are kept longer')}>
        {kept.data.map(({ patient, until, reason }) => (
          <li key={patient.id} className="retention__row">
            <div>
              <a href={href({ screen: 'patient', patientId: patient.id })}>
                {patientName(patient)}
              </a>
              <p className="soft">
                {t('Until {day}: {reason}', { day: formatDay(until), reason })}
              </p>
            </div>
            <Button
              small
              icon="restore"
              aria-label={t('Take back: keep {patient} no longer than the rule asks', {
                patient: patientName(patient),
              })}
              onClick={() => keep.mutate({ patientId: patient.id, kept: null })}
            >
              {t('Take back')}
            </Button>
          </li>
        ))}
      </ul>
    </>
  );
}
