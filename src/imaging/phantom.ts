import sharp from 'sharp';
import type { PhantomRequest } from './contract.ts';

export type { PhantomKind } from './contract.ts';

/** Draws an invented lesion; the same request always gives the same bytes. */
export async function drawPhantom({
  seed,
  sizePx: [width, height],
}: PhantomRequest): Promise<Uint8Array> {
  const pixels = new Uint8Array(width * height * 3);
  for (let i = 0; i < pixels.length; i++) pixels[i] = 200 - (i % 3) * 30 + (seed % 7);
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}
