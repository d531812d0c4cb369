import { useId, useState } from 'react';
import { ChoiceGroup } from '../ui/choice.tsx';
import { BodyFigure } from './body-figure.tsx';
import type { BodyMapProps } from './body-place.ts';
import { type CloseUpName, closeUps, type View } from './figure.ts';
import './body-map.css';

const views: readonly View[] = ['front', 'back'];

const closeUpChoices: readonly { value: CloseUpName; label: string }[] = [
  { value: 'whole', label: 'Whole' },
  { value: 'head', label: 'Head' },
  { value: 'upper', label: 'Upper body' },
  { value: 'legs', label: 'Legs' },
];

/** Front and back of a figure; a click or Enter on a site marks a new lesion there. */
export function BodyMap(props: BodyMapProps) {
  const markerHelpId = useId();
  const [closeUp, setCloseUp] = useState<CloseUpName>('whole');
  return (
    <div className="body-map">
      <div className="body-map__close-ups">
        <ChoiceGroup
          label="Shown of the body"
          hideLabel
          className="segments"
          choices={closeUpChoices}
          value={closeUp}
          onChoose={setCloseUp}
        />
      </div>
      <p id={markerHelpId} className="visually-hidden">
        Enter shows the lesion. Arrow keys move its marker, Shift makes the steps finer, Enter keeps
        the new place, Escape puts it back.
      </p>
      {views.map((view) => (
        <figure key={view} className="body-map__view">
          <BodyFigure
            key={closeUp}
            view={view}
            closeUp={closeUps[closeUp]}
            markerHelpId={markerHelpId}
            {...props}
          />
          <figcaption>
            <span aria-hidden="true">{view === 'front' ? 'R' : 'L'}</span>
            {view === 'front' ? 'Front' : 'Back'}
            <span aria-hidden="true">{view === 'front' ? 'L' : 'R'}</span>
          </figcaption>
        </figure>
      ))}
    </div>
  );
}
