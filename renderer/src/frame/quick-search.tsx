import { type KeyboardEvent, useDeferredValue, useId, useState } from 'react';
import type { PatientEntry } from '../../../src/station/contract/index.ts';
import { navigate } from '../routing/routes.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorNotice } from '../ui/notices.tsx';
import { patientFacts, patientName } from '../wording/patients.ts';
import './quick-search.css';

/** Ctrl/Cmd K: type a few letters, Enter opens the patient. */
export function QuickSearch({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const asked = useDeferredValue(text);
  const search = useStationQuery('patients.search', { text: asked }, { keepPrevious: true });
  const found = (search.data ?? []).slice(0, 20);
  const active = Math.min(chosen, found.length - 1);
  const listId = useId();

  const open = (entry: PatientEntry | undefined) => {
    if (!entry) return;
    onClose();
    navigate({ screen: 'patient', patientId: entry.patient.id });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter') open(found[active]);
    else if (event.key === 'ArrowDown') setChosen(Math.min(active + 1, found.length - 1));
    else if (event.key === 'ArrowUp') setChosen(Math.max(active - 1, 0));
    else return;
    event.preventDefault();
  };

  return (
    <Dialog title="Find a patient" onClose={onClose}>
      <input
        className="input"
        type="text"
        role="combobox"
        aria-label="Search the patients"
        aria-expanded={found.length > 0}
        aria-controls={listId}
        aria-activedescendant={found.length > 0 ? `${listId}-${active}` : undefined}
        placeholder="Name or record number"
        autoComplete="off"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setChosen(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div className="found" id={listId} role="listbox" aria-label="Patients found">
        {found.map((entry, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the search field's
          <div
            key={entry.patient.id}
            id={`${listId}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === active}
            className="found__item"
            onClick={() => open(entry)}
            onPointerMove={() => setChosen(index)}
          >
            <strong>{patientName(entry.patient)}</strong>
            <span className="faint">{patientFacts(entry.patient).join(' · ')}</span>
          </div>
        ))}
      </div>
      <ErrorNotice error={search.error} />
      {search.isSuccess && found.length === 0 && (
        <p className="soft" role="status">
          {text ? 'No patient matches.' : 'No patient is enrolled yet.'}
        </p>
      )}
    </Dialog>
  );
}
