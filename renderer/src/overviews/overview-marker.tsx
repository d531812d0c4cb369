import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import type { OverviewPoint } from '../../../src/clinic/entities/index.ts';
import { ignoreNextClick } from '../body-map/ignore-click.ts';
import { directions, MarkerDrawing, markerLabel } from '../body-map/marker-drawing.tsx';
import { usePeek } from '../ui/peek.tsx';
import type { MarkedLesion } from './marked-lesions.ts';

interface OverviewMarkerProps {
  marked: MarkedLesion;
  /** Pointed at in the list beside the picture. */
  isPointed: boolean;
  /** Says what the keys do. */
  describedBy: string;
  onOpen: () => void;
  /** Absent for who may not. */
  onMove?: ((at: OverviewPoint) => void) | undefined;
  onRemove?: (() => void) | undefined;
}

/** Less is a click with an unsteady hand; in the window's pixels. */
const dragPx = 4;
/** By an arrow key, in the window's pixels: closer up it moves less of the picture. */
const step = { coarse: 8, fine: 1 };

/** Nearer to the picture's upper edge the sign would be cut. */
const edge = 0.06;

const within = (value: number) => Math.min(1, Math.max(0, value));

/** A lesion's mark over a photograph, beside the place that it is of: opened by a click, moved by dragging it or by the arrow keys. */
export function OverviewMarker(props: OverviewMarkerProps) {
  const { marked, onMove, onRemove, onOpen } = props;
  const { lesion, number, verdict, status, imageId, at } = marked;
  const [held, setHeld] = useState<OverviewPoint>();
  const { handlers, peek } = usePeek(imageId ?? '', imageId !== undefined && !held);
  const from = useRef<{ clientX: number; clientY: number } & OverviewPoint>(undefined);

  const letGo = () => {
    if (held) onMove?.(held);
    setHeld(undefined);
  };
  const onPointerDown = (event: PointerEvent<HTMLButtonElement>) => {
    event.stopPropagation(); // Else the picture below is dragged.
    handlers.onPointerDown?.();
    if (event.button !== 0 || !onMove) return;
    from.current = { clientX: event.clientX, clientY: event.clientY, x: at.x, y: at.y };
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const onPointerMove = (event: PointerEvent<HTMLButtonElement>) => {
    const box = event.currentTarget.parentElement?.getBoundingClientRect();
    if (!from.current || !box) return;
    const [dx, dy] = [event.clientX - from.current.clientX, event.clientY - from.current.clientY];
    if (Math.hypot(dx, dy) <= dragPx && !held) return;
    const { x, y } = from.current;
    setHeld({ x: within(x + dx / box.width), y: within(y + dy / box.height) });
  };
  const onPointerUp = () => {
    from.current = undefined;
    if (!held) return;
    ignoreNextClick();
    letGo();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLButtonElement>) => {
    const direction = directions[event.key];
    const box = event.currentTarget.parentElement?.getBoundingClientRect();
    if (direction && box && onMove) {
      const [dx, dy] = direction;
      const far = event.shiftKey ? step.fine : step.coarse;
      const { x, y } = held ?? at;
      setHeld({ x: within(x + (dx * far) / box.width), y: within(y + (dy * far) / box.height) });
    } else if (event.key === 'Enter' || event.key === ' ') {
      if (held) letGo();
      else onOpen();
    } else if (event.key === 'Escape' && held) setHeld(undefined);
    else if ((event.key === 'Delete' || event.key === 'Backspace') && onRemove) onRemove();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const { x, y } = held ?? at;
  const isBelow = y < edge;
  const classes = [
    'overview-marker figure__marker',
    props.isPointed && 'figure__marker--chosen',
    lesion.closure && 'figure__marker--closed',
    !onMove && 'figure__marker--fixed',
    held && 'figure__marker--held',
    isBelow && 'overview-marker--below',
  ];
  return (
    <button
      type="button"
      className={classes.filter(Boolean).join(' ')}
      style={{ left: `${x * 100}%`, top: `${y * 100}%` }}
      aria-label={markerLabel({ lesion, number, verdict, status })}
      aria-describedby={props.describedBy}
      data-lesion={lesion.id}
      data-status={status}
      data-verdict={verdict === undefined ? undefined : (verdict ?? 'not-read')}
      onClick={onOpen}
      onDoubleClick={(event) => event.stopPropagation()}
      onPointerEnter={handlers.onPointerEnter}
      onPointerLeave={handlers.onPointerLeave}
      onFocus={handlers.onFocus}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerCancel={() => {
        from.current = undefined;
        setHeld(undefined);
      }}
      onKeyDown={onKeyDown}
      onBlur={() => {
        handlers.onBlur?.();
        setHeld(undefined);
      }}
    >
      <svg viewBox={isBelow ? '-16 -3 32 40' : '-16 -37 32 40'} aria-hidden="true">
        <line className="overview-marker__stem" x1="0" x2="0" y1="0" y2={isBelow ? 12 : -12} />
        <circle className="overview-marker__tip" r="2.2" />
        <g transform={`translate(0 ${isBelow ? 21 : -21})`}>
          <MarkerDrawing number={number} verdict={verdict} />
        </g>
      </svg>
      {peek}
    </button>
  );
}
