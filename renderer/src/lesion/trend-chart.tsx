import { useEffect, useId, useRef, useState } from 'react';
import { daysBetween } from '../../../src/clinic/entities/days.ts';
import { byText } from '../../../src/clinic/entities/order.ts';
import { t } from '../../../src/language/index.ts';
import { formatDay } from '../wording/dates.ts';
import { gapDays } from './timeline.ts';
import type { Estimate, TrendPoint } from './trend.ts';

interface TrendChartProps {
  title: string;
  /** What a point and its bar are. */
  note: string;
  points: readonly TrendPoint[];
  /** Days of visits without the figure, and why it is not there. */
  missing?: readonly { readonly day: string; readonly why: string }[];
  /** Where the figure was to be expected on a day, by the visits before it. */
  expected?: (Estimate & { readonly day: string }) | undefined;
  /** The first and the last day, the same for charts above each other. */
  days: readonly [first: string, last: string];
  /** The axis; the highest of the points where it is not fixed. */
  top?: number;
  format: (value: number) => string;
}

const height = 132;
/** Until it is known how wide the place is. */
const firstWidth = 640;
const pad = { left: 60, right: 14, top: 10, bottom: 22 };

/**
 * A figure over true time. What is further apart than the gap is not joined, and a visit without the
 * figure is a gap as well.
 */
export function TrendChart(props: TrendChartProps) {
  const { title, note, points, missing = [], expected, days, top, format } = props;
  const titleId = useId();
  const figure = useRef<HTMLElement>(null);
  const width = useWidth(figure);
  const [first, last] = days;
  const span = Math.max(1, daysBetween(first, last));
  const highs = [...points.map(({ high }) => high), expected?.high ?? 0];
  const highest = top ?? roundTop(Math.max(...highs));
  const x = (day: string) =>
    first === last
      ? width / 2
      : pad.left + (daysBetween(first, day) / span) * (width - pad.left - pad.right);
  const y = (value: number) =>
    height - pad.bottom - (value / highest) * (height - pad.top - pad.bottom);
  const isMissing = (from: string, to: string) => missing.some(({ day }) => day > from && day < to);
  return (
    <figure ref={figure} className="trend" aria-labelledby={titleId}>
      <figcaption>
        <strong id={titleId}>{title}</strong> <span className="faint">{note}</span>
      </figcaption>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={describe(title, points, missing, format)}
      >
        {[0, highest / 2, highest].map((value) => (
          <g key={value}>
            <line className="trend__grid" x1={pad.left} x2={width} y1={y(value)} y2={y(value)} />
            <text className="trend__label" x={pad.left - 6} y={y(value) + 4} textAnchor="end">
              {format(value)}
            </text>
          </g>
        ))}
        {expected && (
          <rect
            className="trend__expected"
            x={x(expected.day) - 9}
            width="18"
            y={y(Math.min(highest, expected.high))}
            height={y(Math.max(0, expected.low)) - y(Math.min(highest, expected.high))}
          >
            <title>
              {t('Expected: {low} to {high} on {day}', {
                low: format(expected.low),
                high: format(expected.high),
                day: formatDay(expected.day),
              })}
            </title>
          </rect>
        )}
        {points.slice(1).map((point, index) => {
          const before = points[index];
          if (!before || daysBetween(before.day, point.day) > gapDays) return null;
          if (isMissing(before.day, point.day)) return null;
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
        {points.map(({ day, value, low, high }) => (
          <g key={day}>
            <title>{`${formatDay(day)}: ${rangeOf(value, low, high, format)}`}</title>
            {high > low && (
              <line
                className="trend__bar"
                x1={x(day)}
                x2={x(day)}
                y1={y(Math.max(0, low))}
                y2={y(Math.min(highest, high))}
              />
            )}
            <circle className="trend__point" cx={x(day)} cy={y(value)} r="4" />
          </g>
        ))}
        {missing.map(({ day, why }) => (
          <circle key={day} className="trend__missing" cx={x(day)} cy={y(0)} r="4">
            <title>{`${formatDay(day)}: ${why}`}</title>
          </circle>
        ))}
        <text
          className="trend__label"
          x={x(first)}
          y={height - 4}
          textAnchor={first === last ? 'middle' : 'start'}
        >
          {formatDay(first)}
        </text>
        {first !== last && (
          <text className="trend__label" x={x(last)} y={height - 4} textAnchor="end">
            {formatDay(last)}
          </text>
        )}
      </svg>
    </figure>
  );
}

/** Charts are drawn at the size at which they are seen, so that their letters are as large as others. */
function useWidth(place: React.RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(firstWidth);
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWidth(Math.max(240, element.clientWidth)));
    observer.observe(element);
    return () => observer.disconnect();
  }, [place]);
  return width;
}

/** The next round number, so that it and its half are written shortly. */
function roundTop(highest: number): number {
  const power = 10 ** Math.floor(Math.log10(highest || 1));
  return power * ([1, 2, 3, 4, 5, 6, 8, 10].find((step) => step * power >= highest) ?? 10);
}

const rangeOf = (
  value: number,
  low: number,
  high: number,
  format: (value: number) => string,
): string =>
  high > low
    ? t('{value}, from {low} to {high}', {
        value: format(value),
        low: format(low),
        high: format(high),
      })
    : format(value);

function describe(
  title: string,
  points: readonly TrendPoint[],
  missing: readonly { day: string; why: string }[],
  format: (value: number) => string,
): string {
  const said = [
    ...points.map(({ day, value, low, high }) => ({
      day,
      what: rangeOf(value, low, high, format),
    })),
    ...missing.map(({ day, why }) => ({ day, what: why })),
  ].toSorted(byText(({ day }) => day));
  return `${title}: ${said.map(({ day, what }) => `${formatDay(day)} ${what}`).join('; ')}`;
}
