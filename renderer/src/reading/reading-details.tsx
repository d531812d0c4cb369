import type { ClassProbability, Reading } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { Work } from '../evidence/work.tsx';
import { useMay } from '../station/use-may.ts';
import { Button } from '../ui/button.tsx';
import { GravityMark, Percent, ProbabilityBar } from '../ui/probability.tsx';
import { VerdictMark } from '../ui/verdict.tsx';
import { formatDateTime } from '../wording/dates.ts';
import { classHint, formatMs, formatPercent, shortClassName } from '../wording/readings.ts';
import { lateVerdictNote, verdictReasonNames } from '../wording/verdict.ts';

interface ReadingDetailsProps {
  reading: Reading;
  earlier: readonly Reading[];
  isReading: boolean;
  onReadAgain: () => void;
}

/** Everything that the verdict was come by with, for those who ask. */
export function ReadingDetails({ reading, earlier, isReading, onReadAgain }: ReadingDetailsProps) {
  const may = useMay();
  const { advice, probabilities, verdict } = reading;
  return (
    <details className="details">
      <summary>{t('Details')}</summary>
      <div className="details__body">
        {verdict.reasons.length > 0 && (
          <ul className="details__reasons" aria-label={t('Why')}>
            {verdict.reasons.map((reason) => (
              <li key={reason}>{verdictReasonNames[reason]}</li>
            ))}
          </ul>
        )}
        {verdict.isLate && <p className="faint">{lateVerdictNote}</p>}
        <Probabilities probabilities={probabilities} />
        {advice && advice.possible.length > 0 && (
          <p className="faint">
            {t(
              'The classes named above are chosen so that they hold the right one for {percent} of the images of each class, as measured on lesions that the network had not seen. What the network does not know is never among them.',
              { percent: formatPercent(advice.coverage) },
            )}
          </p>
        )}
        <Origin reading={reading} />
        <Work imageId={reading.imageId} />
        {earlier.length > 0 && <EarlierReadings readings={earlier} />}
        {may('readings.read') && (
          <Button small icon="refresh" busy={isReading} onClick={onReadAgain}>
            {t('Read again')}
          </Button>
        )}
      </div>
    </details>
  );
}

function Probabilities({ probabilities }: { probabilities: readonly ClassProbability[] }) {
  return (
    <ol className="probabilities" aria-label={t('Chance of each class, most probable first')}>
      {probabilities.map((entry) => (
        <li key={entry.code} title={classHint(entry)}>
          <GravityMark gravity={entry.gravity} />
          <span>{shortClassName(entry.name)}</span>
          <ProbabilityBar {...entry} />
          <Percent value={entry.probability} />
        </li>
      ))}
    </ol>
  );
}

function Origin({ reading }: { reading: Reading }) {
  return (
    <dl className="facts details__origin">
      <dt>{t('Read by')}</dt>
      <dd>
        {reading.accelerator.name} {reading.accelerator.version}
      </dd>
      <dt>{t('Network')}</dt>
      <dd>
        <span title={`SHA-256 ${reading.networkSha256}`}>
          {reading.networkName} <code>{reading.networkSha256.slice(0, 8)}</code>
        </span>
        {', head '}
        <span title={`SHA-256 ${reading.headSha256}`}>
          {reading.headName} <code>{reading.headSha256.slice(0, 8)}</code>
        </span>
      </dd>
      <dt>{t('When')}</dt>
      <dd>
        {t(
          '{dateTime}, in {duration}{isReadAgain, select, yes {; made with head {firstHeadName}, and its counts read again since} other {}}',
          {
            dateTime: formatDateTime(reading.createdAt),
            duration: formatMs(reading.durationMs),
            isReadAgain: reading.firstHeadName === undefined ? 'no' : 'yes',
            firstHeadName: reading.firstHeadName ?? '',
          },
        )}
      </dd>
    </dl>
  );
}

function EarlierReadings({ readings }: { readings: readonly Reading[] }) {
  return (
    <div className="earlier">
      <h3>{t('Earlier readings')}</h3>
      <ul>
        {readings.map((reading) => {
          const top = reading.probabilities[0];
          return (
            <li key={reading.id}>
              <VerdictMark verdict={reading.verdict.kind} />
              <div>
                {top && `${shortClassName(top.name)} ${formatPercent(top.probability)}`}
                <p className="faint">
                  {formatDateTime(reading.createdAt)} · {reading.networkName} ·{' '}
                  {reading.accelerator.name}
                </p>
              </div>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
