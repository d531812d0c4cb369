import type { ReactNode } from 'react';
import type { StationOutput } from '../station/connection.ts';
import { formatShare } from './figures.ts';
import '../ui/table.css';

type Evidence = StationOutput<'about'>['network']['evidence'];

const sourceNames: Readonly<Record<string, string>> = {
  bcn: 'BCN20000, another hospital',
  msk: 'MSK and others of the ISIC archive',
};

const confirmations: Readonly<Record<string, string>> = {
  histo: 'Histology',
  follow_up: 'Follow-up',
  consensus: 'Consensus of experts',
  confocal: 'Confocal microscopy',
};

const changes: Readonly<Record<string, string>> = {
  frame: 'a black or white frame around it',
  scale: 'nearer or farther',
  compression: 'compressed',
  brightness: 'brighter or darker',
  turn: 'turned',
};

/** What the headline figures hide: other cameras, how diagnoses were confirmed, changed pictures. */
export function Elsewhere({ evidence }: { evidence: Evidence }) {
  const { sources, confirmation, melanomaAgainstBiopsiedNaevi: biopsied, consistency } = evidence;
  return (
    <>
      {sources && (
        <FigureTable
          caption="With other hospitals’ cameras"
          columns={['Images', 'Accuracy', 'Balanced', 'Melanoma AUC', 'Possible hold it']}
          rows={sources.map(({ source, count, ...of }) => [
            sourceNames[source] ?? source,
            count.toLocaleString(),
            formatShare(of.accuracy),
            formatShare(of.balancedAccuracy),
            of.melanomaAuroc.toFixed(3),
            formatShare(of.coverage),
          ])}
        />
      )}
      {confirmation && (
        <FigureTable
          caption="By how the diagnosis was confirmed"
          columns={['Images', 'Accuracy']}
          rows={confirmation.map(({ group, count, accuracy }) => [
            confirmations[group] ?? group,
            count.toLocaleString(),
            formatShare(accuracy),
          ])}
        />
      )}
      {biopsied && (
        <p>
          Naevi that were biopsied are the hard ones: {formatShare(biopsied.withoutASign)} of{' '}
          {biopsied.naevi} are without a sign of malignancy, and melanomas are told from them with
          an AUC of {biopsied.auroc.toFixed(3)}.
        </p>
      )}
      {consistency && (
        <p>
          A changed picture keeps its most probable class:{' '}
          {Object.entries(changes)
            .map(([kind, words]) => `${words} in ${formatShare(consistency[kind] ?? 0)}`)
            .join(', ')}
          .
        </p>
      )}
    </>
  );
}

function FigureTable(props: {
  caption: string;
  columns: readonly string[];
  rows: readonly (readonly [string, ...string[]])[];
}): ReactNode {
  const { caption, columns, rows } = props;
  return (
    <div className="table-box">
      <table className="table">
        <caption>{caption}</caption>
        <thead>
          <tr>
            <td />
            {columns.map((column) => (
              <th key={column} scope="col" className="table__number">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, ...cells]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {cells.map((cell, index) => (
                <td key={columns[index]} className="table__number">
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
