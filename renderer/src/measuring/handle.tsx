import { type KeyboardEvent, type PointerEvent, useRef } from 'react';
import { t } from '../../../src/language/index.ts';
import type { Point } from '../../../src/measuring/index.ts';

interface HandleProps {
  name: string;
  at: Point;
  /** Of the picture. */
  size: { widthPx: number; heightPx: number };
  /** The one that the Tab key reaches; the others follow by [ and ]. */
  isFirst: boolean;
  onMove: (to: Point, isDone: boolean) => void;
  onRemove?: () => void;
  /** A point more, behind this one. */
  onAdd?: () => void;
}

/** Pixels of the screen by which an arrow key moves it. */
const step = 2;
const fineStep = 0.5;

/** A point of the drawing, to drag or to move by keys. */
export function Handle({ name, at, size, isFirst, onMove, onRemove, onAdd }: HandleProps) {
  /** Where it is while it is dragged. */
  const dragged = useRef<Point | null>(null);
  const boxOf = ({ currentTarget }: PointerEvent | KeyboardEvent) =>
    currentTarget.parentElement?.getBoundingClientRect() ?? new DOMRect(0, 0, 1, 1);
  const placeOf = (event: PointerEvent): Point => {
    const box = boxOf(event);
    return {
      x: ((event.clientX - box.left) / box.width) * size.widthPx,
      y: ((event.clientY - box.top) / box.height) * size.heightPx,
    };
  };
  const onKeyDown = (event: KeyboardEvent<HTMLButtonElement>) => {
    const [dx, dy] =
      { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key] ??
      [];
    if (dx !== undefined && dy !== undefined) {
      const far = ((event.shiftKey ? fineStep : step) * size.widthPx) / boxOf(event).width;
      onMove({ x: at.x + dx * far, y: at.y + dy * far }, true);
    } else if (event.key === '[' || event.key === ']') focusNext(event);
    else if ((event.key === 'Delete' || event.key === 'Backspace') && onRemove) onRemove();
    else if ((event.key === 'Enter' || event.key === 'Insert') && onAdd) onAdd();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <button
      type="button"
      className="measure__handle"
      style={{ left: `${(100 * at.x) / size.widthPx}%`, top: `${(100 * at.y) / size.heightPx}%` }}
      tabIndex={isFirst ? 0 : -1}
      aria-label={
        onAdd
          ? t(
              '{name}. Arrow keys move it, Enter adds one, Delete removes it, brackets go on to the next.',
              { name },
            )
          : t('{name}. Arrow keys move it.', { name })
      }
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        event.stopPropagation();
        event.currentTarget.setPointerCapture(event.pointerId);
        dragged.current = at;
      }}
      onPointerMove={(event) => {
        if (!dragged.current) return;
        dragged.current = placeOf(event);
        onMove(dragged.current, false);
      }}
      onPointerUp={() => {
        if (dragged.current && dragged.current !== at) onMove(dragged.current, true);
        dragged.current = null;
      }}
      onPointerCancel={() => {
        dragged.current = null;
        onMove(at, true);
      }}
      onDoubleClick={(event) => event.stopPropagation()}
    />
  );
}

function focusNext({ currentTarget, key }: KeyboardEvent<HTMLButtonElement>): void {
  const all = [...(currentTarget.parentElement?.querySelectorAll('.measure__handle') ?? [])];
  const next = all.at((all.indexOf(currentTarget) + (key === ']' ? 1 : -1)) % all.length);
  if (next instanceof HTMLElement) next.focus();
}
