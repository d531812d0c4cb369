import { useState } from 'react';
import type { OverduePatient, RetentionRule, Role } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { mayCall } from '../../../src/station/contract/index.ts';
import { EraseDialog } from '../erasure/erase-dialog.tsx';
import { href } from '../routing/routes.ts';
import { useStationCommand, useStationQuery } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { ErrorNotice } from '../ui/notices.tsx';
import { Section } from '../ui/section.tsx';
import { countText } from '../wording/counts.ts';
import { formatDate, formatDay } from '../wording/dates.ts';
import { patientFactsShort, patientName } from '../wording/patients.ts';
import { KeepLongerDialog, KeptLonger } from './keep-longer.tsx';
import { RuleForm } from './rule-form.tsx';
import './retention.css';

/** The clinic's rule, and whose time is over by it. The program erases nobody by itself. */
export function Retention({ role }: { role: Role }) {
  const rule = useStationQuery('retention.rule', {});
  const set = useStationCommand('retention.setRule');
  return (
    <Section title={t('How long patients are kept')}>
      <ErrorNotice error={rule.error ?? set.error} />
      {rule.data &&
        (mayCall(role, 'retention.setRule') ? (
          <RuleForm kept={rule.data} busy={set.isPending} onSet={(next) => set.mutate(next)} />
        ) : (
          <p className="soft">
            {t('{rule} An administrator can change this.', { rule: ruleText(rule.data) })}
          </p>
        ))}
      {rule.data?.years != null && mayCall(role, 'retention.overdue') && <Overdue />}
      {mayCall(role, 'retention.kept') && <KeptLonger />}
    </Section>
  );
}

function ruleText({ years, minorAge }: RetentionRule): string {
  if (years === null) return t('There is no rule: nobody is proposed for erasure.');
  const minors =
    minorAge === null
      ? ''
      : t(', who was a minor then at least until the age of {minorAge}', { minorAge });
  return t('Patients are kept for {years} after their last visit{minors}.', {
    years: countText(years, 'year'),
    minors,
  });
}

function Overdue() {
  const overdue = useStationQuery('retention.overdue', {});
  const [erased, setErased] = useState<OverduePatient>();
  const [kept, setKept] = useState<OverduePatient>();
  if (!overdue.data) return <ErrorNotice error={overdue.error} />;
  const { count, entries } = overdue.data;
  if (count === 0) return <p className="soft">{t('By this rule nobody’s time is over.')}</p>;
  return (
    <>
      <h3>
        {count === 1
          ? t('The time of 1 patient is over')
          : t('The time of {count} patients is over', { count })}
      </h3>
      <p className="soft">
        {t(
          'This is a proposal: nothing is erased unless a person does it, with a second one where the clinic has two who may. Look into the record first.',
        )}
        {count > entries.length &&
          t(' The {entries} of longest ago are shown.', { entries: entries.length })}
      </p>
      <ul className="retention__list" aria-label={t('Patients whose time is over')}>
        {entries.map((entry) => (
          <li key={entry.patient.id} className="retention__row">
            <div>
              <a href={href({ screen: 'patient', patientId: entry.patient.id })}>
                {patientName(entry.patient)}
              </a>{' '}
              <span className="faint">{patientFactsShort(entry.patient).join(' · ')}</span>
              <p className="soft">
                {t('{value} {date}; over since {day}; {images}', {
                  value: entry.hasVisits ? t('Last visit') : t('Enrolled, never seen,'),
                  date: formatDate(entry.lastSeenAt),
                  day: formatDay(entry.overSince),
                  images: countText(entry.imageCount, 'image'),
                })}
              </p>
              {entry.awaitedCount > 0 && (
                <span className="tag tag--caution">
                  {t('{followups} still awaited', {
                    followups: countText(entry.awaitedCount, 'follow-up'),
                  })}
                </span>
              )}
            </div>
            <div className="retention__choices">
              <Button
                small
                aria-label={t('Keep {patient} longer', { patient: patientName(entry.patient) })}
                onClick={() => setKept(entry)}
              >
                {t('Keep longer…')}
              </Button>
              {/* Two users who may erase agree in the dialog. */}
              <Button
                small
                icon="remove"
                aria-label={t('Erase {patient}', { patient: patientName(entry.patient) })}
                onClick={() => setErased(entry)}
              >
                {t('Erase…')}
              </Button>
            </div>
          </li>
        ))}
      </ul>
      {kept && <KeepLongerDialog patient={kept.patient} onClose={() => setKept(undefined)} />}
      {erased && (
        <EraseDialog
          subject={{ kind: 'patient', id: erased.patient.id }}
          what={patientName(erased.patient)}
          because="retention"
          onClose={() => setErased(undefined)}
          onErased={() => setErased(undefined)}
        />
      )}
    </>
  );
}
