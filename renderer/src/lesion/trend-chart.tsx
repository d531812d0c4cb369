import { useId } from 'react';
import { daysBetween } from '../../../src/clinic/entities/days.ts';
import { formatDay } from '../wording/dates.ts';
import { gapDays } from './timeline.ts';

/** What was found on a day: the middle of its images, and the lowest and the highest of them. */
export interface TrendPoint {
  readonly day: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

interface TrendChartProps {
  title: string;
  /** What a point and its bar are. */
  note: string;
  points: readonly TrendPoint[];
  /** The axis; the highest of the points where it is not fixed. */
  top?: number;
  format: (value: number) => string;
}

const height = 150;
const width = 640;
const pad = { left: 46, right: 14, top: 10, bottom: 22 };

/**
 * A figure over true time. What is further apart than the gap is not joined, and a visit without the
 * figure is a gap as well.
 */
export function TrendChart({ title, note, points, top, format }: TrendChartProps) {
  const titleId = useId();
  const [first] = points;
  const last = points.at(-1);
  if (!first || !last) return null;
  const span = Math.max(1, daysBetween(first.day, last.day));
  const highest = top ?? Math.max(...points.map(({ high }) => high)) * 1.1;
  const x = (day: string) =>
    first.day === last.day
      ? width / 2
      : pad.left + (daysBetween(first.day, day) / span) * (width - pad.left - pad.right);
  const y = (value: number) =>
    height - pad.bottom - (value / highest) * (height - pad.top - pad.bottom);
  return (
    <figure className="trend" aria-labelledby={titleId}>
      <figcaption>
        <strong id={titleId}>{title}</strong> <span className="faint">{note}</span>
      </figcaption>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={describe(title, points, format)}
      >
        {[0, highest / 2, highest].map((value) => (
          <g key={value}>
            <line className="trend__grid" x1={pad.left} x2={width} y1={y(value)} y2={y(value)} />
            <text className="trend__label" x={pad.left - 6} y={y(value) + 4} textAnchor="end">
              {format(value)}
            </text>
          </g>
        ))}
        {points.slice(1).map((point, index) => {
          const before = points[index];
          if (!before || daysBetween(before.day, point.day) > gapDays) return null;
          return (
            <line
              key={point.day}
              className="trend__line"
              x1={x(before.day)}
              y1={y(before.value)}
              x2={x(point.day)}
              y2={y(point.value)}
            />
          );
        })}
        {points.map(({ day, value, low, high, count }) => (
          <g key={day}>
            <title>{`${formatDay(day)}: ${format(value)}`}</title>
            {count > 1 && (
              <line className="trend__bar" x1={x(day)} x2={x(day)} y1={y(low)} y2={y(high)} />
            )}
            <circle className="trend__point" cx={x(day)} cy={y(value)} r="4" />
          </g>
        ))}
        <text
          className="trend__label"
          x={x(first.day)}
          y={height - 4}
          textAnchor={first === last ? 'middle' : 'start'}
        >
          {formatDay(first.day)}
        </text>
        {first !== last && (
          <text className="trend__label" x={x(last.day)} y={height - 4} textAnchor="end">
            {formatDay(last.day)}
          </text>
        )}
      </svg>
    </figure>
  );
}

function describe(
  title: string,
  points: readonly TrendPoint[],
  format: (value: number) => string,
): string {
  const said = points.map(({ day, value, low, high, count }) =>
    count > 1
      ? `${formatDay(day)} ${format(value)}, from ${format(low)} to ${format(high)}`
      : `${formatDay(day)} ${format(value)}`,
  );
  return `${title}: ${said.join('; ')}`;
}

/** A point a visit, of the images that have the figure. */
export function trendOf<T>(
  visits: readonly { readonly day: string; readonly images: readonly T[] }[],
  figure: (image: T) => number | null,
): TrendPoint[] {
  return visits.flatMap(({ day, images }) => {
    const values = images.map(figure).filter((value) => value !== null);
    if (values.length === 0) return [];
    const sorted = values.toSorted((one, other) => one - other);
    const middle = (sorted.length - 1) / 2;
    const value = ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
    return [
      { day, value, low: sorted[0] ?? value, high: sorted.at(-1) ?? value, count: values.length },
    ];
  });
}
