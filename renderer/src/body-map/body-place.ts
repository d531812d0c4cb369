import type {
  BodyMapPosition,
  Laterality,
  Lesion,
  LesionDetails,
} from '../../../src/clinic/entities/index.ts';
import type { LesionStatus } from '../wording/follow-ups.ts';
import type { Verdict } from '../wording/verdict.ts';
import { figures, lateralityAt, regionOf, type View } from './figure.ts';

/** A place on the body, as chosen on the map. */
export type BodyPlace = Pick<LesionDetails, 'bodySite' | 'laterality'> & {
  readonly position: BodyMapPosition;
};

export interface BodyMapProps {
  lesions: readonly Lesion[];
  /** Of each lesion's newest image, by the lesion's id; null where that is not read. */
  verdicts: ReadonlyMap<string, Verdict | null>;
  statuses: ReadonlyMap<string, LesionStatus>;
  /** Of each lesion that has one, by the lesion's id. */
  newestImages: ReadonlyMap<string, string>;
  chosenLesionId?: string | undefined;
  /** Absent for who adds no lesions. */
  onPlace?: ((place: BodyPlace) => void) | undefined;
  onLesion: (lesionId: string) => void;
  /** A lesion's marker was put elsewhere; absent for who may not. */
  onMove?: ((lesion: Lesion, place: BodyPlace) => void) | undefined;
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
  const now = lateralityAt(position.view, region, position.x * figures[position.view].width);
  if (now === laterality || (laterality === 'midline' && region.isPaired))
    return { ...place, laterality };
  const other = otherSide[position.view];
  if (other !== undefined)
    return laterality === 'midline'
      ? { ...place, laterality, position: null }
      : { ...place, laterality, position: { ...position, view: other, x: 1 - position.x } };
  const x =
    laterality === 'midline'
      ? 0.5
      : now === 'midline'
        ? sideOf(laterality, position.view)
        : 1 - position.x;
  return { ...place, laterality, position: { ...position, x } };
}

/** Of views that show one side alone. */
const otherSide: Partial<Record<View, View>> = {
  'head-left': 'head-right',
  'head-right': 'head-left',
};

/** A point beside the midline. */
const sideOf = (laterality: 'left' | 'right', view: View): number =>
  laterality === figures[view].viewersLeft ? 0.46 : 0.54;
