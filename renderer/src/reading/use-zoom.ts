import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react';
import { fitTo, keepInSight, type Placement, type Size, zoomAbout } from './zoom.ts';

const centre = { x: 0, y: 0 };
const panStepPx = 60;

/** Zooming and panning by wheel, pointer, pinch and keys. `null` placement means "fit". */
export function useZoom(image: Size) {
  const frame = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState<Size>({ width: 1, height: 1 });
  const [chosen, setChosen] = useState<Placement | null>(null);
  const pointers = useRef(new Map<number, { x: number; y: number }>());
  const placement = chosen ? keepInSight(chosen, image, size) : fitTo(image, size);

  const zoomBy = (factor: number, point = centre) =>
    setChosen((now) => zoomAbout(now ?? fitTo(image, size), factor, point, image, size));
  const panBy = (dx: number, dy: number) =>
    setChosen((now) => {
      const from = now ?? fitTo(image, size);
      return keepInSight({ ...from, x: from.x + dx, y: from.y + dy }, image, size);
    });
  const fromCentre = (event: { clientX: number; clientY: number }) => {
    const box = frame.current?.getBoundingClientRect();
    if (!box) return centre;
    return {
      x: event.clientX - box.left - box.width / 2,
      y: event.clientY - box.top - box.height / 2,
    };
  };

  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const observer = new ResizeObserver(() =>
      setSize({ width: element.clientWidth || 1, height: element.clientHeight || 1 }),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const onWheel = useRef((_event: WheelEvent) => {});
  onWheel.current = (event) => {
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    zoomBy(Math.exp((-event.deltaY * lines) / 400), fromCentre(event));
  };
  useEffect(() => {
    // React listens passively; a wheel that zooms must not scroll as well.
    const element = frame.current;
    const listener = (event: WheelEvent) => onWheel.current(event);
    element?.addEventListener('wheel', listener, { passive: false });
    return () => element?.removeEventListener('wheel', listener);
  }, []);

  const onPointerMove = (event: PointerEvent) => {
    const held = pointers.current;
    const before = held.get(event.pointerId);
    if (!before) return;
    const after = fromCentre(event);
    const other = [...held].find(([id]) => id !== event.pointerId)?.[1];
    if (other) {
      const spread = (point: typeof after) => Math.hypot(point.x - other.x, point.y - other.y);
      const middle = { x: (after.x + other.x) / 2, y: (after.y + other.y) / 2 };
      zoomBy(spread(after) / Math.max(1, spread(before)), middle);
    } else panBy(after.x - before.x, after.y - before.y);
    held.set(event.pointerId, after);
  };
  const release = (event: PointerEvent) => pointers.current.delete(event.pointerId);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowLeft') panBy(panStepPx, 0);
    else if (event.key === 'ArrowRight') panBy(-panStepPx, 0);
    else if (event.key === 'ArrowUp') panBy(0, panStepPx);
    else if (event.key === 'ArrowDown') panBy(0, -panStepPx);
    else return;
    event.preventDefault();
  };

  return {
    frame,
    placement,
    /** Of the frame. */
    size,
    isFit: chosen === null,
    zoomBy,
    showFit: () => setChosen(null),
    showRealPixels: () => setChosen({ scale: 1, x: 0, y: 0 }),
    handlers: {
      onKeyDown,
      onPointerMove,
      onPointerUp: release,
      onPointerCancel: release,
      onPointerDown: (event: PointerEvent<HTMLDivElement>) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        pointers.current.set(event.pointerId, fromCentre(event));
      },
      onDoubleClick: () => setChosen(chosen ? null : { scale: 1, x: 0, y: 0 }),
    },
  };
}
