import type { BodyMapPosition, BodySite, Laterality } from '../../../src/clinic/entities/index.ts';
import { handBacks, headSide, headTop, palms, soles } from './close-views.ts';
import type { Point, Region } from './shapes.ts';
import { backRegions, frontRegions } from './whole-body.ts';

export type View = BodyMapPosition['view'];

/** A view of the body, drawn on a grid of its own. */
interface Figure {
  readonly width: number;
  readonly height: number;
  /** A paired region is drawn once for the viewer's left and mirrored; a middle region is drawn whole. */
  readonly regions: readonly Region[];
  /** Which side of the patient is on the viewer's left, or all that is seen. */
  readonly viewersLeft: 'right' | 'left' | 'only-right' | 'only-left';
  readonly features?: string;
}

export const figures: Readonly<Record<View, Figure>> = {
  front: { width: 240, height: 480, regions: frontRegions, viewersLeft: 'right' },
  back: { width: 240, height: 480, regions: backRegions, viewersLeft: 'left' },
  'head-left': { width: 120, height: 140, ...headSide, viewersLeft: 'only-left' },
  'head-right': { width: 120, height: 140, ...headSide, viewersLeft: 'only-right' },
  'head-top': { width: 120, height: 130, ...headTop, viewersLeft: 'right' },
  hands: { width: 240, height: 150, ...handBacks, viewersLeft: 'right' },
  palms: { width: 240, height: 150, ...palms, viewersLeft: 'right' },
  soles: { width: 240, height: 150, ...soles, viewersLeft: 'right' },
};

/** Of the head's sides one is drawn, the other is its mirror image. */
export const isDrawnMirrored = (view: View): boolean => figures[view].viewersLeft === 'only-right';

/** A part of a figure's grid, seen larger. */
export interface CloseUp {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const wholeOf = (view: View): CloseUp => {
  const { width, height } = figures[view];
  return { x: 0, y: 0, width, height };
};

/** By how much less things are drawn in a close-up, so that they look as large as on the whole figure. */
export const scaleIn = ({ width, height }: CloseUp): number =>
  Math.max(width / figures.front.width, height / figures.front.height);

/** Whether a point is in a close-up, and so far from its edge. */
export const isWithin = (
  { x, y, width, height }: CloseUp,
  [atX, atY]: Point,
  margin = 0,
): boolean =>
  atX >= x + margin && atX <= x + width - margin && atY >= y + margin && atY <= y + height - margin;

/** The close-up, that many times closer, about a point as near as its edges allow. */
export function closer(
  { x, y, width, height }: CloseUp,
  factor: number,
  [aboutX, aboutY]: Point,
): CloseUp {
  const [w, h] = [width / factor, height / factor];
  const within = (at: number, least: number, most: number) => Math.max(least, Math.min(most, at));
  return {
    x: within(aboutX - w / 2, x, x + width - w),
    y: within(aboutY - h / 2, y, y + height - h),
    width: w,
    height: h,
  };
}

export const middleOf = ({ x, y, width, height }: CloseUp): Point => [
  x + width / 2,
  y + height / 2,
];

export const regionOf = (view: View, site: BodySite): Region | undefined =>
  figures[view].regions.find((region) => region.site === site);

/** On which side of the patient a point is. Seen from in front, the right is on the viewer's left. */
export function lateralityAt(view: View, region: Region, x: number): Laterality {
  const { viewersLeft, width } = figures[view];
  if (viewersLeft === 'only-left') return 'left';
  if (viewersLeft === 'only-right') return 'right';
  const middle = width / 2;
  if (!region.isPaired && Math.abs(x - middle) < width / 30) return 'midline';
  return x < middle === (viewersLeft === 'right') ? 'right' : 'left';
}

/** A region's centre, on the side asked for. */
export function regionCentre(view: View, region: Region, laterality: Laterality): Point {
  const { viewersLeft, width } = figures[view];
  const mirror = ([x, y]: Point): Point => [width - x, y];
  if (viewersLeft === 'only-left') return region.centre;
  if (viewersLeft === 'only-right') return mirror(region.centre);
  if (laterality !== 'left' && laterality !== 'right') return region.centre;
  const aside = width * 0.075;
  const centre: Point = region.isPaired
    ? region.centre
    : [region.centre[0] - aside, region.centre[1]];
  return laterality === viewersLeft ? centre : mirror(centre);
}

/** Whether a lesion of that side can be seen at all. */
export function isSideSeen(view: View, laterality: Laterality): boolean {
  const { viewersLeft } = figures[view];
  if (viewersLeft === 'only-left') return laterality !== 'right';
  return viewersLeft === 'only-right' ? laterality !== 'left' : true;
}

export function toPosition(view: View, [x, y]: Point): BodyMapPosition {
  const { width, height } = figures[view];
  return {
    view,
    x: Math.min(1, Math.max(0, x / width)),
    y: Math.min(1, Math.max(0, y / height)),
  };
}

export const toPoint = ({ view, x, y }: BodyMapPosition): Point => [
  x * figures[view].width,
  y * figures[view].height,
];
