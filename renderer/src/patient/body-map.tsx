import { useId } from 'react';
import { BodyFigure } from './body-figure.tsx';
import type { BodyMapProps } from './body-place.ts';
import type { View } from './figure.ts';
import './body-map.css';

const views: readonly View[] = ['front', 'back'];

/** Front and back of a figure; a click or Enter on a site marks a new lesion there. */
export function BodyMap(props: BodyMapProps) {
  const markerHelpId = useId();
  return (
    <div className="body-map">
      <p id={markerHelpId} className="visually-hidden">
        Enter shows the lesion. Arrow keys move its marker, Shift makes the steps finer, Enter keeps
        the new place, Escape puts it back.
      </p>
      {views.map((view) => (
        <figure key={view} className="body-map__view">
          <BodyFigure view={view} markerHelpId={markerHelpId} {...props} />
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
