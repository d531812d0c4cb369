import { type KeyboardEvent, useDeferredValue, useEffect, useId, useState } from 'react';
import type { Patient } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { ErrorNotice } from '../ui/notices.tsx';
import { patientFacts, patientName } from '../wording/patients.ts';
import { saysSomething } from './view.ts';
import './find-patient.css';

const shownAtMost = 20;

/** Type a few letters, the arrow keys choose, Enter takes. */
export function FindPatient(props: {
  /** Whom nobody looks for. */
  withoutPatientId?: string;
  onChoose: (patient: Patient) => void;
}) {
  const { withoutPatientId, onChoose } = props;
  const [text, setText] = useState('');
  const [pointed, setPointed] = useState(0);
  const asked = useDeferredValue(text);
  const search = useStationQuery(
    'patients.search',
    { text: asked, limit: shownAtMost },
    { keepPrevious: true },
  );
  const { entries = [], similar = [] } = search.data ?? {};
  const found = [...entries, ...similar].filter(({ patient }) => patient.id !== withoutPatientId);
  const active = Math.min(pointed, found.length - 1);
  const listId = useId();
  // What is shown meanwhile was found by fewer letters: Enter means nobody of those.
  const isOfText = asked === text && search.isSuccess && !search.isPlaceholderData;
  const [isWanted, setWanted] = useState(false);
  const first = isWanted && isOfText ? (found[0]?.patient ?? null) : undefined;
  useEffect(() => {
    if (first === undefined) return;
    setWanted(false);
    if (first) onChoose(first);
  }, [first, onChoose]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const chosen = found[active];
    if (event.key === 'Enter' && !isOfText) setWanted(true);
    else if (event.key === 'Enter' && chosen) onChoose(chosen.patient);
    else if (event.key === 'ArrowDown') setPointed(Math.min(active + 1, found.length - 1));
    else if (event.key === 'ArrowUp') setPointed(Math.max(active - 1, 0));
    else return;
    event.preventDefault();
  };

  return (
    <>
      <input
        className="input"
        type="text"
        role="combobox"
        aria-label={t('Search the patients')}
        aria-expanded={found.length > 0}
        aria-controls={listId}
        aria-activedescendant={found.length > 0 ? `${listId}-${active}` : undefined}
        placeholder={t('Name, record number or date of birth')}
        autoComplete="off"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setPointed(0);
          setWanted(false);
        }}
        onKeyDown={onKeyDown}
      />
      <div className="found" id={listId} role="listbox" aria-label={t('Patients found')}>
        {found.map(({ patient }, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the search field's
          <div
            key={patient.id}
            id={`${listId}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === active}
            className="found__item"
            onClick={() => onChoose(patient)}
            onPointerMove={() => setPointed(index)}
          >
            <strong>{patientName(patient)}</strong>
            <span className="faint">
              {similar.some((each) => each.patient.id === patient.id) && (
                <span className="tag">{t('Similar')}</span>
              )}{' '}
              {patientFacts(patient).join(' · ')}
            </span>
          </div>
        ))}
      </div>
      <ErrorNotice error={search.error} />
      {search.isSuccess && found.length === 0 && (
        <p className="soft" role="status">
          {emptyText(text)}
        </p>
      )}
    </>
  );
}

function emptyText(text: string): string {
  if (text.trim() === '') return t('No patient is enrolled yet.');
  return saysSomething(text)
    ? t('No patient matches.')
    : t('Type letters or figures: a name, a record number or a date of birth.');
}
