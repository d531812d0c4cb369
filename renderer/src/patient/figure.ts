import type { BodyMapPosition, BodySite, Laterality } from '../../../src/clinic/entities.ts';

/**
 * The body map's figure, drawn on a 240 × 480 grid, symmetric about x = 120. A paired region is
 * drawn once for the viewer's left and mirrored; a middle region is drawn whole.
 */
export const figureWidth = 240;
export const figureHeight = 480;
const middle = figureWidth / 2;

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
    'M92 87C80 88 70 92 66 103C64 109 63 116 62 122L84 126C86 116 88 102 92 87Z',
  ),
  paired(
    'upper-arm',
    [68, 152],
    'M61.5 124.5L83.5 128.5C83 146 79 162 73.5 184L51.5 179C54 160 57.5 140 61.5 124.5Z',
  ),
  paired(
    'forearm',
    [55, 212],
    'M51 181.5L73 186.5C71 206 65 226 56.5 246L40.5 241.5C42 220 46 200 51 181.5Z',
  ),
  paired(
    'hand',
    [44, 264],
    'M40 244L56 248.5C56.5 255 56.5 263 54.5 271C52.5 279 49 285.5 45 286.5C42 287.2 40.5 284 39.5 280C38.5 281 37 283 35.2 282C33 280.5 34 275 33.8 269C32.5 270 30.5 270.5 29.8 268.5C29 262 35 253 40 244Z',
  ),
  paired(
    'lower-leg',
    [102, 392],
    'M88.5 346L117 346C117.5 366 116.5 378 114.5 396C113 412 112.2 426 112 440L97.5 440C96.5 424 93 408 90.5 392C88.3 376 87.5 362 88.5 346Z',
  ),
];

const frontFoot = paired(
  'foot',
  [104, 456],
  'M97.5 442.5L112 442.5C112.5 450 114 456 113.5 463C113 469.5 109 472 103 472C96 472 90 470.5 90.5 466C91 459 97 452 97.5 442.5Z',
);
const backFoot = paired(
  'foot',
  [104, 455],
  'M97.5 442.5L112 442.5C112.5 449 114.5 455 113 462C112 467 108.5 468.5 104 468.5C98 468.5 93.5 467 94 462C95 455 97 450 97.5 442.5Z',
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
      'M107.5 69.5C111 73.5 115 75.5 120 75.5C125 75.5 129 73.5 132.5 69.5C132.5 75 133 80 136.5 83.5C131 86.5 126 88 120 88C114 88 109 86.5 103.5 83.5C107 80 107.5 75 107.5 69.5Z',
    ),
    ...limbs.slice(0, 1),
    whole(
      'chest',
      [120, 120],
      'M102 85.5C108 89 114 90.5 120 90.5C126 90.5 132 89 138 85.5L146 87C150 102 153 118 154.5 132C154 140 153 147 152 153L88 153C87 147 86 140 85.5 132C87 118 90 102 94 87Z',
    ),
    whole(
      'abdomen',
      [120, 186],
      'M88.3 155.5L151.7 155.5C150 167 149.5 178 151 190C152.5 200 155.5 208 157.5 216C146 222.5 133 226 120 226C107 226 94 222.5 82.5 216C84.5 208 87.5 200 89 190C90.5 178 90 167 88.3 155.5Z',
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
      'M81.8 218.5C87 221.5 92.5 223.8 98.2 225.3C102.5 236 108 247 114.5 256.5C116.5 258 117.5 260 118 263C118.5 290 118 316 117.2 343.5L88.3 343.5C86 322 81 300 79 276C77.5 256 78.5 236 81.8 218.5Z',
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
      'M106.5 65.8C115 69.3 125 69.3 133.5 65.8C133 73 133 79.5 137.5 84C126 87.5 114 87.5 102.5 84C107 79.5 107 73 106.5 65.8Z',
    ),
    ...limbs.slice(0, 1),
    whole(
      'upper-back',
      [120, 122],
      'M100.5 86C113 90 127 90 139.5 86L146 87C150 102 153 118 154.5 132C154 140 153 147 152 153L88 153C87 147 86 140 85.5 132C87 118 90 102 94 87Z',
    ),
    whole(
      'lower-back',
      [120, 180],
      'M88.3 155.5L151.7 155.5C150 167 149.5 178 151 190C151.7 195 152.8 199.5 154 204C143 200 131 200 120 206C109 200 97 200 86 204C87.2 199.5 88.3 195 89 190C90.5 178 90 167 88.3 155.5Z',
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
      'M78.7 258.8C83 262 89 264 95 264.6C104 265.3 112.5 262.5 118.3 257.5C118.7 288 118 316 117.2 343.5L88.3 343.5C86 322 81 300 79 276C78.7 270 78.6 264 78.7 258.8Z',
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
