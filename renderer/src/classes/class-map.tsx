import { type KeyboardEvent, useRef, useState } from 'react';
import { t } from '../../../src/language/index.ts';
import type { ClassMap as MapData } from '../../../src/station/contract/index.ts';
import { href } from '../routing/routes.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { ErrorNotice, Loading } from '../ui/notices.tsx';
import { Thumbnail } from '../ui/thumbnail.tsx';
import { countText } from '../wording/counts.ts';
import { andText } from '../wording/lists.ts';

const WIDTH = 640;
const HEIGHT = 420;
const MARGIN = 14;
/** Of a normal cloud, two thirds lie within 1.48 standard deviations of its mean. */
const TWO_THIRDS = 1.48;
const POINT = 5;

type Point = MapData['points'][number];

interface ClassMapProps {
  /** An image with its neighbours; `null`: all examples. */
  around: string | null;
  nameOf: (code: string) => string;
}

/** Where images lie among the shipped classes, in the plane that tells those apart best. */
export function ClassMap({ around, nameOf }: ClassMapProps) {
  const map = useStationQuery('classes.map', { around });
  if (map.error) return <ErrorNotice error={map.error} onRetry={() => void map.refetch()} />;
  if (map.isPending) return <Loading what={t('the map')} />;
  if (!map.data) return null;
  return <Plane map={map.data} around={around} nameOf={nameOf} />;
}

function Plane({ map, around, nameOf }: ClassMapProps & { map: MapData }) {
  const codes = [...new Set(map.points.flatMap((point) => point.codes))].toSorted();
  // One after the other as the keys go through them: by class, then from left to right.
  const points = map.points.toSorted(
    (a, b) => rankOf(a, around, codes) - rankOf(b, around, codes) || a.place[0] - b.place[0],
  );
  const [shown, setShown] = useState<string>();
  const marks = useRef(new Map<string, HTMLAnchorElement>());
  const at = Math.max(
    points.findIndex(({ imageId }) => imageId === shown),
    0,
  );
  const { x, y, scale } = scaleOf(map);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const next = points[Math.min(Math.max(at + step, 0), points.length - 1)];
    if (next) marks.current.get(next.imageId)?.focus();
  };
  const names = (point: Point) =>
    point.imageId === around
      ? t('This image')
      : andText(point.codes.map(nameOf)) || t('Not confirmed');
  const point = points.find(({ imageId }) => imageId === shown);
  return (
    <figure className="class-map">
      <div className="class-map__plane">
        {/* biome-ignore lint/a11y/useSemanticElements: an svg has no element of its own for a group */}
        <svg
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          role="group"
          aria-label={t('{images} among the classes', {
            images: countText(points.length, 'image'),
          })}
          onKeyDown={onKeyDown}
        >
          {map.classes.map(({ code, mean, spread }) => {
            const { across, along, degrees } = ellipseOf(spread);
            return (
              <ellipse
                key={code}
                className="class-map__class"
                rx={TWO_THIRDS * across * scale}
                ry={TWO_THIRDS * along * scale}
                transform={`translate(${x(mean[0])} ${y(mean[1])}) rotate(${degrees})`}
              />
            );
          })}
          {map.classes.map(({ code, mean }) => (
            <text key={code} className="class-map__code" x={x(mean[0])} y={y(mean[1])}>
              {code}
            </text>
          ))}
          {points.map((each, index) => (
            <a
              key={each.imageId}
              ref={(element) => {
                if (element) marks.current.set(each.imageId, element);
                else marks.current.delete(each.imageId);
              }}
              className={
                each.imageId === around
                  ? 'class-map__point class-map__point--own'
                  : each.codes.length === 0
                    ? 'class-map__point class-map__point--plain'
                    : 'class-map__point'
              }
              href={href({ screen: 'image', imageId: each.imageId })}
              tabIndex={index === at ? 0 : -1}
              aria-label={t('{names}, lesion {label}', {
                names: names(each),
                label: each.lesionLabel,
              })}
              onPointerEnter={() => setShown(each.imageId)}
              onFocus={() => setShown(each.imageId)}
            >
              <path
                d={shapeOf(codes.indexOf(each.codes[0] ?? ''))}
                transform={`translate(${x(each.place[0])} ${y(each.place[1])})`}
              />
            </a>
          ))}
        </svg>
      </div>
      <figcaption className="class-map__side">
        {codes.length > 0 && (
          <ul className="class-map__legend">
            {codes.map((code, index) => (
              <li key={code}>
                <svg viewBox="-8 -8 16 16" width={16} height={16} aria-hidden="true">
                  <path className="class-map__sign" d={shapeOf(index)} />
                </svg>
                {nameOf(code)},{' '}
                {countText(points.filter((each) => each.codes.includes(code)).length, 'image')}
              </li>
            ))}
          </ul>
        )}
        {point && (
          <div className="class-map__shown">
            <Thumbnail imageId={point.imageId} sizePx={160} canPeek={false} />
            <span>
              {t('{names}, lesion {label}', {
                names: names(point),
                label: point.lesionLabel,
              })}
            </span>
          </div>
        )}
        <p className="faint">
          {t(
            'Each outline holds two thirds of a shipped class, by its statistics. Two of {classes} directions are drawn, those that tell the shipped classes apart best: what lies close here may still differ in the others.',
            { classes: map.classes.length - 1 },
          )}
        </p>
      </figcaption>
    </figure>
  );
}

