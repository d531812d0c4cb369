import type { PatientEntry } from '../../../src/station/contract/index.ts';
import { href } from '../routing/routes.ts';
import { Icon } from '../ui/icons.tsx';
import { formatDate } from '../wording/dates.ts';
import { patientFacts, patientName } from '../wording/patients.ts';

export function PatientRow({ entry }: { entry: PatientEntry }) {
  const { patient, lesionCount, imageCount, unreviewedCount, lastVisitAt } = entry;
  return (
    <li>
      <a
        className="patients__row"
        data-row
        href={href({ screen: 'patient', patientId: patient.id })}
      >
        <span className="patients__who">
          <strong>{patientName(patient)}</strong>
          <span className="faint">{patientFacts(patient).join(' · ')}</span>
        </span>
        <span className="patients__count">{plural(lesionCount, 'lesion')}</span>
        <span className="patients__count">{plural(imageCount, 'image')}</span>
        <span className="patients__unreviewed">
          {unreviewedCount > 0 && (
            <span className="tag tag--accent">{unreviewedCount} to review</span>
          )}
        </span>
        <span className="patients__visit">
          {lastVisitAt ? `Last visit ${formatDate(lastVisitAt)}` : 'No visit yet'}
        </span>
        <Icon name="chevron" />
      </a>
    </li>
  );
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
