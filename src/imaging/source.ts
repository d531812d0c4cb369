import sharp, { type Metadata, type Sharp, type SharpOptions } from 'sharp';
import type { ImageFormat } from '../clinic/entities/index.ts';
import { BmpError, type BmpHeader, decodeBmp, readBmpHeader } from './bmp.ts';
import { firstThreeChannels, yCbCrToRgb } from './channels.ts';
import { CodecError } from './codec-error.ts';
import { ImagingError } from './errors.ts';
import { type CaptureDetails, readCaptureDetails } from './exif.ts';
import { withHeic } from './heic.ts';
import { withEndOfImage } from './jpeg-end.ts';
import { decodeJpeg2000, readJpeg2000Header } from './jpeg2000.ts';
import { maxPixels } from './limits.ts';
import type { RgbImage } from './rgb-image.ts';
import { sniffFormat } from './sniff.ts';
import {
  isCameraRaw,
  jpegCompressions,
  mainPage,
  photometric,
  type TiffPage,
  tag,
} from './tiff.ts';

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

/** What sharp decodes: the file, or what stands for it where sharp alone would give wrong colours. */
export interface Source {
  readonly fileName: string;
  readonly bytes: Uint8Array;
  readonly options: Pick<SharpOptions, 'page' | 'raw' | 'ignoreIcc'>;
}

export interface OpenedFile {
  readonly format: ImageFormat;
  readonly details: CaptureDetails;
  readonly source: Source;
}

/** Checks a file's header, before its pixels are decoded, and makes a source of it. */
export async function openSource(fileName: string, bytes: Uint8Array): Promise<OpenedFile> {
  const format = sniffFormat(fileName, bytes);
  if (format === 'bmp')
    return { format, details: noDetails, source: toSource(fileName, openBmp(fileName, bytes)) };
  if (format === 'heic') return openHeic(fileName, bytes);
  if (format === 'jpeg2000') return openJpeg2000(fileName, bytes);
  const page = format === 'tiff' ? openTiffPage(fileName, bytes) : undefined;
  const source: Source = {
    fileName,
    bytes: format === 'jpeg' ? withEndOfImage(bytes) : bytes,
    options: { page: page?.index ?? 0 },
  };
  const header = await readHeader(source, page);
  assertSize(fileName, header.width, header.height);
  const exif = format === 'tiff' ? bytes : header.exif;
  const details = exif ? readCaptureDetails(exif) : noDetails;
  return { format, details, source: await withTrueColours(source, header, page) };
}

/** Runs `finish` on the upright, opaque, 8-bit sRGB picture. Throws `damaged-image`. */
export function finishUpright<T>(
  source: Source,
  finish: (picture: Sharp) => Promise<T>,
): Promise<T> {
  return tolerant(source, (picture) =>
    finish(picture.flatten({ background: 'white' }).toColourspace('srgb')),
  );
}

const noDetails: CaptureDetails = { capturedAt: null, device: null };

function toSource(fileName: string, { widthPx, heightPx, pixels }: RgbImage): Source {
  const raw = { width: widthPx, height: heightPx, channels: 3 } as const;
  return { fileName, bytes: pixels, options: { raw } };
}

function openBmp(fileName: string, bytes: Uint8Array): RgbImage {
  let header: BmpHeader;
  try {
    header = readBmpHeader(bytes);
    assertSize(fileName, header.widthPx, header.heightPx);
    return decodeBmp(bytes, header);
  } catch (error) {
    if (!(error instanceof BmpError)) throw error;
    if (error.code === 'unknown-kind') throw unsupported(fileName, 'is a BMP of a rare kind');
    throw undecodable(fileName, error);
  }
}

function openHeic(fileName: string, bytes: Uint8Array): OpenedFile {
  try {
    return withHeic(bytes, ({ widthPx, heightPx, exif, decode }) => {
      assertSize(fileName, widthPx, heightPx);
      const details = exif ? readCaptureDetails(exif) : noDetails;
      return { format: 'heic', details, source: { fileName, bytes: decode(), options: {} } };
    });
  } catch (error) {
    throw refusal(fileName, 'HEIC picture', error);
  }
}

async function openJpeg2000(fileName: string, bytes: Uint8Array): Promise<OpenedFile> {
  try {
    const header = readJpeg2000Header(bytes);
    assertSize(fileName, header.widthPx, header.heightPx);
    const source = { fileName, bytes: await decodeJpeg2000(bytes, header), options: {} };
    return { format: 'jpeg2000', details: noDetails, source };
  } catch (error) {
    throw refusal(fileName, 'JPEG 2000 picture', error);
  }
}

function refusal(fileName: string, what: string, error: unknown): unknown {
  if (!(error instanceof CodecError)) return error;
  if (error.code === 'damaged') return undecodable(fileName, error);
  return unsupported(fileName, `is a ${what} of a kind that is not read`);
}

