import type { Agreement, Quality } from '../../../src/clinic/entities/index.ts';
import { Section } from '../ui/section.tsx';
import { countText } from '../wording/counts.ts';
import { formatPercent } from '../wording/readings.ts';
import { interval } from './rate-measure.tsx';

const rows = [
  ['impression', 'Impression'],
  ['suspicion', 'Suspicious or not'],
  ['decision', 'Decision'],
] as const;

/** How second opinions compare with the reviews that they were asked about. */
export function Opinions({ opinions }: Pick<Quality, 'opinions'>) {
  const { blind, notBlind, differed, settled } = opinions;
  const given = blind.impression.agreed.of + notBlind;
  if (given === 0) return null;
  return (
    <Section title="Second opinions">
      <div className="table-box">
        <table className="table">
          <caption>Agreement of two readers, the second blind to the first</caption>
          <thead>
            <tr>
              <th scope="col">Said of the image</th>
              <th scope="col" className="table__number">
                Agree
              </th>
              <th scope="col" className="table__number">
                Cohen’s κ
              </th>
              <th scope="col" className="table__number">
                Pairs
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(([key, name]) => (
              <AgreementRow key={key} name={name} agreement={blind[key]} />
            ))}
          </tbody>
        </table>
      </div>
      <p>
        {countText(given, 'second opinion')}, {differed} differing in impression or decision.{' '}
        {settled.count > 0 &&
          `Of ${settled.count} settled, ${settled.toFirst} went with the first reader, ${settled.toSecond} with the second, ${settled.toNeither} with neither.`}
      </p>
      <p className="faint">
        κ is 0 where two agree as often as chance would have it, 1 where always.
        {notBlind > 0 &&
          ` Left out of the table: ${countText(notBlind, 'opinion')} given with the review in sight.`}{' '}
        Images are sent for a second opinion because they are hard: on others two agree more often.
      </p>
    </Section>
  );
}

function AgreementRow({ name, agreement }: { name: string; agreement: Agreement }) {
  const { agreed, kappa } = agreement;
  return (
    <tr>
      <th scope="row">{name}</th>
      <td className="table__number">
        {agreed.value === null ? '–' : `${formatPercent(agreed.value)} ${interval(agreed)}`}
      </td>
      <td className="table__number">
        {kappa
          ? `${kappa.value.toFixed(2)} [${kappa.low.toFixed(2)}–${kappa.high.toFixed(2)}]`
          : '–'}
      </td>
      <td className="table__number">{agreed.of}</td>
    </tr>
  );
}
