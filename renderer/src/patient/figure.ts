import type { BodyMapPosition, BodySite, Laterality } from '../../../src/clinic/entities/index.ts';

/**
 * The body map's figure, drawn on a 240 × 480 grid, symmetric about x = 120. A paired region is
 * drawn once for the viewer's left and mirrored; a middle region is drawn whole.
 */
export const figureWidth = 240;
export const figureHeight = 480;
const middle = figureWidth / 2;

/** A part of the grid, seen larger. */
export interface CloseUp {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const closeUps = {
  whole: { x: 0, y: 0, width: figureWidth, height: figureHeight },
  head: { x: 75, y: 2, width: 90, height: 96 },
  upper: { x: 22, y: 76, width: 196, height: 222 },
  legs: { x: 64, y: 200, width: 112, height: 280 },
} as const satisfies Record<string, CloseUp>;
export type CloseUpName = keyof typeof closeUps;

/** By how much less things are drawn in a close-up, so that they look as large as on the whole figure. */
export const scaleIn = ({ width, height }: CloseUp): number =>
  Math.max(width / figureWidth, height / figureHeight);

/** Whether a point is in a close-up, and so far from its edge. */
export const isWithin = (
  { x, y, width, height }: CloseUp,
  [atX, atY]: Point,
  margin = 0,
): boolean =>
  atX >= x + margin && atX <= x + width - margin && atY >= y + margin && atY <= y + height - margin;

export type View = BodyMapPosition['view'];
type Point = readonly [x: number, y: number];

export interface Region {
  readonly site: BodySite;
  readonly path: string;
  /** Where a lesion goes that was placed without a pointer. */
  readonly centre: Point;
  readonly isPaired: boolean;
}

const paired = (site: BodySite, centre: Point, path: string): Region => ({
  site,
  path,
  centre,
  isPaired: true,
});
const whole = (site: BodySite, centre: Point, path: string): Region => ({
  site,
  path,
  centre,
  isPaired: false,
});

const limbs: readonly Region[] = [
  paired(
    'shoulder',
    [82, 101],
    'M92.5 88.3C81 89.5 71 93 66.5 103C64 109 63 115.5 62 121.5Q73 126.5 84 126C86 116 88.5 102 92.5 88.3Z',
  ),
  paired(
    'upper-arm',
    [68, 152],
    'M61.5 124Q72.5 129 83.5 128.6C83.5 146 79.5 164 74 184Q62.5 184.5 52.5 179C54.5 160 57.5 140 61.5 124Z',
  ),
  paired(
    'forearm',
    [55, 212],
    'M52 181.6Q62 187 73.5 186.6C73 206 65.5 226 56.8 245.5Q48.5 245.5 41.5 241.2C42.5 219 46.5 200 52 181.6Z',
  ),
  paired(
    'hand',
    [44, 264],
    'M41 243.8Q48 248 56 248.1C57.5 257 57 266 55 274C53.5 281 51 288.5 47 289C42.5 289.5 40 284 38.5 277C37.8 273.5 37.5 270 37.2 267.5C36 270 33.8 273.5 31.5 273C28.8 272.3 29.5 267 31.2 262.5C33.2 256.5 37.5 250 41 243.8Z',
  ),
  paired(
    'lower-leg',
    [102, 392],
    'M90 346.5Q102 350 114.5 346.5C117.5 362 117.5 378 115 396C113 412 111.5 426 111.5 440Q104.5 442 98 440C97 424 92.5 408 90 392C87.8 376 88 360 90 346.5Z',
  ),
];

const frontFoot = paired(
  'foot',
  [104, 456],
  'M98 442.5Q104.5 444.5 111.5 442.5C112 450 114 456 113.5 463C113 469.5 109 472 103 472C96 472 89.5 470.5 90.5 466C92 459 97.5 452 98 442.5Z',
);
const backFoot = paired(
  'foot',
  [104, 455],
  'M98 442.5Q104.5 444.5 111.5 442.5C112 449 114.5 455 113.5 462C112.5 467 108.5 468.5 104 468.5C98 468.5 93 467 94 462C95.5 455 97.8 450 98 442.5Z',
);

export const regions: Readonly<Record<View, readonly Region[]>> = {
  front: [
    whole(
      'scalp',
      [120, 20],
      'M97.5 32C97 18 106 9 120 9C134 9 143 18 142.5 32C136 26 128 24.5 120 24.5C112 24.5 104 26 97.5 32Z',
    ),
    whole(
      'face',
      [120, 46],
      'M97.8 35C104 29 112 27 120 27C128 27 136 29 142.2 35C142.8 46 141 56 136 63.5C131.5 70 126 73 120 73C114 73 108.5 70 104 63.5C99 56 97.2 46 97.8 35Z',
    ),
    paired('ear', [93.5, 46], 'M96.3 40C93 38 90.5 40.5 91.2 45C91.8 50 94 54 97.8 53.5Z'),
    whole(
      'neck',
      [120, 78],
      'M107.5 69.5C111 73.5 115 75.5 120 75.5C125 75.5 129 73.5 132.5 69.5C132.5 76 134.5 81 142.5 85C135 88.5 128 90 120 90C112 90 105 88.5 97.5 85C105.5 81 107.5 76 107.5 69.5Z',
    ),
    ...limbs.slice(0, 1),
    whole(
      'chest',
      [120, 120],
      'M95 86.6C104 90.8 112 92.5 120 92.5C128 92.5 136 90.8 145 86.6C149.5 102 153 118 154.5 132C154 140 153 147 152 152.5Q136 159 120 154Q104 159 88 152.5C87 147 86 140 85.5 132C87 118 90.5 102 95 86.6Z',
    ),
    whole(
      'abdomen',
      [120, 186],
      'M88.3 155.2Q104 161.8 120 156.8Q136 161.8 151.7 155.2C150 167 149.5 178 151 190C152.5 200 155.5 208 157.5 216C146 222.5 133 226 120 226C107 226 94 222.5 82.5 216C84.5 208 87.5 200 89 190C90.5 178 90 167 88.3 155.5Z',
    ),
    whole(
      'genital',
      [120, 240],
      'M101 226C107 228 113 228.7 120 228.7C127 228.7 133 228 139 226C135 236 130 246 124.5 254C121.5 256 118.5 256 115.5 254C110 246 105 236 101 226Z',
    ),
    ...limbs.slice(1, 4),
    paired(
      'thigh',
      [99, 286],
      'M81.8 218.5C87 221.5 92.5 223.8 98.2 225.3C102.5 236 108 247 114.5 256.5C116.5 258 117.5 260 118 263C118.8 290 116.5 318 114.3 344Q102 347.5 90 344C88.5 322 81.5 300 79.3 276C77.5 256 78.5 236 81.8 218.5Z',
    ),
    ...limbs.slice(4),
    frontFoot,
  ],
  back: [
    whole(
      'scalp',
      [120, 34],
      'M97.5 38C96 20 105 9 120 9C135 9 144 20 142.5 38C142 50 139 58 134 63C125 66.5 115 66.5 106 63C101 58 98 50 97.5 38Z',
    ),
    paired('ear', [93.5, 46], 'M96.3 40C93 38 90.5 40.5 91.2 45C91.8 50 94 54 98.3 54Z'),
    whole(
      'neck',
      [120, 76],
      'M106.8 65.8C115 69.3 125 69.3 133.2 65.8C133 74 134.5 80 143 84.5C129 88.5 111 88.5 97 84.5C105.5 80 107 74 106.8 65.8Z',
    ),
    ...limbs.slice(0, 1),
    whole(
      'upper-back',
      [120, 122],
      'M95 86.3C111 91 129 91 145 86.3C149.5 102 153 118 154.5 132C154 140 153 147 152 152.5Q120 158.5 88 152.5C87 147 86 140 85.5 132C87 118 90.5 102 95 86.3Z',
    ),
    whole(
      'lower-back',
      [120, 180],
      'M88.3 155.2Q120 161.2 151.7 155.2C150 167 149.5 178 151 190C151.7 195 152.8 199.5 154 204C143 200 131 200 120 206C109 200 97 200 86 204C87.2 199.5 88.3 195 89 190C90.5 178 90 167 88.3 155.5Z',
    ),
    paired(
      'buttock',
      [99, 232],
      'M85.3 206.7C96 202.7 108 202.9 118.8 208.5L118.8 254C113 260.5 104 263 95 262C88.5 261.3 82.5 259 78.6 255.5C78.5 238 81 222 85.3 206.7Z',
    ),
    ...limbs.slice(1, 4),
    paired(
      'thigh',
      [99, 300],
      'M78.7 258.8C83 262 89 264 95 264.6C104 265.3 112.5 262.5 118.3 257.5C118.7 288 116.5 318 114.3 344Q102 347.5 90 344C88.5 322 81.5 300 79.3 276C78.8 270 78.6 264 78.7 258.8Z',
    ),
    ...limbs.slice(4),
    backFoot,
  ],
};

/** In the front view the viewer sees the figure's right side on the left; from behind, its left. */
export function lateralityAt(view: View, region: Region, x: number): Laterality {
  if (!region.isPaired && Math.abs(x - middle) < 8) return 'midline';
  const isViewersLeft = x < middle;
  return isViewersLeft === (view === 'front') ? 'right' : 'left';
}

const mirror = ([x, y]: Point): Point => [figureWidth - x, y];

/** A region's centre, on the side asked for. */
export function regionCentre(view: View, region: Region, laterality: Laterality): Point {
  if (laterality !== 'left' && laterality !== 'right') return region.centre;
  const centre: Point = region.isPaired ? region.centre : [region.centre[0] - 18, region.centre[1]];
  const isViewersLeft = (laterality === 'right') === (view === 'front');
  return isViewersLeft ? centre : mirror(centre);
}

export const toPosition = (view: View, [x, y]: Point): BodyMapPosition => ({
  view,
  x: Math.min(1, Math.max(0, x / figureWidth)),
  y: Math.min(1, Math.max(0, y / figureHeight)),
});
