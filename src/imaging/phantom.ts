import sharp from 'sharp';
import type { OverviewDrawing, PhantomRequest } from './contract.ts';
import { paintOverview } from './phantom/overview.ts';
import { paintPhantom } from './phantom/painter.ts';

export type { PhantomKind } from './contract.ts';

/** Draws an invented lesion as a JPEG; the same request always gives the same picture. */
export async function drawPhantom(request: PhantomRequest): Promise<Uint8Array> {
  return encoded(paintPhantom(request), request);
}

/** Draws an invented back as a JPEG, in the same way. */
export async function drawOverview(request: OverviewDrawing): Promise<Uint8Array> {
  return encoded(paintOverview(request), request);
}

async function encoded(
  pixels: Uint8Array,
  { sizePx: [width, height], capturedAt }: Pick<PhantomRequest, 'sizePx' | 'capturedAt'>,
): Promise<Uint8Array> {
  const drawn = sharp(pixels, { raw: { width, height, channels: 3 } }).jpeg({
    quality: 92,
    chromaSubsampling: '4:4:4',
  });
  if (capturedAt === undefined) return drawn.toBuffer();
  const written = capturedAt.replaceAll('-', ':').replace('T', ' ');
  // sharp calls the directory of EXIF's own tags the third.
  const exif = {
    IFD0: { Make: 'Dermaspike', Model: 'Drawing' },
    IFD2: { DateTimeOriginal: written },
  };
  return drawn.withExif(exif).toBuffer();
}
