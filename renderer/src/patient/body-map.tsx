import type {
  BodyMapPosition,
  BodySite,
  Laterality,
  Lesion,
} from '../../../src/clinic/entities.ts';
import { BodyFigure } from './body-figure.tsx';
import type { View } from './figure.ts';
import './body-map.css';

/** A place on the body, as chosen on the map. */
export interface BodyPlace {
  readonly bodySite: BodySite;
  readonly laterality: Laterality;
  readonly position: BodyMapPosition;
}

export interface BodyMapProps {
  lesions: readonly Lesion[];
  chosenLesionId?: string | undefined;
  onPlace: (place: BodyPlace) => void;
  onLesion: (lesionId: string) => void;
}

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
