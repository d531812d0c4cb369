import type {
  BodyMapPosition,
  BodySite,
  ClosingReason,
  Laterality,
  Lesion,
  LesionDetails,
} from '../entities/index.ts';

export const siteNames: Record<BodySite, string> = {
  scalp: 'Scalp',
  face: 'Face',
  ear: 'Ear',
  neck: 'Neck',
  chest: 'Chest',
  abdomen: 'Abdomen',
  'upper-back': 'Upper back',
  'lower-back': 'Lower back',
  genital: 'Genital area',
  buttock: 'Buttock',
  shoulder: 'Shoulder',
  'upper-arm': 'Upper arm',
  forearm: 'Forearm',
  hand: 'Hand',
  thigh: 'Thigh',
  'lower-leg': 'Lower leg',
  foot: 'Foot',
  unspecified: 'Not given',
};

export const viewNames: Record<BodyMapPosition['view'], string> = {
  front: 'front',
  back: 'back',
  'head-left': 'left side of the head',
  'head-right': 'right side of the head',
  'head-top': 'head from above',
  hands: 'backs of the hands',
  palms: 'palms',
  soles: 'soles',
};

export const lateralityNames: Record<Laterality, string> = {
  left: 'Left',
  right: 'Right',
  midline: 'Midline',
  unspecified: 'Not given',
};

export const lesionFieldNames: Record<keyof LesionDetails, string> = {
  label: 'Label',
  bodySite: 'Body site',
  laterality: 'Side',
  position: 'Place on the body map',
  note: 'Note',
};

/** What a field of a lesion's form says, in words. */
export function lesionFieldText(details: LesionDetails, field: keyof LesionDetails): string {
  switch (field) {
    case 'bodySite':
      return siteNames[details.bodySite];
    case 'laterality':
      return lateralityNames[details.laterality];
    case 'position':
      return details.position ? 'another place' : 'not given';
    default:
      return details[field];
  }
}

export const closingReasonNames: Record<ClosingReason, string> = {
  excised: 'Excised',
  treated: 'Treated otherwise',
  gone: 'No longer there',
  'not-followed': 'Not followed any further',
};

/** For example "Left forearm", "Chest, midline" or "Site not given". */
export function siteText(place: Pick<LesionDetails | Lesion, 'bodySite' | 'laterality'>): string {
  const { bodySite = 'unspecified', laterality = 'unspecified' } = place;
  if (bodySite === 'unspecified') return 'Site not given';
  const site = siteNames[bodySite];
  if (laterality === 'unspecified') return site;
  if (laterality === 'midline') return `${site}, midline`;
  return `${lateralityNames[laterality]} ${site.toLowerCase()}`;
}
