import { z } from 'zod';
import { lesionImage } from './images.ts';
import { id, instant } from './primitives.ts';

/** What of the body an overview photograph shows, in the order of a head-to-toe examination. */
export const overviewRegions = [
  'whole-front',
  'whole-back',
  'head',
  'neck',
  'chest',
  'abdomen',
  'upper-back',
  'lower-back',
  'back',
  'buttocks',
  'right-side',
  'left-side',
  'right-arm',
  'left-arm',
  'hands',
  'right-leg',
  'left-leg',
  'feet',
  'other',
] as const;
export const overviewRegion = z.enum(overviewRegions);
export type OverviewRegion = z.infer<typeof overviewRegion>;

/** A photograph of a region of the skin, for finding lesions again; no network reads it. */
export const overview = lesionImage
  .pick({
    id: true,
    sha256: true,
    fileName: true,
    format: true,
    widthPx: true,
    heightPx: true,
    byteLength: true,
    capturedAt: true,
    device: true,
    importedAt: true,
    removedAt: true,
  })
  .extend({ patientId: id, region: overviewRegion, importedByName: z.string() });
export type Overview = z.infer<typeof overview>;

/** In fractions of the photograph's width and height, from the top left. */
export const overviewPoint = z.object({
  x: z.number().min(0).max(1),
  y: z.number().min(0).max(1),
});
export type OverviewPoint = z.infer<typeof overviewPoint>;

/** Where a lesion lies in an overview photograph. */
export const overviewMarker = overviewPoint.extend({
  overviewId: id,
  /** The lesion itself, also where one that was merged into it had been marked. */
  lesionId: id,
  placedByName: z.string(),
  placedAt: instant,
});
export type OverviewMarker = z.infer<typeof overviewMarker>;
