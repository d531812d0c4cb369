import { z } from 'zod';
import { id, instant, sha256, text } from './primitives.ts';

/** A point of a picture in its own pixels, upright; the centre of the first one at (0.5, 0.5). */
export const picturePoint = z.object({ x: z.number(), y: z.number() });

const mmPerPx = z.number().positive();
/** Standard uncertainty of a scale, divided by it. */
const relativeError = z.number().min(0).max(1);

/** What the pictures of a camera measure at one magnification, as one of them was calibrated. */
export const deviceProfile = z.object({
  id,
  device: z.string(),
  /** As the clinic calls it, "10×"; empty where the camera has but one. */
  magnification: z.string(),
  /** Of the picture that was calibrated. */
  widthPx: z.int().positive(),
  heightPx: z.int().positive(),
  mmPerPx,
  relativeError,
  userName: z.string(),
  setAt: instant,
});
export type DeviceProfile = z.infer<typeof deviceProfile>;
export const magnification = text.max(40).default('');

const twoPoints = z.object({
  from: picturePoint,
  to: picturePoint,
  lengthMm: z.number().positive().max(1000),
});

/** Where an image's scale comes from. */
export const scaleOrigin = z.discriminatedUnion('source', [
  /** Two points of a ruler, or the two ends of a mark of known size. */
  twoPoints.extend({ source: z.enum(['clicks', 'mark']) }),
  /** A ruler that the program found, whose marks a person said to be so far apart. */
  z.object({
    source: z.literal('ruler'),
    markMm: z.number().positive().max(100),
    marks: z.int().positive(),
    directionDegrees: z.number(),
  }),
  z.object({
    source: z.literal('device'),
    profileId: id,
    device: z.string(),
    magnification: z.string(),
  }),
]);
export type ScaleOrigin = z.infer<typeof scaleOrigin>;

/** How large an image's pixels are on the skin. */
export const imageScale = z.object({
  id,
  imageId: id,
  mmPerPx,
  relativeError,
  origin: scaleOrigin,
  /** Who calibrated or confirmed it. */
  userName: z.string(),
  setAt: instant,
});
export type ImageScale = z.infer<typeof imageScale>;

/** A part of an upright picture, in shares of its width and height. */
export const picturePart = z.object({
  x: z.number(),
  y: z.number(),
  width: z.number(),
  height: z.number(),
});
export type PicturePart = z.infer<typeof picturePart>;

/** A row of equally spaced marks that the program found, for a person to confirm. */
export const foundRuler = z.object({
  spacingPx: z.number().positive(),
  relativeError,
  directionDegrees: z.number(),
  marks: z.int(),
  /** The first and the last mark. */
  from: picturePoint,
  to: picturePoint,
});
export type FoundRuler = z.infer<typeof foundRuler>;

/** A length or an area in pixels, with its standard uncertainty. */
const inPixels = z.object({ px: z.number(), errorPx: z.number().min(0) });
const axis = inPixels.extend({ from: picturePoint, to: picturePoint });
const lab = z.tuple([z.number(), z.number(), z.number()]).readonly();
const mirrorDifference = z.object({ shape: z.number(), colour: z.number() });

/** Colours in CIE L*a*b*, and how the lesion differs from its mirror image: see docs/measuring.md. */
export const lesionAppearance = z.object({
  colour: z.object({
    lesion: lab,
    variegation: z.number(),
    skin: lab.nullable(),
    contrast: lab.nullable(),
  }),
  asymmetry: z.tuple([mirrorDifference, mirrorDifference]).readonly(),
  compactness: z.number(),
});
export type LesionAppearance = z.infer<typeof lesionAppearance>;

export const outlineMeasures = z.object({
  longAxis: axis,
  shortAxis: axis,
  area: inPixels,
  perimeter: inPixels,
  appearance: lesionAppearance,
  /** Of the border in the picture, 0…1. */
  clarity: z.number().default(1),
});
export type OutlineMeasures = z.infer<typeof outlineMeasures>;

export const leastControls = 4;
export const mostControls = 64;
/** The few points through which the curve goes. */
export const outlineControls = z.array(picturePoint).min(leastControls).max(mostControls);

/** An outline at the picture's own border, and how clear that is, 0…1. */
export const snappedOutline = z.object({ controls: outlineControls, clarity: z.number() });
export type SnappedOutline = z.infer<typeof snappedOutline>;

/** Where the lesion lies in an image, and what that measures in pixels; millimetres follow from the scale. */
export const imageOutline = z.object({
  id,
  imageId: id,
  controls: outlineControls,
  /** The lesion goes on beyond the picture: its axes and area are larger than what is seen. */
  isCut: z.boolean(),
  /** The network that proposed it, or whose proposal a person corrected; `null` where a person drew it. */
  network: z.object({ name: z.string(), sha256 }).nullable(),
  /** Whether it is as a person had it, or as the network proposed it. */
  drawnBy: z.enum(['network', 'person']),
  measures: outlineMeasures,
  /** Who asked for the proposal, or corrected it. */
  userName: z.string(),
  savedAt: instant,
});
export type ImageOutline = z.infer<typeof imageOutline>;
