import { t } from '../../../src/language/index.ts';
import type { StationOutput } from '../station/connection.ts';
import { className, gravityWords } from '../wording/readings.ts';
import { verdictNames } from '../wording/verdict.ts';
import '../ui/table.css';

type Network = StationOutput<'about'>['network'];

const kinds = ['suspicious', 'unclear', 'no-sign', 'unusable'] as const;

/** What the images of each class came to. */
export function VerdictTable({ network }: { network: Network }) {
  const { verdict } = network.evidence;
  if (!verdict) return null;
  return (
    <div className="table-box">
      <table className="table">
        <caption>{t('What the images are (rows), and what their readings came to')}</caption>
        <thead>
          <tr>
            <td />
            {kinds.map((kind) => (
              <th key={kind} scope="col" className="table__number">
                {verdictNames[kind]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {network.classes.map(({ code, gravity }) => (
            <tr key={code}>
              <th scope="row">
                {className(code, network.classes)}{' '}
                <span className="faint">{gravityWords[gravity]}</span>
              </th>
              {kinds.map((kind) => (
                <td key={kind} className="table__number">
                  {verdict.counts[code]?.[kind] ?? 0}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
