import type { HeadVersion, Measured } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { formatDate } from '../wording/dates.ts';
import { shortClassName } from '../wording/readings.ts';
import { pointsText, shareText } from './figure.ts';
import { learnerNames, stateNames } from './version-names.ts';

const WIDTH = 560;
const HEIGHT = 170;
const LEFT = 46;
const BOTTOM = 26;
const TOP = 8;

/** What each version was worth when it was measured: for each class that any of them added. */
export function VersionsOverTime({ versions }: { versions: readonly HeadVersion[] }) {
  const inOrder = versions.toSorted((a, b) => a.number - b.number);
  const names = new Map(
    inOrder.flatMap(({ evaluation }) => evaluation.added.map(({ code, name }) => [code, name])),
  );
  return [...names].map(([code, name]) => (
    <OneClass key={code} code={code} name={shortClassName(name)} versions={inOrder} />
  ));
}

interface OneClassProps {
  code: string;
  name: string;
  versions: readonly HeadVersion[];
}

function OneClass({ code, name, versions }: OneClassProps) {
  const rows = versions.flatMap((version) => {
    const added = version.evaluation.added.find((each) => each.code === code);
    return added ? [{ version, recall: added.sensitivity, lesions: added.lesions }] : [];
  });
  return (
    <div className="over-time">
      <h3>{name}</h3>
      {rows.length > 1 && (
        <Course
          points={rows.map(({ version, recall }) => ({
            number: version.number,
            learner: version.learner,
            recall,
            melanoma: version.evaluation.melanoma?.after ?? null,
          }))}
        />
      )}
      <div className="table-box">
        <table className="table">
          <caption className="visually-hidden">{t('{name}, by version', { name })}</caption>
          <thead>
            <tr>
              <th scope="col">{t('Version')}</th>
              <th scope="col">{t('Learned')}</th>
              <th scope="col">{t('How')}</th>
              <th scope="col">{t('Lesions')}</th>
              <th scope="col">{t('Named so, of its images')}</th>
              <th scope="col">{t('Largest fall of a class, points')}</th>
              <th scope="col">{t('Melanomas that are suspicious')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ version, recall, lesions }) => (
              <tr key={version.number}>
                <th scope="row">
                  {version.number} <span className="faint">{stateNames[version.state]}</span>
                </th>
                <td>{formatDate(version.createdAt)}</td>
                <td>{learnerNames[version.learner]}</td>
                <td>{lesions}</td>
                <td>{shareText(recall)}</td>
                <td>{fallText(version)}</td>
                <td>{shareText(version.evaluation.melanoma?.after ?? null)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

/** The shipped class that loses the most; none where all are found as often as before. */
function fallText({ evaluation }: HeadVersion): string {
  const [worst] = evaluation.known
    .filter(({ difference }) => difference !== null && difference.value < 0)
    .toSorted((a, b) => (a.difference?.value ?? 0) - (b.difference?.value ?? 0));
  return worst ? `${worst.code} ${pointsText(worst.difference)}` : t('none');
}

interface CourseProps {
  points: readonly {
    readonly number: number;
    readonly learner: HeadVersion['learner'];
    readonly recall: Measured | null;
    readonly melanoma: Measured | null;
  }[];
}

/** The same as the table beside it; each figure with its 95 % interval. */
function Course({ points }: CourseProps) {
  const x = (at: number) => LEFT + 24 + (at / Math.max(points.length - 1, 1)) * (WIDTH - LEFT - 48);
  const y = (share: number) => TOP + (1 - share) * (HEIGHT - BOTTOM - TOP);
  const lines = [
    { name: 'recall', of: (at: number) => points[at]?.recall ?? null, shift: -3 },
    { name: 'melanoma', of: (at: number) => points[at]?.melanoma ?? null, shift: 3 },
  ];
  return (
    <figure className="curve curve--wide">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
        {[0, 0.5, 1].map((share) => (
          <g key={share}>
            <line className="curve__grid" x1={LEFT} x2={WIDTH - 8} y1={y(share)} y2={y(share)} />
            <text className="curve__label" x={LEFT - 6} y={y(share) + 4} textAnchor="end">
              {share * 100} %
            </text>
          </g>
        ))}
        {points.map(({ number }, at) => (
          <text key={number} className="curve__label" x={x(at)} y={HEIGHT - 8} textAnchor="middle">
            {number}
          </text>
        ))}
        {lines.map(({ name, of, shift }) => {
          const known = points.flatMap((_, at) => {
            const figure = of(at);
            return figure ? [{ figure, left: x(at) + shift, learner: points[at]?.learner }] : [];
          });
          return (
            <g key={name} className={`course course--${name}`}>
              {[...Map.groupBy(known, ({ learner }) => learner)].map(([learner, own]) => (
                <polyline
                  key={learner}
                  points={own.map(({ figure, left }) => `${left},${y(figure.value)}`).join(' ')}
                />
              ))}
              {known.map(({ figure, left }) => (
                <g key={left}>
                  <line x1={left} x2={left} y1={y(figure.low)} y2={y(figure.high)} />
                  <circle cx={left} cy={y(figure.value)} r={3.5} />
                </g>
              ))}
            </g>
          );
        })}
      </svg>
      <figcaption className="faint">
        {t(
          'By version, a line for each way of learning: the class’s images that are named so (solid), melanomas that are suspicious (dashed)',
        )}
      </figcaption>
    </figure>
  );
}
