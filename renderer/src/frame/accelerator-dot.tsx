import { t } from '../../../src/language/index.ts';
import type { AcceleratorStatus } from '../../../src/station/contract/index.ts';
import { stateNames } from '../accelerators/words.ts';
import { href } from '../routing/routes.ts';
import { useConnectionStatus, useStationQuery } from '../station/use-station.tsx';
import './accelerator-dot.css';

/** The one that reads, before one that cannot. */
const order: readonly AcceleratorStatus['state'][] = ['busy', 'ready', 'starting', 'failed'];

/** Whether images can be read, always in sight; by what, on request. */
export function AcceleratorDot() {
  const { state, text } = useReader();
  return (
    <a
      className="button button--quiet button--icon"
      href={href({ screen: 'settings', part: 'devices' })}
      aria-label={text}
      title={text}
    >
      <span className={`dot dot--${state}`} />
    </a>
  );
}

function useReader(): { state: AcceleratorStatus['state']; text: string } {
  const isConnected = useConnectionStatus() === 'connected';
  const { data, error } = useStationQuery('accelerators.overview', {});
  if (!isConnected) return { state: 'starting', text: t('No connection to the station') };
  const first = data?.accelerators.toSorted(
    (a, b) => order.indexOf(a.state) - order.indexOf(b.state),
  )[0];
  if (first) {
    const { state, identity, detail } = first;
    const reason = state === 'starting' || state === 'failed' ? detail : '';
    return { state, text: `${identity.name}: ${reason || stateNames[state]}` };
  }
  return data || error
    ? { state: 'failed', text: t('No accelerator: images are stored but not read') }
    : { state: 'starting', text: t('Accelerator: Starting') };
}
