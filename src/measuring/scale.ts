import { MeasuringError } from './errors.ts';
import { distance, type Point } from './polygon.ts';
import { combined, type Quantity } from './quantity.ts';

/** How large a picture's pixels are on the skin; stored with the picture. */
export interface Scale {
  readonly mmPerPx: number;
  /** Standard uncertainty of `mmPerPx`, divided by it. */
  readonly relativeError: number;
  readonly source: ScaleSource;
}

/** A scale wherever it comes from. */
export type Graduation = Pick<Scale, 'mmPerPx' | 'relativeError'>;

export type ScaleSource =
  /** The device's profile. */
  | 'device'
  /** A ruler whose marks the program found. */
  | 'ruler'
  /** Two points of a ruler that a person clicked. */
  | 'clicks'
  /** A mark of known size in the picture. */
  | 'mark';

/** What a device's pictures measure, as one of them was calibrated. */
export interface DeviceProfile {
  readonly device: string;
  /** Of the picture that was calibrated, upright or on its side. */
  readonly widthPx: number;
  readonly heightPx: number;
  readonly mmPerPx: number;
  readonly relativeError: number;
}

/** A contact dermatoscope keeps its distance; this much the pressure and the zoom's stop still change. */
const deviceSpread = 0.01;
/** A person hits a mark in a picture to so many pixels of the screen. */
const clickErrorPx = 1.5;
/** A printed ruler, and its marks' own width. */
const rulerError = 0.005;
/** Below so many pixels a known length says too little. */
const leastPx = 20;
/** Sides of a picture that was only made smaller agree with the profile's to this. */
const shapeTolerance = 0.01;

/**
 * The scale of a device's picture: of the size that was calibrated, or of a smaller or larger copy.
 * @throws MeasuringError 'profile-mismatch' for one of another shape: it was cut.
 */
export function scaleOfDevice(profile: DeviceProfile, widthPx: number, heightPx: number): Scale {
  const [long, short] = [Math.max(widthPx, heightPx), Math.min(widthPx, heightPx)];
  const [ownLong, ownShort] = [
    Math.max(profile.widthPx, profile.heightPx),
    Math.min(profile.widthPx, profile.heightPx),
  ];
  const ratio = ownLong / long;
  if (Math.abs(ownShort / (short * ratio) - 1) > shapeTolerance + 1 / short)
    throw new MeasuringError(
      'profile-mismatch',
      `The profile of ${profile.device} is of pictures of ${profile.widthPx} × ${profile.heightPx}; ` +
        `one of ${widthPx} × ${heightPx} was cut or comes from another device. Calibrate this picture by itself.`,
    );
  return {
    mmPerPx: profile.mmPerPx * ratio,
    relativeError: combined(profile.relativeError, deviceSpread),
    source: 'device',
  };
}

/** A picture's own scale as the profile of the device that took it. */
export function profileOf(
  device: string,
  widthPx: number,
  heightPx: number,
  scale: Scale,
): DeviceProfile {
  const { mmPerPx, relativeError } = scale;
  return { device, widthPx, heightPx, mmPerPx, relativeError };
}

/**
 * Two points of a ruler or the two ends of a mark, a known length apart.
 * @param screenPx picture pixels for one of the screen, as the person saw it: 1 at full size
 * @throws MeasuringError 'clicks-too-close', 'value-invalid'
 */
export function scaleOfLength(
  from: Point,
  to: Point,
  lengthMm: number,
  source: 'clicks' | 'mark' = 'clicks',
  screenPx = 1,
): Scale {
  requirePositive('length', lengthMm);
  requirePositive('zoom', screenPx);
  const lengthPx = distance(from, to);
  if (!(lengthPx >= leastPx))
    throw new MeasuringError(
      'clicks-too-close',
      `The two points are ${Math.round(lengthPx)} pixels apart; choose two that are at least ${leastPx} apart.`,
    );
  const clicks = (Math.SQRT2 * clickErrorPx * screenPx) / lengthPx;
  return { mmPerPx: lengthMm / lengthPx, relativeError: combined(clicks, rulerError), source };
}

/** A length between two points of the picture, in millimetres where there is a scale. */
export function lengthBetween(
  from: Point,
  to: Point,
  scale: Graduation | null,
  screenPx = 1,
): Quantity {
  return lengthOf(distance(from, to), Math.SQRT2 * clickErrorPx * screenPx, scale);
}

/** A length of the picture, in millimetres where there is a scale. */
export function lengthOf(px: number, errorPx: number, scale: Graduation | null): Quantity {
  if (scale === null) return { value: px, error: errorPx, unit: 'px' };
  const value = px * scale.mmPerPx;
  return {
    value,
    error: combined(errorPx * scale.mmPerPx, value * scale.relativeError),
    unit: 'mm',
  };
}

/** An area of the picture; the scale's uncertainty counts twice. */
export function areaOn(px: number, errorPx: number, scale: Graduation | null): Quantity {
  if (scale === null) return { value: px, error: errorPx, unit: 'px²' };
  const value = px * scale.mmPerPx ** 2;
  return {
    value,
    error: combined(errorPx * scale.mmPerPx ** 2, 2 * value * scale.relativeError),
    unit: 'mm²',
  };
}

/** A round length for a scale bar of about a fifth of the view: 1, 2 or 5 times a power of ten. */
export function scaleBar(
  { mmPerPx }: Graduation,
  viewWidthPx: number,
): { lengthMm: number; lengthPx: number } {
  const wanted = (viewWidthPx / 5) * mmPerPx;
  const power = 10 ** Math.floor(Math.log10(wanted));
  const lengthMm = power * ([5, 2].find((step) => step * power <= wanted) ?? 1);
  return { lengthMm, lengthPx: lengthMm / mmPerPx };
}

function requirePositive(what: string, value: number): void {
  if (!(value > 0) || !Number.isFinite(value))
    throw new MeasuringError('value-invalid', `The ${what} must be more than zero, not ${value}.`);
}
