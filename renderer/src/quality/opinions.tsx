import type { Agreement, Quality } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { Section } from '../ui/section.tsx';
import { fixedText } from '../wording/numbers.ts';

import { formatPercent } from '../wording/readings.ts';
import { interval } from './rate-measure.tsx';

const rows = [
  ['impression', t('Impression')],
  ['suspicion', t('Suspicious or not')],
  ['decision', t('Decision')],
] as const;

/** How second opinions compare with the reviews that they were asked about. */
export function Opinions({ opinions }: Pick<Quality, 'opinions'>) {
  const { blind, notBlind, differed, settled } = opinions;
  const given = blind.impression.agreed.of + notBlind;
  if (given === 0) return null;
  return (
    <Section title={t('Second opinions')}>
      <div className="table-box">
        <table className="table">
          <caption>{t('Agreement of two readers, the second blind to the first')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('Said of the image')}</th>
              <th scope="col" className="table__number">
                {t('Agree')}
              </th>
              <th scope="col" className="table__number">
                {t('Cohen’s κ')}
              </th>
              <th scope="col" className="table__number">
                {t('Pairs')}
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
        {t(
          '{count, plural, one {# second opinion, {differed} differing in impression or decision.} other {# second opinions, {differed} differing in impression or decision.}}',
          { count: given, differed },
        )}{' '}
        {settled.count > 0 &&
          t(
            'Of {count} settled, {toFirst} went with the first reader, {toSecond} with the second, {toNeither} with neither.',
            {
              count: settled.count,
              toFirst: settled.toFirst,
              toSecond: settled.toSecond,
              toNeither: settled.toNeither,
            },
          )}
      </p>
      <p className="faint">
        {t('κ is 0 where two agree as often as chance would have it, 1 where always.')}{' '}
        {notBlind > 0 &&
          t(
            '{count, plural, one {Left out of the table: # opinion given with the review in sight.} other {Left out of the table: # opinions given with the review in sight.}}',
            { count: notBlind },
          )}{' '}
        {t(
          'Images are sent for a second opinion because they are hard: on others two agree more often.',
        )}
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
          ? `${fixedText(kappa.value, 2)} [${fixedText(kappa.low, 2)}–${fixedText(kappa.high, 2)}]`
          : '–'}
      </td>
      <td className="table__number">{agreed.of}</td>
    </tr>
  );
}
