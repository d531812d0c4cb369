import sharp from 'sharp';
import type { RgbImage } from '../../imaging/rgb-image.ts';

/** A picture of a data set, upright, in sRGB. */
export async function readPicture(bytes: Uint8Array): Promise<RgbImage> {
  const { data, info } = await sharp(bytes)
    .rotate()
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { widthPx: info.width, heightPx: info.height, pixels: new Uint8Array(data) };
}
