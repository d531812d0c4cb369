import { type PointerEvent, type ReactNode, useEffect, useRef } from 'react';
import { type Composition, paint, type Quality } from './paint.ts';
import { moved, type Point, type View, zoomedAbout } from './view.ts';

/** After so long without a move the pictures are drawn finely. */
const restMs = 120;

interface PaneProps {
  name: string;
  caption: ReactNode;
  composition: Composition;
  view: View;
  onView: (change: (view: View) => View) => void;
  /** Where a divider is dragged to, as a share of the width. */
  onDivide?: ((at: number) => void) | undefined;
}

/** A canvas that shows pictures as they are composed; the wheel zooms, a drag moves. */
export function Pane({ name, caption, composition, view, onView, onDivide }: PaneProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const latest = useRef({ composition, view, onView });
  latest.current = { composition, view, onView };
  const frame = useRef(0);
  const rest = useRef(0);
  const paintedView = useRef(view);
  const schedule = useRef(() => {});
  schedule.current = () => {
    const draw = (quality: Quality) => {
      const context = canvas.current?.getContext('2d', { alpha: false });
      if (context) paint(context, latest.current.composition, latest.current.view, quality);
      paintedView.current = latest.current.view;
    };
    cancelAnimationFrame(frame.current);
    clearTimeout(rest.current);
    frame.current = requestAnimationFrame(() => {
      const isMoving = paintedView.current !== latest.current.view;
      draw(isMoving ? 'draft' : 'fine');
      if (isMoving) rest.current = window.setTimeout(() => draw('fine'), restMs);
    });
  };
  // Whatever changed, the next frame shows it.
  useEffect(() => schedule.current());
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      element.width = Math.max(1, Math.round(element.clientWidth * devicePixelRatio));
      element.height = Math.max(1, Math.round(element.clientHeight * devicePixelRatio));
      schedule.current();
    });
    observer.observe(element);
    // React listens passively; a wheel that zooms must not scroll as well.
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
      const at = placeIn(element, event);
      latest.current.onView((now) => zoomedAbout(now, Math.exp((-event.deltaY * lines) / 400), at));
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => {
      observer.disconnect();
      element.removeEventListener('wheel', onWheel);
      cancelAnimationFrame(frame.current);
      clearTimeout(rest.current);
    };
  }, []);

  const held = useRef<{ at: Point; isDivider: boolean }>(undefined);
  const onPointerDown = (event: PointerEvent<HTMLCanvasElement>) => {
    const element = event.currentTarget;
    element.setPointerCapture(event.pointerId);
    const { left, width } = element.getBoundingClientRect();
    const isDivider =
      composition.kind === 'swipe' &&
      Math.abs((event.clientX - left) / width - composition.at) * width < 18;
    held.current = { at: placeIn(element, event), isDivider };
  };
  const onPointerMove = (event: PointerEvent<HTMLCanvasElement>) => {
    const before = held.current;
    if (!before) return;
    const element = event.currentTarget;
    if (before.isDivider) {
      const { left, width } = element.getBoundingClientRect();
      onDivide?.(Math.min(1, Math.max(0, (event.clientX - left) / width)));
      return;
    }
    const at = placeIn(element, event);
    onView((now) => moved(now, at.x - before.at.x, at.y - before.at.y));
    held.current = { ...before, at };
  };
  const release = () => {
    held.current = undefined;
  };

  return (
    <figure className="pane">
      <canvas
        ref={canvas}
        className="pane__canvas"
        role="img"
        aria-label={name}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={release}
        onPointerCancel={release}
      />
      {composition.kind === 'swipe' && (
        <span
          className="pane__divider"
          style={{ left: `${composition.at * 100}%` }}
          aria-hidden="true"
        />
      )}
      <figcaption className="pane__caption">{caption}</figcaption>
    </figure>
  );
}

/** From its middle, in shares of its shorter side. */
function placeIn(element: HTMLElement, event: { clientX: number; clientY: number }): Point {
  const { left, top, width, height } = element.getBoundingClientRect();
  const unit = Math.min(width, height) || 1;
  return {
    x: (event.clientX - left - width / 2) / unit,
    y: (event.clientY - top - height / 2) / unit,
  };
}
