import { Trans } from '@lingui/react';
import type { ReactNode } from 'react';
import type { Quality } from '../../../src/clinic/entities/index.ts';
import { locale, t } from '../../../src/language/index.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { Measure } from '../ui/measure.tsx';
import { EmptyState, ErrorNotice, Loading, Notice } from '../ui/notices.tsx';
import { PaperButtons } from '../ui/paper-buttons.tsx';
import { Section } from '../ui/section.tsx';

import { formatDay } from '../wording/dates.ts';
import { formatPercent } from '../wording/readings.ts';
import { Opinions } from './opinions.tsx';
import { interval, RateMeasure } from './rate-measure.tsx';
import { RatesOverTime } from './rates-over-time.tsx';
import { RecordsTable } from './records-table.tsx';
import '../ui/table.css';
import './quality.css';

/** How network and readers fare against what pathologists found. */
export function QualityReport() {
  const query = useStationQuery('quality.get', {});
  if (query.error) return <ErrorNotice error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Loading what={t('the figures')} />;
  const { lesions, firstOn, lastOn } = query.data;
  if (lesions === 0 || firstOn === null || lastOn === null)
    return (
      <>
        <EmptyState icon="search" title={t('No histology yet')}>
          <p>
            {t(
              'Enter what the pathologist found on a lesion’s card, under More. Then this page says how often the network and each reader were right.',
            )}
          </p>
        </EmptyState>
        <Opinions opinions={query.data.opinions} />
        <RecordsTable />
      </>
    );
  return (
    <>
      <Notice tone="caution">
        <Trans
          id="<strong>Verification bias:</strong> only lesions that somebody chose to take are in these figures. Those left alone have no histology, so true sensitivity is lower and true specificity higher than they seem, and two readers can be compared only where both saw the same lesions."
          components={{ strong: <strong /> }}
        />
      </Notice>
      <Summary quality={query.data} firstOn={firstOn} lastOn={lastOn} />
      <OfNetwork network={query.data.network} />
      <OfReaders readers={query.data.readers} />
      <Opinions opinions={query.data.opinions} />
      <Needed needed={query.data.needed} />
      <div className="quality__paper">
        <PaperButtons pdfName="quality" />
      </div>
      <RecordsTable />
    </>
  );
}

interface SummaryProps {
  quality: Quality;
  firstOn: string;
  lastOn: string;
}

function Summary({ quality, firstOn, lastOn }: SummaryProps) {
  const { lesions, malignant, withoutImage } = quality;
  return (
    <Section title={t('What is counted')}>
      <p>
        {t(
          '{count, plural, one {# lesion with histology, from {firstDay} to {lastDay}; {malignant} malignant or pre-malignant.} other {# lesions with histology, from {firstDay} to {lastDay}; {malignant} malignant or pre-malignant.}} Each counts once, with the gravest of its findings, and with the last image and what was said of it before the finding was entered.',
          {
            count: lesions,
            firstDay: formatDay(firstOn),
            lastDay: formatDay(lastOn),
            malignant,
          },
        )}{' '}
        {withoutImage > 0 &&
          t(
            '{count, plural, one {# lesion had no image before the specimen was taken.} other {# lesions had no image before the specimen was taken.}}',
            { count: withoutImage },
          )}
      </p>
      <p className="faint">
        {t(
          'Brackets hold the interval of 95 % (Wilson). With few lesions it is wide: a figure from fewer than some thirty says little.',
        )}
      </p>
    </Section>
  );
}

function OfNetwork({ network }: Pick<Quality, 'network'>) {
  return (
    <Section title={t('The network’s verdict')}>
      <dl className="measures quality__measures">
        <RateMeasure title={t('Sensitivity')} rate={network.sensitivity} />
        <RateMeasure title={t('Specificity')} rate={network.specificity} />
        <RateMeasure
          title={t('Sensitivity, unclear as found')}
          rate={network.withUnclear.sensitivity}
        />
        <RateMeasure
          title={t('Specificity, unclear as found')}
          rate={network.withUnclear.specificity}
        />
      </dl>
      {network.leftOut > 0 && (
        <p className="faint">
          {t(
            '{count, plural, one {Left out: # lesion whose image was unusable or not read.} other {Left out: # lesions whose image was unusable or not read.}}',
            { count: network.leftOut },
          )}
        </p>
      )}
      <RatesOverTime title={t('The network over time')} periods={network.periods} />
      <Calibration bins={network.calibration} />
    </Section>
  );
}

