import { t } from '../../../src/language/index.ts';
import type { StationOutput } from '../station/connection.ts';
import { Measure } from '../ui/measure.tsx';
import { Notice } from '../ui/notices.tsx';
import { className } from '../wording/readings.ts';
import { Evidence } from './card-evidence.tsx';
import { formatFigure, formatFigureSpan, formatShare, formatSpan } from './figures.ts';
import '../ui/table.css';

type Network = StationOutput<'about'>['network'];

const figureNames: Readonly<Record<string, string>> = {
  count: t('Images tested'),
  accuracy: t('Accuracy'),
  balancedAccuracy: t('Balanced accuracy'),
  macroF1: t('Macro F1'),
  macroAuc: t('Macro AUC'),
  ece: t('Calibration error'),
};

/** The model card: what the network is, how well it did and on which data, what it cannot do. */
export function NetworkCard({ network }: { network: Network }) {
  return (
    <>
      <dl className="facts">
        <dt>{t('Name')}</dt>
        <dd>{network.name}</dd>
        <dt>{t('Trained')}</dt>
        <dd>{network.trained}</dd>
        <dt>{t('Sees')}</dt>
        <dd>{t('{size} × {size} pixels', { size: network.inputSizePx })}</dd>
        <dt>{t('Data')}</dt>
        <dd>{network.data}</dd>
        <dt>SHA-256</dt>
        <dd className="about__hash">{network.sha256}</dd>
        <dt>{t('Licence')}</dt>
        <dd>
          {/NC/.test(network.licence)
            ? t('{licence}: not for commercial use', { licence: network.licence })
            : network.licence}
        </dd>
      </dl>
      <Figures network={network} />
      <Evidence network={network} />
      <Notice tone="caution">
        <h2>{t('Limits')}</h2>
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
                  ? t(
                      'Share of each class that is named rightly, and where it lies with a chance of 95 %',
                    )
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
