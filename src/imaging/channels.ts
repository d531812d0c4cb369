import type { RgbImage } from './rgb-image.ts';
import { type Directory, tag } from './tiff.ts';

/** Samples as a file has them, pixel by pixel. */
export interface ChannelImage {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly channels: number;
  readonly samples: Uint8Array;
}

/** What TIFF 6.0 takes for granted where a file does not say: ITU-R BT.601, full range. */
const defaultCoefficients = [0.299, 0.587, 0.114] as const;
const defaultReferences = [0, 255, 128, 255, 128, 255] as const;

/** Of a TIFF whose chrominance is as fine as its luminance (TIFF 6.0, Section 21). */
export function yCbCrToRgb(image: ChannelImage, page: Directory): RgbImage {
  const [red, green, blue] = values(page, tag.yCbCrCoefficients, defaultCoefficients);
  const [y0, y1, cb0, cb1, cr0, cr1] = values(page, tag.referenceBlackWhite, defaultReferences);
  const { widthPx, heightPx, channels, samples } = image;
  const pixels = new Uint8ClampedArray(widthPx * heightPx * 3);
  for (let pixel = 0; pixel < widthPx * heightPx; pixel++) {
    const [y = 0, cb = 0, cr = 0] = samples.subarray(pixel * channels);
    const luma = ((y - y0) * 255) / (y1 - y0);
    const r = luma + (2 - 2 * red) * (((cr - cr0) * 127) / (cr1 - cr0));
    const b = luma + (2 - 2 * blue) * (((cb - cb0) * 127) / (cb1 - cb0));
    pixels.set([r, (luma - blue * b - red * r) / green, b], pixel * 3);
  }
  return { widthPx, heightPx, pixels: new Uint8Array(pixels.buffer) };
}

/** Red, green and blue; what a file has besides them is not said to be colour (TIFF 6.0, ExtraSamples). */
export function firstThreeChannels(image: ChannelImage): RgbImage {
  const { widthPx, heightPx, channels, samples } = image;
  const pixels = new Uint8Array(widthPx * heightPx * 3);
  for (let pixel = 0; pixel < widthPx * heightPx; pixel++)
    pixels.set(samples.subarray(pixel * channels, pixel * channels + 3), pixel * 3);
  return { widthPx, heightPx, pixels };
}

/** The tag's numbers if they are as many as expected and of use, else the defaults. */
function values<T extends readonly number[]>(page: Directory, wanted: number, defaults: T): T {
  const found = page.numbers(wanted);
  const isOfUse = found.length === defaults.length && found.every(Number.isFinite);
  return isOfUse ? (found as unknown as T) : defaults;
}
