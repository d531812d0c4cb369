import {
  type Picture as Pixels,
  type Registration,
  register,
} from '../../../src/registration/index.ts';

/** A picture as it is drawn to be registered. */
export interface Drawn {
  readonly bitmap: ImageBitmap;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Registers the second picture with the first; both are closed. */
export async function registerDrawn([first, second]: readonly [
  Drawn,
  Drawn,
]): Promise<Registration> {
  return register(pixelsOf(first), pixelsOf(second));
}

function pixelsOf({ bitmap, widthPx, heightPx }: Drawn): Pixels {
  const canvas = new OffscreenCanvas(widthPx, heightPx);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('The browser gives no canvas to register pictures on.');
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, widthPx, heightPx);
  bitmap.close();
  const { data } = context.getImageData(0, 0, widthPx, heightPx);
  const pixels = new Uint8Array(3 * widthPx * heightPx);
  for (let at = 0, from = 0; at < pixels.length; at += 3, from += 4) {
    pixels[at] = data[from] ?? 0;
    pixels[at + 1] = data[from + 1] ?? 0;
    pixels[at + 2] = data[from + 2] ?? 0;
  }
  return { widthPx, heightPx, pixels };
}
