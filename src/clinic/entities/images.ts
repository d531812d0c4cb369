import { z } from 'zod';
import { id, instant, sha256 } from './primitives.ts';

/** What the picture itself says about its fitness for reading. */
export const imageQuality = z.object({
  /** Variance of the Laplacian of luminance at 256 px on the shorter side; higher is sharper. */
  sharpness: z.number().min(0),
  /** Mean luminance, 0 (black) to 1 (white). */
  exposure: z.number().min(0).max(1),
  /** Share of pixels without detail because they are nearly black or nearly white. */
  clipped: z.number().min(0).max(1),
  /** Share of pixels whose colour is that of skin or of a lesion on it. */
  skin: z.number().min(0).max(1),
});
export type ImageQuality = z.infer<typeof imageQuality>;

export const qualityWarning = z.enum([
  'blurred',
  'too-dark',
  'too-bright',
  'little-skin',
  'too-small',
  /** The lesion covers little of the picture: told, and no more. */
  'small-lesion',
]);
export type QualityWarning = z.infer<typeof qualityWarning>;

/** Larger files are refused, wherever they come from. */
export const maxFileBytes = 128 * 2 ** 20;

export const imageFormat = z.enum([
  'jpeg',
  'png',
  'tiff',
  'webp',
  'avif',
  'heic',
  'jpeg2000',
  'gif',
  'bmp',
]);
export type ImageFormat = z.infer<typeof imageFormat>;

export const lesionImage = z.object({
  id,
  lesionId: id,
  visitId: id,
  /** Of the original bytes, as imported. */
  sha256,
  fileName: z.string(),
  format: imageFormat,
  /** Upright size. */
  widthPx: z.int(),
  heightPx: z.int(),
  byteLength: z.int(),
  /** The camera's own clock, without a zone: `YYYY-MM-DDTHH:MM:SS`. */
  capturedAt: z.string().nullable(),
  device: z.string().nullable(),
  quality: imageQuality,
  qualityWarnings: z.array(qualityWarning),
  importedAt: instant,
  /** Set while the image is removed: hidden, restorable. */
  removedAt: instant.nullable(),
});
export type LesionImage = z.infer<typeof lesionImage>;

/** An image went from one lesion to another, perhaps of another patient. */
export const imageMove = z.object({
  imageId: id,
  fromLesionId: id,
  toLesionId: id,
  movedAt: instant,
  userName: z.string(),
  /** It went along when its lesion was merged into another. */
  isMerge: z.boolean(),
});
export type ImageMove = z.infer<typeof imageMove>;
