import type {
  BodySite,
  Laterality,
  Lesion,
  LesionDetails,
} from '../../../src/clinic/entities/index.ts';

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

export const lateralityNames: Record<Laterality, string> = {
  left: 'Left',
  right: 'Right',
  midline: 'Midline',
  unspecified: 'Not given',
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
