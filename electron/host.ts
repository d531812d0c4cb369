import { MessageChannelMain, type UtilityProcess, utilityProcess } from 'electron';
import { distFile } from '../src/processes/dist.ts';
import { type HostNotice, hostRequest, PortLink } from '../src/processes/electron-utility.ts';
import { environmentOf } from '../src/processes/environment.ts';
import type { HostedProcess, ProcessHost, ProcessName } from '../src/processes/host.ts';

/** Which program of `dist/` a process runs: the decoder is one with libvips in WebAssembly. */
const programs: Readonly<Record<ProcessName, string>> = {
  station: 'station.mjs',
  bridge: 'bridge.mjs',
  decoder: 'desktop-decoder.mjs',
  'virtual-device': 'virtual-device.mjs',
};

/** Which processes each may have started. */
const helpersOf: Readonly<Record<ProcessName, readonly ProcessName[]>> = {
  station: ['bridge', 'decoder'],
  bridge: ['virtual-device'],
  decoder: [],
  'virtual-device': [],
};

/**
 * Hosts the product's processes as Electron's utility processes. Each receives its link as one end
 * of a message channel. None has children of its own: the station asks here for the bridge and the
 * decoder, and holds the other ends of their channels, so that main never sees what passes; so does the
 * bridge for the demo's accelerator.
 */
export class UtilityHost implements ProcessHost {
  #station: UtilityProcess | undefined;

  /** Main itself starts the station alone. */
  spawn(name: ProcessName, args: readonly string[] = []): HostedProcess {
    const child = fork(name, args);
    if (name === 'station') this.#station = child;
    const { port1, port2 } = new MessageChannelMain();
    notify(child, { type: 'link' }, port1);
    const link = new PortLink(port2);
    const endHelpers = serveRequests(name, child);
    const exited = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
      child.once('exit', (code) => {
        if (this.#station === child) this.#station = undefined;
        endHelpers();
        link.close();
        resolve({ code, signal: null });
      });
    });
    return {
      get pid() {
        return child.pid;
      },
      link,
      exited,
      kill: () => endAtOnce(child),
    };
  }

  /** A new connection of `screen`: the station has its other end, so that what passes there passes main by. */
  connectScreen(screen: string): Electron.MessagePortMain | undefined {
    if (!this.#station) return undefined;
    const { port1, port2 } = new MessageChannelMain();
    notify(this.#station, { type: 'connection', screen }, port1);
    return port2;
  }
}

/** Starts and ends helpers for `parent`; returns what ends those that still run. */
function serveRequests(parentName: ProcessName, parent: UtilityProcess): () => void {
  const helpers = new Map<number, UtilityProcess>();

  const start = (id: number, name: ProcessName, args: readonly string[]) => {
    const helper = fork(name, args);
    helpers.set(id, helper);
    const endItsHelpers = serveRequests(name, helper);
    const { port1, port2 } = new MessageChannelMain();
    notify(helper, { type: 'link' }, port1);
    helper.once('spawn', () => notify(parent, { type: 'spawned', id, pid: helper.pid }, port2));
    helper.once('exit', (code) => {
      endItsHelpers();
      helpers.delete(id);
      notify(parent, { type: 'exited', id, code });
    });
  };

  parent.on('message', (raw: unknown) => {
    const parsed = hostRequest.safeParse(raw);
    if (!parsed.success) return;
    const request = parsed.data;
    if (request.type === 'kill') endAtOnce(helpers.get(request.id));
    else if (helpersOf[parentName].includes(request.name))
      start(request.id, request.name, request.args);
  });
  return () => {
    for (const helper of helpers.values()) endAtOnce(helper);
  };
}

function fork(name: ProcessName, args: readonly string[]): UtilityProcess {
  return utilityProcess.fork(distFile(programs[name]), [...args], {
    serviceName: `Dermaspike ${name}`,
    execArgv: ['--enable-source-maps', '--disable-warning=ExperimentalWarning'],
    env: environmentOf(name, process.env),
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

function notify(child: UtilityProcess, notice: HostNotice, port?: Electron.MessagePortMain): void {
  child.postMessage(notice, port ? [port] : []);
}

/** Ends a process even when it is stuck: `UtilityProcess.kill` asks politely on POSIX. */
function endAtOnce(child: UtilityProcess | undefined): void {
  if (child?.pid === undefined) return;
  try {
    process.kill(child.pid, 'SIGKILL');
  } catch {
    child.kill();
  }
}
