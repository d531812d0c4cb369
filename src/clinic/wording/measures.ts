import { locale, t } from '../../language/index.ts';
import { coverage95, type Quantity } from '../../measuring/index.ts';
import type { ImageScale, ScaleOrigin } from '../entities/index.ts';

/** Digits behind the point that the error leaves; below nought, so many before it are noughts. */
const digitsOf = (error: number): number =>
  error > 100
    ? 1 - Math.floor(Math.log10(error))
    : Math.min(3, Math.max(0, Math.ceil(-Math.log10(Math.max(error, 1e-9)))));

function format(value: number, digits: number): string {
  const coarse = 10 ** Math.max(0, -digits);
  const fraction = Math.max(0, digits);
  const rounded = coarse > 1 ? Math.round(value / coarse) * coarse : value;
  return rounded.toLocaleString(locale(), {
    minimumFractionDigits: fraction,
    maximumFractionDigits: fraction,
  });
}

/** "6.2 ± 0.5 mm": the error holds in 95 of 100 cases. */
export function quantityText({ value, error, unit }: Quantity): string {
  const digits = digitsOf(coverage95 * error);
  return `${format(value, digits)} ± ${format(coverage95 * error, digits)} ${unit}`;
}

/** "5.7 to 6.7 mm". */
export function rangeText({ value, error, unit }: Quantity): string {
  const digits = digitsOf(coverage95 * error);
  const low = Math.max(0, value - coverage95 * error);
  return t('{low} to {high} {unit}', {
    low: format(low, digits),
    high: format(value + coverage95 * error, digits),
    unit,
  });
}

/** Of a scale bar, or of a ruler's marks. */
export const lengthText = (mm: number): string =>
  t('{mm} mm', { mm: mm.toLocaleString(locale(), { maximumFractionDigits: 3 }) });

/** "1 mm is 48.3 pixels, ± 1.2 %". */
export function scaleText({
  mmPerPx,
  relativeError,
}: Pick<ImageScale, 'mmPerPx' | 'relativeError'>): string {
  const error = 100 * coverage95 * relativeError;
  return t('1 mm is {pixels} pixels, ± {error} %', {
    pixels: format(1 / mmPerPx, 1),
    error: format(error, error < 10 ? 1 : 0),
  });
}

/** "From a ruler that was found, 23 marks 1 mm apart". */
export function originText(origin: ScaleOrigin): string {
  switch (origin.source) {
    case 'clicks':
      return t('From two points of a ruler, {length} apart', {
        length: lengthText(origin.lengthMm),
      });
    case 'mark':
      return t('From a mark of {length}', { length: lengthText(origin.lengthMm) });
    case 'ruler':
      return t('From a ruler that was found, {marks} marks {length} apart', {
        marks: origin.marks,
        length: lengthText(origin.markMm),
      });
    case 'device':
      return t('From the profile of {profile}', { profile: profileName(origin) });
  }
}

/** "Lumen Scope, 10×". */
export const profileName = (profile: { device: string; magnification: string }): string =>
  profile.magnification ? `${profile.device}, ${profile.magnification}` : profile.device;
