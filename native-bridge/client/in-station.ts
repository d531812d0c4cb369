import { serve } from '../../src/processes/channel.ts';
import type { HostedProcess, ProcessHost } from '../../src/processes/host.ts';
import { linkedPair } from '../../src/processes/link.ts';
import { Emulator } from '../accelerators/emulator.ts';
import { bridgeContract, bridgeErrorCodes } from '../shared/contract.ts';
import { bridgeHandlers } from '../supervision/service.ts';
import { Supervisor } from '../supervision/supervisor.ts';

/**
 * Stands in for the bridge process where that does not stay up: the emulator's threads under the
 * caller's own process, and no device.
 */
export const inStationHost: ProcessHost = {
  spawn(): HostedProcess {
    const supervisor = new Supervisor([new Emulator({ threads: 1 })]);
    const [near, far] = linkedPair();
    const exit = Promise.withResolvers<{ code: number | null; signal: null }>();
    serve(far, bridgeContract, bridgeHandlers(supervisor), { codes: bridgeErrorCodes });
    let isEnded = false;
    return {
      pid: undefined,
      link: near,
      exited: exit.promise,
      kill: () => {
        if (isEnded) return;
        isEnded = true;
        near.close();
        void supervisor.close().then(() => exit.resolve({ code: 0, signal: null }));
      },
    };
  },
};