function rankOf({ imageId, codes }: Point, around: string | null, all: readonly string[]): number {
  if (imageId === around) return -1;
  return codes[0] === undefined ? all.length : all.indexOf(codes[0]);
}

/** Both ways alike, so that all outlines and points are within the picture. */
function scaleOf({ classes, points }: MapData) {
  const edges = [0, 1].map((axis) => {
    const ends = [
      ...points.map(({ place }) => place[axis] ?? 0),
      ...classes.flatMap(({ mean, spread }) => {
        const reach = TWO_THIRDS * Math.sqrt(spread[2 * axis] ?? 0);
        return [(mean[axis] ?? 0) - reach, (mean[axis] ?? 0) + reach];
      }),
    ];
    return { low: Math.min(...ends), high: Math.max(...ends) };
  });
  const [across = { low: 0, high: 1 }, upwards = { low: 0, high: 1 }] = edges;
  const scale = Math.min(
    (WIDTH - 2 * MARGIN) / Math.max(across.high - across.low, 1e-9),
    (HEIGHT - 2 * MARGIN) / Math.max(upwards.high - upwards.low, 1e-9),
  );
  const [middleX, middleY] = [(across.low + across.high) / 2, (upwards.low + upwards.high) / 2];
  return {
    scale,
    x: (value: number) => WIDTH / 2 + (value - middleX) * scale,
    y: (value: number) => HEIGHT / 2 - (value - middleY) * scale,
  };
}

/** Deviations along the axes of a cloud, and how it is turned on the screen. */
function ellipseOf([xx, xy, yy]: MapData['classes'][number]['spread']) {
  const middle = (xx + yy) / 2;
  const half = Math.hypot((xx - yy) / 2, xy);
  return {
    across: Math.sqrt(middle + half),
    along: Math.sqrt(Math.max(middle - half, 0)),
    degrees: (-Math.atan2(2 * xy, xx - yy) / 2) * (180 / Math.PI),
  };
}

/** A sign a class, for eyes that do not tell colours apart: circle, triangle, square, diamond. */
function shapeOf(index: number): string {
  const r = POINT;
  switch (index < 0 ? 0 : index % 4) {
    case 1:
      return `M0 ${-r - 1}L${r + 1} ${r}L${-r - 1} ${r}Z`;
    case 2:
      return `M${-r} ${-r}H${r}V${r}H${-r}Z`;
    case 3:
      return `M0 ${-r - 2}L${r + 2} 0L0 ${r + 2}L${-r - 2} 0Z`;
    default:
      return `M${-r} 0A${r} ${r} 0 1 1 ${r} 0A${r} ${r} 0 1 1 ${-r} 0Z`;
  }
}
