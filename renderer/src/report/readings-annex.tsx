import { t } from '../../../src/language/index.ts';
import type { LesionImageEntry } from '../lesion/timeline.ts';
import type { StationOutput } from '../station/connection.ts';
import { formatDate } from '../wording/dates.ts';
import { formatPercent, shortClassName } from '../wording/readings.ts';
import { verdictNames } from '../wording/verdict.ts';
import { Part } from './part.tsx';
import '../ui/table.css';

interface ReadingsAnnexProps {
  entries: readonly LesionImageEntry[];
  network: StationOutput<'about'>['network'] | undefined;
}

/** What the network said, behind what people said, with its limits. */
export function ReadingsAnnex({ entries, network }: ReadingsAnnexProps) {
  return (
    <Part title={t('Annex: readings of the network')}>
      <p>
        {t(
          'Advice from a computer program, not a diagnosis. Dermaspike is not a medical device; a reading must not rule out a melanoma.',
        )}
      </p>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t('Image')}</th>
            <th scope="col">{t('Verdict')}</th>
            <th scope="col">{t('Most probable')}</th>
            <th scope="col" className="table__number">
              {t('Malignant or pre-malignant')}
            </th>
            <th scope="col">{t('Read by')}</th>
          </tr>
        </thead>
        <tbody>
          {entries.map(({ image, reading }) => {
            if (!reading) return null;
            const [first] = reading.probabilities;
            return (
              <tr key={image.id}>
                <td>
                  {image.capturedAt
                    ? formatDate(image.capturedAt)
                    : t('Imported {date}', { date: formatDate(image.importedAt) })}
                </td>
                <td>{verdictNames[reading.verdict.kind]}</td>
                <td>
                  {first && `${shortClassName(first.name)} ${formatPercent(first.probability)}`}
                </td>
                <td className="table__number">
                  {formatPercent(Math.min(1, reading.verdict.malignancy))}
                </td>
                <td>
                  {t('{networkName}, head {headName}', {
                    networkName: reading.networkName,
                    headName: reading.headName,
                  })}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {network && (
        <ul className="report__limits">
          {network.limitations.map((limit) => (
            <li key={limit}>{limit}</li>
          ))}
        </ul>
      )}
    </Part>
  );
}
