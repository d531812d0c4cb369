import { type PointerEvent, type RefObject, useEffect, useRef } from 'react';
import type { CloseUp } from './figure.ts';
import { middleOf } from './figure.ts';
import { figurePoint } from './figure-parts.ts';
import { ignoreNextClick } from './ignore-click.ts';
import type { Point } from './shapes.ts';

export interface FigureZoom {
  readonly isWhole: boolean;
  readonly closerAt: (point: Point, step: 1 | -1) => void;
  readonly centre: (point: Point) => void;
}

/** Less is a click with an unsteady hand; in the window's pixels. */
const dragPx = 4;
/** Of the wheel, for a step. */
const wheelPx = 40;

/** A figure that is seen closely is moved by dragging it; pinching, or Ctrl and the wheel, go closer. */
export function useMapPan(
  figure: RefObject<SVGSVGElement | null>,
  closeUp: CloseUp,
  zoom: FigureZoom,
) {
  const from = useRef<{ clientX: number; clientY: number; middle: Point; isDragged: boolean }>(
    undefined,
  );
  const latest = useRef(zoom);
  latest.current = zoom;
  useEffect(() => {
    const element = figure.current;
    let turned = 0;
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey || !element) return;
      event.preventDefault(); // Else the whole window grows.
      turned += event.deltaY;
      const point = figurePoint(element, event);
      if (Math.abs(turned) < wheelPx || !point) return;
      latest.current.closerAt(point, turned < 0 ? 1 : -1);
      turned = 0;
    };
    element?.addEventListener('wheel', onWheel, { passive: false });
    return () => element?.removeEventListener('wheel', onWheel);
  }, [figure]);

  if (zoom.isWhole) return {};
  return {
    onPointerDown: ({ button, clientX, clientY }: PointerEvent<SVGSVGElement>) => {
      if (button !== 0) return;
      from.current = { clientX, clientY, middle: middleOf(closeUp), isDragged: false };
    },
    onPointerMove: (event: PointerEvent<SVGSVGElement>) => {
      const start = from.current;
      const matrix = event.currentTarget.getScreenCTM();
      if (!start || !matrix) return;
      const dx = event.clientX - start.clientX;
      const dy = event.clientY - start.clientY;
      if (!start.isDragged && Math.hypot(dx, dy) <= dragPx) return;
      if (!start.isDragged) event.currentTarget.setPointerCapture(event.pointerId);
      start.isDragged = true;
      const [x, y] = start.middle;
      zoom.centre([x - dx / matrix.a, y - dy / matrix.d]);
    },
    onPointerUp: () => {
      if (from.current?.isDragged) ignoreNextClick();
      from.current = undefined;
    },
    onPointerCancel: () => {
      from.current = undefined;
    },
  };
}
