import type {
  BodyMapPosition,
  BodySite,
  Laterality,
  Lesion,
  LesionDetails,
} from '../../../src/clinic/entities/index.ts';
import type { Verdict } from '../wording/verdict.ts';
import { figureWidth, lateralityAt, type Region, regions, type View } from './figure.ts';

/** A place on the body, as chosen on the map. */
export type BodyPlace = Pick<LesionDetails, 'bodySite' | 'laterality'> & {
  readonly position: BodyMapPosition;
};

export interface BodyMapProps {
  lesions: readonly Lesion[];
  /** Of each lesion's newest image, by the lesion's id; null where that is not read. */
  verdicts: ReadonlyMap<string, Verdict | null>;
  /** Of each lesion that has one, by the lesion's id. */
  newestImages: ReadonlyMap<string, string>;
  chosenLesionId?: string | undefined;
  onPlace: (place: BodyPlace) => void;
  onLesion: (lesionId: string) => void;
  /** A lesion's marker was put elsewhere. */
  onMove: (lesion: Lesion, place: BodyPlace) => void;
}

export type Place = Pick<LesionDetails, 'bodySite' | 'laterality' | 'position'>;

/**
 * The place once the side is changed: its point goes to the same place of the other side, or to the
 * middle. Where that says nothing else, it stays.
 */
export function withSide(place: Place, laterality: Laterality): Place {
  const { position, bodySite } = place;
  const region = position && regionOf(position.view, bodySite);
  if (!position || !region || laterality === 'unspecified') return { ...place, laterality };
  const now = lateralityAt(position.view, region, position.x * figureWidth);
  if (now === laterality || (laterality === 'midline' && region.isPaired))
    return { ...place, laterality };
  const x =
    laterality === 'midline'
      ? 0.5
      : now === 'midline'
        ? sideOf(laterality, position.view)
        : 1 - position.x;
  return { ...place, laterality, position: { ...position, x } };
}

/** A point beside the midline. */
const sideOf = (laterality: 'left' | 'right', view: View): number =>
  (laterality === 'right') === (view === 'front') ? 0.46 : 0.54;

const regionOf = (view: View, site: BodySite): Region | undefined =>
  regions[view].find((region) => region.site === site);
