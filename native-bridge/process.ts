// The bridge's own process: holds devices, emulator threads and networks. It sees no patient.
import { type Handlers, serve } from '../src/processes/channel.ts';
import { parentLink } from '../src/processes/parent.ts';
import { Emulator } from './accelerators/emulator.ts';
import { type BridgeContract, bridgeContract, bridgeErrorCodes } from './contract.ts';
import { Supervisor } from './supervisor.ts';

/** Status is for a person to look at: no more often than this. */
const statusIntervalMs = 200;

const supervisor = new Supervisor([new Emulator()]);

const handlers: Handlers<BridgeContract> = {
  load: (network) => supervisor.load(network),
  infer: (request, { signal }) => supervisor.infer(request, signal),
  accelerators: (_none, emit) => {
    let timer: NodeJS.Timeout | undefined;
    const tell = () => {
      timer = undefined;
      emit(supervisor.status());
    };
    tell();
    const stop = supervisor.onChange(() => {
      timer ??= setTimeout(tell, statusIntervalMs);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  },
};

serve(parentLink(), bridgeContract, handlers, {
  codes: bridgeErrorCodes,
  onInternalError: (procedure, error) => log(`${procedure} failed: ${describe(error)}`),
});

function log(line: string): void {
  process.stderr.write(`bridge: ${line}\n`);
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
