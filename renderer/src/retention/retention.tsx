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
            {ruleText(rule.data)} {t('An administrator can change this.')}
          </p>
        ))}
      {rule.data?.years != null && mayCall(role, 'retention.overdue') && <Overdue />}
      {mayCall(role, 'retention.kept') && <KeptLonger />}
    </Section>
  );
}

function ruleText({ years, minorAge }: RetentionRule): string {
  if (years === null) return t('There is no rule: nobody is proposed for erasure.');
  return minorAge === null
    ? t(
        '{years, plural, one {Patients are kept for # year after their last visit.} other {Patients are kept for # years after their last visit.}}',
        { years },
      )
    : t(
        '{years, plural, one {Patients are kept for # year after their last visit, who was a minor then at least until the age of {minorAge}.} other {Patients are kept for # years after their last visit, who was a minor then at least until the age of {minorAge}.}}',
        { years, minorAge },
      );
}

function timeText({ hasVisits, lastSeenAt, overSince, imageCount }: OverduePatient): string {
  const places = {
    date: formatDate(lastSeenAt),
    day: formatDay(overSince),
    images: countText(imageCount, 'image'),
  };
  return hasVisits
    ? t('Last visit {date}; over since {day}; {images}', places)
    : t('Enrolled, never seen, {date}; over since {day}; {images}', places);
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
        {t(
          '{count, plural, one {The time of # patient is over} other {The time of # patients is over}}',
          { count },
        )}
      </h3>
      <p className="soft">
        {t(
          'This is a proposal: nothing is erased unless a person does it, with a second one where the clinic has two who may. Look into the record first.',
        )}{' '}
        {count > entries.length &&
          t('The {count} of longest ago are shown.', { count: entries.length })}
      </p>
      <ul className="retention__list" aria-label={t('Patients whose time is over')}>
        {entries.map((entry) => (
          <li key={entry.patient.id} className="retention__row">
            <div>
              <a href={href({ screen: 'patient', patientId: entry.patient.id })}>
                {patientName(entry.patient)}
              </a>{' '}
              <span className="faint">{patientFactsShort(entry.patient).join(' · ')}</span>
              <p className="soft">{timeText(entry)}</p>
              {entry.awaitedCount > 0 && (
                <span className="tag tag--caution">
                  {t(
                    '{count, plural, one {# follow-up still awaited} other {# follow-ups still awaited}}',
                    { count: entry.awaitedCount },
                  )}
                </span>
              )}
            </div>
            <div className="retention__choices">
              <Button
                small
                aria-label={t('Keep longer: {patient}', { patient: patientName(entry.patient) })}
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
