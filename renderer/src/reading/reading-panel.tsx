import { useState } from 'react';
import type { ClassProbability, Reading } from '../../../src/clinic/entities/index.ts';
import { useStationCommand } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icons.tsx';
import { ErrorNotice } from '../ui/notices.tsx';
import { GravityMark, GravityStack, Percent, ProbabilityBar } from '../ui/probability.tsx';
import { formatDateTime } from '../wording/dates.ts';
import { classHint, formatMs, formatPercent, shortClassName } from '../wording/readings.ts';
import { ReadingAdvice } from './reading-advice.tsx';

interface ReadingPanelProps {
  imageId: string;
  /** Newest first. */
  readings: readonly Reading[];
  /** The clinician wants to form an impression before seeing it. */
  isHeldBack: boolean;
}

export function ReadingPanel({ imageId, readings, isHeldBack }: ReadingPanelProps) {
  const read = useStationCommand('readings.read');
  const [isShownAnyway, setShownAnyway] = useState(false);
  const [reading, ...earlier] = readings;
  const isHidden = isHeldBack && !isShownAnyway && reading !== undefined;
  return (
    <section className="panel side-panel reading__result" aria-labelledby="reading-title">
      <header className="side-panel__head">
        <h2 id="reading-title">Reading</h2>
        {!isHidden && (
          <Button
            small
            variant={reading ? 'quiet' : 'primary'}
            icon="refresh"
            busy={read.isPending}
            onClick={() => read.mutate({ imageId })}
          >
            {reading ? 'Read again' : 'Read now'}
          </Button>
        )}
      </header>
      <ErrorNotice error={read.error} />
      {!reading && !read.error && (
        <p className="soft">
          {read.isPending
            ? 'The network is reading the image…'
            : 'The network has not read this image. You can review it without a reading.'}
        </p>
      )}
      {isHidden && (
        <div className="held-back">
          <p className="soft">Choose your impression first; then the reading is shown.</p>
          <Button small onClick={() => setShownAnyway(true)}>
            Show it now
          </Button>
        </div>
      )}
      {reading && !isHidden && (
        <>
          <p className="advice">
            <Icon name="about" size={16} />
            Advice from a computer program, not a diagnosis.
          </p>
          <ReadingAdvice reading={reading} />
          <Probabilities probabilities={reading.probabilities} />
          <GravityStack probabilities={reading.probabilities} />
          <ReadingFacts reading={reading} />
          {earlier.length > 0 && <EarlierReadings readings={earlier} />}
        </>
      )}
    </section>
  );
}

function Probabilities({ probabilities }: { probabilities: readonly ClassProbability[] }) {
  return (
    <ol className="probabilities" aria-label="Chance of each class, most probable first">
      {probabilities.map((entry) => (
        <li key={entry.code} title={classHint(entry)}>
          <GravityMark code={entry.code} />
          <span className="probabilities__name">{shortClassName(entry.name)}</span>
          <ProbabilityBar {...entry} />
          <Percent value={entry.probability} />
          <span className="probabilities__hint">{classHint(entry)}</span>
        </li>
      ))}
    </ol>
  );
}

function ReadingFacts({ reading }: { reading: Reading }) {
  return (
    <dl className="facts reading-facts">
      <dt>Read by</dt>
      <dd>
        {reading.accelerator.name} {reading.accelerator.version}
      </dd>
      <dt>Network</dt>
      <dd>
        <span title={`SHA-256 ${reading.networkSha256}`}>
          {reading.networkName} <code>{reading.networkSha256.slice(0, 8)}</code>
        </span>
        {', head '}
        <span title={`SHA-256 ${reading.headSha256}`}>
          {reading.headName} <code>{reading.headSha256.slice(0, 8)}</code>
        </span>
      </dd>
      <dt>When</dt>
      <dd>
        {formatDateTime(reading.createdAt)}, in {formatMs(reading.durationMs)}
      </dd>
    </dl>
  );
}

function EarlierReadings({ readings }: { readings: readonly Reading[] }) {
  return (
    <details className="earlier">
      <summary>Earlier readings ({readings.length})</summary>
      <ul>
        {readings.map((reading) => {
          const top = reading.probabilities[0];
          return (
            <li key={reading.id}>
              <span>{top && `${shortClassName(top.name)} ${formatPercent(top.probability)}`}</span>
              <span className="faint">
                {formatDateTime(reading.createdAt)} · {reading.networkName} ·{' '}
                {reading.accelerator.name}
              </span>
            </li>
          );
        })}
      </ul>
    </details>
  );
}
