import { type Axis, longAxis, shortAxis } from './feret.ts';
import { areaOf, type Polygon, perimeterOf, resampled } from './polygon.ts';
import type { Quantity } from './quantity.ts';
import { areaOn, type Graduation, lengthOf, type Scale } from './scale.ts';

/** What an outline measures, in millimetres where the picture has a scale, in pixels until then. */
export interface Measurement {
  /** Feret's largest diameter, and the width at a right angle to it. */
  readonly longAxis: Quantity & { readonly axis: Axis };
  readonly shortAxis: Quantity & { readonly axis: Axis };
  readonly area: Quantity;
  /** Of the outline in a hundred equal steps: a finer one would be longer without end. */
  readonly perimeter: Quantity;
}

/** A border that explains less of the colours across it is hardly one (`snapped`). */
export const clearBorder = 0.7;

/**
 * Who drew the outline. How far its border may lie from where another person would draw it, as a
 * share of the root of its area, all around at once: what `docs/measuring.md` found.
 */
export type OutlineSource = 'network' | 'person';
const borderError: Readonly<Record<OutlineSource, number>> = { network: 0.04, person: 0.03 };
/**
 * Where the picture explains less of the colours across the border than this, the network's border is less
 * sure: of long axes on fold 4, 68 of 100 then lie within 7.7 and 16 % of those of the masks.
 */
const unclear: readonly { readonly below: number; readonly borderError: number }[] = [
  { below: 0.6, borderError: 0.13 },
  { below: clearBorder, borderError: 0.065 },
];

/**
 * By how much a figure of a lesion's looks differs between two pictures of it, standard uncertainty of
 * one: what `docs/measuring.md` found.
 */
export const looksError = { contrast: 2.7, asymmetry: 0.016 } as const;

/** No border is known better than to so many pixels. */
const leastBorderPx = 0.5;

/**
 * Measures a closed outline. An error of the border moves it in or out all around.
 * @param clarity of the border in the picture, as `snapped` finds it
 */
export function measureOutline(
  outline: Polygon,
  scale: Scale | null,
  drawnBy: OutlineSource,
  clarity = 1,
): Measurement {
  const area = areaOf(outline);
  const perimeter = perimeterOf(resampled(outline, 100));
  const long = longAxis(outline);
  const short = shortAxis(outline, long);
  const share =
    (drawnBy === 'network' && unclear.find(({ below }) => clarity < below)?.borderError) ||
    borderError[drawnBy];
  const borderPx = Math.max(leastBorderPx, share * Math.sqrt(area));
  return {
    longAxis: { ...lengthOf(long.lengthPx, 2 * borderPx, scale), axis: long },
    shortAxis: { ...lengthOf(short.lengthPx, 2 * borderPx, scale), axis: short },
    area: areaOn(area, perimeter * borderPx, scale),
    perimeter: lengthOf(perimeter, 2 * Math.PI * borderPx, scale),
  };
}

interface PixelsAndError {
  readonly px: number;
  readonly errorPx: number;
}

/** What an outline measures in pixels, as it is stored. */
export interface InPixels {
  readonly longAxis: PixelsAndError;
  readonly shortAxis: PixelsAndError;
  readonly area: PixelsAndError;
}

/** The same in millimetres where there is a scale. */
export function inUnits({ longAxis, shortAxis, area }: InPixels, scale: Graduation | null) {
  return {
    longAxis: lengthOf(longAxis.px, longAxis.errorPx, scale),
    shortAxis: lengthOf(shortAxis.px, shortAxis.errorPx, scale),
    area: areaOn(area.px, area.errorPx, scale),
  };
}
