import { BodyFigure } from './body-figure.tsx';
import type { BodyMapProps } from './body-place.ts';
import type { View } from './figure.ts';
import './body-map.css';

const views: readonly View[] = ['front', 'back'];

/** Front and back of a figure; a click or Enter on a site marks a new lesion there. */
export function BodyMap(props: BodyMapProps) {
  return (
    <div className="body-map">
      {views.map((view) => (
        <figure key={view} className="body-map__view">
          <BodyFigure view={view} {...props} />
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
