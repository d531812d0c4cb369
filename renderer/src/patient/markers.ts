import type { Lesion } from '../../../src/clinic/entities/index.ts';
import {
  type CloseUp,
  closeUps,
  figureHeight,
  figureWidth,
  isWithin,
  regionCentre,
  regions,
  scaleIn,
  type View,
} from './figure.ts';

/** A marker that is nearer to a close-up's edge would be cut. */
const edge = 9;

/** A lesion on the figure. */
export interface Marker {
  readonly lesion: Lesion;
  /** Its place in the patient's list, from 1. */
  readonly number: number;
  readonly x: number;
  readonly y: number;
  /** False where only the site is known, not the place in it. */
  readonly isExact: boolean;
}

/** The lesions that belong on this side of the figure and in the close-up; none for those without a site. */
export function placeMarkers(
  lesions: readonly Lesion[],
  view: View,
  closeUp: CloseUp = closeUps.whole,
): Marker[] {
  const scale = scaleIn(closeUp);
  const placed: Marker[] = [];
  lesions.forEach((lesion, index) => {
    const at = locate(lesion, view);
    if (!at) return;
    let [x, y] = at.point;
    if (!isWithin(closeUp, at.point, edge * scale)) return;
    // Two at one place stand beside each other.
    while (placed.some((other) => Math.hypot(other.x - x, other.y - y) < 8 * scale)) {
      x += 10 * scale;
      y += 6 * scale;
    }
    placed.push({ lesion, number: index + 1, x, y, isExact: at.isExact });
  });
  return placed;
}

function locate(lesion: Lesion, view: View) {
  const { position, bodySite, laterality } = lesion;
  if (position) {
    if (position.view !== view) return undefined;
    const point = [position.x * figureWidth, position.y * figureHeight] as const;
    return { point, isExact: true };
  }
  const isHere = (side: View) => regions[side].some(({ site }) => site === bodySite);
  if (view !== (isHere('front') ? 'front' : 'back')) return undefined;
  const region = regions[view].find(({ site }) => site === bodySite);
  if (!region) return undefined;
  return { point: regionCentre(view, region, laterality), isExact: false };
}
