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

// With nothing left to run on, a fresh process is the only repair that this one can offer.
supervisor.onChange(() => {
  const status = supervisor.status();
  if (status.some(({ state }) => state !== 'failed')) return;
  for (const { identity, detail } of status) log(`${identity.name}: ${detail}`);
  process.exit(1);
});

function log(line: string): void {
  process.stderr.write(`bridge: ${line}\n`);
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
