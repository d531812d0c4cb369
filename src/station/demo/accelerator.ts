import type { AcceleratorOverview } from '../../../native-bridge/client/client.ts';
import { type BridgeClient, demoAcceleratorId } from '../../../native-bridge/client/client.ts';

/** A virtual accelerator that is not there by then will not come: the emulator reads instead. */
const longestMs = 15_000;

/** Comes when the demo clinic's virtual accelerator reads; at the latest when `signal` is aborted. */
export function demoAcceleratorReady(bridge: BridgeClient, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(limit);
      stop();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const limit = setTimeout(end, longestMs);
    const stop = bridge.onOverview((overview) => {
      if (isReady(overview)) end();
    });
    signal.addEventListener('abort', end);
    if (signal.aborted || isReady(bridge.overview())) end();
  });
}

function isReady({ accelerators }: AcceleratorOverview): boolean {
  const found = accelerators.find(({ id }) => id === demoAcceleratorId);
  return found?.device?.attestation.state === 'attested';
}
