import sharp from 'sharp';
import type { PhantomRequest } from './contract.ts';
import { paintPhantom } from './phantom/painter.ts';

export type { PhantomKind } from './contract.ts';

/** Draws an invented lesion as a JPEG; the same request always gives the same picture. */
export async function drawPhantom(request: PhantomRequest): Promise<Uint8Array> {
  const [width, height] = request.sizePx;
  const drawn = sharp(paintPhantom(request), { raw: { width, height, channels: 3 } }).jpeg({
    quality: 92,
    chromaSubsampling: '4:4:4',
  });
  const { capturedAt } = request;
  if (capturedAt === undefined) return drawn.toBuffer();
  const written = capturedAt.replaceAll('-', ':').replace('T', ' ');
  // sharp calls the directory of EXIF's own tags the third.
  const exif = {
    IFD0: { Make: 'Dermaspike', Model: 'Drawing' },
    IFD2: { DateTimeOriginal: written },
  };
  return drawn.withExif(exif).toBuffer();
}
