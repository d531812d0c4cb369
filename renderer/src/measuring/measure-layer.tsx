import { type PointerEvent, useRef, useState } from 'react';
import type { FoundRuler, ImageScale } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import {
  type Axis,
  type Controls,
  curveThrough,
  lengthBetween,
  longAxis,
  type Point,
  shortAxis,
  withControl,
  withoutControl,
} from '../../../src/measuring/index.ts';
import { PictureCross } from '../ui/picture-cross.tsx';
import { quantityText } from '../wording/measures.ts';
import { Handle } from './handle.tsx';
import { isBrush, isTwoPoints, placeNames, type Tool } from './tools.ts';
import './measuring.css';

interface MeasureLayerProps {
  size: { widthPx: number; heightPx: number };
  scale: ImageScale | null;
  controls: Controls | null;
  /** Whether the outline may be corrected. */
  isEditable: boolean;
  onControls: (controls: Controls) => void;
  tool: Tool;
  /** None, one or two. */
  ends: readonly Point[];
  /** With the picture's pixels for one of the screen's. */
  onEnds: (ends: readonly Point[], screenPx: number) => void;
  onLeaveTool: () => void;
  brushPx: number;
  onStroke: (stroke: readonly Point[]) => void;
  ruler: FoundRuler | null;
}

