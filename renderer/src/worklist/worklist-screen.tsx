import { useState } from 'react';
import { moveRowFocus } from '../lists/rows.ts';
import { useShortcuts } from '../routing/shortcuts.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { ChoiceGroup } from '../ui/choice.tsx';
import { EmptyState, ErrorNotice, Loading } from '../ui/notices.tsx';
import { Screen } from '../ui/screen.tsx';
import { arrange, setWorklistView, useWorklistView } from './view.ts';
import { WorklistRow } from './worklist-row.tsx';
import './worklist.css';

const pageSize = 100;

/** Unreviewed images, one link a row. */
export function WorklistScreen() {
  const worklist = useStationQuery('worklist.list', {});
  const view = useWorklistView();
  const [shown, setShown] = useState(pageSize);
  useShortcuts({
    j: () => moveRowFocus(1),
    arrowdown: () => moveRowFocus(1),
    k: () => moveRowFocus(-1),
    arrowup: () => moveRowFocus(-1),
  });
  const entries = worklist.data ? arrange(worklist.data, view) : [];
  const total = worklist.data?.length ?? 0;
  return (
    <Screen
      title="Worklist"
      detail={
        total > 0 && (
          <span className="soft">
            {entries.length === total ? total : `${entries.length} of ${total}`} to review
          </span>
        )
      }
      actions={total > 0 && <WorklistFilter />}
    >
      <ErrorNotice error={worklist.error} onRetry={() => void worklist.refetch()} />
      {worklist.isPending && <Loading what="the worklist" />}
      {worklist.data && total === 0 && <NothingToReview />}
      {total > 0 && entries.length === 0 && <NothingMatches />}
      {entries.length > 0 && (
        <div className="panel worklist">
          <div className="worklist__head" aria-hidden="true">
            <span>Patient</span>
            <span>Lesion</span>
            <span>Imported</span>
            <span>{view.filter === 'suspicious' ? 'Chance of melanoma' : 'Most probable'}</span>
            <span>Remarks</span>
          </div>
          <ul>
            {entries.slice(0, shown).map((entry) => (
              <WorklistRow
                key={entry.image.id}
                entry={entry}
                byMelanoma={view.filter === 'suspicious'}
              />
            ))}
          </ul>
          {entries.length > shown && (
            <div className="worklist__more">
              <Button onClick={() => setShown(shown + pageSize)}>
                Show {Math.min(pageSize, entries.length - shown)} more
              </Button>
            </div>
          )}
        </div>
      )}
    </Screen>
  );
}

function WorklistFilter() {
  const view = useWorklistView();
  return (
    <>
      {view.filter === 'suspicious' && (
        <select
          className="input worklist__threshold"
          aria-label="Least chance of melanoma"
          value={view.minMelanoma}
          onChange={(event) =>
            setWorklistView({ ...view, minMelanoma: Number(event.target.value) })
          }
        >
          {[0.05, 0.1, 0.2, 0.3, 0.5, 0.8].map((least) => (
            <option key={least} value={least}>
              {least * 100} % or more
            </option>
          ))}
        </select>
      )}
      <ChoiceGroup
        label="Show"
        hideLabel
        className="segments"
        value={view.filter}
        onChoose={(filter) => setWorklistView({ ...view, filter })}
        choices={[
          { value: 'all', label: 'All' },
          { value: 'unread', label: 'Not read' },
          { value: 'suspicious', label: 'Melanoma first' },
        ]}
      />
    </>
  );
}

function NothingToReview() {
  return (
    <EmptyState icon="check" title="Nothing waits for review">
      <p>
        Each imported image appears here until you have reviewed it. To add one, open a patient and
        drop the image file onto a lesion.
      </p>
      <a className="button button--primary" href="#/patients">
        Find or enrol a patient
      </a>
    </EmptyState>
  );
}

function NothingMatches() {
  const view = useWorklistView();
  return (
    <EmptyState icon="search" title="No image matches this filter">
      <p>
        {view.filter === 'unread'
          ? 'All images have been read by the network.'
          : 'No image has so high a chance of melanoma. That does not rule melanoma out.'}
      </p>
      <Button onClick={() => setWorklistView({ ...view, filter: 'all' })}>Show all</Button>
    </EmptyState>
  );
}
