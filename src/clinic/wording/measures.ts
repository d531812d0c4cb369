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
  return rounded.toLocaleString(undefined, {
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
  return `${format(low, digits)} to ${format(value + coverage95 * error, digits)} ${unit}`;
}

/** Of a scale bar, or of a ruler's marks. */
export const lengthText = (mm: number): string =>
  `${mm.toLocaleString(undefined, { maximumFractionDigits: 3 })} mm`;

/** "1 mm is 48.3 pixels, ± 1.2 %". */
export function scaleText({ mmPerPx, relativeError }: ImageScale): string {
  const error = 100 * coverage95 * relativeError;
  return `1 mm is ${format(1 / mmPerPx, 1)} pixels, ± ${format(error, error < 10 ? 1 : 0)} %`;
}

/** "From a ruler that was found, 23 marks 1 mm apart". */
export function originText(origin: ScaleOrigin): string {
  switch (origin.source) {
    case 'clicks':
      return `From two points of a ruler, ${lengthText(origin.lengthMm)} apart`;
    case 'mark':
      return `From a mark of ${lengthText(origin.lengthMm)}`;
    case 'ruler':
      return `From a ruler that was found, ${origin.marks} marks ${lengthText(origin.markMm)} apart`;
    case 'device':
      return `From the profile of ${profileName(origin)}`;
  }
}

/** "Lumen Scope, 10×". */
export const profileName = (profile: { device: string; magnification: string }): string =>
  profile.magnification ? `${profile.device}, ${profile.magnification}` : profile.device;
