import type { Lesion } from '../../../src/clinic/entities/index.ts';
import { figureHeight, figureWidth, regionCentre, regions, type View } from './figure.ts';

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

/** The lesions that belong on this side of the figure; none for those without a site. */
export function placeMarkers(lesions: readonly Lesion[], view: View): Marker[] {
  const placed: Marker[] = [];
  lesions.forEach((lesion, index) => {
    const at = locate(lesion, view);
    if (!at) return;
    let [x, y] = at.point;
    // Two at one place stand beside each other.
    while (placed.some((other) => Math.hypot(other.x - x, other.y - y) < 8)) {
      x += 10;
      y += 6;
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
