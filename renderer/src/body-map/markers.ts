import type { Lesion } from '../../../src/clinic/entities/index.ts';
import { markerScale, type Shown } from './close-ups.ts';
import { isSideSeen, isWithin, regionCentre, regionOf, toPoint } from './figure.ts';
import type { Point } from './shapes.ts';

/** A marker that is nearer to a close-up's edge would be cut. */
const edge = 9;

/** A lesion on a figure. */
export interface Marker {
  readonly lesion: Lesion;
  /** Its place in the patient's list, from 1. */
  readonly number: number;
  readonly x: number;
  readonly y: number;
  /** False where only the site is known, or its place in a view that is not shown. */
  readonly isExact: boolean;
}

/**
 * The lesions on each of the figures that are shown together: once each, where they were placed, or in
 * the middle of their site where that is in a view that is not among them. None for those without a site.
 */
export function placeMarkers(
  lesions: readonly Lesion[],
  shown: readonly Shown[],
): readonly (readonly Marker[])[] {
  const placed: Marker[][] = shown.map(() => []);
  lesions.forEach((lesion, index) => {
    const at = locate(lesion, shown);
    const markers = at && placed[at.figure];
    const figure = at && shown[at.figure];
    if (!markers || !figure) return;
    const scale = markerScale(figure);
    let [x, y] = at.point;
    // Two at one place stand beside each other.
    while (markers.some((other) => Math.hypot(other.x - x, other.y - y) < 8 * scale)) {
      x += 10 * scale;
      y += 6 * scale;
    }
    markers.push({ lesion, number: index + 1, x, y, isExact: at.isExact });
  });
  return placed;
}

interface Located {
  readonly figure: number;
  readonly point: Point;
  readonly isExact: boolean;
}

function locate(lesion: Lesion, shown: readonly Shown[]): Located | undefined {
  const { position, bodySite, laterality } = lesion;
  const isShown = (figure: Shown, point: Point) =>
    isWithin(figure.closeUp, point, edge * markerScale(figure));
  if (position) {
    const figure = shown.findIndex(({ view }) => view === position.view);
    const at = shown[figure];
    const point = toPoint(position);
    if (at) return isShown(at, point) ? { figure, point, isExact: true } : undefined;
  }
  for (const [figure, each] of shown.entries()) {
    const { view } = each;
    const region = regionOf(view, bodySite);
    if (!region || !isSideSeen(view, laterality)) continue;
    const point = regionCentre(view, region, laterality);
    if (isShown(each, point)) return { figure, point, isExact: false };
  }
  return undefined;
}
