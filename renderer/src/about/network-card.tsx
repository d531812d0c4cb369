import type { StationOutput } from '../station/connection.ts';
import { Measure } from '../ui/measure.tsx';
import { Notice } from '../ui/notices.tsx';
import { className } from '../wording/readings.ts';
import { Evidence } from './card-evidence.tsx';
import { formatFigure, formatFigureSpan, formatShare, formatSpan } from './figures.ts';
import '../ui/table.css';

type Network = StationOutput<'about'>['network'];

const figureNames: Readonly<Record<string, string>> = {
  count: 'Images tested',
  accuracy: 'Accuracy',
  balancedAccuracy: 'Balanced accuracy',
  macroF1: 'Macro F1',
  macroAuc: 'Macro AUC',
  ece: 'Calibration error',
};

/** The model card: what the network is, how well it did and on which data, what it cannot do. */
export function NetworkCard({ network }: { network: Network }) {
  return (
    <>
      <dl className="facts">
        <dt>Name</dt>
        <dd>{network.name}</dd>
        <dt>Trained</dt>
        <dd>{network.trained}</dd>
        <dt>Sees</dt>
        <dd>
          {network.inputSizePx} × {network.inputSizePx} pixels
        </dd>
        <dt>Data</dt>
        <dd>{network.data}</dd>
        <dt>SHA-256</dt>
        <dd className="about__hash">{network.sha256}</dd>
        <dt>Licence</dt>
        <dd>
          {network.licence}
          {/NC/.test(network.licence) && ': not for commercial use'}
        </dd>
      </dl>
      <Figures network={network} />
      <Evidence network={network} />
      <Notice tone="caution">
        <h2>Limits</h2>
        <ul className="about__limits">
          {network.limitations.map((limitation) => (
            <li key={limitation}>{limitation}</li>
          ))}
        </ul>
      </Notice>
    </>
  );
}

function Figures({ network }: { network: Network }) {
  const figures = Object.entries(network.figures);
  const { intervals, recallIntervals } = network.evidence;
  return (
    <div className="figures">
      <dl className="measures">
        {figures.map(
          ([key, value]) =>
            typeof value === 'number' && (
              <Measure
                key={key}
                title={figureNames[key] ?? key}
                value={formatFigure(key, value)}
                origin={formatFigureSpan(key, intervals[key])}
              />
            ),
        )}
      </dl>
      {figures.map(
        ([key, value]) =>
          typeof value !== 'number' && (
            <table key={key} className="table">
              <caption>
                {key === 'recall'
                  ? 'Share of each class that is named rightly, and where it lies with a chance of 95 %'
                  : key}
              </caption>
              <tbody>
                {Object.entries(value).map(([code, figure]) => (
                  <tr key={code}>
                    <th scope="row">{className(code, network.classes)}</th>
                    <td className="table__number">{formatShare(figure)}</td>
                    <td className="table__number soft">{formatSpan(recallIntervals[code])}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          ),
      )}
    </div>
  );
}
