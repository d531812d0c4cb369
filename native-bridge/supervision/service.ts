import type { Handlers } from '../../src/processes/channel.ts';
import type { DemoDiscovery } from '../discovery/virtual.ts';
import type { AcceleratorOverview, BridgeContract } from '../shared/contract.ts';
import type { DeviceKeeper } from './device-keeper.ts';
import type { Supervisor } from './supervisor.ts';

/** An overview is for a person to look at: no more often than this. */
const overviewIntervalMs = 200;

/**
 * Answers the bridge's contract with a supervisor and, where there are devices, what keeps them and
 * what finds that of the demo clinic.
 */
export function bridgeHandlers(
  supervisor: Supervisor,
  devices?: DeviceKeeper,
  demo?: DemoDiscovery,
): Handlers<BridgeContract> {
  const overview = (): AcceleratorOverview => ({
    accelerators: supervisor.status(),
    obstacles: [...(devices?.obstacles ?? [])],
    policy: supervisor.policy,
    notices: supervisor.incidents.notices,
  });
  return {
    load: (network) => supervisor.load(network),
    infer: (request, { signal }) => supervisor.infer(request, signal),
    accelerators: (_none, emit) => {
      let timer: NodeJS.Timeout | undefined;
      const tellSoon = () => {
        timer ??= setTimeout(() => {
          timer = undefined;
          emit(overview());
        }, overviewIntervalMs);
      };
      emit(overview());
      const endings = [supervisor.onChange(tellSoon), devices?.onChange(tellSoon)];
      return () => {
        for (const end of endings) end?.();
        clearTimeout(timer);
      };
    },
    incidents: (_none, emit) => supervisor.incidents.subscribe(emit),
    test: ({ acceleratorId }) => supervisor.test(acceleratorId),
    setPolicy: ({ policy }) => {
      supervisor.setPolicy(policy);
      return {};
    },
    setDemo: ({ isOpen }) => {
      demo?.setOpen(isOpen);
      return {};
    },
    dismiss: ({ acceleratorId }) => {
      supervisor.dismiss(acceleratorId);
      return {};
    },
    rescan: async () => {
      await devices?.rescan();
      return {};
    },
  };
}
