import sharp, { type Metadata, type Sharp } from 'sharp';
import type { ImageFormat } from '../clinic/entities/index.ts';
import type { DecodedImage } from './contract.ts';
import { ImagingError } from './errors.ts';
import { type CaptureDetails, isCameraRaw, readCaptureDetails } from './exif.ts';
import { maxPixels, thumbnailSidePx } from './limits.ts';
import { judgeQuality, measureQuality } from './quality.ts';
import type { RgbImage } from './rgb-image.ts';
import { sniffFormat } from './sniff.ts';
import { toTensor } from './transform.ts';

sharp.cache(false);
sharp.concurrency(1);
// Only these loaders, and only from memory: no SVG, no files, nothing that libvips adds later.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: [
    'VipsForeignLoadJpegBuffer',
    'VipsForeignLoadPngBuffer',
    'VipsForeignLoadWebpBuffer',
    'VipsForeignLoadTiffBuffer',
    'VipsForeignLoadNsgifBuffer',
    'VipsForeignLoadHeifBuffer',
  ],
});

/** Everything that the product keeps of an image file. Throws `ImagingError`. */
export async function readImage(
  fileName: string,
  bytes: Uint8Array,
  tensorSize: number,
): Promise<DecodedImage> {
  const { format, details } = await checkHeader(fileName, bytes);
  const image = await decodePixels(fileName, bytes);
  const quality = measureQuality(image);
  return {
    format,
    widthPx: image.widthPx,
    heightPx: image.heightPx,
    ...details,
    tensor: toTensor(image, tensorSize),
    thumbnail: await drawThumbnail(image),
    quality,
    qualityWarnings: judgeQuality(image, quality, tensorSize),
  };
}

/** The picture upright, in sRGB, without metadata, no side longer than `maxSidePx`. */
export async function renderImage(
  fileName: string,
  bytes: Uint8Array,
  maxSidePx: number,
): Promise<{ bytes: Uint8Array; mediaType: string }> {
  await checkHeader(fileName, bytes);
  const rendition = await tolerant(fileName, bytes, (picture) =>
    picture
      .resize(maxSidePx, maxSidePx, { fit: 'inside', withoutEnlargement: true })
      .jpeg({ quality: 90, chromaSubsampling: '4:4:4' })
      .toBuffer(),
  );
  return { bytes: rendition, mediaType: 'image/jpeg' };
}

/** Refuses what must not be decoded, from the header alone. */
async function checkHeader(
  fileName: string,
  bytes: Uint8Array,
): Promise<{ format: ImageFormat; details: CaptureDetails }> {
  const format = sniffFormat(fileName, bytes);
  if (format === 'tiff' && isCameraRaw(bytes))
    throw new ImagingError(
      'unsupported-format',
      `${fileName} is a camera's raw file. Export it as JPEG or TIFF, then import that file.`,
    );
  let header: Metadata;
  try {
    header = await sharp(bytes, { limitInputPixels: false, failOn: 'none' }).metadata();
  } catch (error) {
    throw damaged(fileName, error);
  }
  const { width, height } = header;
  if (width * height > maxPixels)
    throw new ImagingError(
      'image-too-large',
      `${fileName} is too large: ${width} × ${height} pixels, ${megapixels(width * height)} ` +
        `megapixels. At most ${megapixels(maxPixels)} are read. Scale it down, then import it.`,
    );
  const exif = format === 'tiff' ? bytes : header.exif;
  const details = exif ? readCaptureDetails(exif) : { capturedAt: null, device: null };
  return { format, details };
}

async function decodePixels(fileName: string, bytes: Uint8Array): Promise<RgbImage> {
  const { data, info } = await tolerant(fileName, bytes, (picture) =>
    picture.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true }),
  );
  return { widthPx: info.width, heightPx: info.height, pixels: data };
}

/**
 * The one warning of libjpeg that sound files cause: some phones write a wrong scan header. libjpeg
 * words only its first warning, so a second one shows in the count alone.
 */
const harmlessWarning =
  /^(VipsJpeg: Invalid SOS parameters for sequential JPEG|read gave 1 warnings)\s*$/;

/**
 * Runs `finish` on the upright, opaque, 8-bit sRGB picture. Any warning of a loader means damage,
 * but for the harmless one: then the picture is decoded again and only other warnings count.
 */
async function tolerant<T>(
  fileName: string,
  bytes: Uint8Array,
  finish: (picture: Sharp) => Promise<T>,
): Promise<T> {
  const open = (failOn: 'warning' | 'truncated') =>
    sharp(bytes, { failOn, limitInputPixels: maxPixels, autoOrient: true, page: 0, pages: 1 })
      .flatten({ background: 'white' })
      .toColourspace('srgb');
  try {
    return await finish(open('warning'));
  } catch (error) {
    if (!harmlessWarning.test(messageOf(error))) throw damaged(fileName, error);
  }
  const warnings: string[] = [];
  try {
    const picture = open('truncated').on('warning', (warning: string) => warnings.push(warning));
    const result = await finish(picture);
    const serious = warnings.find((warning) => !harmlessWarning.test(warning));
    if (serious !== undefined) throw new Error(serious);
    return result;
  } catch (error) {
    throw damaged(fileName, error);
  }
}

async function drawThumbnail(image: RgbImage): Promise<Uint8Array> {
  const { widthPx, heightPx, pixels } = image;
  return sharp(pixels, { raw: { width: widthPx, height: heightPx, channels: 3 } })
    .resize(thumbnailSidePx, thumbnailSidePx, { fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: 85 })
    .toBuffer();
}

function damaged(fileName: string, cause: unknown): ImagingError {
  const isCutShort = /premature end|unexpected end|bad seek|end of (file|stream)|not enough/i;
  const reason = isCutShort.test(messageOf(cause))
    ? 'it ends in the middle of the picture'
    : 'parts of the picture cannot be decoded';
  return new ImagingError(
    'damaged-image',
    `${fileName} is damaged: ${reason}. Copy it again from the camera.`,
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function megapixels(pixels: number): string {
  return (pixels / 1e6).toFixed(0);
}
