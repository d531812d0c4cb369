import type { RefObject } from 'react';
import type { PatientListView } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { SearchField } from '../lists/search-field.tsx';
import { useChangeLook } from '../lists/use-look.ts';
import { ChoiceGroup } from '../ui/choice.tsx';
import { type PatientsView, patients } from './view.ts';

const sorts: readonly { label: string; sort: PatientListView['sort'] }[] = [
  { label: t('Last visit, newest first'), sort: { by: 'visit', descending: true } },
  { label: t('Last visit, oldest first'), sort: { by: 'visit', descending: false } },
  { label: t('Name, A to Z'), sort: { by: 'name', descending: false } },
  { label: t('Name, Z to A'), sort: { by: 'name', descending: true } },
];

interface PatientsBarProps {
  look: PatientsView;
  searchField: RefObject<HTMLInputElement | null>;
}

/** What is searched for, shown and sorted by. */
export function PatientsBar({ look, searchField }: PatientsBarProps) {
  const change = useChangeLook(patients);
  const { text, show, sort } = look;
  const sortIndex = sorts.findIndex(
    (choice) => choice.sort.by === sort.by && choice.sort.descending === sort.descending,
  );
  return (
    <div className="patients__bar">
      <SearchField
        field={searchField}
        label={t('Search the patients')}
        value={text}
        onValue={(value) => change({ text: value })}
      />
      <ChoiceGroup
        label={t('Show')}
        hideLabel
        className="segments"
        value={show}
        onChoose={(value) => change({ show: value })}
        choices={[
          { value: 'current', label: t('Current') },
          { value: 'waiting', label: t('To review') },
          { value: 'archived', label: t('Archived') },
        ]}
      />
      <select
        className="input patients__sort"
        aria-label={t('Sort by')}
        value={sortIndex}
        onChange={(event) => {
          const chosen = sorts[Number(event.target.value)];
          if (chosen) change({ sort: chosen.sort });
        }}
      >
        {sorts.map(({ label }, index) => (
          <option key={label} value={index}>
            {label}
          </option>
        ))}
      </select>
    </div>
  );
}
