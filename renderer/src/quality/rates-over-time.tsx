import type { QualityPeriod, Rate } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { formatPercent } from '../wording/readings.ts';

const height = 120;
const widthOf = 74;
const left = 38;

/** Sensitivity and specificity period by period, each with its interval; in figures for who hears it. */
export function RatesOverTime(props: { title: string; periods: readonly QualityPeriod[] }) {
  const { title, periods } = props;
  if (periods.length < 2) return null;
  const width = left + periods.length * widthOf;
  const y = (share: number) => 8 + (1 - share) * (height - 16);
  return (
    <figure className="rates">
      <figcaption>
        {title}: <span className="rates__key rates__key--sensitivity">{t('sensitivity')}</span>{' '}
        <span className="rates__key rates__key--specificity">{t('specificity')}</span>
      </figcaption>
      <div className="table-box">
        <svg width={width} height={height + 20} role="img" aria-label={describe(periods)}>
          {[0, 0.5, 1].map((share) => (
            <g key={share}>
              <line className="rates__grid" x1={left} x2={width} y1={y(share)} y2={y(share)} />
              <text className="rates__label" x={left - 6} y={y(share) + 4} textAnchor="end">
                {share * 100} %
              </text>
            </g>
          ))}
          {periods.map(({ period, sensitivity, specificity }, index) => {
            const x = left + (index + 0.5) * widthOf;
            return (
              <g key={period}>
                <Bar x={x - 7} rate={sensitivity} y={y} kind="sensitivity" />
                <Bar x={x + 7} rate={specificity} y={y} kind="specificity" />
                <text className="rates__label" x={x} y={height + 14} textAnchor="middle">
                  {period}
                </text>
              </g>
            );
          })}
        </svg>
      </div>
    </figure>
  );
}

interface BarProps {
  x: number;
  rate: Rate;
  y: (share: number) => number;
  kind: 'sensitivity' | 'specificity';
}

/** Nothing where there is nothing to count: a gap is a gap. */
function Bar({ x, rate, y, kind }: BarProps) {
  if (rate.value === null) return null;
  return (
    <g className={`rates__bar rates__bar--${kind}`}>
      <line x1={x} x2={x} y1={y(rate.low)} y2={y(rate.high)} />
      {kind === 'sensitivity' ? (
        <circle cx={x} cy={y(rate.value)} r="4.5" />
      ) : (
        <rect x={x - 4} y={y(rate.value) - 4} width="8" height="8" />
      )}
    </g>
  );
}

function describe(periods: readonly QualityPeriod[]): string {
  const said = (rate: Rate) =>
    rate.value === null
      ? t('nothing to count')
      : t('{percent} of {count}', { percent: formatPercent(rate.value), count: rate.of });
  return periods
    .map(({ period, sensitivity, specificity }) =>
      t('{period}: sensitivity {sensitivity}, specificity {specificity}', {
        period,
        sensitivity: said(sensitivity),
        specificity: said(specificity),
      }),
    )
    .join('; ');
}