function OfReaders({ readers }: Pick<Quality, 'readers'>) {
  return (
    <Section title={t('Readers’ impressions')}>
      {readers.length === 0 && (
        <p className="soft">{t('Nobody whose figures you may see reviewed one.')}</p>
      )}
      {readers.map((reader) => (
        <section key={reader.name} className="quality__reader" aria-label={reader.name}>
          <h3>{reader.name}</h3>
          <dl className="measures quality__measures">
            <RateMeasure title={t('Sensitivity')} rate={reader.sensitivity} />
            <RateMeasure title={t('Specificity')} rate={reader.specificity} />
          </dl>
          {reader.leftOut > 0 && (
            <p className="faint">
              {t(
                '{count, plural, one {Left out: # lesion with the impression “Other” or “Unsure”.} other {Left out: # lesions with the impression “Other” or “Unsure”.}}',
                { count: reader.leftOut },
              )}
            </p>
          )}
          {reader.changes.of > 0 && (
            <p>
              {t(
                '{count, plural, one {# lesion first judged before the reading was shown: with it {toRight} went from wrong to right, {toWrong} from right to wrong.} other {# lesions first judged before the reading was shown: with it {toRight} went from wrong to right, {toWrong} from right to wrong.}}',
                {
                  count: reader.changes.of,
                  toRight: reader.changes.toRight,
                  toWrong: reader.changes.toWrong,
                },
              )}
            </p>
          )}
          <RatesOverTime
            title={t('{name} over time', { name: reader.name })}
            periods={reader.periods}
          />
        </section>
      ))}
      <p className="faint">
        {t(
          'An impression names a class and no chance, so readers have no calibration. A clinician sees their own figures, an administrator everybody’s.',
        )}
      </p>
    </Section>
  );
}

function Needed({ needed }: Pick<Quality, 'needed'>) {
  return (
    <Section title={t('Number needed to excise')}>
      <dl className="measures quality__measures">
        <NeededMeasure
          title={t('For one malignant or pre-malignant lesion')}
          needed={needed.all}
          originOf={(places) => t('{found} of {taken} lesions', places)}
        />
        <NeededMeasure
          title={t('For one melanoma')}
          needed={needed.melanoma}
          originOf={(places) => t('{found} of {taken} melanocytic lesions', places)}
        />
      </dl>
    </Section>
  );
}

interface NeededMeasureProps {
  title: string;
  needed: Quality['needed']['all'];
  /** What it was counted from. */
  originOf: (places: { found: number; taken: number }) => string;
}

function NeededMeasure(props: NeededMeasureProps) {
  const { number, low, high, found, taken } = props.needed;
  const tenth = (value: number) => value.toLocaleString(locale(), { maximumFractionDigits: 1 });
  return (
    <Measure
      title={props.title}
      value={
        number === null || low === null || high === null
          ? undefined
          : `${tenth(number)} [${tenth(low)}–${tenth(high)}]`
      }
      origin={props.originOf({ found, taken })}
      missing={taken === 0 ? t('None to count') : t('None among {taken}', { taken })}
    />
  );
}

function Calibration({ bins }: { bins: Quality['network']['calibration'] }): ReactNode {
  return (
    <div className="table-box">
      <table className="table">
        <caption>
          {t(
            'Calibration: where the network states such a chance of malignancy, how many were malignant',
          )}
        </caption>
        <thead>
          <tr>
            <th scope="col">{t('Chance stated')}</th>
            <th scope="col" className="table__number">
              {t('Mean stated')}
            </th>
            <th scope="col" className="table__number">
              {t('Found')}
            </th>
            <th scope="col" className="table__number">
              {t('Lesions')}
            </th>
          </tr>
        </thead>
        <tbody>
          {bins.map(({ from, to, stated, found }) => (
            <tr key={from}>
              <th scope="row">
                {from * 100}–{to * 100} %
              </th>
              <td className="table__number">{stated === null ? '–' : formatPercent(stated)}</td>
              <td className="table__number">
                {found.value === null ? '–' : `${formatPercent(found.value)} ${interval(found)}`}
              </td>
              <td className="table__number">{found.of}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
