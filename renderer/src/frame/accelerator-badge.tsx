import { useId } from 'react';
import type { AcceleratorStatus } from '../../../src/station/contract/index.ts';
import { stateNames } from '../accelerators/words.ts';
import { href } from '../routing/routes.ts';
import { errorText } from '../station/errors.ts';
import { useConnectionStatus, useStationQuery } from '../station/use-station.tsx';
import { acceleratorKind, formatMs } from '../wording/readings.ts';
import './accelerator-badge.css';

/** The one that reads, before one that cannot. */
const order: readonly AcceleratorStatus['state'][] = ['busy', 'ready', 'starting', 'failed'];

/** What reads the images, always in sight; its details on request. */
export function AcceleratorBadge() {
  const isConnected = useConnectionStatus() === 'connected';
  const { data: overview, error } = useStationQuery('accelerators.overview', {});
  const data = overview?.accelerators;
  const id = useId();
  const first = data?.toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state))[0];
  const state = !isConnected
    ? 'starting'
    : (first?.state ?? (error || data ? 'failed' : 'starting'));
  const name = first?.identity.name ?? (error || data ? 'No accelerator' : 'Accelerator');
  const stateName = !isConnected
    ? 'No connection'
    : first
      ? stateNames[state]
      : error || data
        ? 'Missing'
        : 'Starting';
  return (
    <>
      <button type="button" className="status" popoverTarget={id}>
        <span className={`dot dot--${state}`} />
        <span className="visually-hidden">Accelerator: </span>
        <span className="status__name">{name}</span>
        <span className="status__state">{stateName}</span>
        {isConnected && first?.medianMs != null && (
          <span>
            {formatMs(first.medianMs)}
            <span className="status__state"> per image</span>
          </span>
        )}
      </button>
      <div id={id} popover="auto" className="popover">
        <h2>What reads the images</h2>
        {error && <p className="soft">{errorText(error)}</p>}
        {data?.length === 0 && (
          <p className="soft">No accelerator is running. Images are stored but not read.</p>
        )}
        {data?.map((accelerator) => (
          <AcceleratorFacts key={accelerator.id} accelerator={accelerator} />
        ))}
        <a className="button popover__more" href={href({ screen: 'accelerators' })}>
          More about the accelerators
        </a>
      </div>
    </>
  );
}

function AcceleratorFacts({ accelerator }: { accelerator: AcceleratorStatus }) {
  const { identity, state, networkName, medianMs, completed, detail } = accelerator;
  return (
    <section className="accelerator">
      <h3 className="accelerator__name">
        <span className={`dot dot--${state}`} /> {identity.name}
      </h3>
      <dl className="facts">
        <dt>State</dt>
        <dd>{stateNames[state]}</dd>
        {detail && (
          <>
            <dt>Detail</dt>
            <dd>{detail}</dd>
          </>
        )}
        <dt>Kind</dt>
        <dd>
          {acceleratorKind[identity.kind]}, version {identity.version}
        </dd>
        <dt>Network</dt>
        <dd>{networkName ?? 'None loaded'}</dd>
        <dt>Images read</dt>
        <dd>{completed.toLocaleString()}</dd>
        <dt>Usual time</dt>
        <dd>{medianMs === null ? 'Not known yet' : `${formatMs(medianMs)} per image (median)`}</dd>
      </dl>
    </section>
  );
}
