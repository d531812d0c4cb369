import sharp from 'sharp';
import type {
  FoundRuler,
  LesionAppearance,
  PicturePart,
  SnappedOutline,
} from '../clinic/entities/index.ts';
import {
  appearanceOf,
  areaOf,
  type Controls,
  controlsFor,
  curveThrough,
  findRuler,
  MeasuringError,
  type Polygon,
  snapped,
} from '../measuring/index.ts';
import type { DecodedImage, OutlineInput } from './contract.ts';
import { fieldOfView, type Window } from './field-of-view.ts';
import { lesionShare } from './lesion-size.ts';
import { thumbnailSidePx, writingSidePx } from './limits.ts';
import { judgeQuality, measureQuality } from './quality.ts';
import type { RgbImage } from './rgb-image.ts';
import { finishUpright, openSource, type Source } from './source.ts';
import { centredSquare, toTensor, toWholeTensor } from './transform.ts';
import { findWriting } from './writing.ts';

/** Everything that the product keeps of an image file. Throws `ImagingError`. */
export async function readImage(
  fileName: string,
  bytes: Uint8Array,
  tensorSize: number,
): Promise<DecodedImage> {
  const { format, details, source } = await openSource(fileName, bytes);
  const image = await decodePixels(source);
  // Drawn on libvips' own thread meanwhile.
  const thumbnail = drawThumbnail(image);
  const field = fieldOfView(image);
  const quality = measureQuality(image, field);
  return {
    format,
    widthPx: image.widthPx,
    heightPx: image.heightPx,
    ...details,
    tensor: toTensor(image, tensorSize, field),
    square: squareOf(image, field),
    quality,
    qualityWarnings: judgeQuality(quality, field, lesionShare(image, field)),
    thumbnail: await thumbnail,
  };
}

/** What the outline's network is shown of an image file. Throws `ImagingError`. */
export async function prepareOutline(
  fileName: string,
  bytes: Uint8Array,
  tensorSize: number,
): Promise<OutlineInput> {
  const { source } = await openSource(fileName, bytes);
  const image = await decodePixels(source);
  const field = fieldOfView(image);
  const { widthPx, heightPx } = image;
  return { widthPx, heightPx, field, tensor: toWholeTensor(image, tensorSize, field) };
}

/** Of the lesion inside an outline; `null` where that holds no pixel. Throws `ImagingError`. */
export async function measureAppearance(
  fileName: string,
  bytes: Uint8Array,
  outline: Polygon,
): Promise<{ appearance: LesionAppearance; clarity: number } | null> {
  const { source } = await openSource(fileName, bytes);
  const image = await decodePixels(source);
  try {
    return {
      appearance: appearanceOf(image, outline),
      clarity: snapped(image, outline).clarity,
    };
  } catch (error) {
    if (error instanceof MeasuringError) return null;
    throw error;
  }
}

/** An outline moved to the border that an image file shows. Throws `ImagingError`. */
export async function snapOutlineIn(
  fileName: string,
  bytes: Uint8Array,
  controls: Controls,
): Promise<SnappedOutline> {
  const { source } = await openSource(fileName, bytes);
  const { outline, clarity } = snapped(await decodePixels(source), curveThrough(controls));
  return { controls: controlsFor(outline, 0.01 * Math.sqrt(areaOf(outline))), clarity };
}

/** A ruler's row of marks in an image file, or `null`. Throws `ImagingError`. */
export async function findRulerIn(fileName: string, bytes: Uint8Array): Promise<FoundRuler | null> {
  const { source } = await openSource(fileName, bytes);
  return findRuler(await decodePixels(source));
}

/** Lines of writing in a picture, looked for in it at a moderate size. Throws `ImagingError`. */
export async function findWritingIn(fileName: string, bytes: Uint8Array): Promise<PicturePart[]> {
  const { source } = await openSource(fileName, bytes);
  const image = await decodePixels(source, writingSidePx);
  const { widthPx, heightPx } = image;
  return findWriting(image).map(({ left, top, right, bottom }) => ({
    x: left / widthPx,
    y: top / heightPx,
    width: (right - left) / widthPx,
    height: (bottom - top) / heightPx,
  }));
}

/** The picture upright, in sRGB, without metadata, no side longer than `maxSidePx`. */
export async function renderImage(
  fileName: string,
  bytes: Uint8Array,
  maxSidePx: number,
): Promise<{ bytes: Uint8Array; mediaType: string }> {
  const { source } = await openSource(fileName, bytes);
  const rendition = await finishUpright(source, (picture) =>
    picture
      .resize(maxSidePx, maxSidePx, inside)
      .jpeg({ quality: 90, chromaSubsampling: '4:4:4' })
      .toBuffer(),
  );
  return { bytes: rendition, mediaType: 'image/jpeg' };
}

function squareOf({ widthPx, heightPx }: RgbImage, field: Window): DecodedImage['square'] {
  const { x0, y0, width, height } = centredSquare(field);
  return {
    x: x0 / widthPx,
    y: y0 / heightPx,
    width: width / widthPx,
    height: height / heightPx,
  };
}

/** To no more than a size, where one is given. */
const inside = { fit: 'inside', withoutEnlargement: true } as const;

async function decodePixels(source: Source, maxSidePx?: number): Promise<RgbImage> {
  const { data, info } = await finishUpright(source, (picture) =>
    picture
      .resize(maxSidePx, maxSidePx, inside)
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true }),
  );
  return { widthPx: info.width, heightPx: info.height, pixels: data };
}

async function drawThumbnail(image: RgbImage): Promise<Uint8Array> {
  const { widthPx, heightPx, pixels } = image;
  return sharp(pixels, { raw: { width: widthPx, height: heightPx, channels: 3 } })
    .resize(thumbnailSidePx, thumbnailSidePx, inside)
    .jpeg({ quality: 85 })
    .toBuffer();
}

/** Decodes and encodes a picture of the program's own, so that the codecs are compiled. */
export async function warmUp(): Promise<void> {
  const create = { width: 64, height: 64, channels: 3, background: 'white' } as const;
  await renderImage('The first picture', await sharp({ create }).jpeg().toBuffer(), 32);
}
