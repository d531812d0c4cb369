import type { ReactNode } from 'react';
import { locale, t } from '../../../src/language/index.ts';
import type { StationOutput } from '../station/connection.ts';
import { listText } from '../wording/lists.ts';
import { fixedText } from '../wording/numbers.ts';
import { formatShare } from './figures.ts';
import '../ui/table.css';

type Evidence = StationOutput<'about'>['network']['evidence'];

const sourceNames: Readonly<Record<string, string>> = {
  bcn: t('BCN20000, another hospital'),
  msk: t('MSK and others of the ISIC archive'),
};

const confirmations: Readonly<Record<string, string>> = {
  histo: t('Histology'),
  follow_up: t('Follow-up'),
  consensus: t('Consensus of experts'),
  confocal: t('Confocal microscopy'),
};

const changes: Readonly<Record<string, string>> = {
  frame: t('a black or white frame around it'),
  scale: t('nearer or farther'),
  compression: t('compressed'),
  brightness: t('brighter or darker'),
  turn: t('turned'),
};

/** What the headline figures hide: other cameras, how diagnoses were confirmed, changed pictures. */
export function Elsewhere({ evidence }: { evidence: Evidence }) {
  const { sources, confirmation, melanomaAgainstBiopsiedNaevi: biopsied, consistency } = evidence;
  return (
    <>
      {sources && (
        <FigureTable
          caption={t('With other hospitals’ cameras')}
          columns={[
            t('Images'),
            t('Accuracy'),
            t('Balanced'),
            t('Melanoma AUC'),
            t('Possible hold it'),
          ]}
          rows={sources.map(({ source, count, ...of }) => [
            sourceNames[source] ?? source,
            count.toLocaleString(locale()),
            formatShare(of.accuracy),
            formatShare(of.balancedAccuracy),
            fixedText(of.melanomaAuroc, 3),
            formatShare(of.coverage),
          ])}
        />
      )}
      {confirmation && (
        <FigureTable
          caption={t('By how the diagnosis was confirmed')}
          columns={[t('Images'), t('Accuracy')]}
          rows={confirmation.map(({ group, count, accuracy }) => [
            confirmations[group] ?? group,
            count.toLocaleString(locale()),
            formatShare(accuracy),
          ])}
        />
      )}
      {biopsied && (
        <p>
          {t(
            'Naevi that were biopsied are the hard ones: {share} of {naevi} are without a sign of malignancy, and melanomas are told from them with an AUC of {auroc}.',
            {
              share: formatShare(biopsied.withoutASign),
              naevi: biopsied.naevi,
              auroc: fixedText(biopsied.auroc, 3),
            },
          )}
        </p>
      )}
      {consistency && (
        <p>
          {t('A changed picture keeps its most probable class: {shares}.', {
            shares: listText(
              Object.entries(changes).map(([kind, change]) =>
                t('{change} in {share}', { change, share: formatShare(consistency[kind] ?? 0) }),
              ),
            ),
          })}
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
