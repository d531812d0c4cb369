import type { ImageQuality, QualityWarning } from '../clinic/entities/index.ts';
import { fieldOfView, type Window } from './field-of-view.ts';
import type { RgbImage } from './rgb-image.ts';
import { toSquare } from './transform.ts';

/**
 * What the picture says about its own fitness for reading, measured on the square that the network
 * sees, averaged down to 256 × 256 (never enlarged).
 */
const measuredSidePx = 256;

/** Chosen on HAM10000 with `test/imaging/survey-quality.ts`; see `docs/imaging.md`. */
export const qualityThresholds = {
  minSharpness: 12,
  minExposure: 0.2,
  maxExposure: 0.9,
  maxClipped: 0.4,
  minSkin: 0.5,
  /** Of the field of view: the smallest copies that the network learned from. */
  minSidePx: 84,
  /** Share of the network's square that the lesion covers. */
  minLesion: 0.025,
} as const;

/** Below and above these luminances (of 255) a pixel holds no detail. */
const nearlyBlack = 8;
const nearlyWhite = 247;

export function measureQuality(image: RgbImage, field = fieldOfView(image)): ImageQuality {
  const side = Math.min(measuredSidePx, field.width, field.height);
  const { pixels } = toSquare(image, side, field);
  const luminance = new Float64Array(side * side);
  let sum = 0;
  let clipped = 0;
  let skin = 0;
  for (let i = 0; i < luminance.length; i++) {
    const red = pixels[3 * i] ?? 0;
    const green = pixels[3 * i + 1] ?? 0;
    const blue = pixels[3 * i + 2] ?? 0;
    const y = luma(red, green, blue);
    luminance[i] = y;
    sum += y;
    if (y < nearlyBlack || y > nearlyWhite) clipped++;
    if (isSkinColour(red, green, blue)) skin++;
  }
  return {
    sharpness: laplacianVariance(luminance, side),
    exposure: sum / luminance.length / 255,
    clipped: clipped / luminance.length,
    skin: skin / luminance.length,
  };
}

/** @param lesion its share of the square; `null` where none was found */
export function judgeQuality(
  quality: ImageQuality,
  { width, height }: Window,
  lesion: number | null,
): QualityWarning[] {
  const limits = qualityThresholds;
  const isClipped = quality.clipped > limits.maxClipped;
  const warnings: QualityWarning[] = [];
  if (quality.sharpness < limits.minSharpness) warnings.push('blurred');
  if (quality.exposure < limits.minExposure || (isClipped && quality.exposure < 0.5))
    warnings.push('too-dark');
  if (quality.exposure > limits.maxExposure || (isClipped && quality.exposure >= 0.5))
    warnings.push('too-bright');
  if (quality.skin < limits.minSkin) warnings.push('little-skin');
  if (Math.min(width, height) < limits.minSidePx) warnings.push('too-small');
  if (lesion !== null && lesion < limits.minLesion) warnings.push('small-lesion');
  return warnings;
}

/** ITU-R BT.601, full range, as JPEG uses it. */
function luma(red: number, green: number, blue: number): number {
  return 0.299 * red + 0.587 * green + 0.114 * blue;
}

/**
 * Skin's chrominance hardly depends on its darkness, so a rule without luminance holds for every
 * phototype: Chai & Ngan, "Face segmentation using skin-color map in videophone applications", IEEE
 * Trans. Circuits Syst. Video Technol. 9(4), 1999 (133 ≤ Cr ≤ 173, 77 ≤ Cb ≤ 127). Widened here: a
 * pigmented lesion is nearly grey, and a dermatoscope's light makes skin pink to purple.
 */
function isSkinColour(red: number, green: number, blue: number): boolean {
  const cb = 128 - 0.168736 * red - 0.331264 * green + 0.5 * blue;
  const cr = 128 + 0.5 * red - 0.418688 * green - 0.081312 * blue;
  return cr >= 130 && cr <= 200 && cb >= 64 && cb <= 140;
}

/** Variance of the 4-neighbour Laplacian over the inner pixels. */
function laplacianVariance(luminance: Float64Array, side: number): number {
  let sum = 0;
  let squares = 0;
  let count = 0;
  for (let y = 1; y < side - 1; y++) {
    for (let x = 1; x < side - 1; x++) {
      const at = y * side + x;
      const value =
        (luminance[at - 1] ?? 0) +
        (luminance[at + 1] ?? 0) +
        (luminance[at - side] ?? 0) +
        (luminance[at + side] ?? 0) -
        4 * (luminance[at] ?? 0);
      sum += value;
      squares += value * value;
      count++;
    }
  }
  return count === 0 ? 0 : squares / count - (sum / count) ** 2;
}
