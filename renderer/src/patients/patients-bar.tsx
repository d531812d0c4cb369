import type { RefObject } from 'react';
import type { PatientListView } from '../../../src/clinic/entities/index.ts';
import { useKept } from '../lists/kept.ts';
import { moveRowFocus } from '../lists/rows.ts';
import { ChoiceGroup } from '../ui/choice.tsx';
import { Icon } from '../ui/icons.tsx';
import { type PatientsView, patientsPlace, patientsView, selectedPatients } from './view.ts';

const sorts: readonly { label: string; sort: PatientListView['sort'] }[] = [
  { label: 'Last visit, newest first', sort: { by: 'visit', descending: true } },
  { label: 'Last visit, oldest first', sort: { by: 'visit', descending: false } },
  { label: 'Name, A to Z', sort: { by: 'name', descending: false } },
  { label: 'Name, Z to A', sort: { by: 'name', descending: true } },
];

/** Another list: it begins at its top, with nothing selected. */
function look(change: Partial<PatientsView>): void {
  patientsPlace.forget();
  selectedPatients.forget();
  patientsView.set({ ...patientsView.get(), ...change });
}

/** What is searched for, shown and sorted by. */
export function PatientsBar({ searchField }: { searchField: RefObject<HTMLInputElement | null> }) {
  const { text, show, sort } = useKept(patientsView);
  const sortIndex = sorts.findIndex(
    (choice) => choice.sort.by === sort.by && choice.sort.descending === sort.descending,
  );
  return (
    <div className="patients__bar">
      <div className="patients__search">
        <Icon name="search" />
        <input
          ref={searchField}
          className="input"
          type="search"
          aria-label="Search the patients"
          placeholder="Name, record number or date of birth"
          autoComplete="off"
          value={text}
          onChange={(event) => look({ text: event.target.value })}
          onKeyDown={(event) => {
            if (event.key !== 'ArrowDown') return;
            event.preventDefault();
            moveRowFocus(1);
          }}
        />
      </div>
      <ChoiceGroup
        label="Show"
        hideLabel
        className="segments"
        value={show}
        onChoose={(value) => look({ show: value })}
        choices={[
          { value: 'current', label: 'Current' },
          { value: 'waiting', label: 'To review' },
          { value: 'archived', label: 'Archived' },
        ]}
      />
      <select
        className="input patients__sort"
        aria-label="Sort by"
        value={sortIndex}
        onChange={(event) => {
          const chosen = sorts[Number(event.target.value)];
          if (chosen) look({ sort: chosen.sort });
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
