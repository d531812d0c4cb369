import { Trans } from '@lingui/react';
import { t } from '../../../src/language/index.ts';
import type { StationOutput } from '../station/connection.ts';
import { fixedText } from '../wording/numbers.ts';
import { className } from '../wording/readings.ts';
import { Elsewhere } from './elsewhere.tsx';
import { formatShare, formatSpan } from './figures.ts';
import { VerdictTable } from './verdict-table.tsx';
import '../ui/table.css';
import './card-evidence.css';

type Network = StationOutput<'about'>['network'];
type Evidence = Network['evidence'];

/** What stands behind the figures: advice, mistakes, honesty of the probabilities, groups. */
export function Evidence({ network }: { network: Network }) {
  const { evidence } = network;
  return (
    <div className="evidence">
      <AdviceFigures evidence={evidence} />
      <Elsewhere evidence={evidence} />
      <VerdictTable network={network} />
      <Reliability evidence={evidence} />
      <Confusion network={network} />
      <Subgroups evidence={evidence} />
    </div>
  );
}

const bold = { b: <strong /> };

function AdviceFigures({ evidence }: { evidence: Evidence }) {
  const { verdict, conformal, outOfDistribution } = evidence;
  return (
    <ul className="evidence__advice">
      {verdict && (
        <li>
          <Trans
            id="Of the malignant and pre-malignant images, <b>{found}</b> ({foundSpan}) are suspicious or unclear; of the benign ones, <b>{cleared}</b> ({clearedSpan}) show no sign of malignancy."
            values={{
              found: formatShare(verdict.sensitivity),
              foundSpan: formatSpan(verdict.intervals.sensitivity),
              cleared: formatShare(verdict.specificity),
              clearedSpan: formatSpan(verdict.intervals.specificity),
            }}
            components={bold}
          />
        </li>
      )}
      <li>
        <Trans
          id="The classes named as possible hold the right one in <b>{share}</b> of images; they are {classCount} on average."
          values={{
            share: formatShare(conformal.coverage),
            classCount: fixedText(conformal.meanSetSize, 2),
          }}
          components={bold}
        />
      </li>
      <li>
        <Trans
          id="Of pictures of other things than skin, <b>{share}</b> are called unfamiliar; of skin images, {skinShare}."
          values={{
            share: formatShare(outOfDistribution.rejected),
            skinShare: formatShare(outOfDistribution.skinLost),
          }}
          components={bold}
        />
      </li>
    </ul>
  );
}

const side = 180;

/** Right answers against the probability that was given; on the diagonal the two are equal. */
function Reliability({ evidence }: { evidence: Evidence }) {
  const most = Math.max(...evidence.reliability.map(({ count }) => count));
  return (
    <figure className="evidence__figure">
      <figcaption>
        {t('How often the named class is right, by the probability given to it')}
      </figcaption>
      <svg viewBox={`-42 -10 ${side + 64} ${side + 32}`} className="evidence__plot" role="img">
        <title>
          {evidence.reliability
            .map(({ confidence, accuracy, count }) =>
              t('{given} given: {right} right of {count, plural, one {# image} other {# images}}', {
                given: formatShare(confidence),
                right: formatShare(accuracy),
                count,
              }),
            )
            .join('; ')}
        </title>
        <path className="evidence__ideal" d={`M0 ${side}L${side} 0`} />
        <path className="evidence__axes" d={`M0 0V${side}H${side}`} />
        {[0, 0.5, 1].map((tick) => (
          <g key={tick}>
            <text x={-6} y={side * (1 - tick) + 4} textAnchor="end">
              {tick * 100} %
            </text>
            <text x={side * tick} y={side + 16} textAnchor="middle">
              {tick * 100} %
            </text>
          </g>
        ))}
        {evidence.reliability.map(({ confidence, accuracy, count }) => (
          <circle
            key={confidence}
            className="evidence__point"
            cx={side * confidence}
            cy={side * (1 - accuracy)}
            r={2 + 6 * Math.sqrt(count / most)}
          />
        ))}
      </svg>
    </figure>
  );
}

/** Rows are what the images are, columns what was named; the darker, the larger the row's share. */
function Confusion({ network }: { network: Network }) {
  const { codes, confusion } = network.evidence;
  return (
    <div className="table-box">
      <table className="table evidence__confusion">
        <caption>{t('What the images are (rows), and what was named (columns)')}</caption>
        <thead>
          <tr>
            <td />
            {codes.map((code) => (
              <th key={code} scope="col">
                <abbr title={className(code, network.classes)}>{code}</abbr>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {confusion.map((row, truth) => {
            const all = row.reduce((sum, count) => sum + count, 0);
            return (
              <tr key={codes[truth]}>
                <th scope="row">
                  <abbr title={className(codes[truth] ?? '', network.classes)}>{codes[truth]}</abbr>
                </th>
                {row.map((count, named) => (
                  <td
                    key={codes[named]}
                    className={truth === named ? 'evidence__hit' : undefined}
                    style={{ '--share': count / Math.max(all, 1) } as React.CSSProperties}
                  >
                    {count}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

const kinds: Readonly<Record<string, string>> = {
  localization: t('Body site'),
  sex: t('Sex'),
  age: t('Age'),
};

function Subgroups({ evidence }: { evidence: Evidence }) {
  const cell = (value: number | null) => (value === null ? '–' : formatShare(value));
  return (
    <details>
      <summary>{t('By body site, sex and age')}</summary>
      <div className="table-box">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t('Group')}</th>
              <th scope="col" className="table__number">
                {t('Images')}
              </th>
              <th scope="col" className="table__number">
                {t('Accuracy')}
              </th>
              <th scope="col" className="table__number">
                {t('Balanced')}
              </th>
              <th scope="col" className="table__number">
                {t('Melanomas found')}
              </th>
            </tr>
          </thead>
          <tbody>
            {evidence.subgroups.map(
              ({ by, group, count, accuracy, balancedAccuracy, melanomaRecall }) => (
                <tr key={`${by} ${group}`}>
                  <th scope="row">
                    {kinds[by] ?? by}: {group}
                  </th>
                  <td className="table__number">{count}</td>
                  <td className="table__number">{cell(accuracy)}</td>
                  <td className="table__number">{cell(balancedAccuracy)}</td>
                  <td className="table__number">{cell(melanomaRecall)}</td>
                </tr>
              ),
            )}
          </tbody>
        </table>
      </div>
    </details>
  );
}
