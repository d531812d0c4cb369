import { useState } from 'react';
import type { OverduePatient, RetentionRule, Role } from '../../../src/clinic/entities/index.ts';
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
import { RuleForm } from './rule-form.tsx';
import './retention.css';

/** The clinic's rule, and whose time is over by it. The program erases nobody by itself. */
export function Retention({ role }: { role: Role }) {
  const rule = useStationQuery('retention.rule', {});
  const set = useStationCommand('retention.setRule');
  return (
    <Section title="How long patients are kept">
      <ErrorNotice error={rule.error ?? set.error} />
      {rule.data &&
        (mayCall(role, 'retention.setRule') ? (
          <RuleForm kept={rule.data} busy={set.isPending} onSet={(next) => set.mutate(next)} />
        ) : (
          <p className="soft">{ruleText(rule.data)} An administrator can change this.</p>
        ))}
      {rule.data?.years != null && mayCall(role, 'retention.overdue') && <Overdue />}
    </Section>
  );
}

function ruleText({ years, minorAge }: RetentionRule): string {
  if (years === null) return 'There is no rule: nobody is proposed for erasure.';
  const minors =
    minorAge === null ? '' : `, who was a minor then at least until the age of ${minorAge}`;
  return `Patients are kept for ${countText(years, 'year')} after their last visit${minors}.`;
}

function Overdue() {
  const overdue = useStationQuery('retention.overdue', {});
  const [erased, setErased] = useState<OverduePatient>();
  if (!overdue.data) return <ErrorNotice error={overdue.error} />;
  const { count, entries } = overdue.data;
  if (count === 0) return <p className="soft">By this rule nobody’s time is over.</p>;
  return (
    <>
      <h3>
        {count === 1 ? 'The time of 1 patient is over' : `The time of ${count} patients is over`}
      </h3>
      <p className="soft">
        This is a proposal: nothing is erased unless a person does it, with a second one where the
        clinic has two who may. Look into the record first.
        {count > entries.length && ` The ${entries.length} of longest ago are shown.`}
      </p>
      <ul className="retention__list" aria-label="Patients whose time is over">
        {entries.map((entry) => (
          <li key={entry.patient.id} className="retention__row">
            <div>
              <a href={href({ screen: 'patient', patientId: entry.patient.id })}>
                {patientName(entry.patient)}
              </a>{' '}
              <span className="faint">{patientFactsShort(entry.patient).join(' · ')}</span>
              <p className="soft">
                {entry.hasVisits ? 'Last visit' : 'Enrolled, never seen,'}{' '}
                {formatDate(entry.lastSeenAt)}; over since {formatDay(entry.overSince)};{' '}
                {countText(entry.imageCount, 'image')}
              </p>
              {entry.awaitedCount > 0 && (
                <span className="tag tag--caution">
                  {countText(entry.awaitedCount, 'follow-up')} still awaited
                </span>
              )}
            </div>
            {/* Two users who may erase agree in the dialog. */}
            <Button
              small
              icon="remove"
              aria-label={`Erase ${patientName(entry.patient)}`}
              onClick={() => setErased(entry)}
            >
              Erase…
            </Button>
          </li>
        ))}
      </ul>
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
