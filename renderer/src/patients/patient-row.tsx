import { t } from '../../../src/language/index.ts';
import type { PatientEntry } from '../../../src/station/contract/index.ts';
import { RowCheckbox } from '../lists/selection-bar.tsx';
import { href } from '../routing/routes.ts';
import { Icon } from '../ui/icons.tsx';
import { countText } from '../wording/counts.ts';
import { formatDate } from '../wording/dates.ts';
import { patientFacts, patientName } from '../wording/patients.ts';

interface PatientRowProps {
  entry: PatientEntry;
  isSelected: boolean;
  onToggle: (isRange: boolean) => void;
}

export function PatientRow({ entry, isSelected, onToggle }: PatientRowProps) {
  const { patient, lesionCount, imageCount, unreviewedCount, lastVisitAt } = entry;
  return (
    <li className="patients__item" data-selected={isSelected}>
      <RowCheckbox
        label={t('Select {patient}', { patient: patientName(patient) })}
        isChecked={isSelected}
        onToggle={onToggle}
      />
      <a
        className="patients__row"
        data-row={patient.id}
        href={href({ screen: 'patient', patientId: patient.id })}
      >
        <span className="patients__who">
          <strong>{patientName(patient)}</strong>
          <span className="faint">{patientFacts(patient).join(' · ')}</span>
        </span>
        <span className="patients__count">{countText(lesionCount, 'lesion')}</span>
        <span className="patients__count">{countText(imageCount, 'image')}</span>
        <span className="patients__unreviewed">
          {unreviewedCount > 0 && (
            <span className="tag tag--accent">
              {t('{unreviewedCount} to review', { unreviewedCount })}
            </span>
          )}
        </span>
        <span className="patients__visit">
          {lastVisitAt
            ? t('Last visit {date}', { date: formatDate(lastVisitAt) })
            : t('No visit yet')}
        </span>
        <Icon name="chevron" />
      </a>
    </li>
  );
}
