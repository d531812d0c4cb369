import { useDeferredValue, useRef, useState } from 'react';
import { navigate } from '../routing/routes.ts';
import { useShortcuts } from '../routing/shortcuts.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { ChoiceGroup } from '../ui/choice.tsx';
import { Icon } from '../ui/icons.tsx';
import { EmptyState, ErrorNotice, Loading } from '../ui/notices.tsx';
import { moveRowFocus } from '../ui/rows.ts';
import { Screen } from '../ui/screen.tsx';
import { EnrolDialog } from './patient-dialogs.tsx';
import { PatientRow } from './patient-row.tsx';
import './patients.css';

const pageSize = 100;

export function PatientsScreen() {
  const [text, setText] = useState('');
  const [archived, setArchived] = useState(false);
  const [isEnrolling, setEnrolling] = useState(false);
  const [shown, setShown] = useState(pageSize);
  const searchField = useRef<HTMLInputElement>(null);
  const asked = useDeferredValue(text);
  const search = useStationQuery(
    'patients.search',
    { text: asked, archived },
    { keepPrevious: true },
  );
  useShortcuts({
    '/': () => searchField.current?.focus(),
    j: () => moveRowFocus(1),
    arrowdown: () => moveRowFocus(1),
    k: () => moveRowFocus(-1),
    arrowup: () => moveRowFocus(-1),
  });
  const found = search.data ?? [];
  return (
    <Screen
      title="Patients"
      detail={
        search.data && (
          <span className="soft" role="status">
            {found.length} {archived ? 'archived' : text ? 'found' : 'enrolled'}
          </span>
        )
      }
      actions={
        <Button variant="primary" icon="plus" onClick={() => setEnrolling(true)}>
          New patient
        </Button>
      }
    >
      <div className="patients__bar">
        <div className="patients__search">
          <Icon name="search" />
          <input
            ref={searchField}
            className="input"
            type="search"
            aria-label="Search the patients"
            placeholder="Name or record number"
            autoComplete="off"
            value={text}
            onChange={(event) => setText(event.target.value)}
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
          value={archived ? 'archived' : 'current'}
          onChoose={(value) => setArchived(value === 'archived')}
          choices={[
            { value: 'current', label: 'Current' },
            { value: 'archived', label: 'Archived' },
          ]}
        />
      </div>
      <ErrorNotice error={search.error} onRetry={() => void search.refetch()} />
      {search.isPending && <Loading what="the patients" />}
      {search.data && found.length === 0 && <NoPatients text={text} archived={archived} />}
      {found.length > 0 && (
        <ul className="panel patients__list">
          {found.slice(0, shown).map((entry) => (
            <PatientRow key={entry.patient.id} entry={entry} />
          ))}
          {found.length > shown && (
            <li className="patients__more">
              <Button onClick={() => setShown(shown + pageSize)}>Show more</Button>
            </li>
          )}
        </ul>
      )}
      {isEnrolling && (
        <EnrolDialog
          onClose={() => setEnrolling(false)}
          onEnrolled={(patient) => navigate({ screen: 'patient', patientId: patient.id })}
        />
      )}
    </Screen>
  );
}

function NoPatients({ text, archived }: { text: string; archived: boolean }) {
  if (text)
    return (
      <EmptyState icon="search" title="Nobody matches">
        <p>
          Check the spelling, or look among the {archived ? 'current' : 'archived'} records. Parts
          of names and record numbers work too.
        </p>
      </EmptyState>
    );
  if (archived)
    return (
      <EmptyState icon="archive" title="Nobody is archived">
        <p>Archived records are kept here. Nothing of them is deleted.</p>
      </EmptyState>
    );
  return (
    <EmptyState icon="patients" title="Nobody is enrolled yet">
      <p>Enrol the first person with “New patient”, then mark a lesion and add its images.</p>
    </EmptyState>
  );
}