function openTiffPage(fileName: string, bytes: Uint8Array): TiffPage | undefined {
  if (isCameraRaw(bytes)) throw unsupported(fileName, "is a camera's raw file");
  return mainPage(bytes);
}

async function readHeader(source: Source, page: TiffPage | undefined): Promise<Metadata> {
  try {
    const options = { ...source.options, limitInputPixels: false, failOn: 'none' } as const;
    return await sharp(source.bytes, options).metadata();
  } catch (error) {
    if (page?.directory.integer(tag.photometric) === photometric.lab)
      throw unsupported(source.fileName, 'holds CIE Lab colours, which are not read');
    throw undecodable(source.fileName, error);
  }
}

function assertSize(fileName: string, width: number, height: number): void {
  if (width * height > maxPixels)
    throw new ImagingError(
      'image-too-large',
      `${fileName} is too large: ${width} × ${height} pixels, ${megapixels(width * height)} ` +
        `megapixels. At most ${megapixels(maxPixels)} are read. Scale it down, then import it.`,
    );
}

/**
 * The source as it is, but for three kinds: libvips takes the luminance and chrominance of a TIFF for
 * colours, and sharp leaves 16-bit pictures with a profile in a wider colour space than sRGB and fails
 * over more than four channels.
 */
async function withTrueColours(
  source: Source,
  header: Metadata,
  page: TiffPage | undefined,
): Promise<Source> {
  const { fileName } = source;
  if (page && isPlainYCbCr(page)) {
    if (header.channels !== 3 || header.depth !== 'uchar' || header.hasProfile)
      throw unsupported(fileName, 'holds YCbCr colours of a kind that is not read');
    return toSource(fileName, yCbCrToRgb(await decodeChannels(source), page.directory));
  }
  if (header.channels > 4) {
    if (header.space !== 'srgb' || header.depth !== 'uchar' || header.hasProfile)
      throw unsupported(fileName, `has ${header.channels} channels, of which not all are colours`);
    return toSource(fileName, firstThreeChannels(await decodeChannels(source)));
  }
  if (header.depth === 'ushort' && header.hasProfile) {
    const isGrey = header.channels < 3;
    const bytes = await tolerant(source, (picture) =>
      picture
        .keepIccProfile()
        .toColourspace(isGrey ? 'b-w' : 'srgb')
        .tiff({ compression: 'none' })
        .toBuffer(),
    );
    return { fileName, bytes, options: {} };
  }
  return source;
}

/** Where a JPEG is inside, its decoder converts. */
function isPlainYCbCr({ directory }: TiffPage): boolean {
  const isJpeg = jpegCompressions.includes(directory.integer(tag.compression) ?? 1);
  return directory.integer(tag.photometric) === photometric.yCbCr && !isJpeg;
}

/** The channels as they are in the file. */
async function decodeChannels(source: Source) {
  const { data, info } = await tolerant(source, (picture) =>
    picture.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true }),
  );
  return { widthPx: info.width, heightPx: info.height, channels: info.channels, samples: data };
}

/**
 * The one warning of libjpeg that sound files cause: some phones write a wrong scan header. libjpeg
 * words only its first warning, so a second one shows in the count alone.
 */
const harmlessWarning =
  /^(VipsJpeg: Invalid SOS parameters for sequential JPEG|read gave 1 warnings)\s*$/;

/**
 * Runs `finish` on the upright picture. Any warning of a loader means damage, but for the harmless
 * one: then the picture is decoded again and only other warnings count.
 */
async function tolerant<T>(source: Source, finish: (picture: Sharp) => Promise<T>): Promise<T> {
  const { fileName, bytes, options } = source;
  const open = (failOn: 'warning' | 'truncated') =>
    sharp(bytes, { ...options, failOn, limitInputPixels: maxPixels, autoOrient: true, pages: 1 });
  try {
    return await finish(open('warning'));
  } catch (error) {
    if (!harmlessWarning.test(messageOf(error))) throw undecodable(fileName, error);
  }
  const warnings: string[] = [];
  try {
    const picture = open('truncated').on('warning', (warning: string) => warnings.push(warning));
    const result = await finish(picture);
    const serious = warnings.find((warning) => !harmlessWarning.test(warning));
    if (serious !== undefined) throw new Error(serious);
    return result;
  } catch (error) {
    throw undecodable(fileName, error);
  }
}

function unsupported(fileName: string, what: string): ImagingError {
  return new ImagingError(
    'unsupported-format',
    `${fileName} ${what}. Export it as JPEG or as an RGB TIFF, then import that file.`,
  );
}

/** What libtiff says of a picture whose header it reads and whose compression it does not know. */
const unknownCompression = /compression support is not configured|decoding is not implemented/;

function undecodable(fileName: string, cause: unknown): ImagingError {
  if (unknownCompression.test(messageOf(cause)))
    return unsupported(fileName, 'is compressed in a way that is not read');
  const isCutShort =
    /premature end|unexpected end|bad seek|end of (file|stream)|not enough|cut short/i;
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
