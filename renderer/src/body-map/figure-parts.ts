import type { Laterality } from '../../../src/clinic/entities/index.ts';
import { siteText } from '../wording/anatomy.ts';
import type { BodyPlace } from './body-place.ts';
import {
  type CloseUp,
  figures,
  isDrawnMirrored,
  isWithin,
  lateralityAt,
  regionCentre,
  toPosition,
  type View,
} from './figure.ts';
import type { Point, Region } from './shapes.ts';

/** A region as it is drawn: a paired one twice. */
export interface Part {
  readonly region: Region;
  readonly laterality: Laterality;
  readonly isMirrored: boolean;
}

function partsOf(view: View): Part[] {
  const { regions, width, viewersLeft } = figures[view];
  return regions.flatMap((region): Part[] => {
    const near = lateralityAt(view, region, 0);
    if (viewersLeft.startsWith('only'))
      return [{ region, laterality: near, isMirrored: isDrawnMirrored(view) }];
    if (!region.isPaired) return [{ region, laterality: 'midline', isMirrored: false }];
    const far = lateralityAt(view, region, width);
    return [
      { region, laterality: near, isMirrored: false },
      { region, laterality: far, isMirrored: true },
    ];
  });
}

export const parts: Readonly<Record<View, readonly Part[]>> = {
  front: partsOf('front'),
  back: partsOf('back'),
  'head-left': partsOf('head-left'),
  'head-right': partsOf('head-right'),
  'head-top': partsOf('head-top'),
  hands: partsOf('hands'),
  palms: partsOf('palms'),
  soles: partsOf('soles'),
};

/** How a mirrored part, or what is drawn over it, is turned over. */
export const mirrorOf = (view: View): string => `translate(${figures[view].width} 0) scale(-1 1)`;

/** The parts that are in a close-up by their centre, as indices. */
export function shownParts(view: View, closeUp: CloseUp): number[] {
  return parts[view].flatMap(({ region, laterality }, index) =>
    isWithin(closeUp, regionCentre(view, region, laterality)) ? [index] : [],
  );
}

export const partName = ({ region, laterality }: Part): string =>
  siteText({
    bodySite: region.site,
    laterality: laterality === 'midline' ? 'unspecified' : laterality,
  });

export function placeIn(view: View, { region }: Part, point: Point): BodyPlace {
  return {
    bodySite: region.site,
    laterality: lateralityAt(view, region, point[0]),
    position: toPosition(view, point),
  };
}

/** A point of the window in a figure's own measures. */
export function figurePoint(
  figure: SVGSVGElement,
  { clientX, clientY }: { clientX: number; clientY: number },
): Point | undefined {
  const matrix = figure.getScreenCTM();
  if (!matrix) return undefined;
  const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(matrix.inverse());
  return [x, y];
}

/** The place of a figure, any one, that is under the pointer; nothing beside the body. */
export function placeUnder(pointer: { clientX: number; clientY: number }): BodyPlace | undefined {
  for (const element of document.elementsFromPoint(pointer.clientX, pointer.clientY)) {
    const group = element.closest<SVGGElement>('[data-part]');
    const figure = group?.ownerSVGElement;
    const view = figure?.dataset.view as View | undefined;
    if (!group || !figure || view === undefined) continue;
    const part = parts[view][Number(group.dataset.part)];
    const point = figurePoint(figure, pointer);
    if (part && point) return placeIn(view, part, point);
  }
  return undefined;
}

/** The place of a figure at a point in its own measures; nothing beside the body. */
export function placeAt(figure: SVGSVGElement, view: View, [x, y]: Point): BodyPlace | undefined {
  const { width } = figures[view];
  const at = parts[view].findIndex((part, index) => {
    const path = figure.querySelector<SVGPathElement>(`[data-part="${index}"] path`);
    return path?.isPointInFill(new DOMPoint(part.isMirrored ? width - x : x, y));
  });
  const part = parts[view][at];
  return part && placeIn(view, part, [x, y]);
}
