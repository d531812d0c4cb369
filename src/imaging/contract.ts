import { z } from 'zod';
import {
  foundRuler,
  imageFormat,
  imageQuality,
  lesionAppearance,
  outlineControls,
  picturePart,
  picturePoint,
  qualityWarning,
  snappedOutline,
} from '../clinic/entities/index.ts';
import { bytes, query } from '../processes/contract.ts';
import { minStampedSidePx } from './phantom/stamp.ts';

/** Station ↔ decoder. Every call is about one file or drawing; nothing is kept between calls. */

export const decodedImage = z.object({
  format: imageFormat,
  /** Upright size of the whole picture. */
  widthPx: z.int().min(1),
  heightPx: z.int().min(1),
  /** The camera's own clock, without a zone: `YYYY-MM-DDTHH:MM:SS`. */
  capturedAt: z.string().nullable(),
  /** Make and model of the camera. */
  device: z.string().nullable(),
  /** The network's input: 3 × S × S, plane after plane (R, G, B), row by row. */
  tensor: bytes,
  /** The part of the upright picture that it is of, in shares of the picture's width and height. */
  square: picturePart,
  /** JPEG without metadata, longer side at most 320 px. */
  thumbnail: bytes,
  quality: imageQuality,
  qualityWarnings: z.array(qualityWarning),
});
export type DecodedImage = z.infer<typeof decodedImage>;

/** What the outline's network is shown of a picture, and where in it that lies. */
export const outlineInput = z.object({
  widthPx: z.int().min(1),
  heightPx: z.int().min(1),
  /** The field of view, which the tensor holds whole. */
  field: z.object({
    x0: z.int().min(0),
    y0: z.int().min(0),
    width: z.int().min(1),
    height: z.int().min(1),
  }),
  /** 3 × S × S, plane after plane (R, G, B), row by row. */
  tensor: bytes,
});
export type OutlineInput = z.infer<typeof outlineInput>;

/** The lesion that a drawn demo image imitates. */
export const phantomKind = z.enum([
  'naevus',
  'melanoma-like',
  'basal-cell-like',
  'keratosis-like',
  'seborrhoeic',
  'vascular',
  'dermatofibroma-like',
]);
export type PhantomKind = z.infer<typeof phantomKind>;

const sidePx = z.int().min(minStampedSidePx).max(4096);
export const phantomRequest = z.object({
  seed: z.int(),
  kind: phantomKind,
  /** Width and height. */
  sizePx: z.tuple([sidePx, sidePx]),
  /** Fitzpatrick skin phototype, I to VI as 1 to 6; left out, it follows from the seed. */
  phototype: z.int().min(1).max(6).optional(),
  /** Size of the lesion, against how the seed has it. */
  growth: z.number().min(0.3).max(1.3).optional(),
  /** Which picture of this lesion: light, hairs and bubbles differ from shot to shot. */
  shot: z.int().min(0).optional(),
  /** By the camera's own clock, `YYYY-MM-DDTHH:MM:SS`; goes into the file with an invented device. */
  capturedAt: z.iso.datetime({ local: true }).optional(),
});
export type PhantomRequest = z.infer<typeof phantomRequest>;

/** A drawn overview photograph of a back. */
export const overviewDrawing = z.object({
  seed: z.int(),
  /** Width and height. */
  sizePx: z.tuple([sidePx, sidePx]),
  phototype: z.int().min(1).max(6),
  /** Lesions, in fractions of width and height; their size against what it is by now. */
  spots: z.array(
    z.object({
      x: z.number().min(0).max(1),
      y: z.number().min(0).max(1),
      growth: z.number().min(0.3).max(1.3),
    }),
  ),
  /** Which picture of this back: the light differs from shot to shot. */
  shot: z.int().min(0),
  /** As that of a phantom. */
  capturedAt: z.iso.datetime({ local: true }),
});
export type OverviewDrawing = z.infer<typeof overviewDrawing>;

const file = z.object({ fileName: z.string(), bytes });

export const decoderContract = {
  /**
   * Answers once the process can work, with the memory that it holds where the station does not see that, and the
   * walls that it stands within.
   */
  ready: query(
    z.object({}),
    z.object({
      memoryMib: z.number().nullable(),
      seal: z.object({ calls: z.boolean(), files: z.boolean() }),
    }),
  ),
  read: query(file.extend({ tensorSize: z.int().min(1).max(1024) }), decodedImage),
  prepareOutline: query(file.extend({ tensorSize: z.int().min(1).max(1024) }), outlineInput),
  /** Of the lesion inside an outline; `null` where that holds nothing of the picture. */
  appearance: query(
    file.extend({ outline: z.array(picturePoint) }),
    z.object({ appearance: lesionAppearance, clarity: z.number() }).nullable(),
  ),
  findRuler: query(file, foundRuler.nullable()),
  findWriting: query(file, z.array(picturePart)),
  /** The outline at the border that the picture shows. */
  snapOutline: query(file.extend({ controls: outlineControls }), snappedOutline),
  /** The picture upright, in sRGB, without metadata, no side longer than asked. */
  render: query(
    file.extend({ maxSidePx: z.int().min(1).max(8192) }),
    z.object({ bytes, mediaType: z.string() }),
  ),
  drawPhantom: query(phantomRequest, z.object({ bytes })),
  drawOverview: query(overviewDrawing, z.object({ bytes })),
} as const;
export type DecoderContract = typeof decoderContract;
