import { t } from '../../language/index.ts';
import type {
  BodyMapPosition,
  BodySite,
  ClosingReason,
  Laterality,
  Lesion,
  LesionDetails,
} from '../entities/index.ts';

export const siteNames: Record<BodySite, string> = {
  scalp: t('Scalp'),
  face: t('Face'),
  ear: t('Ear'),
  neck: t('Neck'),
  chest: t('Chest'),
  abdomen: t('Abdomen'),
  'upper-back': t('Upper back'),
  'lower-back': t('Lower back'),
  genital: t('Genital area'),
  buttock: t('Buttock'),
  shoulder: t('Shoulder'),
  'upper-arm': t('Upper arm'),
  forearm: t('Forearm'),
  hand: t('Hand'),
  thigh: t('Thigh'),
  'lower-leg': t('Lower leg'),
  foot: t('Foot'),
  unspecified: t('Not given'),
};

/** As they stand after the side: "Left forearm". */
const sitesBesideSides: Record<Exclude<BodySite, 'unspecified'>, string> = {
  scalp: t('scalp'),
  face: t('face'),
  ear: t('ear'),
  neck: t('neck'),
  chest: t('chest'),
  abdomen: t('abdomen'),
  'upper-back': t('upper back'),
  'lower-back': t('lower back'),
  genital: t('genital area'),
  buttock: t('buttock'),
  shoulder: t('shoulder'),
  'upper-arm': t('upper arm'),
  forearm: t('forearm'),
  hand: t('hand'),
  thigh: t('thigh'),
  'lower-leg': t('lower leg'),
  foot: t('foot'),
};

export const viewNames: Record<BodyMapPosition['view'], string> = {
  front: t('front'),
  back: t('back'),
  'head-left': t('left side of the head'),
  'head-right': t('right side of the head'),
  'head-top': t('head from above'),
  hands: t('backs of the hands'),
  palms: t('palms'),
  soles: t('soles'),
};

export const lateralityNames: Record<Laterality, string> = {
  left: t('Left'),
  right: t('Right'),
  midline: t('Midline'),
  unspecified: t('Not given'),
};

export const lesionFieldNames: Record<keyof LesionDetails, string> = {
  label: t('Label'),
  bodySite: t('Body site'),
  laterality: t('Side'),
  position: t('Place on the body map'),
  note: t('Note'),
};

/** What a field of a lesion's form says, in words. */
export function lesionFieldText(details: LesionDetails, field: keyof LesionDetails): string {
  switch (field) {
    case 'bodySite':
      return siteNames[details.bodySite];
    case 'laterality':
      return lateralityNames[details.laterality];
    case 'position':
      return details.position ? t('another place') : t('not given');
    default:
      return details[field];
  }
}

export const closingReasonNames: Record<ClosingReason, string> = {
  excised: t('Excised'),
  treated: t('Treated otherwise'),
  gone: t('No longer there'),
  'not-followed': t('Not followed any further'),
};

/** For example "Left forearm", "Chest, midline" or "Site not given". */
export function siteText(place: Pick<LesionDetails | Lesion, 'bodySite' | 'laterality'>): string {
  const { bodySite = 'unspecified', laterality = 'unspecified' } = place;
  if (bodySite === 'unspecified') return t('Site not given');
  if (laterality === 'unspecified') return siteNames[bodySite];
  if (laterality === 'midline') return t('{site}, midline', { site: siteNames[bodySite] });
  return t('{side, select, left {Left} other {Right}} {site}', {
    side: laterality,
    site: sitesBesideSides[bodySite],
  });
}
