import { enlargedField, type Region, regionsAbove } from './contour.ts';
import { areaOf, centroidOf, type Point, type Polygon } from './polygon.ts';
import { controlsFor } from './spline.ts';

/** Part of a picture, in its pixels. */
export interface Window {
  readonly x0: number;
  readonly y0: number;
  readonly width: number;
  readonly height: number;
}

/** What the outline's network says of a window: how likely each of side × side cells is lesion. */
export interface LesionMap {
  readonly side: number;
  /** Spikes of each cell, row by row. */
  readonly counts: Int32Array;
  /** A cell with more spikes than this is lesion. */
  readonly level: number;
  readonly window: Window;
}

/** A lesion that was found in a picture, in the picture's own pixels. */
export interface FoundLesion {
  readonly outline: Polygon;
  /** The outline as a person corrects it. */
  readonly controls: readonly Point[];
  /** Share of the window that it covers. */
  readonly share: number;
  /** Whether it goes on beyond the window: its axes and area are larger than what is seen. */
  readonly isCut: boolean;
}

/** Cells of the map are halved so many times before the outline is drawn. */
const fineness = 4;
/** Smaller parts of the window are specks. */
const leastShare = 0.002;
/** Of the root of a lesion's area: how far the corrected curve may lie from the outline. */
const tolerance = 0.02;

/**
 * The lesions of a picture. The first one is the one that was meant: large and near the middle. More
 * than one is for a person to choose from.
 */
export function lesionsIn({ side, counts, level, window }: LesionMap): FoundLesion[] {
  if (counts.length !== side * side)
    throw new RangeError(`${counts.length} counts are no ${side} × ${side} map`);
  const coarse = { columns: side, rows: side, values: Float32Array.from(counts) };
  const cells = side * fineness;
  const field = enlargedField(coarse, cells, cells);
  return regionsAbove(field, level)
    .filter(({ areaCells }) => areaCells >= leastShare * cells ** 2)
    .toSorted((a, b) => meant(b, cells) - meant(a, cells))
    .map(({ outline, areaCells, isCut }) => {
      const inPicture = outline.map(({ x, y }) => ({
        x: window.x0 + (x / cells) * window.width,
        y: window.y0 + (y / cells) * window.height,
      }));
      const controls = controlsFor(inPicture, tolerance * Math.sqrt(areaOf(inPicture)));
      return { outline: inPicture, controls, share: areaCells / cells ** 2, isCut };
    });
}

/** A person puts what they mean in the middle. */
function meant({ outline, areaCells }: Region, cells: number): number {
  const { x, y } = centroidOf(outline);
  const away = Math.hypot(x - cells / 2, y - cells / 2) / (cells / 2);
  return Math.sqrt(areaCells) * Math.exp(-2 * away * away);
}
