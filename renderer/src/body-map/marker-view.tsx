import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import { t } from '../../../src/language/index.ts';
import { usePeek } from '../ui/peek.tsx';
import { siteText } from '../wording/anatomy.ts';
import type { LesionStatus } from '../wording/follow-ups.ts';
import type { Verdict } from '../wording/verdict.ts';
import type { BodyPlace } from './body-place.ts';
import type { View } from './figure.ts';
import { figurePoint, placeAt, placeUnder } from './figure-parts.ts';
import { ignoreNextClick } from './ignore-click.ts';
import { directions, MarkerDrawing, markerLabel } from './marker-drawing.tsx';
import type { Marker } from './markers.ts';
import type { Point } from './shapes.ts';

interface MarkerViewProps {
  marker: Marker;
  /** Of what is drawn, against the figure. */
  scale: number;
  /** The lesion's newest, which is shown while the mouse rests on the marker. */
  imageId: string | undefined;
  /** Of the newest image; null where that is not read, nothing where there is no image. */
  verdict: Verdict | null | undefined;
  status: LesionStatus | undefined;
  view: View;
  isChosen: boolean;
  /** Says how the keys move it. */
  describedBy: string;
  onChoose: () => void;
  /** Absent where the marker stays where it is. */
  onMove?: ((place: BodyPlace) => void) | undefined;
  /** Where it is held just now, in words; nothing once it is let go. */
  onHold: (where: string | undefined) => void;
}

/** Less is a click with an unsteady hand; in the window's pixels. */
const dragPx = 4;
/** By an arrow key, in the figure's measures; with Shift the finer one. */
const step = { coarse: 4, fine: 1 };
/** The gaps between two sites are narrower. */
const widestGap = 8;

interface Held {
  readonly point: Point;
  /** Nothing while it is held beside the body. */
  readonly place: BodyPlace | undefined;
}

/** A lesion on the figure: chosen by a click, moved by dragging it or by the arrow keys. */
export function MarkerView(props: MarkerViewProps) {
  const { lesion, number, x, y, isExact } = props.marker;
  const { verdict } = props;
  const [held, setHeld] = useState<Held>();
  const { handlers, peek } = usePeek(props.imageId ?? '', props.imageId !== undefined && !held);
  const from = useRef<{ clientX: number; clientY: number }>(undefined);

  const hold = (next: Held | undefined) => {
    setHeld(next);
    props.onHold(
      next && (next.place ? siteText(next.place) : t('Not on the body: it will go back')),
    );
  };
  const letGo = () => {
    const place = held?.place;
    hold(undefined);
    if (place) props.onMove?.(place);
  };

  const onPointerDown = (event: PointerEvent<SVGGElement>) => {
    handlers.onPointerDown?.();
    if (event.button !== 0 || !props.onMove) return;
    from.current = event;
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const onPointerMove = (event: PointerEvent<SVGGElement>) => {
    const figure = event.currentTarget.ownerSVGElement;
    if (!from.current || !figure) return;
    const { clientX, clientY } = from.current;
    const isFar = Math.hypot(event.clientX - clientX, event.clientY - clientY) > dragPx;
    const point = figurePoint(figure, event);
    if ((!isFar && !held) || !point) return;
    hold({ point, place: placeUnder(event) });
  };
  const onPointerEnd = () => {
    from.current = undefined;
    if (!held) return;
    ignoreNextClick();
    letGo();
  };

  const onKeyDown = (event: KeyboardEvent<SVGGElement>) => {
    const direction = directions[event.key];
    const figure = event.currentTarget.ownerSVGElement;
    if (direction && figure && props.onMove) {
      const far = (event.shiftKey ? step.fine : step.coarse) * props.scale;
      const next = stepFrom(figure, props.view, held?.point ?? [x, y], direction, far);
      if (next) hold(next);
    } else if (event.key === 'Enter' || event.key === ' ') {
      if (held) letGo();
      else props.onChoose();
    } else if (event.key === 'Escape' && held) hold(undefined);
    else return;
    event.preventDefault();
  };

  const [shownX, shownY] = held?.point ?? [x, y];
  const classes = [
    'figure__marker',
    props.isChosen && 'figure__marker--chosen',
    lesion.closure && 'figure__marker--closed',
    !props.onMove && 'figure__marker--fixed',
    held && 'figure__marker--held',
    held && !held.place && 'figure__marker--astray',
  ];
  return (
    // biome-ignore lint/a11y/useSemanticElements: there is no <button> in SVG
    <g
      className={classes.filter(Boolean).join(' ')}
      role="button"
      tabIndex={0}
      aria-label={markerLabel({ lesion, number, verdict, status: props.status })}
      data-lesion={lesion.id}
      data-status={props.status}
      data-verdict={verdict === undefined ? undefined : (verdict ?? 'not-read')}
      aria-describedby={props.describedBy}
      transform={`translate(${shownX} ${shownY}) scale(${props.scale})`}
      onClick={props.onChoose}
      onPointerEnter={handlers.onPointerEnter}
      onPointerLeave={handlers.onPointerLeave}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerEnd}
      onPointerCancel={() => {
        from.current = undefined;
        hold(undefined);
      }}
      onKeyDown={onKeyDown}
      onBlur={() => held && hold(undefined)}
    >
      <MarkerDrawing number={number} verdict={verdict} isExact={isExact} />
      {peek}
    </g>
  );
}

/** The next point of the body in a direction, over the gap between two sites if need be. */
function stepFrom(
  figure: SVGSVGElement,
  view: View,
  [x, y]: Point,
  [dx, dy]: Point,
  least: number,
): Held | undefined {
  for (let far = least; far <= widestGap; far += 1) {
    const point = [x + dx * far, y + dy * far] as const;
    const place = placeAt(figure, view, point);
    if (place) return { point, place };
  }
  return undefined;
}
