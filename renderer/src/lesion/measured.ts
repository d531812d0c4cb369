import { t } from '../../../src/language/index.ts';
import {
  colourDifference,
  coverage95,
  inUnits,
  looksError,
  type Quantity,
} from '../../../src/measuring/index.ts';
import type { StationOutput } from '../station/connection.ts';
import type { LesionImageEntry, Visit } from './timeline.ts';
import type { Estimate } from './trend.ts';

export type Measured = StationOutput<'measuring.ofLesion'>[number];
export type MeasuredById = ReadonlyMap<string, Measured>;

export const byImage = (all: readonly Measured[]): MeasuredById =>
  new Map(all.map((each) => [each.imageId, each]));

/** A quantity with what it may be off by in 95 of 100 cases. */
const estimated = ({ value, error }: Pick<Quantity, 'value' | 'error'>): Estimate => ({
  value,
  low: Math.max(0, value - coverage95 * error),
  high: value + coverage95 * error,
});

/** In millimetres; null where the image has no outline, no scale, or shows but a part of the lesion. */
export function sizeOf(
  { image }: LesionImageEntry,
  all: MeasuredById,
  what: 'longAxis' | 'area',
): Estimate | null {
  const { outline, scale } = all.get(image.id) ?? {};
  if (!outline || !scale || outline.isCut) return null;
  return estimated(inUnits(outline.measures, scale)[what]);
}

/** What differs from the skin around in colour, or from the mirror image in shape. */
export function looksOf(
  { image }: LesionImageEntry,
  all: MeasuredById,
  what: 'contrast' | 'asymmetry',
): Estimate | null {
  const { outline } = all.get(image.id) ?? {};
  if (!outline || outline.isCut) return null;
  const { colour, asymmetry } = outline.measures.appearance;
  if (what === 'contrast' && !colour.skin) return null;
  const value =
    what === 'contrast' && colour.skin
      ? colourDifference(colour.lesion, colour.skin)
      : (asymmetry[0].shape + asymmetry[1].shape) / 2;
  return estimated({ value, error: looksError[what] });
}

/** Why a visit has no size. */
export function whyNoSize({ images }: Visit, all: MeasuredById): string {
  const measured = images.map(({ image }) => all.get(image.id));
  const outlined = measured.filter((each) => each?.outline);
  if (outlined.length === 0) return t('not outlined');
  if (outlined.every((each) => !each?.scale)) return t('not calibrated');
  return t('the lesion goes on beyond the picture');
}
