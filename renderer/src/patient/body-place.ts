import type {
  BodyMapPosition,
  BodySite,
  Laterality,
  Lesion,
} from '../../../src/clinic/entities/index.ts';

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
