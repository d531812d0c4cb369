import type { ClassEvaluation } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { listText } from '../wording/lists.ts';

type Added = ClassEvaluation['added'][number];

const WIDTH = 320;
const HEIGHT = 150;
const LEFT = 44;
const BOTTOM = 26;

/** What more lesions have brought so far. */
export function LearningCurve({ added }: { added: Added }) {
  const { curve, name } = added;
  if (curve.length < 2) return null;
  const most = Math.max(...curve.map(({ lesions }) => lesions));
  const x = (lesions: number) => LEFT + (lesions / most) * (WIDTH - LEFT - 12);
  const y = (share: number) => 8 + (1 - share) * (HEIGHT - BOTTOM - 8);
  const line = (value: (point: Added['curve'][number]) => number) =>
    curve.map((point) => `${x(point.lesions)},${y(value(point))}`).join(' ');
  const shares = listText(
    curve.map(({ lesions, sensitivity }) =>
      t('{lesions, plural, one {# lesion} other {# lesions}} {percent} %', {
        lesions,
        percent: Math.round(sensitivity * 100),
      }),
    ),
  );
  return (
    <figure className="curve">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={t('Sensitivity: {shares}', { shares })}
      >
        {[0, 0.5, 1].map((share) => (
          <g key={share}>
            <line className="curve__grid" x1={LEFT} x2={WIDTH - 8} y1={y(share)} y2={y(share)} />
            <text className="curve__label" x={LEFT - 6} y={y(share) + 4} textAnchor="end">
              {share * 100} %
            </text>
          </g>
        ))}
        <polyline className="curve__line" points={line(({ sensitivity }) => sensitivity)} />
        <polyline
          className="curve__line curve__line--area"
          points={line(({ auroc }) => auroc ?? 0)}
        />
        {curve.map(({ lesions, sensitivity }) => (
          <g key={lesions}>
            <circle className="curve__point" cx={x(lesions)} cy={y(sensitivity)} r={3} />
            <text className="curve__label" x={x(lesions)} y={HEIGHT - 8} textAnchor="middle">
              {lesions}
            </text>
          </g>
        ))}
      </svg>
      <figcaption className="faint">
        {t('{name}: sensitivity (solid) and AUROC (dashed) by the number of lesions learned', {
          name,
        })}
      </figcaption>
    </figure>
  );
}