/** Over the picture: the outline with its axes and points, a distance, a ruler that was found. */
export function MeasureLayer(props: MeasureLayerProps) {
  const { size, controls, isEditable, onControls, tool, ends, onEnds, scale, ruler } = props;
  const layer = useRef<HTMLDivElement>(null);
  /** The outline while one of its points is dragged. */
  const [dragged, setDragged] = useState<Controls>();
  const [draggedEnds, setDraggedEnds] = useState<readonly Point[]>();
  const shown = dragged ?? controls;
  const curve = shown && curveThrough(shown);
  const long = curve && !dragged ? longAxis(curve) : null;
  const screenPx = () => size.widthPx / (layer.current?.getBoundingClientRect().width || 1);
  const hasPoints = isEditable && tool === 'points' && shown;
  const shownEnds = draggedEnds ?? ends;
  const move = (index: number, to: Point, isDone: boolean) => {
    if (!controls) return;
    const next = controls.with(index, within(to, size));
    setDragged(isDone ? undefined : next);
    if (isDone) onControls(next);
  };
  const moveEnd = (index: number, to: Point, isDone: boolean) => {
    const next = ends.with(index, within(to, size));
    setDraggedEnds(isDone ? undefined : next);
    if (isDone) onEnds(next, screenPx());
  };
  return (
    <div ref={layer} className="measure">
      <svg
        className="measure__drawing"
        viewBox={`0 0 ${size.widthPx} ${size.heightPx}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={curve ? t('The lesion’s outline') : t('No outline')}
      >
        {curve && <Outlined curve={curve} />}
        {hasPoints && curve && controls && (
          // biome-ignore lint/a11y/noStaticElementInteractions: a point is added by a handle's key as well
          <path
            className="measure__grip"
            d={pathOf(curve)}
            onPointerDown={(event) => event.stopPropagation()}
            onClick={(event) => onControls(withControl(controls, placeOf(event, layer, size)))}
          />
        )}
        {curve && long && (
          <>
            <Line axis={long} kind="axis" />
            <Line axis={shortAxis(curve, long)} kind="axis" />
          </>
        )}
        {ruler && <Line axis={ruler} kind="ruler" />}
        {shownEnds[0] && shownEnds[1] && (
          <Line axis={{ from: shownEnds[0], to: shownEnds[1] }} kind="distance" />
        )}
      </svg>
      {isTwoPoints(tool) && ends.length < 2 && (
        <PictureCross
          key={ends.length}
          label={placeNames[tool][ends.length === 0 ? 0 : 1]}
          onPlace={({ x, y }) =>
            onEnds([...ends, { x: x * size.widthPx, y: y * size.heightPx }], screenPx())
          }
          onCancel={props.onLeaveTool}
        />
      )}
      {isEditable && isBrush(tool) && shown && <BrushField {...props} layer={layer} />}
      {hasPoints &&
        shown.map((point, index) => (
          <Handle
            // biome-ignore lint/suspicious/noArrayIndexKey: a point is known by its place on the curve
            key={index}
            name={t('Point {number} of {count} of the outline', {
              number: index + 1,
              count: shown.length,
            })}
            at={point}
            size={size}
            isFirst={index === 0}
            onMove={(to, isDone) => move(index, to, isDone)}
            onRemove={() => onControls(withoutControl(shown, index))}
            onAdd={() => {
              const next = shown[(index + 1) % shown.length] ?? point;
              const between = { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 };
              onControls(shown.toSpliced(index + 1, 0, between));
            }}
          />
        ))}
      {isTwoPoints(tool) &&
        shownEnds.length === 2 &&
        shownEnds.map((point, index) => (
          <Handle
            // biome-ignore lint/suspicious/noArrayIndexKey: the first and the second
            key={index}
            name={index === 0 ? t('The one end') : t('The other end')}
            at={point}
            size={size}
            isFirst={index === 0}
            onMove={(to, isDone) => moveEnd(index, to, isDone)}
          />
        ))}
      {tool === 'distance' && shownEnds[0] && shownEnds[1] && (
        <output className="measure__label" style={placed(shownEnds[1], size)}>
          {quantityText(lengthBetween(shownEnds[0], shownEnds[1], scale, screenPx()))}
        </output>
      )}
    </div>
  );
}

/** Light on dark and dark on light. */
function Outlined({ curve }: { curve: readonly Point[] }) {
  const d = pathOf(curve);
  return (
    <>
      <path className="measure__outline measure__outline--under" d={d} />
      <path className="measure__outline" d={d} />
    </>
  );
}

function Line(props: { axis: Pick<Axis, 'from' | 'to'>; kind: 'axis' | 'distance' | 'ruler' }) {
  const { from, to } = props.axis;
  const ends = { x1: from.x, y1: from.y, x2: to.x, y2: to.y };
  return (
    <>
      <line className="measure__line measure__line--under" {...ends} />
      <line className={`measure__line measure__line--${props.kind}`} {...ends} />
    </>
  );
}

/** The brush follows the pointer; what it went over is told when it is let go. */
function BrushField(props: MeasureLayerProps & { layer: React.RefObject<HTMLDivElement | null> }) {
  const { size, tool, brushPx, onStroke, layer } = props;
  const [at, setAt] = useState<Point>();
  const [stroke, setStroke] = useState<readonly Point[]>([]);
  const place = (event: PointerEvent) => placeOf(event, layer, size);
  return (
    <div
      className={`measure__brush measure__brush--${tool}`}
      onPointerDown={(event) => {
        event.stopPropagation();
        event.currentTarget.setPointerCapture(event.pointerId);
        setStroke([place(event)]);
      }}
      onPointerMove={(event) => {
        const point = place(event);
        setAt(point);
        if (stroke.length > 0) setStroke([...stroke, point]);
      }}
      onPointerUp={() => {
        if (stroke.length > 0) onStroke(stroke);
        setStroke([]);
      }}
      onPointerCancel={() => setStroke([])}
      onPointerLeave={() => setAt(undefined)}
    >
      <svg
        className="measure__drawing"
        viewBox={`0 0 ${size.widthPx} ${size.heightPx}`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        {stroke.length > 0 && (
          <polyline
            className="measure__stroke"
            points={[...stroke, ...stroke.slice(-1)].map(({ x, y }) => `${x},${y}`).join(' ')}
            strokeWidth={2 * brushPx}
          />
        )}
        {at && <circle className="measure__tip" cx={at.x} cy={at.y} r={brushPx} />}
      </svg>
    </div>
  );
}

const pathOf = (curve: readonly Point[]): string =>
  `M${curve.map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L')}Z`;

type Size = MeasureLayerProps['size'];

export const placed = ({ x, y }: Point, { widthPx, heightPx }: Size) => ({
  left: `${(100 * x) / widthPx}%`,
  top: `${(100 * y) / heightPx}%`,
});

function placeOf(
  { clientX, clientY }: { clientX: number; clientY: number },
  layer: React.RefObject<HTMLDivElement | null>,
  { widthPx, heightPx }: Size,
): Point {
  const box = layer.current?.getBoundingClientRect();
  if (!box) return { x: 0, y: 0 };
  return {
    x: ((clientX - box.left) / box.width) * widthPx,
    y: ((clientY - box.top) / box.height) * heightPx,
  };
}

const within = ({ x, y }: Point, { widthPx, heightPx }: Size): Point => ({
  x: Math.min(widthPx, Math.max(0, x)),
  y: Math.min(heightPx, Math.max(0, y)),
});
